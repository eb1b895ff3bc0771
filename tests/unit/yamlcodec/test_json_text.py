"""JSON is read and written as Go does it; expected texts were checked against Helm 4.2.3."""

import pytest

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec import Fields, dump, dump_json, load_json


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"b": 1, "a": [], "B": {}}, '{"B":{},"a":[],"b":1}', id="sorted keys"),
        pytest.param(
            [1.0, 1e20, 1e21, 1.5e-7], "[1,100000000000000000000,1e+21,1.5e-7]", id="floats"
        ),
        pytest.param([0.000001, 1e-9, -0.0], "[0.000001,1e-9,-0]", id="small floats"),
        pytest.param([2**64 - 1, 2**64], "[18446744073709551615,18446744073709552000]", id="large"),
        pytest.param([None, True, False], "[null,true,false]", id="words"),
        pytest.param("<a&b>", '"\\u003ca\\u0026b\\u003e"', id="html"),
        pytest.param("\u2028\u2029", '"\\u2028\\u2029"', id="line separators"),
        pytest.param("\x00\b\f\n\r\t\x1f\x7f", '"\\u0000\\b\\f\\n\\r\\t\\u001f\x7f"', id="control"),
        pytest.param('"\\/', '"\\"\\\\/"', id="quote and backslash"),
        pytest.param("é😀", '"é😀"', id="other scripts"),
        pytest.param("a\ud800", '"a\\ufffd"', id="half a surrogate pair"),
    ],
)
def test_a_value_in_one_line(value: object, expected: str) -> None:
    assert dump_json(value) == expected


def test_an_indented_value() -> None:
    value = {"b": [1, {"c": []}], "a": {}}

    assert dump_json(value, indent="  ") == (
        '{\n  "a": {},\n  "b": [\n    1,\n    {\n      "c": []\n    }\n  ]\n}'
    )


def test_html_can_stay_as_it_is() -> None:
    assert dump_json("<\u2028>", escape_html=False) == '"<\\u2028>"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(' {"a": 1, "a": 2.0} \n', {"a": 2.0}, id="the last of equal keys"),
        pytest.param("12345678901234567890", 12345678901234567890, id="large integer"),
        pytest.param("99999999999999999999", 1e20, id="beyond integers"),
        pytest.param("1e-400", 0.0, id="too small"),
        pytest.param(r'"\ud83d\ude00"', "😀", id="surrogate pair"),
        pytest.param(r'"\ud800 \\ud800"', "\ufffd \\ud800", id="half a surrogate pair"),
        pytest.param(b"\xef\xbb\xbf[]", [], id="byte order mark"),
    ],
)
def test_a_text_is_read(text: str | bytes, expected: object) -> None:
    value = load_json(text)

    assert value == expected
    assert type(value) is type(expected)


def test_every_number_is_a_float_when_asked() -> None:
    value = load_json('{"a": 1, "b": true}', numbers="float")

    assert value == {"a": 1.0, "b": True}
    assert type(value["a"]) is float


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "line 1, column 1: expecting value", id="nothing"),
        pytest.param(
            "[1,\n 2,]",
            # Python 3.13 has words of its own, and points to the comma.
            "line 2, column (4: expecting value|3: illegal trailing comma)",
            id="trailing comma",
        ),
        pytest.param("{'a': 1}", "line 1, column 2: expecting property name", id="single quotes"),
        pytest.param("[1] 2", "extra data", id="more behind"),
        pytest.param("[NaN]", "line 1, column 2: NaN is not a number", id="not a number"),
        pytest.param("[1e999]", "1e999 is not a number", id="too large"),
        pytest.param("9" * 5000, "9{40} is not a number", id="thousands of digits"),
        pytest.param('"a\nb"', "invalid control character", id="line end in a text"),
        pytest.param("[" * 300 + "]" * 300, "column 257: nested deeper", id="deep"),
        pytest.param('{"[":' * 100_000, "column 1281: nested deeper", id="deeper than Python goes"),
    ],
)
def test_a_bad_text_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(YamlInvalid, match=words) as caught:
        load_json(text)

    assert caught.value.where is not None


def test_fields_keep_their_order_and_mappings_are_sorted() -> None:
    value = {"b": Fields({"z": 1, "a": {"d": 2, "c": 3}}), "a": 4}

    assert dump_json(value) == '{"a":4,"b":{"z":1,"a":{"c":3,"d":2}}}'
    assert dump(value) == "a: 4\nb:\n  a:\n    c: 3\n    d: 2\n  z: 1\n"
