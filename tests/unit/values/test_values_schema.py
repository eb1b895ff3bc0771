"""Values against `values.schema.json`: every problem, and no schema without an end."""

import json
import time
from dataclasses import dataclass
from typing import Any

import pytest

from pkgtool.errors import FileUnreadable, SchemaInvalid, SchemaMismatch
from pkgtool.values.bundled import bundled_schema
from pkgtool.values.schema import CHECKED_PARTS, check_schema, check_values


@dataclass(frozen=True)
class Part:
    """A chart as far as schemas go."""

    name: str
    schema: bytes | None = None
    dependencies: tuple["Part", ...] = ()


def problems(schema: Any, values: dict[str, Any]) -> list[str]:
    found = check_schema(values, json.dumps(schema).encode(), name="web/values.schema.json")
    return [str(each) for each in found]


def test_all_problems_are_told_at_once() -> None:
    schema = {
        "properties": {"port": {"type": "integer"}, "host": {"pattern": "^[a-z]+$"}},
        "required": ["name"],
        "additionalProperties": False,
    }

    found = problems(schema, {"port": "x", "host": "A", "colour": 1})

    assert found == [
        "additional properties 'colour' not allowed",
        "missing property 'name'",
        "host: 'A' does not match pattern '^[a-z]+$'",
        "port: got string, want integer",
    ]


@pytest.mark.parametrize("draft", ["draft-04", "draft-06", "draft-07", "draft/2020-12"])
def test_a_whole_float_is_an_integer_under_every_draft(draft: str) -> None:
    schema = {
        "$schema": f"http://json-schema.org/{draft}/schema#",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
    }

    assert problems(schema, {"a": 2.0, "b": 2.5}) == ["b: got number, want integer"]


