"""Write floating-point numbers as Go does.

Source: Go `strconv.FormatFloat`.
"""

import math


def float_text(number: float) -> str:
    """Return the shortest text that reads back as `number`, as `%v` prints it.

    >>> float_text(1000000.0), float_text(0.1), float_text(3.0), float_text(-0.0)
    ('1e+06', '0.1', '3', '-0')
    """
    if -1_000_000 < number < 1_000_000 and number == (whole := int(number)):
        return str(whole) if whole or math.copysign(1, number) > 0 else "-0"
    if not math.isfinite(number):
        return special_text(number)
    text = repr(number)
    if 0.0001 <= abs(number) < 1_000_000:
        return text
    return _with_exponent(number, text)


def _with_exponent(number: float, text: str) -> str:
    digits = text.partition("e")[0].replace(".", "").strip("-").strip("0")
    return f"{number:.{len(digits) - 1}e}"


def special_text(number: float) -> str:
    """Return `NaN`, `+Inf` or `-Inf`."""
    if math.isnan(number):
        return "NaN"
    return "+Inf" if number > 0 else "-Inf"


def format_float(number: float, verb: str, precision: int | None) -> str:
    """Return `number` under one of the verbs `b e E f F g G x X`, with a `-` where needed.

    >>> format_float(1.5, "x", None), format_float(1.5, "b", None), format_float(1.5, "e", 1)
    ('0x1.8p+00', '6755399441055744p-52', '1.5e+00')
    """
    if not math.isfinite(number):
        return special_text(number)
    if verb in "gG" and precision is None:
        text = float_text(number)
        return text.upper() if verb == "G" else text
    if verb in "xX":
        text = _hexadecimal(number, precision)
        return text.upper() if verb == "X" else text
    if verb == "b":
        return _binary(number)
    return f"{number:.{precision}{verb}}"


def _parts(number: float) -> tuple[str, int, int]:
    """Return the sign, a 53-bit mantissa with its top bit set, and the exponent of its last bit."""
    sign = "-" if math.copysign(1, number) < 0 else ""
    fraction, exponent = math.frexp(abs(number))
    return sign, int(fraction * (1 << 53)), exponent - 53


def _binary(number: float) -> str:
    sign, mantissa, exponent = _parts(number)
    if exponent < -1074 or not mantissa:
        # Denormal numbers keep the lowest exponent instead of a full mantissa.
        mantissa >>= min(-1074 - exponent, 53) if mantissa else 0
        exponent = -1074
    return f"{sign}{mantissa}p{exponent:+d}"


def _hexadecimal(number: float, precision: int | None) -> str:
    sign, mantissa, exponent = _parts(number)
    if not mantissa:
        fraction = "." + "0" * precision if precision else ""
        return f"{sign}0x0{fraction}p+00"
    exponent += 52
    if precision is not None and precision < 13:
        mantissa, exponent = _rounded(mantissa, exponent, 4 * (13 - precision))
    digits = f"{mantissa & ((1 << 52) - 1):013x}"
    digits = digits.rstrip("0") if precision is None else digits.ljust(precision, "0")[:precision]
    point = "." if digits else ""
    return f"{sign}0x1{point}{digits}p{exponent:+03d}"


def _rounded(mantissa: int, exponent: int, bits: int) -> tuple[int, int]:
    """Round the last `bits` of a 53-bit mantissa to nearest, ties to even."""
    half = 1 << (bits - 1)
    odd = (mantissa >> bits) & 1
    mantissa = (mantissa + half - 1 + odd) >> bits << bits
    return (mantissa >> 1, exponent + 1) if mantissa >> 53 else (mantissa, exponent)
