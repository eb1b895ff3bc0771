"""Write numbers as Go does: three forms of one number, each with its own rule.

| form | exponent when | used by |
|---|---|---|
| general (`%g`) | below 1e-4, or from 1e6 on | YAML floats, keys |
| JSON | below 1e-6, or from 1e21 on | `toJson` |
| through JSON | JSON first, then general if that text is no 64-bit integer | `toYaml` |

Digits are always the fewest that read back as the same number, as in `repr`.

Source: Go `strconv.FormatFloat` and `encoding/json`; `spec/helm-behaviour.md` §3.1.
"""

import struct

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1
UINT64_MAX = 2**64 - 1


def general_text(value: float) -> str:
    """Return `value` (finite) in Go's `%g` form.

    >>> general_text(1e6), general_text(123456.5), general_text(0.00001)
    ('1e+06', '123456.5', '1e-05')
    """
    sign, digits, point = _decimal(repr(value))
    if -4 < point <= 6:
        return sign + _positional(digits, point)
    return sign + _scientific(digits, point)


_EXACT = 1e15
"""Whole floats below it have the digits of the integer."""


def json_text(value: float) -> str:
    """Return `value` (finite) as Go's `encoding/json` writes a float64.

    >>> json_text(1.0), json_text(1e20), json_text(1e-7)
    ('1', '100000000000000000000', '1e-7')
    """
    if -_EXACT < value < _EXACT and value and value == (whole := int(value)):
        return str(whole)
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        sign, digits, point = _decimal(repr(value))
        return sign + _positional(digits, point)
    text = general_text(value)
    return text[:-2] + text[-1] if text[-4:-1] == "e-0" else text


def through_json_text(value: float) -> str:
    """Return `value` (finite) as `toYaml` shows it: written as JSON, read as YAML, written.

    >>> through_json_text(1e6), through_json_text(1234567.5), through_json_text(1e20)
    ('1000000', '1.2345675e+06', '1e+20')
    """
    if value == 0:
        return "0"  # JSON says `-0`, which YAML reads as the integer 0
    if -_EXACT < value < _EXACT and value == (whole := int(value)):
        return str(whole)
    if not value.is_integer() or not INT64_MIN <= value <= UINT64_MAX:
        return general_text(value)
    text = json_text(value)
    return text if INT64_MIN <= int(text) <= UINT64_MAX else general_text(value)


def single_precision_text(value: float) -> str:
    """Return `value` in the `%g` form of a 32-bit float: how a float becomes a key.

    >>> single_precision_text(0.1234567890123)
    '0.12345679'
    """
    if value != value:
        return ".nan"
    packed = struct.pack("f", value)
    single = struct.unpack("f", packed)[0]
    if single in (float("inf"), float("-inf")):
        return ".inf" if single > 0 else "-.inf"
    # Nine digits always tell two 32-bit floats apart.
    candidates = (float(f"{single:.{precision}g}") for precision in range(1, 10))
    return general_text(next(each for each in candidates if struct.pack("f", each) == packed))


def _decimal(text: str) -> tuple[str, str, int]:
    """Split a `repr` into sign, digits without outer zeros, and where the point stands."""
    sign = "-" if text[0] == "-" else ""
    mantissa, _, exponent = text.removeprefix("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    significant = digits.lstrip("0")
    point = len(whole) - (len(digits) - len(significant)) + int(exponent or 0)
    significant = significant.rstrip("0")
    return (sign, significant, point) if significant else (sign, "0", 1)


def _positional(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _scientific(digits: str, point: int) -> str:
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+03d}"
