"""Maps are made, read, changed and merged as in Sprig."""

from collections.abc import Callable
from typing import Any

import pytest

from pkgtool.errors import BudgetExceeded, FunctionFailed
from pkgtool.template.funcs import dicts
from pkgtool.template.funcs.encoding import to_json, to_yaml
from pkgtool.template.funcs.golang.fmt import to_text


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param((), {}, id="nothing"),
        pytest.param(("a", 1, "b"), {"a": 1, "b": ""}, id="last key without value"),
        pytest.param(("a", 1, "a", 2), {"a": 2}, id="last one wins"),
        pytest.param(
            (1, 2, None, 3, True, 4, 1e6, 5),
            {"1": 2, "<nil>": 3, "true": 4, "1e+06": 5},
            id="keys become text",
        ),
    ],
)
def test_dict(pairs: tuple[Any, ...], expected: dict[str, Any]) -> None:
    assert dicts.dict_(*pairs) == expected


def test_reading() -> None:
    source = {"b": 1, "a": None}

    assert dicts.get(source, "b") == 1
    assert dicts.get(source, "a") is None
    assert dicts.get(source, "z") == ""
    assert dicts.has_key(source, "a")
    assert not dicts.has_key(source, "z")
    assert dicts.keys(source, {"a": 2}) == ["a", "b", "a"]
    assert dicts.values(source) == [None, 1]
    assert dicts.pluck("a", source, {}, {"a": 3}) == [None, 3]


def test_picking_and_omitting_make_new_maps() -> None:
    source = {"a": 1, "b": 2}

    dicts.pick(source, "a", "z")["new"] = 1
    dicts.omit(source, "b", "z")["new"] = 1

    assert source == {"a": 1, "b": 2}
    assert dicts.pick(source, "a", "z") == {"a": 1}
    assert dicts.omit(source, "a", "z") == {"b": 2}


def test_set_and_unset_change_the_map_and_return_it() -> None:
    target: dict[str, Any] = {"a": 1}

    assert dicts.set_(target, "b", {"c": 2}) is target
    assert dicts.unset(target, "a") is target
    assert dicts.unset(target, "never there") is target

    assert target == {"b": {"c": 2}}


def test_a_map_can_be_put_into_itself() -> None:
    """Charts do: `set $service "root" $` in a loop over a part of `.Values`."""
    root: dict[str, Any] = {"service": {"port": 80}}

    dicts.set_(root["service"], "root", root)
    dicts.merge(root, {"again": [root]})
    dicts.merge_overwrite(root, {"me": root})

    assert root["service"]["root"]["again"][0]["me"] is root


@pytest.mark.parametrize(
    "use",
    [
        dicts.deep_copy,
        to_text,
        to_json,
        to_yaml,
        lambda value: dicts.merge({"a": value}, {"a": value}),
    ],
)
def test_what_contains_itself_has_no_copy_and_no_text(use: Callable[[Any], Any]) -> None:
    circle: dict[str, Any] = {}
    dicts.set_(circle, "a", circle)

    with pytest.raises(BudgetExceeded):
        use(circle)


@pytest.mark.parametrize(
    ("target", "source", "merged", "overwritten"),
    [
        pytest.param({"a": 1}, {"a": 2, "b": 3}, {"a": 1, "b": 3}, {"a": 2, "b": 3}, id="flat"),
        pytest.param(
            {"a": {"b": 1}},
            {"a": {"b": 2, "c": 3}},
            {"a": {"b": 1, "c": 3}},
            {"a": {"b": 2, "c": 3}},
            id="nested",
        ),
        pytest.param(
            {"a": 0, "b": "", "c": [], "d": None, "e": False},
            {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5},
            {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5},
            {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5},
            id="what is empty counts as missing",
        ),
        pytest.param({"a": 1}, {"a": 0}, {"a": 1}, {"a": 0}, id="empty overwrites too"),
        pytest.param({"a": 1}, {"a": None, "b": None}, {"a": 1}, {"a": None, "b": None}, id="nil"),
        pytest.param({"a": [1]}, {"a": [2, 3]}, {"a": [1]}, {"a": [2, 3]}, id="lists are whole"),
        pytest.param({"a": "x"}, {"a": {"b": 1}}, {"a": "x"}, {"a": {"b": 1}}, id="map over text"),
        pytest.param({"a": {"b": 1}}, {"a": "x"}, {"a": {"b": 1}}, {"a": "x"}, id="text over map"),
        pytest.param(
            {"a": {}}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}, {"a": {"b": None, "c": 1}},
            id="into an empty map",
        ),
        pytest.param(
            {"a": {}}, {"a": {"b": None}}, {"a": {"b": None}}, {"a": {"b": None}},
            id="nothing but nil into an empty map",
        ),
    ],
)  # fmt: skip
def test_merging(
    target: dict[str, Any],
    source: dict[str, Any],
    merged: dict[str, Any],
    overwritten: dict[str, Any],
) -> None:
    kept = dicts.deep_copy(target)
    lost = dicts.deep_copy(target)

    assert dicts.merge(kept, dicts.deep_copy(source)) is kept
    assert dicts.merge_overwrite(lost, dicts.deep_copy(source)) is lost

    assert kept == merged
    assert lost == overwritten


def test_several_sources_are_merged_in_order() -> None:
    sources = ({"a": 1}, {"a": 2, "b": 2}, {"b": 3, "c": 3})

    assert dicts.merge({}, *sources) == {"a": 1, "b": 2, "c": 3}
    assert dicts.merge_overwrite({}, *sources) == {"a": 2, "b": 3, "c": 3}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(("a", "b", "no", {"a": {"b": 1}}), 1, id="found"),
        pytest.param(("a", "z", "no", {"a": {"b": 1}}), "no", id="missing last"),
        pytest.param(("z", "b", "no", {"a": {"b": 1}}), "no", id="missing first"),
        pytest.param(("a", "no", {"a": None}), None, id="nil is found"),
        pytest.param(("z", None, {}), None, id="default nil"),
    ],
)
def test_dig(arguments: tuple[Any, ...], expected: Any) -> None:
    assert dicts.dig(*arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("a", {}), "dig needs at least three arguments", id="too few"),
        pytest.param(
            ("a", "b", 1, {"a": "s"}),
            "interface conversion: interface {} is string, not map[string]interface {}",
            id="through text",
        ),
        pytest.param(
            ("a", 1, None),
            "interface conversion: interface {} is nil, not map[string]interface {}",
            id="in nil",
        ),
        pytest.param(
            ("z", 5, "no", 1),
            "interface conversion: interface {} is int, not map[string]interface {}",
            id="in a number, before the keys",
        ),
        pytest.param(
            ("z", 5, "no", {}),
            "interface conversion: interface {} is int, not string",
            id="key that is no text",
        ),
    ],
)
def test_dig_refuses_what_is_no_path(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(FunctionFailed) as caught:
        dicts.dig(*arguments)

    assert caught.value.what == message


def test_a_deep_copy_shares_nothing() -> None:
    original: dict[str, Any] = {"a": [{"b": 1}]}

    copy = dicts.deep_copy(original)
    copy["a"][0]["b"] = 2

    assert original == {"a": [{"b": 1}]}


def test_nil_cannot_be_copied() -> None:
    with pytest.raises(FunctionFailed, match="zero Value"):
        dicts.deep_copy(None)
