"""Compute what the rows of Helm's tables say in Go.

An expression is a map with one of the keys `$var`, `$call`, `$concat`, `$sprintf` or `$go`; their
names are those of variables in Helm's tests and of Go's standard library.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from pkgtool.template.funcs.golang.values import Duration
from pkgtool.values.setflags import MAX_INDEX, MAX_NESTING

NOW = datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC)
"""The moment of `time.Now()`: readers let our code see the same."""

FUNCTION = "func"
"""What a Go function becomes: its body is not in the file."""

SECOND = 1_000_000_000
_VARIABLES: Mapping[str, Any] = {
    "MaxIndex": MAX_INDEX,
    "MaxNestedNameLevel": MAX_NESTING,
    "math.MaxInt64": 2**63 - 1,
    "maxDurationSeconds": (2**63 - 1) // SECOND,
    "minDurationSeconds": -(2**63 // SECOND),
    "maxDurationSecondsFloat": (2**63 - 1) / SECOND,
    "minDurationSecondsFloat": -(2**63) / SECOND,
    "time.Millisecond": Duration(SECOND // 1000),
    "time.RFC3339": "%Y-%m-%dT%H:%M:%SZ",
}


def _sprintf(text: str, *values: Any) -> str:
    quoted = (f'"{each}"' if isinstance(each, str) else each for each in values)
    return text.replace("%q", "%s") % tuple(quoted)


_CALLS: Mapping[str, Callable[..., Any]] = {
    "ValidationError": lambda text: text,
    "chart.ValidationError": lambda text: text,
    "chart.ValidationErrorf": _sprintf,
    "errors.New": RuntimeError,
    "math.Inf": lambda sign: math.copysign(math.inf, sign),
    "math.NaN": lambda: math.nan,
    "mockProvider": lambda schemes, text, error: (schemes, text, error),
    # One level more than there may be.
    "None.String": lambda: ".".join(f"name{n}" for n in range(1, MAX_NESTING + 3)),
    "uint": int,
    "{'$call': 'time.Now', 'args': []}.Format": NOW.strftime,
    "{'$call': 'time.Now', 'args': []}.Unix": lambda: int(NOW.timestamp()),
}

_PRODUCT = re.compile(r"(.+) ([-*]) (.+)")
_OPERATORS = {"-": operator.sub, "*": operator.mul}


class NotCarried(Exception):
    """The file has the name of something in Go, but not what it is."""


def compute(value: Any) -> Any:
    """Return `value` with all expressions in it computed, and without names of types.

    Raises:
        NotCarried: There is an expression that is not known.
    """
    if isinstance(value, list):
        return [compute(each) for each in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"$var": name}:
            return _known(_VARIABLES, name)
        case {"$call": name, "args": arguments}:
            return _known(_CALLS, name)(*map(compute, arguments))
        case {"$concat": parts}:
            return reduce(operator.add, map(compute, parts))
        case {"$sprintf": [text, *values]}:
            return _sprintf(text, *map(compute, values))
        case {"$go": text}:
            return _arithmetic(text)
        case {"$type": _, "$items": items}:
            return compute(items)
    return {key: compute(each) for key, each in value.items() if key != "$type"}


def _arithmetic(text: str) -> Any:
    """Return what `a - b` and `a * b` are, where variables are written as maps."""
    if text == FUNCTION:
        return FUNCTION
    found = _PRODUCT.fullmatch(text)
    if not found:
        raise NotCarried(text)
    left, sign, right = found.groups()
    made = _OPERATORS[sign](_operand(left), _operand(right))
    return Duration(made) if "time." in text else made


def _operand(text: str) -> Any:
    return compute(ast.literal_eval(text))


def _known(names: Mapping[str, Any], name: str) -> Any:
    if name not in names:
        raise NotCarried(name)
    return names[name]
