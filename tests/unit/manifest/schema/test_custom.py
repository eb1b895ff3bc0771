from typing import Any

import pytest

from pkgtool.manifest.schema.bundle import load_schemas
from pkgtool.manifest.schema.custom import custom_rule, served_schemas
from pkgtool.manifest.schema.walk import Walker

STRING = {"type": "string"}


def walk(value: object, schema: dict[str, Any]) -> list[tuple[str, str]]:
    """Return path and message of each fault of `value` as field `spec` of an object."""
    schemas = load_schemas("1.36")
    walker = Walker(schemas.definition, schemas.metadata)
    root = {"type": "object", "properties": {"spec": schema}}
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}
    walker.walk({**body, "spec": value}, custom_rule(root, schemas.metadata))
    return [(".".join(map(str, fault.path)), fault.message) for fault in walker.faults]


@pytest.mark.parametrize(
    ("schema", "good", "bad", "fault"),
    [
        pytest.param(STRING, "a", 1, "expected string, got 1", id="string"),
        pytest.param({"type": "integer"}, 2**40, 1.5, "expected integer, got 1.5", id="integer"),
        pytest.param(
            {"type": "integer", "format": "int32"},
            1,
            2**40,
            "does not fit into 32 bits",
            id="int32",
        ),
        pytest.param({"type": "number"}, 1.5, "a", 'expected number, got "a"', id="number"),
        pytest.param({"type": "boolean"}, True, "a", 'expected boolean, got "a"', id="boolean"),
        pytest.param(
            {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, STRING]},
            "50%",
            [],
            "expected integer or string, got a list",
            id="integer or string",
        ),
        pytest.param(
            {"type": "string", "enum": ["a", "b"]}, "b", "c", 'must be one of "a", "b"', id="enum"
        ),
        pytest.param(
            {"type": "string", "pattern": "^a+$"}, "aa", "ab", "does not match '^a+$'", id="pattern"
        ),
        pytest.param(
            {"type": "integer", "minimum": 2}, 2, 1, "must be at least 2, got 1", id="minimum"
        ),
        pytest.param(
            {"type": "integer", "minimum": 2, "exclusiveMinimum": True},
            3,
            2,
            "must be more than 2, got 2",
            id="exclusive minimum",
        ),
        pytest.param(
            {"type": "integer", "maximum": 2}, 2, 3, "must be at most 2, got 3", id="maximum"
        ),
        pytest.param(
            {"type": "integer", "maximum": 2, "exclusiveMaximum": True},
            1,
            2,
            "must be less than 2, got 2",
            id="exclusive maximum",
        ),
        pytest.param(
            {"type": "integer", "multipleOf": 5}, 10, 7, "must be a multiple of 5", id="multiple"
        ),
        pytest.param(
            {"type": "string", "minLength": 2}, "ab", "a", "at least 2 characters", id="minLength"
        ),
        pytest.param(
            {"type": "string", "maxLength": 2}, "ab", "abc", "at most 2 characters", id="maxLength"
        ),
        pytest.param(
            {"type": "array", "items": STRING, "minItems": 1},
            ["a"],
            [],
            "at least 1",
            id="minItems",
        ),
        pytest.param(
            {"type": "array", "items": STRING, "maxItems": 1},
            ["a"],
            ["a", "b"],
            "at most 1",
            id="maxItems",
        ),
        pytest.param(
            {"type": "array", "items": STRING, "uniqueItems": True},
            ["a", "b"],
            ["a", "a"],
            "the same item twice",
            id="uniqueItems",
        ),
        pytest.param(
            {"type": "array", "items": STRING, "x-kubernetes-list-type": "set"},
            ["a", "b"],
            ["a", "a"],
            'repeats "a"',
            id="set",
        ),
        pytest.param(
            {"type": "object", "additionalProperties": STRING, "minProperties": 1},
            {"a": "b"},
            {},
            "at least 1 fields",
            id="minProperties",
        ),
        pytest.param(
            {"type": "object", "additionalProperties": STRING},
            {"a": "b"},
            {"a": 1},
            "expected string",
            id="map",
        ),
        pytest.param(
            {"type": "object", "properties": {"a": STRING}, "required": ["a"]},
            {"a": "b"},
            {},
            "is required",
            id="required",
        ),
        pytest.param(
            {"type": "object", "properties": {"size": STRING}},
            {"size": "b"},
            {"sise": "b"},
            "did you mean 'size'?",
            id="unknown field",
        ),
        pytest.param(
            {
                "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
                "type": "object",
                "properties": {"a": STRING, "b": STRING},
            },
            {"a": "x", "b": "y"},
            {},
            "none of the 2 things",
            id="anyOf",
        ),
        pytest.param(
            {
                "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
                "type": "object",
                "properties": {"a": STRING, "b": STRING},
            },
            {"a": "x"},
            {"a": "x", "b": "y"},
            "but is 2",
            id="oneOf",
        ),
        pytest.param(
            {"allOf": [{"minLength": 2}, {"maxLength": 3}], "type": "string"},
            "ab",
            "abcd",
            "at most 3 characters",
            id="allOf",
        ),
        pytest.param(
            {"type": "array", "items": STRING, "allOf": [{"items": {"minLength": 2}}]},
            ["ab"],
            ["a"],
            "at least 2 characters",
            id="items below allOf",
        ),
        pytest.param(
            {
                "type": "object",
                "additionalProperties": STRING,
                "allOf": [{"additionalProperties": {"maxLength": 1}}],
            },
            {"a": "x"},
            {"a": "xy"},
            "at most 1 characters",
            id="values below allOf",
        ),
        pytest.param(
            {
                "type": "array",
                "items": {"type": "object", "properties": {"name": STRING}},
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
            },
            [{"name": "a"}, {"name": "b"}],
            [{"name": "a"}, {"name": "a"}],
            'repeats name "a"',
            id="list with keys",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "array", "items": STRING, "minItems": 1}},
            [["a"]],
            [None],
            "at least 1 items",
            id="null is an empty list",
        ),
        pytest.param(
            {"type": "string", "minLength": 2}, "ab", 1, "expected string, got 1", id="type first"
        ),
        pytest.param({"not": {"enum": ["x"]}, "type": "string"}, "a", "x", "must not be", id="not"),
        pytest.param({"type": "string", "format": "ipv4"}, "10.0.0.1", "::1", "no ipv4", id="ipv4"),
        pytest.param(
            {"type": "string", "format": "ipv4"}, "127.0.0.1", "here", "no ipv4", id="no address"
        ),
        pytest.param(
            {"type": "string", "format": "cidr"}, "::/0", "here/8", "no cidr", id="no network"
        ),
        pytest.param({"type": "string", "format": "ipv6"}, "::1", "10.0.0.1", "no ipv6", id="ipv6"),
        pytest.param(
            {"type": "string", "format": "cidr"}, "10.0.0.1/8", "10.0.0.1", "no cidr", id="cidr"
        ),
        pytest.param(
            {"type": "string", "format": "date"}, "2006-01-02", "2006-1-2", "no date", id="date"
        ),
        pytest.param(
            {"type": "string", "format": "date-time"},
            "2006-01-02T15:04:05Z",
            "now",
            "expected time",
            id="time",
        ),
        pytest.param(
            {"type": "string", "format": "uuid"},
            "123e4567-e89b-12d3-a456-426614174000",
            "123",
            "no uuid",
            id="uuid",
        ),
        pytest.param(
            {"type": "string", "format": "byte"}, "aGk=", "%", "expected base64", id="byte"
        ),
    ],
)
def test_a_definition_says_what_its_objects_may_be(
    schema: dict[str, Any], good: object, bad: object, fault: str
) -> None:
    assert walk(good, schema) == []
    [(path, message)] = walk(bad, schema)
    assert path.startswith("spec")
    assert fault in message


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param(
            {"type": "object", "x-kubernetes-preserve-unknown-fields": True}, {"a": 1}, id="free"
        ),
        pytest.param(
            {"x-kubernetes-preserve-unknown-fields": True}, [1], id="free, without a type"
        ),
        pytest.param({"type": "object", "additionalProperties": True}, {"a": 1}, id="any values"),
        pytest.param({"type": "string", "nullable": True}, None, id="nullable"),
        pytest.param(STRING, None, id="null is absent"),
        pytest.param(
            {
                "type": "object",
                "properties": {"a": {"type": "string", "default": "x"}},
                "required": ["a"],
            },
            {},
            id="a default is there",
        ),
        pytest.param(
            {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {}},
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}},
            id="an object inside",
        ),
        pytest.param({"type": "string", "format": "unheard-of"}, "a", id="unknown format"),
        pytest.param({"type": "integer", "minimum": "many"}, 1, id="a limit of the wrong type"),
        pytest.param({"type": "string", "enum": "a"}, "b", id="a choice of the wrong type"),
        pytest.param(
            {"x-kubernetes-int-or-string": True, "pattern": "^a", "uniqueItems": True},
            5,
            id="limits of another type",
        ),
    ],
)
def test_what_a_definition_leaves_open_is_free(schema: dict[str, Any], value: object) -> None:
    assert walk(value, schema) == []


