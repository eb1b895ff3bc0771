"""Values become numbers and text as in Sprig."""

from typing import Any

import pytest

from pkgtool.template.funcs.casts import parse_float, parse_int, to_float64, to_int64, to_string
from pkgtool.template.funcs.golang.values import MAX_INT64, MIN_INT64


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param(None, 0, id="nil"),
        pytest.param(True, 1, id="true"),
        pytest.param(-1.9, -1, id="floats are cut off"),
        pytest.param(1e19, MIN_INT64, id="float out of range"),
        pytest.param(float("nan"), MIN_INT64, id="not a number"),
        pytest.param("+1", 1, id="sign"),
        pytest.param("-0x1F", -31, id="hexadecimal"),
        pytest.param("017", 15, id="octal by zero"),
        pytest.param("0o17", 15, id="octal"),
        pytest.param("0b101", 5, id="binary"),
        pytest.param("08", 0, id="no octal digit"),
        pytest.param("0", 0, id="zero"),
        pytest.param("1_000", 1000, id="underscore"),
        pytest.param("0x_1F", 31, id="underscore after prefix"),
        pytest.param("1__0", 0, id="two underscores"),
        pytest.param("_1", 0, id="leading underscore"),
        pytest.param("1.00", 1, id="zeros after the point"),
        pytest.param("0x10.0", 16, id="even after hexadecimal"),
        pytest.param("1.5", 0, id="a fraction"),
        pytest.param("1.", 0, id="point alone"),
        pytest.param("1e3", 0, id="exponent"),
        pytest.param(" 1", 0, id="space"),
        pytest.param("１", 0, id="digits of other scripts"),
        pytest.param("-9223372036854775808", MIN_INT64, id="smallest"),
        pytest.param("9223372036854775808", 0, id="too large"),
        pytest.param("9" * 5000, 0, id="more digits than Python reads"),
        pytest.param([1], 0, id="list"),
    ],
)
def test_whole_numbers(value: Any, number: int) -> None:
    assert to_int64(value) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param(None, 0.0, id="nil"),
        pytest.param(True, 1.0, id="true"),
        pytest.param(3, 3.0, id="int"),
        pytest.param("1.5", 1.5, id="fraction"),
        pytest.param(".5", 0.5, id="no whole part"),
        pytest.param("1.", 1.0, id="no fraction"),
        pytest.param("1_5e1", 150.0, id="underscore"),
        pytest.param("017", 17.0, id="no octal"),
        pytest.param("0x1p-2", 0.25, id="hexadecimal"),
        pytest.param("0x10", 0.0, id="hexadecimal needs an exponent"),
        pytest.param("1e400", 0.0, id="too large"),
        pytest.param("0x1p9999", 0.0, id="too large in hexadecimal"),
        pytest.param("1e-400", 0.0, id="too small"),
        pytest.param("-infinity", float("-inf"), id="infinity"),
        pytest.param(" 1", 0.0, id="space"),
        pytest.param({}, 0.0, id="map"),
    ],
)
def test_floats(value: Any, number: float) -> None:
    assert to_float64(value) == number


def test_the_sign_of_zero_is_kept() -> None:
    assert str(to_float64("-0")) == "-0.0"


def test_a_number_is_told_from_no_number() -> None:
    assert parse_float("0") == 0.0
    assert parse_float("zero") is None


def test_decimal_texts_are_clamped() -> None:
    assert parse_int("9" * 30) == MAX_INT64
    assert parse_int("-" + "9" * 30) == MIN_INT64
    assert parse_int("0x10") == 0


def test_text_of_bytes_is_read_and_not_listed() -> None:
    assert to_string(b"hi") == "hi"
    assert to_string(b"\xe2\x98") == "\ufffd\ufffd"
    assert to_string([b"hi"]) == "[[104 105]]"
