"""What is wrong with a JSON text, in the words of Go's decoder."""

import pytest

from pkgtool.template.funcs.encoding import from_json
from pkgtool.template.funcs.golang.jsonfault import json_fault

VALUE = "looking for beginning of value"
KEY = "looking for beginning of object key string"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x", f"invalid character 'x' {VALUE}", id="word"),
        pytest.param("[1,]", f"invalid character ']' {VALUE}", id="comma before bracket"),
        pytest.param("é", f"invalid character 'Ã' {VALUE}", id="first byte of a character"),
        pytest.param("{a:1}", f"invalid character 'a' {KEY}", id="bare key"),
        pytest.param("{'a':1}", rf"invalid character '\'' {KEY}", id="single quotes"),
        pytest.param('{"a":1,}', f"invalid character '}}' {KEY}", id="comma before brace"),
        pytest.param('{"a" 1}', "invalid character '1' after object key", id="no colon"),
        pytest.param(
            '{"a":1 "b"}', "invalid character '\"' after object key:value pair", id="no comma"
        ),
        pytest.param("[1 2]", "invalid character '2' after array element", id="no comma in list"),
        pytest.param("{} x", "invalid character 'x' after top-level value", id="more text"),
        pytest.param("01", "invalid character '1' after top-level value", id="leading zero"),
        pytest.param("-x", "invalid character 'x' in numeric literal", id="minus"),
        pytest.param(
            "1.", "invalid character ' ' after decimal point in numeric literal", id="point"
        ),
        pytest.param("1e", "invalid character ' ' in exponent of numeric literal", id="exponent"),
        pytest.param("nul", "invalid character ' ' in literal null (expecting 'l')", id="nul"),
        pytest.param("txue", "invalid character 'x' in literal true (expecting 'r')", id="txue"),
        pytest.param('"\n"', r"invalid character '\n' in string literal", id="line end"),
        pytest.param(r'"\q"', "invalid character 'q' in string escape code", id="escape"),
        pytest.param(
            r'"\u12"', r"""invalid character '"' in \u hexadecimal character escape""", id="hex"
        ),
        *(
            pytest.param(text, "unexpected end of JSON input", id=f"end after {text!r}")
            for text in ("", " ", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', "[", "[1", '"a')
        ),
        *(
            pytest.param(text, "", id=f"nothing wrong with {text!r}")
            for text in ("0", '"x"', "[ ]", "{ }", r'[-1.5e+3,{"é\u00e9\n":[null,true]}]', " 1 ")
        ),
    ],
)
def test_the_first_fault_is_named(text: str, expected: str) -> None:
    assert json_fault(text) == expected


def test_any_depth_is_read_through() -> None:
    assert json_fault("[" * 200_000) == "unexpected end of JSON input"


def test_long_texts_get_the_words_of_the_reader() -> None:
    """Finding Go's words takes a microsecond for each character."""
    assert "Error" in from_json("[1," * 50_000)
