"""Sprig's arithmetic: casts first, 64 bits, exact decimals."""

from collections.abc import Callable
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import numbers
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.values import MAX_INT64, MIN_INT64

NAN = float("nan")
INF = float("inf")


def case(function: Callable[..., Any], *arguments: Any, gives: str) -> Any:
    shown = " ".join(map(str, arguments))
    return pytest.param(function, arguments, gives, id=f"{function.__name__} {shown}")


@pytest.mark.parametrize(
    ("function", "arguments", "text"),
    [
        case(numbers.atoi, "-42", gives="-42"),
        case(numbers.atoi, "0x1F", gives="0"),
        case(numbers.int_, "0x1F", gives="31"),
        case(numbers.float64, "1e3", gives="1000"),
        case(numbers.to_decimal, "0755", gives="493"),
        case(numbers.to_decimal, 755, gives="493"),
        case(numbers.to_decimal, "-1", gives="-1"),
        case(numbers.to_decimal, "8", gives="0"),
        case(numbers.to_decimal, " 7", gives="0"),
        case(numbers.to_decimal, "7" * 30, gives="0"),
        case(numbers.to_decimal, [7], gives="0"),
        case(numbers.add1, MAX_INT64, gives=str(MIN_INT64)),
        case(numbers.add, gives="0"),
        case(numbers.add, 1, 2, "3", None, True, 4.9, gives="11"),
        case(numbers.sub, 1, 2.9, gives="-1"),
        case(numbers.mul, 2, 3, 4, gives="24"),
        case(numbers.mul, 1 << 62, 2, gives=str(MIN_INT64)),
        case(numbers.div, -7, 2, gives="-3"),
        case(numbers.div, MIN_INT64, -1, gives=str(MIN_INT64)),
        case(numbers.mod, -7, 3, gives="-1"),
        case(numbers.mod, 7, -3, gives="1"),
        case(numbers.max_, 1, "5", 2.9, gives="5"),
        case(numbers.biggest, 1, 2, gives="2"),
        case(numbers.min_, 3, 1.5, 2, gives="1"),
        case(numbers.maxf, 1, 2.5, "3", gives="3"),
        case(numbers.maxf, NAN, 1, gives="NaN"),
        case(numbers.maxf, NAN, INF, gives="+Inf"),
        case(numbers.minf, 1, NAN, -INF, gives="-Inf"),
        case(numbers.maxf, -0.0, 0, gives="0"),
        case(numbers.addf, 0.1, 0.2, gives="0.3"),
        case(numbers.addf, 1, "2.5", None, True, gives="4.5"),
        case(numbers.addf, gives="0"),
        case(numbers.addf, 123456789012345678, 1, gives="1.2345678901234568e+17"),
        case(numbers.add1f, "x", gives="1"),
        case(numbers.subf, 5, 1.5, 1, gives="2.5"),
        case(numbers.mulf, 1.1, 1.1, gives="1.21"),
        case(numbers.mulf, 1e300, 1e300, gives="+Inf"),
        case(numbers.mulf, -0.0, 1, gives="0"),
        case(numbers.divf, 1, 3, gives="0.3333333333333333"),
        case(numbers.divf, -2, 3, gives="-0.6666666666666667"),
        case(numbers.divf, 10, 2, 5, gives="1"),
        case(numbers.divf, 5e-17, 1, gives="1e-16"),
        case(numbers.divf, 1, 1e17, gives="0"),
        case(numbers.divf, 1e300, 3, gives="3.3333333333333335e+299"),
        case(numbers.ceil, -0.5, gives="-0"),
        case(numbers.floor, -1.2, gives="-2"),
        case(numbers.floor, NAN, gives="NaN"),
        case(numbers.ceil, 1e300, gives="1e+300"),
        case(numbers.round_, 123.5555, 3, gives="123.556"),
        case(numbers.round_, -2.5, 0, gives="-3"),
        case(numbers.round_, 2.4, 0, 0.3, gives="3"),
        case(numbers.round_, 123, -2, gives="100"),
        case(numbers.round_, 1, 400, gives="NaN"),
        case(numbers.round_, 1, -400, gives="NaN"),
        case(numbers.round_, INF, 2, gives="+Inf"),
        case(numbers.round_, None, 2, gives="0"),
        case(numbers.until, 3, gives="[0 1 2]"),
        case(numbers.until, -3, gives="[0 -1 -2]"),
        case(numbers.until, 0, gives="[]"),
        case(numbers.until_step, 0, 10, 3, gives="[0 3 6 9]"),
        case(numbers.until_step, 10, 0, -3, gives="[10 7 4 1]"),
        case(numbers.until_step, 0, 10, -1, gives="[]"),
        case(numbers.until_step, 10, 0, 1, gives="[]"),
        case(numbers.until_step, 0, 10, 0, gives="[]"),
        case(numbers.seq, gives=""),
        case(numbers.seq, 3, gives="1 2 3"),
        case(numbers.seq, -1, gives="1 0 -1"),
        case(numbers.seq, 5, 2, gives="5 4 3 2"),
        case(numbers.seq, 1, 2, 10, gives="1 3 5 7 9"),
        case(numbers.seq, 10, -2, 1, gives="10 8 6 4 2"),
        case(numbers.seq, 10, 2, 1, gives=""),
        case(numbers.seq, 1, -2, 10, gives=""),
        case(numbers.seq, 0, 0, 5, gives=""),
        case(numbers.seq, 1, 2, 3, 4, gives=""),
    ],
)
def test_number_functions(
    function: Callable[..., Any], arguments: tuple[Any, ...], text: str
) -> None:
    assert to_text(function(*arguments)) == text


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        pytest.param(numbers.div, (1, "x"), "runtime error: integer divide by zero", id="div"),
        pytest.param(numbers.mod, (1, 0), "runtime error: integer divide by zero", id="mod"),
        pytest.param(numbers.divf, (1, 0), "decimal division by 0", id="divf"),
        pytest.param(numbers.addf, (INF, 1), "Cannot create a Decimal from +Inf", id="infinity"),
        pytest.param(numbers.mulf, (1, NAN), "Cannot create a Decimal from NaN", id="nan"),
        pytest.param(numbers.rand_int, (5, 5), "invalid argument to Intn", id="randInt"),
        pytest.param(
            numbers.rand_int, (MIN_INT64, MAX_INT64), "invalid argument to Intn", id="too wide"
        ),
    ],
)
def test_impossible_calculations_are_refused(
    function: Callable[..., Any], arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(FunctionFailed) as caught:
        function(*arguments)

    assert caught.value.what == message
