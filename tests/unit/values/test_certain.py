"""What is certain without the library is what the library says, too."""

import copy
import json
import random
import subprocess
import sys
from typing import Any

import pytest

from pkgtool.errors import SchemaInvalid
from pkgtool.values import schema as schemas
from pkgtool.values.certain import Schema, surely_meets

DRAFTS = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
]
COMMON: dict[str, Any] = {
    "title": "Values",
    "type": "object",
    "properties": {
        "host": {"type": "string", "pattern": "^[a-z]+$", "minLength": 1},
        "port": {"type": ["integer", "string", "null"], "minimum": 1, "maximum": 65535},
        "mode": {"enum": ["on", "off", True, 1]},
        "names": {"type": "array", "items": {"$ref": "#/definitions/name"}, "uniqueItems": True},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "image": {
            "allOf": [{"required": ["tag"]}, {"not": {"required": ["digest"]}}],
            "anyOf": [{"properties": {"tag": {"type": "string"}}}, {"type": "null"}],
            "oneOf": [{"type": "object"}, {"type": "array"}],
        },
    },
    "required": ["host"],
    "additionalProperties": False,
    "definitions": {"name": {"type": "string"}},
}
VALUES: dict[str, Any] = {
    "host": "web",
    "port": 80,
    "mode": 1,
    "names": ["a", "b"],
    "labels": {"a": "b"},
    "image": {"tag": "1"},
}
ODD: list[Any] = [
    *(None, True, False, 0, 1, -1, 2.0, 1.5, "", "string", "a", "(", [], ["string"], {}),
    *(
        ["a", "a"],
        {"type": "string"},
        {"type": "nope"},
        [{}],
        [1],
        {"a": 1},
        "#",
        "#/definitions/x",
    ),
]
KEYWORDS = [
    *("type", "enum", "const", "properties", "patternProperties", "additionalProperties", "items"),
    *(
        "required",
        "uniqueItems",
        "pattern",
        "format",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
    ),
    *("minimum", "exclusiveMaximum", "maxLength", "minItems", "maxProperties", "$ref", "$id", "id"),
    *(
        "definitions",
        "$defs",
        "dependencies",
        "contains",
        "examples",
        "default",
        "title",
        "nullable",
    ),
]


def certain(schema: Any, values: dict[str, Any]) -> bool:
    check = schemas._Check(json.dumps(schema).encode(), "schema")
    return surely_meets(Schema(check.root, check.draft(), check.target, check.matches), values)


def library(schema: Any, values: dict[str, Any]) -> bool:
    check = schemas._Check(json.dumps(schema).encode(), "schema")
    return not list(check.validator(check.draft()).iter_errors(values))


def changed(value: Any, chance: random.Random, keys: list[str]) -> Any:
    """Return a copy of `value` with something odd at one or two places."""
    value = copy.deepcopy(value)
    for _ in range(chance.randint(1, 2)):
        place = value
        for _ in range(chance.randint(0, 4)):
            ways = list(place) if isinstance(place, dict) else list(range(len(place)))
            deeper = [place[way] for way in ways if isinstance(place[way], dict | list)]
            deeper = [each for each in deeper if each]
            place = chance.choice(deeper) if deeper else place
        if isinstance(place, dict):
            place[chance.choice([*place, *keys])] = copy.deepcopy(chance.choice(ODD))
        else:
            place[chance.randrange(len(place))] = copy.deepcopy(chance.choice(ODD))
    return value


@pytest.mark.parametrize("draft", DRAFTS)
def test_values_that_meet_a_common_schema_do_so_for_certain(draft: str) -> None:
    assert certain({"$schema": draft, **COMMON}, VALUES)


def test_what_is_certain_the_library_says_too() -> None:
    chance, sure = random.Random(7), 0

    for _ in range(2000):
        schema = {"$schema": chance.choice(DRAFTS), **changed(COMMON, chance, KEYWORDS)}
        values = changed(VALUES, chance, ["other"]) if chance.random() < 0.5 else VALUES
        try:
            if not certain(schema, values):
                continue
        except SchemaInvalid:
            continue
        sure += 1
        assert library(schema, values), (schema, values)

    assert sure > 30


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        pytest.param({"enum": [True]}, {"a": 1}, id="true is not 1"),
        pytest.param({"enum": [1]}, {"a": True}, id="1 is not true"),
        pytest.param({"type": "integer"}, {"a": True}, id="a flag is no number"),
        pytest.param(
            {"$ref": "#/definitions/a", "type": "string"}, {"a": 1}, id="beside a reference"
        ),
        pytest.param({"dependencies": {"b": ["c"]}}, {"a": {"b": 1}}, id="only the library knows"),
        pytest.param({"type": "nope"}, {}, id="no schema, though nobody asks"),
        pytest.param({"$ref": "#/properties/a"}, {"a": 1}, id="a reference to itself"),
        pytest.param({"uniqueItems": True}, {"a": [1, True]}, id="items that are no texts"),
    ],
)
def test_what_needs_care_is_left_to_the_library(schema: Any, values: dict[str, Any]) -> None:
    whole = {"properties": {"a": schema}, "definitions": {"a": {}}}

    assert not certain(whole, values)


def test_good_values_of_a_common_schema_do_not_load_the_library() -> None:
    program = (
        "import sys, json; from pkgtool.values.schema import check_schema\n"
        "schema, values = json.loads(sys.argv[1])\n"
        "assert not check_schema(values, json.dumps(schema).encode(), name='schema')\n"
        "assert 'jsonschema' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program, json.dumps([COMMON, VALUES])], check=True)
