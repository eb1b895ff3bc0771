"""Say for certain whether values meet a schema of common form, without the library.

The library takes longer to import than most charts take to render, and most values are fine. Here is
what schemas of charts are made of, and nothing else: a keyword that is not here, a schema that may not
be one, a comparison that needs care make the answer `False`, which only means that the library has
to be asked. It has the last word on everything that is wrong, and all the words for it.

Source: https://json-schema.org, drafts 4 to 2020-12, where they agree; pinned to the library by
`tests/unit/values/test_certain.py`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

_STEPS = 20_000
"""How many keywords are asked at most; the library goes on for longer."""
_DEPTH = 30
"""How deep schemas are followed; the library goes deeper."""


class Schema(NamedTuple):
    """A schema, and what the check of its references and patterns has found out."""

    root: Any
    draft: int
    """4, 6, 7, 2019 or 2020."""
    target: Callable[[str], Any]
    """Return what a reference names."""
    matches: Callable[[str, str], bool]
    """Whether a pattern is in a text."""


def surely_meets(schema: Schema, values: Mapping[str, Any]) -> bool:
    """Return whether `values` meet `schema` for certain."""
    try:
        return _Walk(schema).meets(schema.root, values)
    except _Unsure:
        return False


class _Unsure(Exception):
    """The library has to be asked."""


class _Walk:
    """One schema at work."""

    def __init__(self, schema: Schema) -> None:
        self.draft = schema.draft
        self.target = schema.target
        self.matches = schema.matches
        self.steps = 0
        self.depth = 0
        self.known = {id(each) for each in _parts(schema.root, schema.draft)}

    def meets(self, schema: Any, value: Any) -> bool:
        """Whether `value` meets `schema`, a part of the whole."""
        self.steps += len(schema)
        self.depth += 1
        if self.steps > _STEPS or self.depth > _DEPTH:
            raise _Unsure
        met = self.judged(schema, value)
        self.depth -= 1
        return met

    def judged(self, schema: Any, value: Any) -> bool:
        if "$ref" in schema:
            # Drafts differ in what stands beside it.
            if not _RULES.keys().isdisjoint(schema):
                raise _Unsure
            found = self.target(schema["$ref"])
            if id(found) not in self.known:
                raise _Unsure
            return self.meets(found, value)
        return all(
            _RULES[key](self, wanted, value, schema)
            for key, wanted in schema.items()
            if key in _RULES
        )

    def type(self, wanted: Any, value: Any, _schema: Any) -> bool:
        names = wanted if isinstance(wanted, list) else [wanted]
        return any(_TYPES[name](value) for name in names)

    def enum(self, wanted: Any, value: Any, _schema: Any) -> bool:
        return any(_same(each, value) for each in wanted)

    def const(self, wanted: Any, value: Any, _schema: Any) -> bool:
        return _same(wanted, value)

    def properties(self, wanted: Any, value: Any, _schema: Any) -> bool:
        if not isinstance(value, dict):
            return True
        return all(self.meets(part, value[key]) for key, part in wanted.items() if key in value)

    def pattern_properties(self, wanted: Any, value: Any, _schema: Any) -> bool:
        if not isinstance(value, dict):
            return True
        return all(
            self.meets(part, each)
            for pattern, part in wanted.items()
            for key, each in value.items()
            if self.matches(pattern, key)
        )

    def additional_properties(self, wanted: Any, value: Any, schema: Any) -> bool:
        if wanted is True or not isinstance(value, dict):
            return True
        patterns = schema.get("patternProperties", ())
        extras = [
            key
            for key in value.keys() - schema.get("properties", {}).keys()
            if not any(self.matches(pattern, key) for pattern in patterns)
        ]
        if wanted is False:
            return not extras
        return all(self.meets(wanted, value[key]) for key in extras)

    def required(self, wanted: Any, value: Any, _schema: Any) -> bool:
        return not isinstance(value, dict) or all(key in value for key in wanted)

    def items(self, wanted: Any, value: Any, _schema: Any) -> bool:
        return not isinstance(value, list) or all(self.meets(wanted, each) for each in value)

    def unique_items(self, wanted: Any, value: Any, _schema: Any) -> bool:
        if not wanted or not isinstance(value, list) or len(value) < 2:
            return True
        if not all(isinstance(each, str) for each in value):
            raise _Unsure
        return len(set(value)) == len(value)

    def pattern(self, wanted: Any, value: Any, _schema: Any) -> bool:
        return not isinstance(value, str) or self.matches(wanted, value)

    def format(self, wanted: Any, value: Any, _schema: Any) -> bool:
        if self.draft > 7 or not isinstance(value, str):
            return True
        # Imported here: few schemas ask, and there are many patterns in it.
        from pkgtool.values.formats import FORMATS  # noqa: PLC0415

        return wanted not in FORMATS or bool(FORMATS[wanted](value))

    def all_of(self, wanted: Any, value: Any, _schema: Any) -> bool:
        return all(self.meets(part, value) for part in wanted)

    def any_of(self, wanted: Any, value: Any, _schema: Any) -> bool:
        return any(self.meets(part, value) for part in wanted)

    def one_of(self, wanted: Any, value: Any, _schema: Any) -> bool:
        return sum(self.meets(part, value) for part in wanted) == 1

    def is_not(self, wanted: Any, value: Any, _schema: Any) -> bool:
        return not self.meets(wanted, value)

    def condition(self, wanted: Any, value: Any, schema: Any) -> bool:
        part = schema.get("then" if self.meets(wanted, value) else "else")
        return part is None or self.meets(part, value)


_Rule = Callable[[_Walk, Any, Any, Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _compare(holds: Callable[[Any, Any], bool]) -> _Rule:
    return lambda _walk, wanted, value, _schema: not _is_number(value) or holds(value, wanted)


def _measure(
    kind: type[str] | type[list[Any]] | type[dict[str, Any]], holds: Callable[[int, int], bool]
) -> _Rule:
    return lambda _walk, wanted, value, _schema: (
        not isinstance(value, kind) or holds(len(value), wanted)
    )


_RULES: Mapping[str, _Rule] = {
    "type": _Walk.type,
    "enum": _Walk.enum,
    "const": _Walk.const,
    "properties": _Walk.properties,
    "patternProperties": _Walk.pattern_properties,
    "additionalProperties": _Walk.additional_properties,
    "required": _Walk.required,
    "items": _Walk.items,
    "uniqueItems": _Walk.unique_items,
    "pattern": _Walk.pattern,
    "format": _Walk.format,
    "allOf": _Walk.all_of,
    "anyOf": _Walk.any_of,
    "oneOf": _Walk.one_of,
    "not": _Walk.is_not,
    "if": _Walk.condition,
    "minimum": _compare(lambda value, limit: value >= limit),
    "maximum": _compare(lambda value, limit: value <= limit),
    "exclusiveMinimum": _compare(lambda value, limit: value > limit),
    "exclusiveMaximum": _compare(lambda value, limit: value < limit),
    "minLength": _measure(str, lambda size, limit: size >= limit),
    "maxLength": _measure(str, lambda size, limit: size <= limit),
    "minItems": _measure(list, lambda size, limit: size >= limit),
    "maxItems": _measure(list, lambda size, limit: size <= limit),
    "minProperties": _measure(dict, lambda size, limit: size >= limit),
    "maxProperties": _measure(dict, lambda size, limit: size <= limit),
}

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_whole,
    "null": lambda value: value is None,
    "number": _is_number,
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal in JSON, where `true` is not 1."""
    if isinstance(one, list | dict) and isinstance(other, list | dict):
        raise _Unsure
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


