"""Accept what can be written as JSON and YAML, and refuse everything else."""

import math
from collections.abc import Mapping
from typing import Any

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec.limits import DEPTH
from pkgtool.yamlcodec.number import INT64_MIN, UINT64_MAX

_PLAIN = frozenset({str, int, float, bool, dict, list, type(None)})


class Fields(dict[str, Any]):
    """A mapping that JSON has in its own order, as Go writes the fields of a struct."""

    __slots__ = ()


def plain_value(value: Any) -> Any:
    """Return `value` as one of the seven types that are written; children stay as they are.

    An integer that no Go integer holds becomes a float, as when it is read.

    Raises:
        YamlInvalid: It is of another type, or no finite number.
    """
    kind = type(value)
    if kind in _PLAIN:
        return _number(value) if kind is float or kind is int else value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, int):
        return _number(int(value))
    if isinstance(value, float):
        return _number(float(value))
    raise YamlInvalid(
        f"cannot write a value of type {kind.__name__!r}",
        hint="use texts, numbers, booleans, null, lists and mappings",
    )


def _number(value: float) -> int | float:
    if isinstance(value, int):
        if INT64_MIN <= value <= UINT64_MAX:
            return value
        try:
            return float(value)
        except OverflowError as error:
            raise YamlInvalid("cannot write an integer beyond the range of floats") from error
    if not math.isfinite(value):
        raise YamlInvalid(f"unsupported value: {value}", hint="JSON has no such number")
    return value


def too_deep() -> YamlInvalid:
    """Return the error for a value that is too deep, or holds itself."""
    return YamlInvalid(
        f"cannot write a value that is nested deeper than {DEPTH} levels",
        hint="does a mapping or a list hold itself?",
    )


def key_refused(mapping: Mapping[Any, Any]) -> YamlInvalid:
    """Return the error for a mapping with a key that is no text."""
    wrong = next((key for key in mapping if not isinstance(key, str)), None)
    return YamlInvalid(
        f"cannot write a key of type {type(wrong).__name__!r}", hint="make every key a text"
    )
