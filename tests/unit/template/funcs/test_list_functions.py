"""Lists are taken apart and built as in Sprig, and never changed in place."""

from collections.abc import Callable
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import lists


def case(function: Callable[..., Any], *arguments: Any, gives: Any, id: str) -> Any:
    return pytest.param(function, arguments, gives, id=f"{function.__name__} {id}")


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        case(lists.list_, 1, None, gives=[1, None], id="keeps nil"),
        case(lists.tuple_, 1, gives=[1], id="is a list"),
        case(lists.append, [1], [2], gives=[1, [2]], id="one item"),
        case(lists.prepend, [1], 0, gives=[0, 1], id="one item"),
        case(lists.concat, [1], [2, [3]], [], gives=[1, 2, [3]], id="one level"),
        case(lists.concat, gives=[], id="nothing"),
        case(lists.concat, b"a", (1,), gives=[97, 1], id="any sequence"),
        case(lists.first, [1, 2], gives=1, id="item"),
        case(lists.first, [], gives=None, id="of nothing"),
        case(lists.last, [1, 2], gives=2, id="item"),
        case(lists.last, [], gives=None, id="of nothing"),
        case(lists.rest, [1, 2], gives=[2], id="items"),
        case(lists.rest, [], gives=[], id="of nothing"),
        case(lists.initial, [1, 2], gives=[1], id="items"),
        case(lists.initial, [], gives=[], id="of nothing"),
        case(lists.reverse, [1, 2, 3], gives=[3, 2, 1], id="items"),
        case(lists.uniq, [1, "1", 1.0, 1, None, None, [1], [1], {"a": 1}, {"a": 1}],
             gives=[1, "1", 1.0, None, [1], {"a": 1}], id="by type and content"),
        case(lists.uniq, [True, 1, False, 0], gives=[True, 1, False, 0], id="bools are no numbers"),
        case(lists.without, [1, 2, 3, 2], 2, "3", gives=[1, 3], id="by type"),
        case(lists.without, [None, 1], None, gives=[1], id="nil"),
        case(lists.without, [[1], {"a": [1]}], {"a": [1]}, gives=[[1]], id="nested"),
        case(lists.has, 4, [1, 4], gives=True, id="yes"),
        case(lists.has, 4, [4.0, "4", True], gives=False, id="by type"),
        case(lists.has, [1], [[1]], gives=True, id="nested"),
        case(lists.has, None, [None], gives=True, id="nil"),
        case(lists.has, 4, None, gives=False, id="in nil"),
        case(lists.compact, [0, "", None, False, 1, "a", [], {}, 0.0, [None]],
             gives=[1, "a", [None]], id="drops what is empty"),
        case(lists.slice_, [1, 2, 3], gives=[1, 2, 3], id="whole"),
        case(lists.slice_, [1, 2, 3], 1, gives=[2, 3], id="from"),
        case(lists.slice_, [1, 2, 3], "1", 2.9, gives=[2], id="casts"),
        case(lists.slice_, [1, 2, 3], 3, gives=[], id="at the end"),
        case(lists.slice_, [], 5, 9, gives=None, id="of nothing is nil"),
        case(lists.chunk, 2, [1, 2, 3], gives=[[1, 2], [3]], id="rest"),
        case(lists.chunk, 5, [1], gives=[[1]], id="one"),
        case(lists.chunk, 2, [], gives=[], id="nothing"),
    ],
)  # fmt: skip
def test_list_functions(
    function: Callable[..., Any], arguments: tuple[Any, ...], expected: Any
) -> None:
    result = function(*arguments)

    assert result == expected
    assert repr(result) == repr(expected)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        pytest.param(lists.append, ({}, 1), "Cannot push on type map", id="append"),
        pytest.param(lists.prepend, ("x", 1), "Cannot prepend on type string", id="prepend"),
        pytest.param(lists.concat, (1,), "Cannot concat type int as list", id="concat"),
        pytest.param(lists.first, ("abc",), "Cannot find first on type string", id="first"),
        pytest.param(lists.last, (None,), "Cannot find last on type <nil>", id="last"),
        pytest.param(lists.rest, (1.5,), "Cannot find rest on type float64", id="rest"),
        pytest.param(lists.initial, ({},), "Cannot find initial on type map", id="initial"),
        pytest.param(lists.reverse, (True,), "Cannot find reverse on type bool", id="reverse"),
        pytest.param(lists.uniq, (1,), "Cannot find uniq on type int", id="uniq"),
        pytest.param(lists.without, ("a", 1), "Cannot find without on type string", id="without"),
        pytest.param(lists.has, (1, "a"), "Cannot find has on type string", id="has"),
        pytest.param(lists.compact, ("a",), "Cannot compact on type string", id="compact"),
        pytest.param(
            lists.slice_, ("a",), "list should be type of slice or array but string", id="slice"
        ),
        pytest.param(lists.chunk, (1, "a"), "Cannot chunk type string", id="chunk"),
    ],
)
def test_what_is_no_list_is_refused_by_both_twins(
    function: Callable[..., Any], arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(FunctionFailed) as caught:
        function(*arguments)

    assert caught.value.what == message


@pytest.mark.parametrize("bounds", [(-1,), (4,), (2, 1), (2, 10)], ids=str)
def test_a_part_that_is_not_there_is_refused(bounds: tuple[int, ...]) -> None:
    with pytest.raises(FunctionFailed, match="out of bounds"):
        lists.slice_([1, 2, 3], *bounds)


def test_the_list_that_is_given_stays_as_it_is() -> None:
    items = [3, 1, 3]

    for function in (lists.reverse, lists.uniq, lists.rest, lists.initial, lists.compact):
        function(items).append("new")
    lists.append(items, 4).append("new")
    lists.concat(items).append("new")

    assert items == [3, 1, 3]


@pytest.mark.parametrize(
    ("size", "count", "wanted"),
    [
        (-1, 2, []),
        (-2, 1, [[0]]),
        (-2, 3, []),
        (-3, 4, []),
        (-1, 1, None),
        (-2, 4, None),
        (0, 2, None),
    ],
)
def test_chunks_of_less_than_one_item_are_what_upstream_computes(
    size: int, count: int, wanted: list[object] | None
) -> None:
    if wanted is None:
        with pytest.raises(FunctionFailed, match="len out of range"):
            lists.chunk(size, list(range(count)))
    else:
        assert lists.chunk(size, list(range(count))) == wanted


def test_no_text_is_among_bytes() -> None:
    assert not lists.has("a", b"a")
    assert lists.has(97, b"a")
