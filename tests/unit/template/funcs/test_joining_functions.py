"""Text is split and joined as in Sprig."""

from typing import Any

import pytest

from pkgtool.template.funcs import joining
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.values import type_name


@pytest.mark.parametrize(
    ("separator", "text", "pieces"),
    [
        pytest.param(",", "a,b,,c", ["a", "b", "", "c"], id="empty pieces stay"),
        pytest.param("", "aé", ["a", "é"], id="into characters"),
        pytest.param("x", "", [""], id="of nothing"),
        pytest.param("", "", [], id="nothing of nothing"),
    ],
)
def test_split_gives_the_pieces_as_list_or_by_name(
    separator: str, text: str, pieces: list[str]
) -> None:
    assert joining.split_list(separator, text) == pieces
    assert list(joining.split(separator, text).values()) == pieces


@pytest.mark.parametrize(
    ("separator", "count", "pieces"),
    [
        pytest.param(".", 2, {"_0": "a", "_1": "b.c"}, id="two"),
        pytest.param(".", 1, {"_0": "a.b.c"}, id="one"),
        pytest.param(".", 9, {"_0": "a", "_1": "b", "_2": "c"}, id="more than there are"),
        pytest.param(".", -1, {"_0": "a", "_1": "b", "_2": "c"}, id="all"),
        pytest.param(".", 0, {}, id="none"),
        pytest.param("", 2, {"_0": "a", "_1": ".b.c"}, id="characters"),
    ],
)
def test_splitn_stops_in_time(separator: str, count: int, pieces: dict[str, str]) -> None:
    assert joining.splitn(separator, count, "a.b.c") == pieces


@pytest.mark.parametrize(
    ("values", "joined"),
    [
        pytest.param([1, None, "a", 1.5, True], "1-a-1.5-true", id="nil is left out"),
        pytest.param([[1, 2], {"a": None}], "[1 2]-map[a:<nil>]", id="nested"),
        pytest.param("abc", "abc", id="text"),
        pytest.param(None, "", id="nil"),
        pytest.param(5, "5", id="number"),
        pytest.param({"a": 1}, "map[a:1]", id="map"),
        pytest.param([], "", id="nothing"),
    ],
)
def test_join_takes_anything_for_a_list(values: Any, joined: str) -> None:
    assert joining.join("-", values) == joined


@pytest.mark.parametrize(
    ("values", "texts", "ordered"),
    [
        pytest.param(["b", 10, "a", None], ["b", "10", "a"], ["10", "a", "b"], id="list"),
        pytest.param("x", ["x"], ["x"], id="text"),
        pytest.param(None, [], ["<nil>"], id="nil"),
        pytest.param(b"ab", ["97", "98"], ["97", "98"], id="bytes"),
    ],
)
def test_lists_of_texts(values: Any, texts: list[str], ordered: list[str]) -> None:
    assert joining.to_strings(values) == texts
    assert joining.sort_alpha(values) == ordered


def test_pieces_by_name_are_a_map_of_texts() -> None:
    pieces = joining.split(".", "a.b")

    assert type_name(pieces) == "map[string]string"
    assert to_text(pieces) == "map[_0:a _1:b]"
