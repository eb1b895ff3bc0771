"""See Python values as Go sees them: type names, kinds, equality, and `Duration`.

| Go | here |
|---|---|
| `nil`, `bool`, `string`, `float64` | `None`, `bool`, `str`, `float` |
| `int`, `int64` | `int`: one type, called `int` |
| `[]byte` | `bytes` |
| `[]interface{}`, `[]string` | `list` (a `tuple` is read as one), called `[]interface {}` |
| `map[string]interface{}` | `dict` |
| `time.Time`, `time.Duration` | `datetime`, `Duration` |
| `complex128` | `complex` |

Source: Go packages `reflect` and `time`.
"""

from datetime import datetime
from typing import Any

from pkgtool.template.funcs.budget import Allowance
from pkgtool.template.funcs.structs import Struct

MIN_INT64 = -(1 << 63)
MAX_INT64 = (1 << 63) - 1

Map = dict[str, Any]
"""Go's `map[string]interface{}`, in the signatures of functions."""

NANOSECOND = 1
MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


class Duration(int):
    """Go's `time.Duration`: a span of time as a number of nanoseconds, shown as `1h2m3.5s`.

    >>> str(Duration(90 * SECOND))
    '1m30s'
    >>> str(Duration(1500))
    '1.5µs'
    """

    __slots__ = ()

    def __str__(self) -> str:
        size = abs(int(self))
        sign = "-" if self < 0 else ""
        if size < SECOND:
            return sign + _short(size)
        minutes, rest = divmod(size, MINUTE)
        text = f"{_decimal(rest, SECOND)}s"
        if minutes:
            hours, minutes = divmod(minutes, 60)
            text = f"{minutes}m{text}"
            text = f"{hours}h{text}" if hours else text
        return sign + text

    __repr__ = __str__


def _short(size: int) -> str:
    if size >= MILLISECOND:
        return f"{_decimal(size, MILLISECOND)}ms"
    if size >= MICROSECOND:
        return f"{_decimal(size, MICROSECOND)}µs"
    return f"{size}ns" if size else "0s"


def _decimal(size: int, unit: int) -> str:
    whole, rest = divmod(size, unit)
    if not rest:
        return str(whole)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0")


_TYPES: dict[type, tuple[str, str]] = {
    type(None): ("<nil>", "invalid"),
    bool: ("bool", "bool"),
    int: ("int", "int"),
    float: ("float64", "float64"),
    complex: ("complex128", "complex128"),
    str: ("string", "string"),
    bytes: ("[]uint8", "slice"),
    list: ("[]interface {}", "slice"),
    tuple: ("[]interface {}", "slice"),
    dict: ("map[string]interface {}", "map"),
    datetime: ("time.Time", "struct"),
    Duration: ("time.Duration", "int64"),
}


def type_name(value: object) -> str:
    """Return Go's name for the type of `value`, as `%T` prints it.

    >>> type_name([1])
    '[]interface {}'
    """
    return _type_and_kind(value)[0]


def kind_name(value: object) -> str:
    """Return Go's name for the kind of `value`.

    >>> kind_name([1])
    'slice'
    """
    return _type_and_kind(value)[1]


def _type_and_kind(value: object) -> tuple[str, str]:
    known = _TYPES.get(type(value))
    if known is None and isinstance(value, Struct):
        return value.go_type, value.kind
    if known is None:
        near = (names for kind, names in _TYPES.items() if isinstance(value, kind))
        known = next(near, (type(value).__name__, "struct"))
    return known


def wrap64(number: int) -> int:
    """Return `number` as a 64-bit register would hold it.

    >>> wrap64(MAX_INT64 + 1) == MIN_INT64
    True
    """
    return ((number - MIN_INT64) & 0xFFFF_FFFF_FFFF_FFFF) + MIN_INT64


def deep_equal(one: object, other: object) -> bool:
    """Tell whether two values are equal in type and content, as `reflect.DeepEqual` does.

    >>> deep_equal({"a": [1]}, {"a": [1]}), deep_equal(1, 1.0), deep_equal(True, 1)
    (True, False, False)
    """
    return _deep_equal(one, other, Allowance("comparing values"), 0)


def _deep_equal(one: Any, other: Any, allowance: Allowance, depth: int) -> bool:
    if kind_name(one) != kind_name(other):
        return False
    if isinstance(one, (dict, list, tuple)):
        allowance.spend(1 + len(one), depth)
        if len(one) != len(other):
            return False
        if isinstance(one, dict):
            return all(
                key in other and _deep_equal(value, other[key], allowance, depth + 1)
                for key, value in one.items()
            )
        pairs = zip(one, other, strict=True)
        return all(_deep_equal(a, b, allowance, depth + 1) for a, b in pairs)
    return bool(one == other)


def fingerprint(value: object) -> object:
    """Return something hashable that is the same for values that are `deep_equal` to each other.

    >>> fingerprint([1, {"a": 2}]) == fingerprint([1, {"a": 2}]), fingerprint(1) == fingerprint(1.0)
    (True, False)
    """
    return _fingerprint(value, Allowance("comparing values"), 0)


def _fingerprint(value: Any, allowance: Allowance, depth: int) -> object:
    allowance.spend(1, depth)
    if isinstance(value, dict):
        items = ((key, _fingerprint(each, allowance, depth + 1)) for key, each in value.items())
        return dict, frozenset(items)
    if isinstance(value, (list, tuple)):
        return list, tuple(_fingerprint(each, allowance, depth + 1) for each in value)
    # NaN is never equal to itself, so each one gets an identity of its own.
    return (type(value), value) if value == value else object()
