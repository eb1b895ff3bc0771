"""Calculate as Sprig does: whole numbers of 64 bits, floats, and exact decimals.

Arguments are cast first (see `casts`), so `add "1" 2.9` is 3. Whole numbers wrap around at 64
bits. `addf` and its kind calculate with decimals, so `addf 0.1 0.2` is 0.3.

Source: Sprig `numeric.go`; `shopspring/decimal` for the decimals.
"""

import math
from collections.abc import Callable
from functools import reduce
from random import Random, SystemRandom
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.budget import MAX_COUNT, check_size
from pkgtool.template.funcs.casts import parse_int, to_float64, to_int64
from pkgtool.template.funcs.golang.decimals import Decimal, decimal
from pkgtool.template.funcs.golang.fmt import sprint
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.values import MAX_INT64, MIN_INT64, wrap64

int64 = to_int64
int_ = to_int64
float64 = to_float64


@go_function("atoi")
def atoi(text: str) -> int:
    """Return the decimal number in `text`, or 0.

    >>> atoi("-42"), atoi("0x1F")
    (-42, 0)
    """
    return parse_int(text)


@go_function("toDecimal")
def to_decimal(value: Any) -> int:
    """Return the number that `value` writes in octal digits, or 0: for file modes.

    >>> to_decimal("0755")
    493
    """
    digits = sprint(value).strip()
    body = digits[1:] if digits[:1] in ("+", "-") else digits
    if digits != sprint(value) or not body or len(body) > 100 or not set(body) <= set("01234567"):
        return 0
    number = int(digits, 8)
    return number if MIN_INT64 <= number <= MAX_INT64 else 0


@go_function("add1")
def add1(number: Any) -> int:
    """Return `number` plus one."""
    return wrap64(to_int64(number) + 1)


@go_function("add")
def add(*numbers: Any) -> int:
    """Return the sum of `numbers`.

    >>> add(1, "2", 3.9)
    6
    """
    return wrap64(sum(map(to_int64, numbers)))


@go_function("sub")
def sub(number: Any, less: Any) -> int:
    """Return `number` minus `less`."""
    return wrap64(to_int64(number) - to_int64(less))


@go_function("mul")
def mul(number: Any, *factors: Any) -> int:
    """Return the product of all arguments."""
    return reduce(lambda product, factor: wrap64(product * to_int64(factor)), factors,
                  to_int64(number))  # fmt: skip


@go_function("div")
def div(number: Any, divisor: Any) -> int:
    """Return the whole quotient, towards zero.

    >>> div(-7, 2)
    -3

    Raises:
        FunctionFailed: `divisor` is zero, or not a number.
    """
    return wrap64(_quotient(to_int64(number), to_int64(divisor)))


@go_function("mod")
def mod(number: Any, divisor: Any) -> int:
    """Return the remainder, with the sign of `number`.

    >>> mod(-7, 3)
    -1

    Raises:
        FunctionFailed: `divisor` is zero, or not a number.
    """
    whole, part = to_int64(number), to_int64(divisor)
    return whole - part * _quotient(whole, part)


def _quotient(number: int, divisor: int) -> int:
    if not divisor:
        hint = "what is not a number counts as zero"
        raise FunctionFailed("runtime error: integer divide by zero", hint=hint)
    size = abs(number) // abs(divisor)
    return size if (number < 0) == (divisor < 0) else -size


@go_function("max")
def max_(number: Any, *others: Any) -> int:
    """Return the largest argument as a whole number.

    >>> max_(1, "5", 2.9)
    5
    """
    return max(map(to_int64, (number, *others)))


biggest = max_


@go_function("min")
def min_(number: Any, *others: Any) -> int:
    """Return the smallest argument as a whole number."""
    return min(map(to_int64, (number, *others)))


@go_function("maxf")
def maxf(number: Any, *others: Any) -> float:
    """Return the largest argument as a float."""
    return _extreme(max, math.inf, number, others)


@go_function("minf")
def minf(number: Any, *others: Any) -> float:
    """Return the smallest argument as a float."""
    return _extreme(min, -math.inf, number, others)


def _extreme(
    choose: Callable[..., float], end: float, number: Any, others: tuple[Any, ...]
) -> float:
    numbers = [to_float64(each) for each in (number, *others)]
    if end in numbers:
        return end
    if any(map(math.isnan, numbers)):
        return math.nan
    # The second key tells 0 and -0 apart.
    return choose(numbers, key=lambda each: (each, math.copysign(1, each)))


