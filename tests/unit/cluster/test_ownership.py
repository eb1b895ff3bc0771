from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkgtool.cluster.rules.ownership import merge_applied
from pkgtool.cluster.rules.shape import BuiltinShape
from pkgtool.errors import Conflict


def apply(live: dict[str, Any], sent: dict[str, Any], manager: str = "helm") -> dict[str, Any]:
    """Return `live` with its `managedFields`, after an apply without force."""
    body = {"apiVersion": "v1", "kind": "Any", "metadata": {"name": "a"}, **sent}
    merged, entries = merge_applied(live, body, BuiltinShape(), manager=manager, force=False)
    return {**merged, "metadata": {**merged["metadata"], "managedFields": entries}}


def containers(*names: str) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": name} for name in names]}}


def order(live: dict[str, Any]) -> list[str]:
    return [each["name"] for each in live["spec"]["containers"]]


@pytest.mark.parametrize(
    ("before", "sent", "expected"),
    [
        pytest.param("ab", "b", "ab", id="a part of it keeps the order"),
        pytest.param("ab", "axb", "axb", id="new items go where they are sent"),
        pytest.param("ab", "xab", "xab", id="also in front"),
        pytest.param("ab", "c", "abc", id="unrelated ones go last"),
        pytest.param("abc", "cb", "cba", id="another order leads"),
    ],
)
def test_items_keep_a_sensible_order(before: str, sent: str, expected: str) -> None:
    live = apply({}, containers(*before), "first")

    assert order(apply(live, containers(*sent), "second")) == list(expected)


def test_a_manager_that_sends_nothing_owns_nothing() -> None:
    live = apply({}, {"data": {"a": "1"}})

    live = apply(live, {})

    assert "data" not in live
    assert live["metadata"]["managedFields"][0]["fieldsV1"] == {}


def test_an_item_stays_while_somebody_owns_part_of_it() -> None:
    live = apply({}, {"spec": {"containers": [{"name": "a", "image": "x", "tty": True}]}}, "one")
    live = apply(live, {"spec": {"containers": [{"name": "a", "image": "x"}]}}, "two")

    live = apply(live, {"spec": {"containers": []}}, "one")

    assert live["spec"]["containers"] == [{"name": "a", "image": "x"}]


def test_what_nobody_owns_can_be_taken() -> None:
    live = {"metadata": {"name": "a"}, "spec": {"replicas": 1}}

    assert apply(live, {"spec": {"replicas": 5}})["spec"] == {"replicas": 5}


def test_an_owner_may_replace_a_map_by_a_value() -> None:
    live = apply({}, {"spec": {"port": {"number": 80}}})

    assert apply(live, {"spec": {"port": 80}})["spec"] == {"port": 80}


def test_members_of_a_set_have_their_own_owners() -> None:
    first = {"metadata": {"name": "a", "finalizers": ["x", "y"]}}
    live = apply({}, first, "one")
    live = apply(live, {"metadata": {"name": "a", "finalizers": ["y", "z"]}}, "two")
    assert live["metadata"]["finalizers"] == ["x", "y", "z"]

    live = apply(live, {}, "one")

    assert live["metadata"]["finalizers"] == ["y", "z"]


NAMES = st.sampled_from("abc")
LEAVES = st.integers(0, 2)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "data": st.dictionaries(NAMES, LEAVES, min_size=1),
        "spec": st.fixed_dictionaries(
            {
                "containers": st.lists(
                    st.fixed_dictionaries({"name": NAMES}, optional={"image": LEAVES}),
                    unique_by=lambda each: each["name"],
                    min_size=1,
                )
            },
            optional={"args": st.lists(LEAVES, max_size=2)},
        ),
    },
)


@pytest.mark.property
@given(st.lists(st.tuples(st.sampled_from(["one", "two"]), BODIES), max_size=6), BODIES)
def test_laws_of_apply(steps: list[tuple[str, dict[str, Any]]], last: dict[str, Any]) -> None:
    live: dict[str, Any] = {}
    sent_by: dict[str, dict[str, Any]] = {}
    for manager, body in steps:
        try:
            live = apply(live, body, manager)
        except Conflict:
            continue
        sent_by[manager] = body
    try:
        after = apply(live, last, "one")
    except Conflict:
        return

    assert apply(after, last, "one") == after, "applying twice is applying once"
    assert_holds(last, after)
    assert_holds(sent_by.get("two", {}), after)
    alone = apply(apply(after, {}, "one"), {}, "two")
    assert alone.keys() == {"apiVersion", "kind", "metadata"}, "nothing outlives its owners"


def assert_holds(sent: dict[str, Any], live: dict[str, Any]) -> None:
    """Every field that a manager sent has its value in the live object."""
    assert sent.get("data", {}).items() <= live.get("data", {}).items()
    spec = live.get("spec", {})
    assert "args" not in sent.get("spec", {}) or spec["args"] == sent["spec"]["args"]
    found = {each["name"]: each for each in spec.get("containers", ())}
    for each in sent.get("spec", {}).get("containers", ()):
        assert each.items() <= found[each["name"]].items()
