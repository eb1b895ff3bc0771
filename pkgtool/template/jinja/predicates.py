"""The tests of templates: what may stand behind `is`."""

from collections.abc import Callable, Mapping
from typing import Any

from pkgtool.template.jinja.runtime import Undefined


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _sequence(value: Any) -> bool:
    return isinstance(value, (str, list, tuple, range, Mapping))


PREDICATES: Mapping[str, Callable[..., bool]] = {
    "defined": lambda value: not isinstance(value, Undefined),
    "undefined": lambda value: isinstance(value, Undefined),
    "none": lambda value: value is None,
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "integer": _integer,
    "float": lambda value: isinstance(value, float),
    "number": _number,
    "string": lambda value: isinstance(value, str),
    "mapping": lambda value: isinstance(value, Mapping),
    "sequence": _sequence,
    "iterable": _sequence,
    "empty": lambda value: isinstance(value, Undefined) or not value,
    "odd": lambda value: value % 2 == 1,
    "even": lambda value: value % 2 == 0,
    "divisibleby": lambda value, by: value % by == 0,
    "lower": lambda value: value.islower(),
    "upper": lambda value: value.isupper(),
    "sameas": lambda value, other: value is other,
    "in": lambda value, container: value in container,
    "contains": lambda value, item: item in value,
    **dict.fromkeys(("==", "eq", "equalto"), lambda value, other: value == other),
    **dict.fromkeys(("!=", "ne"), lambda value, other: value != other),
    **dict.fromkeys(("<", "lt", "lessthan"), lambda value, other: value < other),
    **dict.fromkeys(("<=", "le"), lambda value, other: value <= other),
    **dict.fromkeys((">", "gt", "greaterthan"), lambda value, other: value > other),
    **dict.fromkeys((">=", "ge"), lambda value, other: value >= other),
}
"""Test by name; the value comes first, then the arguments in parentheses."""

TOLERANT = frozenset({"defined", "undefined", "empty"})
"""Tests that may be asked of an undefined value."""
