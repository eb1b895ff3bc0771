"""See Python values as Go sees them: type names, kinds, equality, and `Duration`.

| Go | here |
|---|---|
| `nil`, `bool`, `string`, `float64` | `None`, `bool`, `str`, `float` |
| `int`, `int64` | `int`; `Int64` where an engine keeps the two apart |
| `[]byte` | `bytes` |
| `[]interface{}`, `[]string` | `list` (a `tuple` is read as one), called `[]interface {}` |
| a nil slice | `NilList` |
| `map[string]interface{}` | `dict` |
| `time.Time`, `time.Duration` | `datetime`, `Duration` |
| `complex128` | `complex` |

Source: Go packages `reflect` and `time`.
"""

import math
from datetime import datetime
from typing import Any

from pkgtool.template.funcs.budget import Allowance
from pkgtool.template.funcs.golang.structs import NamedMap, Struct

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


class NilMap(dict[str, Any]):
    """Go's nil map, which a nil becomes where a function wants a map: empty, and nothing fits in.

    >>> type_name(NilMap()), NilMap() == {}
    ('map[string]interface {}', True)
    """

    __slots__ = ()


class Int64(int):
    """Go's `int64`, for engines that keep it apart from `int`: `add` and `--set` make it.

    >>> type_name(Int64(3)), Int64(3) == 3
    ('int64', True)
    """

    __slots__ = ()


class NilList(list[Any]):
    """Go's nil slice: an empty list that `toJson` and `toYaml` write as null."""

    __slots__ = ()


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
    Int64: ("int64", "int64"),
    Duration: ("time.Duration", "int64"),
}

_SCALARS = (str, int, float, complex, bytes, datetime, type(None))


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
    if known is None and isinstance(value, NamedMap):
        return value.go_type, "map"
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


class Fingerprints:
    """Numbers values so that two get the same number exactly when they are equal to each other.

    Equal means equal in type and content, as for Go's `reflect.DeepEqual`; a NaN equals nothing.
    What is shared is looked at once, so values that contain one list many times cost little.
    """

    def __init__(self, what: str = "comparing values") -> None:
        self._allowance = Allowance(what)
        self._numbers: dict[object, int] = {}
        self._known: dict[int, int] = {}

    def of(self, value: Any) -> int:
        """Return the number of `value`, which must stay alive and unchanged meanwhile.

        Raises:
            BudgetExceeded: The value is too large, or contains itself.
        """
        return self._of(value, 0)

    def _of(self, value: Any, depth: int) -> int:
        number = self._known.get(id(value))
        if number is not None:
            return number
        self._allowance.spend(1, depth)
        number = self._numbers.setdefault(self._key(value, depth), len(self._numbers))
        if isinstance(value, (dict, list, tuple)):
            self._known[id(value)] = number
        return number

    def _key(self, value: Any, depth: int) -> object:
        if isinstance(value, dict):
            return dict, frozenset((key, self._of(each, depth + 1)) for key, each in value.items())
        if isinstance(value, (list, tuple)):
            return list, tuple(self._of(each, depth + 1) for each in value)
        if isinstance(value, float) and math.isnan(value):
            return object()
        # What is no value of a template is equal to itself only.
        return type_name(value), value if isinstance(value, _SCALARS) else id(value)


def deep_equal(one: object, other: object) -> bool:
    """Tell whether two values are equal in type and content, as `reflect.DeepEqual` does.

    >>> deep_equal({"a": [1]}, {"a": [1]}), deep_equal(1, 1.0), deep_equal(True, 1)
    (True, False, False)

    Raises:
        BudgetExceeded: A value is too large, or contains itself.
    """
    if type(one) is type(other) and isinstance(one, _SCALARS):
        return bool(one == other)
    fingerprints = Fingerprints()
    return fingerprints.of(one) == fingerprints.of(other)
