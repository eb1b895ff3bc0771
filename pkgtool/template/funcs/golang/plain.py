"""Turn template values into the plain maps, lists and scalars that JSON, YAML and TOML have.

Dates become RFC 3339 text, bytes base64, structs their fields, a nil list null; everything else is
passed on as it is, without a copy. The walk also finds values that contain themselves before a writer does.

Source: Go `encoding/json` (`Marshal`).
"""

import math
import operator
from binascii import b2a_base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.budget import MAX_TEXT, Allowance, check_size
from pkgtool.template.funcs.golang.binary import BinaryText
from pkgtool.template.funcs.golang.number import float_text
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.golang.values import Duration, NilList, type_name
from pkgtool.yamlcodec import Fields

_SCALARS = frozenset((bool, int, type(None)))


class UnsupportedValue(Exception):
    """JSON has no form for a number; the message is Go's."""


class UnsupportedType(UnsupportedValue):
    """JSON has no form for values of a type, which is `name` in Go."""

    def __init__(self, name: str) -> None:
        super().__init__(f"json: unsupported type: {name}")
        self.name = name


def to_plain(
    value: Any, what: str, *, finite: bool = True, toml: bool = False, nil: bool = True
) -> Any:
    """Return `value` with nothing in it but JSON's types.

    Args:
        value: Any value of a template.
        what: The function that asks, for error messages.
        finite: Refuse infinities and NaN.
        toml: Leave dates and complex numbers as they are, and make bytes a list of numbers, not
            base64 text.
        nil: Make nil lists null, not empty lists.

    Raises:
        UnsupportedValue: There is a number that is not finite or not real.
        BudgetExceeded: The value is too large, too deep or contains itself.
        FunctionFailed: It contains something that is no template value.
    """
    if type(value) is str or type(value) in _SCALARS:
        return value
    return _Walk(what, finite=finite, toml=toml, nil=nil).plain(value, 0)


def moment_text(moment: datetime) -> str:
    """Return Go's RFC 3339 text of `moment`: fractions only where there are any, `Z` for UTC.

    >>> moment_text(datetime(2020, 1, 2, 3, 4, 5, 120000))
    '2020-01-02T03:04:05.12Z'
    """
    text = moment.replace(microsecond=0).isoformat()
    zone = "Z" if text[19:] in ("", "+00:00") else text[19:]
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{text[:19]}{fraction}{zone}"


class _Walk:
    __slots__ = ("allowance", "finite", "nil", "size", "toml", "what")

    def __init__(self, what: str, *, finite: bool, toml: bool, nil: bool) -> None:
        self.what = what
        self.finite = finite
        self.toml = toml
        self.nil = nil
        self.allowance = Allowance(what)
        self.size = 0

    def plain(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind is str:
            return self.text(value)
        if kind in _SCALARS:
            return value
        if kind is float:
            return self.real(value)
        if kind is dict:
            return self.mapping(value, depth)
        if kind is list or kind is tuple:
            return self.sequence(value, depth)
        return self.other(value, depth)

    def mapping(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        self.allowance.spend(1 + len(value), depth)
        changed, odd_keys = {}, False
        for key, each in value.items():
            odd_keys = odd_keys or type(key) is not str
            # Most values are, and a call for each would take as long as everything else here.
            if type(each) in _SCALARS:
                continue
            if type(each) is str:
                self.size += len(each)
                continue
            plain = self.plain(each, depth + 1)
            if plain is not each:
                changed[key] = plain
        if self.size > MAX_TEXT:
            check_size(self.what, self.size)
        # Only what changes is copied, and what changes is rare.
        if not changed and not odd_keys:
            return value
        return {self.key(key): changed.get(key, each) for key, each in value.items()}

    def key(self, key: Any) -> str:
        if isinstance(key, BinaryText):
            return str(self.other(key, 0))
        if isinstance(key, str):
            return str.__str__(key)
        return str(key).lower() if isinstance(key, bool) else str(key)

    def sequence(self, value: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        self.allowance.spend(1 + len(value), depth)
        plain = [self.plain(each, depth + 1) for each in value]
        if isinstance(value, list) and all(map(operator.is_, plain, value)):
            return value
        return plain

    def text(self, value: str) -> str:
        # A short value may hold one long text a thousand times.
        self.size += len(value)
        if self.size > MAX_TEXT:
            check_size(self.what, self.size)
        return value

    def real(self, value: float) -> float:
        if self.finite and not math.isfinite(value):
            raise UnsupportedValue(f"json: unsupported value: {float_text(value)}")
        return value

    def other(self, value: Any, depth: int) -> Any:
        match value:
            case Fields():
                return Fields(self.mapping(dict(value), depth))
            case Struct():
                return self.plain(value.plain, depth + 1)
            case datetime():
                return value if self.toml else moment_text(value)
            case bytes():
                return list(value) if self.toml else b2a_base64(value, newline=False).decode()
            case Duration():
                return str(value) if self.toml else int(value)
            case BinaryText() if not self.toml:
                # Writers know half surrogates for what they are: bytes that are no text.
                return self.text(value.raw.decode("utf-8", "surrogateescape"))
            case str():
                return self.text(str.__str__(value))
            case int():
                return int(value)
            case float():
                return self.real(float(value))
            case Mapping():
                return self.mapping(dict(value), depth)
            case NilList() if self.nil and not value:
                return None
            case list() | tuple():
                return self.sequence(list(value), depth)
            case complex():
                if self.toml:
                    return value
                raise UnsupportedType(type_name(value))
        raise FunctionFailed(f"{self.what}: unsupported type: {type_name(value)}")
