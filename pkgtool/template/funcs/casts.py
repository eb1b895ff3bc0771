"""Turn any value into a number or text the way Sprig does: what does not fit becomes zero.

Texts of whole numbers follow Go's literals (`0x1F`, `017`, `0b1`, `1_000`), and zeros after a
decimal point are dropped first (`1.0`); texts of floats follow Go's `ParseFloat`.

Source: Sprig `numeric.go` and `strings.go`; `spf13/cast`; Go `strconv`.
"""

import math
import re
from typing import Any

from pkgtool.template.funcs.golang.binary import decode
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.values import MAX_INT64, MIN_INT64, wrap64

_DIGITS = r"\d(?:_?\d)*"
_HEX = r"[\da-fA-F](?:_?[\da-fA-F])*"
_LITERAL = (
    r"([+-]?)(?:(0[xX])((?:_?[\da-fA-F])+)|(0[bB])((?:_?[01])+)|(0[oO]?)((?:_?[0-7])+)"
    r"|()([1-9](?:_?\d)*|0))"
)
_FLOAT = (
    rf"[+-]?(?:(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?"
    r"|(?i:inf|infinity))|(?i:nan)"
)
_HEX_FLOAT = rf"[+-]?0[xX]_?(?:{_HEX}(?:\.(?:{_HEX})?)?|\.{_HEX})[pP][+-]?{_DIGITS}"
_LONGEST_INT64 = 64
"""Digits of the longest number of 64 bits, in base 2."""


@go_function("int64")
def to_int64(value: Any) -> int:
    """Return `value` as a whole number of 64 bits: floats are cut off, other things are 0.

    >>> to_int64(3.9), to_int64("0x1F"), to_int64("1.0"), to_int64("1.5"), to_int64(None)
    (3, 31, 1, 0, 0)
    """
    if isinstance(value, int):
        return wrap64(int(value))
    if isinstance(value, float):
        return _cut_off(value)
    return _literal(value) if isinstance(value, str) else 0


def _cut_off(value: float) -> int:
    if not math.isfinite(value):
        return MIN_INT64
    whole = int(value)
    return whole if MIN_INT64 <= whole <= MAX_INT64 else MIN_INT64


def _literal(text: str) -> int:
    """Return the whole number that `text` writes as a Go literal, or 0."""
    found = re.fullmatch(_LITERAL, re.sub(r"\.0+\Z", "", text), re.ASCII)
    if not found:
        return 0
    sign, *pairs = found.groups()
    prefix, digits = next((p, d) for p, d in zip(pairs[::2], pairs[1::2], strict=True) if d)
    digits = digits.replace("_", "").lstrip("0") or "0"
    base = {"0x": 16, "0b": 2, "": 10}.get(prefix.lower(), 8)
    number = int(digits, base) if len(digits) <= _LONGEST_INT64 else MAX_INT64 + 2
    number = -number if sign == "-" else number
    return number if MIN_INT64 <= number <= MAX_INT64 else 0


@go_function("float64")
def to_float64(value: Any) -> float:
    """Return `value` as a floating-point number; what is not a number is 0.

    >>> to_float64("1e3"), to_float64(True), to_float64("abc")
    (1000.0, 1.0, 0.0)
    """
    if isinstance(value, float):
        return value
    if isinstance(value, int):
        return float(wrap64(int(value)))
    number = parse_float(value) if isinstance(value, str) else None
    return 0.0 if number is None else number


def parse_float(text: str) -> float | None:
    """Return the number that `text` writes as Go's `ParseFloat` reads it, or None.

    >>> parse_float("0x1p-2"), parse_float(" 1")
    (0.25, None)
    """
    if re.fullmatch(_FLOAT, text, re.ASCII):
        number = float(text)
        overflowed = math.isinf(number) and "n" not in text.lower()
        return None if overflowed else number
    if re.fullmatch(_HEX_FLOAT, text, re.ASCII):
        try:
            return float.fromhex(text.replace("_", ""))
        except OverflowError:
            return None
    return None


def parse_int(text: str) -> int:
    """Return the decimal number in `text`, at most 64 bits of it, or 0.

    >>> parse_int("+7"), parse_int("0x7"), parse_int("99999999999999999999") == MAX_INT64
    (7, 0, True)
    """
    found = re.fullmatch(r"([+-]?)0*(\d+)", text, re.ASCII)
    if not found:
        return 0
    sign, digits = found.groups()
    number = int(digits) if len(digits) <= _LONGEST_INT64 else MAX_INT64 + 2
    return max(-number, MIN_INT64) if sign == "-" else min(number, MAX_INT64)


@go_function("toString")
def to_string(value: Any) -> str:
    """Return `value` as text: like `%v`, but bytes are read as UTF-8.

    >>> to_string(1e6), to_string(b"hi"), to_string(None)
    ('1e+06', 'hi', '<nil>')
    """
    if isinstance(value, str):
        return value
    return decode(value) if isinstance(value, bytes) else to_text(value)