@go_function("addf")
def addf(*numbers: Any) -> float:
    """Return the exact sum of `numbers`.

    >>> addf(0.1, 0.2)
    0.3
    """
    return _calculate(Decimal.plus, 0, numbers)


@go_function("add1f")
def add1f(number: Any) -> float:
    """Return `number` plus one, exactly."""
    return _calculate(Decimal.plus, number, (1,))


@go_function("subf")
def subf(number: Any, *less: Any) -> float:
    """Return `number` minus each of `less`, exactly."""
    return _calculate(Decimal.minus, number, less)


@go_function("mulf")
def mulf(number: Any, *factors: Any) -> float:
    """Return the exact product of all arguments."""
    return _calculate(Decimal.times, number, factors)


@go_function("divf")
def divf(number: Any, *divisors: Any) -> float:
    """Return `number` divided by each of `divisors`, with 16 decimal places.

    >>> divf(2, 3)
    0.6666666666666667

    Raises:
        FunctionFailed: One of `divisors` is zero, or not a number.
    """
    return _calculate(Decimal.over, number, divisors)


def _calculate(
    operation: Callable[[Decimal, Decimal], Decimal], number: Any, others: tuple[Any, ...]
) -> float:
    start = decimal(to_float64(number))
    return float(reduce(operation, (decimal(to_float64(each)) for each in others), start))


@go_function("ceil")
def ceil(number: Any) -> float:
    """Return `number` rounded up to a whole one, as a float."""
    return _whole(math.ceil, to_float64(number))


@go_function("floor")
def floor(number: Any) -> float:
    """Return `number` rounded down to a whole one, as a float."""
    return _whole(math.floor, to_float64(number))


def _whole(direction: Callable[[float], int], number: float) -> float:
    if not math.isfinite(number):
        return number
    return math.copysign(float(direction(number)), number) if number else number


@go_function("round")
def round_(number: Any, places: int, *half: float) -> float:
    """Return `number` rounded to `places` decimals: up from `half`, which is 0.5 if not given.

    >>> round_("123.5555", 3)
    123.556
    """
    power = _power_of_ten(places)
    shifted = to_float64(number) * power
    part = math.modf(shifted)[0] if math.isfinite(shifted) else math.nan
    whole = ceil(shifted) if part >= (half[0] if half else 0.5) else floor(shifted)
    return whole / power if power else math.nan


def _power_of_ten(places: int) -> float:
    try:
        return float(10.0**places)
    except OverflowError:
        return math.inf


@go_function("until")
def until(count: int) -> list[int]:
    """Return the numbers from 0 up to but not including `count`, or down to it.

    >>> until(3), until(-2)
    ([0, 1, 2], [0, -1])

    Raises:
        BudgetExceeded: There would be more than 100 000.
    """
    return _steps("until", 0, count, -1 if count < 0 else 1)


@go_function("untilStep")
def until_step(start: int, stop: int, step: int) -> list[int]:
    """Return the numbers from `start` up or down to but not including `stop`.

    >>> until_step(10, 0, -3), until_step(0, 5, -1)
    ([10, 7, 4, 1], [])

    Raises:
        BudgetExceeded: There would be more than 100 000.
    """
    return _steps("untilStep", start, stop, step)


@go_function("seq")
def seq(*bounds: int) -> str:
    """Return numbers as the Unix command `seq` prints them, with spaces: `[start [step]] end`.

    >>> seq(3), seq(2, -1), seq(0, 5, 20)
    ('1 2 3', '2 1 0 -1', '0 5 10 15 20')

    Raises:
        BudgetExceeded: There would be more than 100 000.
    """
    match bounds:
        case (end,):
            start, step = 1, 1 if end >= 1 else -1
        case (start, end):
            step = 1 if end >= start else -1
        case (start, step, end):
            if end < start and step > 0:
                return ""
        case _:
            return ""
    last = end + 1 if end >= start else end - 1
    return " ".join(map(str, _steps("seq", start, last, step)))


def _steps(what: str, start: int, stop: int, step: int) -> list[int]:
    if not step:
        return []
    count = max(0, (stop - start + step - (1 if step > 0 else -1)) // step)
    check_size(what, count, MAX_COUNT, "numbers")
    return list(range(start, stop, step))


@go_function("randInt")
def rand_int(lowest: int, end: int, *, random: Random | None = None) -> int:
    """Return a random number from `lowest` up to but not including `end`.

    Raises:
        FunctionFailed: There is no such number.
    """
    if wrap64(end - lowest) <= 0:
        raise FunctionFailed(
            "invalid argument to Intn", hint="the first number must be less than the second"
        )
    return (random or SystemRandom()).randrange(lowest, end)