@pytest.mark.parametrize(
    ("schema", "values", "expected"),
    [
        pytest.param({}, {"a": 1}, [], id="empty schema"),
        pytest.param(
            {"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": False},
            {"xa": 1, "ya": 1},
            ["additional properties 'ya' not allowed", "xa: got number, want string"],
            id="pattern properties",
        ),
        pytest.param(
            {"additionalProperties": {"type": "string"}},
            {"a": 1, "b": "x"},
            ["a: got number, want string"],
            id="additional properties by schema",
        ),
        pytest.param(
            {"properties": {"l": {"uniqueItems": True}}},
            {"l": [1, True, {"a": 1}, [1], {"a": 1}]},
            ["l: items at 2 and 4 are equal"],
            id="unique items: true is not 1",
        ),
        pytest.param(
            {
                "allOf": [{"properties": {"a": {}}}],
                "$ref": "#/$defs/b",
                "$defs": {"b": {"patternProperties": {"^b": {}}}},
                "unevaluatedProperties": False,
            },
            {"a": 1, "bb": 1, "c": 1},
            ["c: false schema"],
            id="unevaluated properties",
        ),
        pytest.param(
            {
                "if": {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
                "then": {"properties": {"x": {}}},
                "else": {"properties": {"y": {}}},
                "unevaluatedProperties": {"type": "string"},
            },
            {"kind": "a", "x": 1, "y": 1},
            ["y: got number, want string"],
            id="unevaluated properties under conditions",
        ),
        pytest.param(
            {
                "properties": {
                    "l": {
                        "prefixItems": [{}],
                        "contains": {"type": "string"},
                        "unevaluatedItems": False,
                    }
                }
            },
            {"l": [1, "x", 2]},
            ["l.2: false schema"],
            id="unevaluated items",
        ),
        pytest.param(
            {
                "$defs": {"n": {"$anchor": "here", "type": "string"}},
                "properties": {"a": {"$ref": "#here"}},
            },
            {"a": 1},
            ["a: got number, want string"],
            id="anchor",
        ),
        pytest.param(
            {
                "$id": "https://example.com/values.json",
                "$defs": {"a/b": {"type": "string"}},
                "properties": {"a": {"$ref": "values.json#/$defs/a~1b"}},
            },
            {"a": 1},
            ["a: got number, want string"],
            id="the document by its own address",
        ),
        pytest.param(
            {
                "$defs": {
                    "n": {"properties": {"n": {"$ref": "#/$defs/n"}, "v": {"type": "integer"}}}
                },
                "$ref": "#/$defs/n",
            },
            {"n": {"n": {"v": "x"}}},
            ["n.n.v: got string, want integer"],
            id="recursive schema, finite values",
        ),
        pytest.param({"$ref": "urn:example:a"}, {"a": 1}, [], id="urn accepts anything"),
        pytest.param(
            {"allOf": [{}, {"type": "object"}], "properties": {"a": {"$ref": "#/allOf/1"}}},
            {"a": 1},
            ["a: got number, want object"],
            id="a reference into a list",
        ),
        pytest.param(
            {
                "properties": {
                    "a": {
                        "patternProperties": {"x": False},
                        "additionalProperties": False,
                        "uniqueItems": True,
                        "unevaluatedProperties": False,
                        "unevaluatedItems": False,
                        "pattern": "x",
                    }
                }
            },
            {"a": 1},
            [],
            id="keywords for other types do not matter",
        ),
        pytest.param(
            {"additionalProperties": True, "properties": {"l": {"uniqueItems": False}}},
            {"a": 1, "l": [1, 1]},
            [],
            id="keywords that allow",
        ),
        pytest.param(
            {"properties": {"l": {"uniqueItems": True}}}, {"l": [0, False, ""]}, [], id="all unique"
        ),
        pytest.param(
            {
                "allOf": [{"properties": {"a": {}}, "additionalProperties": {"type": "integer"}}],
                "unevaluatedProperties": False,
            },
            {"a": 1, "b": 2},
            [],
            id="additional properties are evaluated",
        ),
        pytest.param(
            {
                "anyOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {}}}],
                "dependentSchemas": {
                    "b": {"properties": {"c": {}}},
                    "x": {"properties": {"d": {}}},
                },
                "unevaluatedProperties": False,
            },
            {"a": 1, "b": 1, "c": 1, "d": 1},
            ["a: false schema", "d: false schema"],
            id="only parts that hold evaluate",
        ),
        pytest.param(
            {
                "if": {"required": ["x"]},
                "else": {"properties": {"y": {}}},
                "unevaluatedProperties": False,
            },
            {"y": 1},
            [],
            id="what is evaluated when a condition fails",
        ),
        pytest.param(
            {
                "properties": {
                    "all": {"items": {}, "unevaluatedItems": False},
                    "inner": {"allOf": [{"unevaluatedItems": True}], "unevaluatedItems": False},
                    "own": {"prefixItems": [{}], "unevaluatedItems": {"type": "string"}},
                }
            },
            {"all": [1], "inner": [1], "own": [1, 2, "x"]},
            ["own.1: got number, want string"],
            id="evaluated items",
        ),
        pytest.param(
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "properties": {"a": {"format": "ipv4"}},
            },
            {"a": "x"},
            ["a: 'x' is not valid ipv4"],
            id="format is a rule in draft 7",
        ),
        pytest.param(
            {"properties": {"a": {"format": "ipv4"}}}, {"a": "x"}, [], id="format is a remark later"
        ),
        pytest.param(
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "properties": {"a": {"format": "time"}, "b": {"format": "idn-email"}},
            },
            {"a": "10:00:00Z", "b": "x"},
            [],
            id="formats are those of Helm",
        ),
        pytest.param(
            {"properties": {"a": {"multipleOf": 0.1}, "b": {"multipleOf": 0.1}}},
            {"a": 0.3, "b": 0.25, "c": 1},
            ["b: multipleOf: got 0.25, want 0.1"],
            id="multiples of what is written",
        ),
        pytest.param(
            {"dependencies": {"a": ["b"], "c": {"required": ["d"]}, "e": ["f"]}},
            {"a": 1, "c": 1},
            ["missing property 'd'", "properties 'b' required, if 'a' exists"],
            id="dependencies outlive their draft",
        ),
        pytest.param({"dependencies": {"a": ["b"]}, "multipleOf": 2}, {"b": 1}, [], id="nothing"),
        pytest.param(
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "definitions": {"a": {}},
                "properties": {"x": {"$ref": "#/definitions/a", "type": "string"}},
            },
            {"x": 1},
            [],
            id="draft 7 ignores what stands beside a reference",
        ),
    ],
)
def test_keywords(schema: Any, values: dict[str, Any], expected: list[str]) -> None:
    assert problems(schema, values) == expected


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        pytest.param(b"{", "is not JSON", id="no json"),
        pytest.param(b"[]", "neither an object nor a boolean", id="list"),
        pytest.param(b"\xff\xfe\xff", "not", id="no text"),
        pytest.param(b'{"type": "nope"}', "is not a schema: at type", id="bad type"),
        pytest.param(b'{"$ref": "#/nowhere"}', "has no '#/nowhere'", id="dangling"),
        pytest.param(b'{"$ref": "#nowhere"}', "has no '#nowhere'", id="no such anchor"),
        pytest.param(
            b'{"properties": {"x": {"pattern": "(?=a)"}}}', "error parsing regexp", id="re2"
        ),
        pytest.param(
            b'{"$defs": {"unused": {"pattern": "(?!a)"}}}', "error parsing regexp", id="any"
        ),
        pytest.param(b'{"patternProperties": {"(": {}}}', "error parsing regexp", id="key"),
        pytest.param(b'{"$schema": "draft-07"}', "is of no draft", id="no draft"),
        pytest.param(b'{"$ref": "#"}', "refers to itself without end", id="circle"),
    ],
)
def test_unusable_schemas(schema: bytes, said: str) -> None:
    with pytest.raises(SchemaInvalid, match=said):
        check_schema({"x": "a"}, schema, name="web/values.schema.json")


