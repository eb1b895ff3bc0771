"""Go's literals mean what Go says they mean."""

import pytest

from pkgtool.template.gotpl.syntax.literals import LiteralFault, character, number, unquote


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        pytest.param(r'"a"', "a", id="plain"),
        pytest.param(r'"\a\b\f\n\r\t\v\\\""', '\a\b\f\n\r\t\v\\"', id="short escapes"),
        pytest.param(r'"\101\x41\u0041\U00000041"', "AAAA", id="numeric escapes"),
        pytest.param(r'"\xc3\xa9"', "é", id="bytes that make a character"),
        pytest.param(r'"\xff"', "\ufffd", id="a byte that makes none"),
        pytest.param("`a\\n\r\n`", "a\\n\n", id="raw: no escapes, no carriage returns"),
    ],
)
def test_texts(text: str, meaning: str) -> None:
    assert unquote(text) == meaning


@pytest.mark.parametrize("text", [r'"\e"', r'"\u00"', r'"\ud800"', r'"\400"', r'"\U00110000"'])
def test_unknown_escapes_are_refused(text: str) -> None:
    with pytest.raises(LiteralFault, match="invalid syntax"):
        unquote(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("12", 12, id="decimal"),
        pytest.param("-0x1F", -31, id="hexadecimal"),
        pytest.param("017", 15, id="a leading zero is octal"),
        pytest.param("0b101", 5, id="binary"),
        pytest.param("1_000", 1000, id="underscore"),
        pytest.param("1.5", 1.5, id="point"),
        pytest.param("1e3", 1000.0, id="exponent"),
        pytest.param("0x1p-2", 0.25, id="hexadecimal float"),
        pytest.param("2i", 2j, id="imaginary"),
        pytest.param("1+2i", 1 + 2j, id="complex"),
    ],
)
def test_numbers(text: str, value: complex) -> None:
    found = number(0, text).value

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("text", "whole"), [("1e3", 1000), ("1.5", None), ("1", 1), ("2i", None)])
def test_some_floats_are_integers_too(text: str, whole: int | None) -> None:
    assert number(0, text).whole == whole


@pytest.mark.parametrize("text", ["0x", "1__0", "08", "99999999999999999999", "0b2", "-", "1e400"])
def test_malformed_numbers_are_refused(text: str) -> None:
    with pytest.raises(LiteralFault):
        number(0, text)


@pytest.mark.parametrize(
    ("text", "value"), [("'a'", 97), (r"'\n'", 10), (r"'\''", 39), ("'☃'", 9731)]
)
def test_characters_are_numbers(text: str, value: int) -> None:
    assert character(0, text).value == value


def test_two_characters_are_not_one() -> None:
    with pytest.raises(LiteralFault, match="malformed character constant: 'ab'"):
        character(0, "'ab'")