def test_a_pattern_that_no_cluster_takes_is_told_and_not_run() -> None:
    [(_, message)] = walk("a", {"type": "string", "pattern": "(?=a)"})

    assert "unusable pattern" in message


def test_every_object_has_the_common_fields() -> None:
    schemas = load_schemas("1.36")
    walker = Walker(schemas.definition, schemas.metadata)
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"labels": {"a": 1}}}

    walker.walk(body, custom_rule({"type": "object", "properties": {}}, schemas.metadata))

    assert [fault.path for fault in walker.faults] == [("metadata", "labels", "a")]


def test_a_definition_of_no_objects_fits_none() -> None:
    schemas = load_schemas("1.36")
    walker = Walker(schemas.definition, schemas.metadata)

    walker.walk({}, custom_rule({"x-kubernetes-int-or-string": True}, schemas.metadata))

    assert [fault.message for fault in walker.faults] == [
        "expected integer or string, got an object"
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(
            {
                "group": "example.com",
                "names": {"kind": "Widget"},
                "versions": [
                    {"name": "v1", "schema": {"openAPIV3Schema": {"type": "object"}}},
                    {"name": "v1beta1", "served": False},
                ],
            },
            [("example.com", "Widget", "v1", {"type": "object"})],
            id="served versions",
        ),
        pytest.param(
            {"group": "example.com", "names": {"kind": "Widget"}, "versions": [{"name": "v1"}]},
            [("example.com", "Widget", "v1", {})],
            id="without a schema",
        ),
        pytest.param({"group": 1, "names": [], "versions": {}}, [], id="rubbish"),
        pytest.param(None, [], id="nothing"),
    ],
)
def test_a_definition_names_what_it_serves(spec: object, expected: list[object]) -> None:
    assert list(served_schemas({"spec": spec})) == expected
