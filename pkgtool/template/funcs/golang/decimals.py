"""Calculate with decimal numbers exactly, as far as `addf` and its kind need it.

A number is a whole `mantissa` times a power of ten. Sums and products are exact; quotients have
16 places, halves rounded away from zero. The standard `decimal` module would take longer to
import than a chart takes to render.

Source: `shopspring/decimal` (`NewFromFloat`, `Div`).
"""

import math

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.budget import check_size

_PLACES = 16
_LONGEST = 1_000_000
"""Bits of a mantissa, far more than the longest product that a template would want."""


class Decimal:
    """`mantissa` × 10 ** `exponent`."""

    __slots__ = ("exponent", "mantissa")

    def __init__(self, mantissa: int, exponent: int) -> None:
        self.mantissa = mantissa
        self.exponent = exponent

    def __repr__(self) -> str:
        return f"{self.mantissa}e{self.exponent}"

    def plus(self, other: "Decimal") -> "Decimal":
        """Return the exact sum."""
        exponent = min(self.exponent, other.exponent)
        total = self.at(exponent) + other.at(exponent)
        return Decimal(total, exponent)

    def minus(self, other: "Decimal") -> "Decimal":
        """Return the exact difference."""
        return self.plus(Decimal(-other.mantissa, other.exponent))

    def times(self, other: "Decimal") -> "Decimal":
        """Return the exact product.

        Raises:
            BudgetExceeded: It has too many digits.
        """
        exponent = self.exponent + other.exponent
        bits = self.mantissa.bit_length() + other.mantissa.bit_length() + 4 * abs(exponent)
        check_size("multiplying", bits, _LONGEST, "bits")
        return Decimal(self.mantissa * other.mantissa, exponent)

    def over(self, other: "Decimal") -> "Decimal":
        """Return the quotient with 16 places.

        Raises:
            FunctionFailed: `other` is zero.
        """
        if not other.mantissa:
            raise FunctionFailed("decimal division by 0")
        shift = self.exponent - other.exponent + _PLACES
        above, below = abs(self.mantissa), abs(other.mantissa)
        above, below = (above * 10**shift, below) if shift >= 0 else (above, below * 10**-shift)
        size = (2 * above + below) // (2 * below)
        negative = (self.mantissa < 0) != (other.mantissa < 0)
        return Decimal(-size if negative else size, -_PLACES)

    def at(self, exponent: int) -> int:
        """Return the mantissa for a lower `exponent`."""
        return self.mantissa * _power(self.exponent - exponent)

    def __float__(self) -> float:
        try:
            if self.exponent >= 0:
                return float(self.mantissa * _power(self.exponent))
            return self.mantissa / _power(-self.exponent)
        except OverflowError:
            return math.inf if self.mantissa > 0 else -math.inf


def _power(exponent: int) -> int:
    return int(10**exponent)


def decimal(number: float) -> Decimal:
    """Return the decimal that `number` is written as.

    >>> decimal(0.1)
    1e-1

    Raises:
        FunctionFailed: `number` is infinite or not a number.
    """
    if not math.isfinite(number):
        shown = "NaN" if math.isnan(number) else "+Inf" if number > 0 else "-Inf"
        raise FunctionFailed(f"Cannot create a Decimal from {shown}")
    body, _, power = repr(number).partition("e")
    whole, _, fraction = body.partition(".")
    fraction = fraction.rstrip("0")
    return Decimal(int(whole + fraction), int(power or 0) - len(fraction))
