from typing import Any

import pytest

from pkgtool.cluster.rules.fields import fields_of, intersect, paths, subtract, union
from pkgtool.cluster.rules.shape import BuiltinShape, SchemaShape

ROOT = BuiltinShape()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"data": {"a": "1"}}, {"f:data": {"f:a": {}}}, id="map"),
        pytest.param({"data": {}}, {"f:data": {}}, id="empty map"),
        pytest.param(
            {"spec": {"selector": {"app": "a"}}}, {"f:spec": {"f:selector": {}}}, id="atomic map"
        ),
        pytest.param({"rules": [{"verbs": ["get"]}]}, {"f:rules": {}}, id="atomic list"),
        pytest.param(
            {"metadata": {"finalizers": ["a", "b"]}},
            {"f:metadata": {"f:finalizers": {'v:"a"': {}, 'v:"b"': {}}}},
            id="set",
        ),
        pytest.param(
            {"spec": {"containers": [{"name": "a", "ports": [{"containerPort": 80}]}]}},
            {
                "f:spec": {
                    "f:containers": {
                        'k:{"name":"a"}': {
                            ".": {},
                            "f:name": {},
                            "f:ports": {
                                'k:{"containerPort":80,"protocol":"TCP"}': {
                                    ".": {},
                                    "f:containerPort": {},
                                }
                            },
                        }
                    }
                }
            },
            id="keyed lists with a default key",
        ),
        pytest.param(
            {"secrets": [{"name": "a"}], "imagePullSecrets": [{"name": "b"}]},
            {"f:secrets": {'k:{"name":"a"}': {".": {}, "f:name": {}}}, "f:imagePullSecrets": {}},
            id="the same name merges elsewhere",
        ),
    ],
)
def test_fields_of_an_object(value: dict[str, Any], expected: dict[str, Any]) -> None:
    assert fields_of(value, ROOT) == expected


def test_a_schema_says_how_lists_of_custom_resources_merge() -> None:
    schema = {
        "properties": {
            "tags": {"type": "array", "x-kubernetes-list-type": "set"},
            "whole": {"type": "object", "x-kubernetes-map-type": "atomic"},
            "named": {
                "type": "object",
                "additionalProperties": {"x-kubernetes-list-type": "set"},
            },
            "ports": {
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["port", "protocol"],
                "items": {"properties": {"protocol": {"default": "TCP"}}},
            },
        }
    }
    value = {
        "tags": ["a"],
        "whole": {"a": 1},
        "named": {"x": ["b"]},
        "ports": [{"port": 1}],
        "o": [1],
    }

    assert fields_of(value, SchemaShape(schema, is_root=True)) == {
        "f:tags": {'v:"a"': {}},
        "f:whole": {},
        "f:named": {"f:x": {'v:"b"': {}}},
        "f:ports": {'k:{"port":1,"protocol":"TCP"}': {".": {}, "f:port": {}}},
        "f:o": {},
    }


ONE: dict[str, Any] = {"f:a": {}, "f:b": {"f:c": {}, "f:d": {}}}
TWO: dict[str, Any] = {"f:b": {"f:d": {}, "f:e": {}}, "f:g": {}}


def test_sets_combine() -> None:
    assert union(ONE, TWO) == {"f:a": {}, "f:b": {"f:c": {}, "f:d": {}, "f:e": {}}, "f:g": {}}
    assert intersect(ONE, TWO) == {"f:b": {"f:d": {}}}
    assert subtract(ONE, TWO) == {"f:a": {}, "f:b": {"f:c": {}}}
    assert subtract(ONE, ONE) == {}


def test_an_item_is_a_member_beside_its_fields() -> None:
    item: dict[str, Any] = {'k:{"name":"a"}': {".": {}, "f:image": {}}}

    assert intersect(item, {'k:{"name":"a"}': {}}) == {'k:{"name":"a"}': {".": {}}}
    assert subtract(item, {'k:{"name":"a"}': {"f:image": {}}}) == {'k:{"name":"a"}': {".": {}}}


def test_paths_read_as_users_write_them() -> None:
    fields = {
        "f:spec": {
            "f:containers": {'k:{"name":"a"}': {".": {}, "f:image": {}}},
            "f:replicas": {},
        },
        "f:metadata": {"f:finalizers": {'v:"x"': {}}},
    }

    assert list(paths(fields)) == [
        '.metadata.finalizers[="x"]',
        '.spec.containers[name="a"]',
        '.spec.containers[name="a"].image',
        ".spec.replicas",
    ]