def test_a_schema_is_held_against_the_schema_of_schemas_once() -> None:
    """A server renders the same chart again and again; the first time takes ten times as long."""
    text = json.dumps({"properties": {f"k{number}": {"type": "string"} for number in range(300)}})

    def seconds() -> float:
        began = time.perf_counter()
        check_schema({"k1": 1}, text.encode(), name="web/values.schema.json")
        return time.perf_counter() - began

    first, again = seconds(), min(seconds() for _ in range(5))

    assert again < first / 3


def large(**more: Any) -> dict[str, Any]:
    """Return a schema that is not held against the schema of schemas, because of its size."""
    return {"$defs": {f"a{number}": {} for number in range(CHECKED_PARTS)}, **more}


def test_a_large_schema_works_like_any_other() -> None:
    assert problems(large(required=["name"]), {}) == ["missing property 'name'"]


def test_a_large_schema_that_is_none_is_refused_when_it_is_used() -> None:
    with pytest.raises(SchemaInvalid, match="is not a schema"):
        problems(large(required=3), {})


def test_a_schema_that_is_only_deep_is_refused() -> None:
    nested: dict[str, Any] = {}
    for _ in range(120):
        nested = {"not": nested}

    with pytest.raises(SchemaInvalid, match="nested too deeply"):
        problems(nested, {})


@pytest.mark.parametrize(
    "reference",
    [
        "http://example.com/s.json",
        "https://example.com/s",
        "file:///dev/zero",
        "/etc/passwd",
        "o.json",
    ],
)
def test_no_reference_leaves_the_chart(reference: str) -> None:
    with pytest.raises(SchemaInvalid, match="points outside the chart") as caught:
        problems({"properties": {"never": {"items": {"$ref": reference}}}}, {})

    assert "$defs" in caught.value.hint


def fan_out(levels: int, last: Any) -> dict[str, Any]:
    parts = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(levels)}
    return {"$defs": {**parts, f"a{levels}": last}, "$ref": "#/$defs/a0"}


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        pytest.param(fan_out(18, {"type": "string"}), {}, id="fan out"),
        pytest.param(
            {**fan_out(18, {"properties": {"x": {}}}), "unevaluatedProperties": False},
            {"x": 1, "y": 1},
            id="fan out of unevaluated",
        ),
        pytest.param(
            {"properties": {"l": {"uniqueItems": True}}},
            {"l": [{"k": n} for n in range(3000)] + [{"k": 0}]},
            id="unique items",
        ),
        pytest.param(
            {"properties": {"a": {"pattern": "^(a+)+$"}}}, {"a": "a" * 50_000 + "b"}, id="pattern"
        ),
    ],
)
def test_bombs_are_only_problems(schema: Any, values: dict[str, Any]) -> None:
    began = time.process_time()

    assert len(problems(schema, values)) == 1
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(b'{"allOf":[' * 100_000 + b"{}" + b"]}" * 100_000, id="deep"),
        pytest.param(
            json.dumps(
                {
                    "$defs": {f"a{n}": {"$ref": f"#/$defs/a{n + 1}"} for n in range(1000)}
                    | {"a1000": {}},
                    "$ref": "#/$defs/a0",
                }
            ).encode(),
            id="chain",
        ),
        pytest.param(json.dumps({"anyOf": [{"not": {}}] * 100_001}).encode(), id="parts"),
    ],
)
def test_bombs_without_an_end_are_refused(schema: bytes) -> None:
    began = time.process_time()

    with pytest.raises(SchemaInvalid):
        check_schema({}, schema, name="web/values.schema.json")

    assert time.process_time() - began < 2


def test_steps_are_limited() -> None:
    values = {"l": [{str(n): n} for n in range(400)]}
    schema = {"properties": {"l": {"items": {"allOf": [{"minProperties": 0}] * 400}}}}

    with pytest.raises(SchemaInvalid, match="takes more than 100000 steps"):
        problems(schema, values)


def test_a_subchart_is_asked_about_its_own_section() -> None:
    strict = b'{"properties": {"port": {"type": "integer"}}}'
    tree = Part("web", strict, (Part("db", strict), Part("cache", strict)))

    with pytest.raises(SchemaMismatch) as caught:
        check_values(tree, {"port": "a", "db": {"port": "b"}, "cache": None})

    assert caught.value.what.endswith(
        "in the following chart(s):\n"
        "web:\n- at '/port': got string, want integer\n"
        "db:\n- at '/port': got string, want integer\n"
    )
    assert [each.path for each in caught.value.problems] == ["port", "db.port"]


def test_values_that_fit_pass() -> None:
    check_values(Part("web", b'{"type": "object"}', (Part("db"),)), {"db": {"a": 1}})


def test_an_unknown_bundled_schema_is_an_error() -> None:
    with pytest.raises(FileUnreadable, match="no bundled schema"):
        bundled_schema("../pyproject.toml")
