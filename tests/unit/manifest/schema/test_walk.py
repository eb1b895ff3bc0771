from typing import Any

import pytest

from pkgtool.manifest.schema.walk import LIMIT, Walker

META: dict[str, Any] = {"fields": {"name": "string"}}
CONTAINER: dict[str, Any] = {"fields": {"name": "string", "port": "int32"}, "required": ["name"]}
TREE: dict[str, Any] = {"fields": {"left": 2, "leaf": "string"}}
DEFINITIONS = {0: META, 1: CONTAINER, 2: TREE}
RULE: dict[str, Any] = {
    "fields": {
        "metadata": 0,
        "replicas": "int32",
        "paused": "boolean",
        "labels": {"values": "string"},
        "limits": {"values": "quantity"},
        "containers": {"items": 1, "keys": ["name"]},
        "ports": {
            "items": {"fields": {"port": "int32", "protocol": "string"}},
            "keys": ["port", "protocol"],
        },
        "args": {"items": "string"},
        "finalizers": {"items": "string", "set": True},
        "matrix": {"items": {"items": "int32"}},
        "tree": 2,
    },
    "required": ["replicas"],
}


def walk(value: object, rule: Any = RULE) -> list[tuple[str, str]]:
    """Return path and message of each fault."""
    walker = Walker(DEFINITIONS.__getitem__, 0)
    walker.walk(value, rule)
    return [(".".join(map(str, fault.path)), fault.message) for fault in walker.faults]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"replicas": 1}, id="least"),
        pytest.param({"replicas": 1, "paused": None, "labels": None}, id="null is absent"),
        pytest.param({"replicas": 1, "labels": {"a": None}}, id="null in a map"),
        pytest.param({"replicas": 1, "args": ["a", None]}, id="null in a list of text"),
        pytest.param({"replicas": 1, "tree": {"left": {"left": {"leaf": "x"}}}}, id="recursion"),
        pytest.param(
            {"replicas": 1, "containers": [{"name": "a"}, {"name": "b"}]}, id="different names"
        ),
        pytest.param(
            {"replicas": 1, "ports": [{"port": 53}, {"port": 53, "protocol": "UDP"}]},
            id="the key has two parts",
        ),
        pytest.param({"replicas": 1, "matrix": [[1], None, []]}, id="null among lists"),
    ],
)
def test_objects_that_follow_their_rule(body: dict[str, Any]) -> None:
    assert walk(body) == []


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        pytest.param([], [("", "expected object, got a list")], id="no object"),
        pytest.param({}, [("replicas", "is required, but missing")], id="missing"),
        pytest.param({"replicas": None}, [("replicas", "is required, but missing")], id="null"),
        pytest.param(
            {"replicas": 1, "pausd": True},
            [("pausd", "unknown field; did you mean 'paused'?")],
            id="unknown, near a known one",
        ),
        pytest.param({"replicas": 1, "qq": 1}, [("qq", "unknown field")], id="unknown"),
        pytest.param(
            {"replicas": 1, "labels": {"a": 1}},
            [("labels.a", "expected string, got 1")],
            id="value in a map",
        ),
        pytest.param(
            {"replicas": 1, "labels": ["a"]},
            [("labels", "expected object, got a list")],
            id="no map",
        ),
        pytest.param(
            {"replicas": 1, "args": "a b"}, [("args", 'expected list, got "a b"')], id="no list"
        ),
        pytest.param(
            {"replicas": 1, "args": ["a", 1]}, [("args.1", "expected string, got 1")], id="item"
        ),
        pytest.param(
            {"replicas": 1, "containers": [None]},
            [("containers.0.name", "is required, but missing")],
            id="null is an object without fields",
        ),
        pytest.param(
            {"replicas": 1, "containers": [{"name": "a"}, {"name": "a", "port": "x"}]},
            [
                ("containers.1.port", 'expected integer, got "x"'),
                ("containers.1", 'repeats name "a", which item 0 of the list has already'),
            ],
            id="same name",
        ),
        pytest.param(
            {"replicas": 1, "ports": [{"port": 53}, {"port": 53, "protocol": "TCP"}]},
            [
                (
                    "ports.1",
                    'repeats port 53 and protocol "TCP", which item 0 of the list has already',
                )
            ],
            id="same key, once by default",
        ),
        pytest.param(
            {"replicas": 1, "finalizers": ["a", "b", "a"]},
            [("finalizers.2", 'repeats "a", which item 0 of the list has already')],
            id="same item in a set",
        ),
        pytest.param(
            {"replicas": "x", "paused": 1},
            [
                ("replicas", 'expected integer, got "x"'),
                ("paused", "expected boolean, got 1"),
            ],
            id="several",
        ),
    ],
)
def test_everything_that_breaks_the_rule_is_told(
    body: object, faults: list[tuple[str, str]]
) -> None:
    assert walk(body) == faults


def test_true_and_1_are_different_items_of_a_set() -> None:
    assert walk([True, 1, [True], [1]], {"items": "any", "set": True}) == []


def test_an_open_object_may_have_other_fields() -> None:
    rule = {"fields": {"a": "string"}, "open": True}

    assert walk({"a": 1, "b": 2}, rule) == [("a", "expected string, got 1")]


def test_all_metadata_is_remembered() -> None:
    walker = Walker(DEFINITIONS.__getitem__, 0)
    rule = {"fields": {"metadata": 0, "template": {"fields": {"metadata": 0}}}}

    walker.walk({"metadata": {"name": "a"}, "template": {"metadata": {"name": "b"}}}, rule)

    assert walker.metadata == [
        (("metadata",), {"name": "a"}),
        (("template", "metadata"), {"name": "b"}),
    ]


def test_faults_have_a_limit() -> None:
    body = {"replicas": 1, **{f"unknown{number}": 1 for number in range(5000)}}

    assert len(walk(body)) == LIMIT
    assert len(walk(list(range(5000)), {"items": "string"})) == LIMIT
