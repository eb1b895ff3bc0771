"""Order things that name what they come after, and find the circle when there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkgtool.errors import ManifestError, OrderCycle
from pkgtool.manifest.model import ResourceId
from pkgtool.plan.graph import APPLY_AFTER, levels, needs
from pkgtool.testing.manifests import manifest


def named(name: str) -> ResourceId:
    return ResourceId("", "Service", "default", name)


def graph(**edges: str) -> dict[ResourceId, tuple[ResourceId, ...]]:
    """Return who comes after whom: `graph(a="b c")` means a after b and c."""
    return {named(a): tuple(map(named, others.split())) for a, others in edges.items()}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(graph(), {"a": 0, "b": 0, "c": 0}, id="nothing asked"),
        pytest.param(graph(a="b"), {"a": 1, "b": 0, "c": 0}, id="one step"),
        pytest.param(graph(a="b", b="c"), {"a": 2, "b": 1, "c": 0}, id="a chain"),
        pytest.param(graph(a="b c", b="c"), {"a": 2, "b": 1, "c": 0}, id="the longest way"),
        pytest.param(graph(a="c c", b="c"), {"a": 1, "b": 1, "c": 0}, id="shared"),
    ],
)
def test_levels(after: dict[ResourceId, tuple[ResourceId, ...]], expected: dict[str, int]) -> None:
    found = levels(map(named, "abc"), after)

    assert {each.name: level for each, level in found.items()} == expected


@pytest.mark.parametrize(
    ("after", "circle"),
    [
        pytest.param(graph(a="a"), "a -> a", id="itself"),
        pytest.param(graph(a="b", b="a"), "a -> b -> a", id="each other"),
        pytest.param(graph(a="b", b="c", c="b"), "b -> c -> b", id="behind a way in"),
    ],
)
def test_a_circle_is_shown(after: dict[ResourceId, tuple[ResourceId, ...]], circle: str) -> None:
    with pytest.raises(OrderCycle) as caught:
        levels(map(named, "abc"), after)

    assert caught.value.what.replace("Service default/", "").endswith(f"circle: {circle}")


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    chain = {named(str(n)): (named(str(n + 1)),) for n in range(3000)}

    assert levels([named("0")], chain)[named("0")] == 3000


@pytest.mark.property
@given(st.dictionaries(st.integers(1, 30), st.lists(st.integers(0, 29), max_size=4)))
def test_everything_stands_above_what_it_needs(edges: dict[int, list[int]]) -> None:
    after = {
        named(str(node)): tuple(named(str(o)) for o in others if o < node)
        for node, others in edges.items()
    }

    found = levels(after, after)

    for node, others in after.items():
        assert all(found[other] < found[node] for other in others)


def test_names_are_kind_and_name() -> None:
    objects = [
        manifest("Service/web", {APPLY_AFTER: "Job/a, ConfigMap/b,"}),
        manifest("Job/a"),
        manifest("ConfigMap/b"),
    ]

    assert needs(objects) == {objects[0].id: (objects[1].id, objects[2].id)}


def test_a_name_that_is_not_there_is_refused_with_the_nearest() -> None:
    objects = [manifest("Service/web", {APPLY_AFTER: "Deploymnt/db"}), manifest("Deployment/db")]

    with pytest.raises(ManifestError, match="not part of the chart") as caught:
        needs(objects)
    assert caught.value.hint == "did you mean 'Deployment/db'?"