# Which schemas are schemas, in all drafts.


def _parts(root: Any, draft: int) -> Iterator[Any]:
    """Yield `root` and all schemas in it, after a look at each."""
    waiting = [root]
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, dict) or (schema is not root and not _NAMES.isdisjoint(schema)):
            raise _Unsure
        newer = _SINCE_6 if draft < 6 else _SINCE_7 if draft < 7 else ()
        if not _OTHERS.isdisjoint(schema) or any(key in schema for key in newer):
            raise _Unsure
        for key, value in schema.items():
            if key in _SHAPES and not _SHAPES[key](value):
                raise _Unsure
            if key in _ONE and not (key == "additionalProperties" and isinstance(value, bool)):
                waiting.append(value)
            elif key in _MANY:
                waiting += value
            elif key in _NAMED:
                waiting += value.values()
        yield schema


_NAMES = frozenset(["$id", "id"])
"""What changes what references mean, inside of a schema."""

_OTHERS = frozenset(
    [
        *("$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef"),
        *("$vocabulary", "additionalItems", "contains", "contentSchema", "dependencies"),
        *("dependentRequired", "dependentSchemas", "disallow", "divisibleBy", "extends"),
        *("maxContains", "minContains", "multipleOf", "prefixItems", "propertyNames"),
        *("unevaluatedItems", "unevaluatedProperties"),
    ]
)
"""Keywords that some draft knows, and only the library."""
_SINCE_6 = ("const", "exclusiveMaximum", "exclusiveMinimum", "if", "then", "else")
_SINCE_7 = ("if", "then", "else")

_ONE = frozenset(["additionalProperties", "items", "not", "if", "then", "else"])
_MANY = frozenset(["allOf", "anyOf", "oneOf"])
_NAMED = frozenset(["$defs", "definitions", "patternProperties", "properties"])


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_size(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_pattern(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(re.compile(value))
    except (re.error, RecursionError, OverflowError):
        return False


def _are_different(values: Any, fits: Callable[[Any], bool]) -> bool:
    if not isinstance(values, list) or not values or not all(map(fits, values)):
        return False
    return len({(type(each), each) for each in values}) == len(values)


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | bool | int | float)


def _is_type(value: Any) -> bool:
    return isinstance(value, str) and value in _TYPES


_SHAPES: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$schema", "$comment", "title", "description", "format", "$ref"), _is_text),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), _is_flag),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _is_size),
    **dict.fromkeys(("minProperties", "maxProperties"), _is_size),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(("$defs", "definitions", "properties"), lambda value: isinstance(value, dict)),
    **dict.fromkeys(_MANY, lambda value: isinstance(value, list) and bool(value)),
    **dict.fromkeys(_NAMES, lambda value: isinstance(value, str) and "#" not in value),
    "examples": lambda value: isinstance(value, list),
    "enum": lambda value: _are_different(value, _is_scalar),
    "required": lambda value: _are_different(value, _is_text),
    "type": lambda value: _is_type(value) or _are_different(value, _is_type),
    "pattern": _is_pattern,
    "patternProperties": lambda value: isinstance(value, dict) and all(map(_is_pattern, value)),
}
"""What keywords must be, whichever draft it is."""
