"""YAML means what it means in Helm."""

from typing import Any

import pytest

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec import load, load_all


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("yes", True, id="yes"),
        pytest.param("Off", False, id="off"),
        pytest.param("y", True, id="y"),
        pytest.param("yEs", "yEs", id="odd case"),
        pytest.param("", None, id="nothing"),
        pytest.param("~", None, id="tilde"),
        pytest.param("nil", "nil", id="nil is text"),
        pytest.param("017", 15, id="octal"),
        pytest.param("0o17", 15, id="octal as in 1.2"),
        pytest.param("00o7", "00o7", id="two octal prefixes"),
        pytest.param("0x0x1", "0x0x1", id="two hexadecimal prefixes"),
        pytest.param("0xfF", 255, id="hexadecimal"),
        pytest.param("-0b11", -3, id="binary"),
        pytest.param("12_34", 1234, id="underscores"),
        pytest.param("_1", "_1", id="leading underscore"),
        pytest.param("09", 9.0, id="no octal digit"),
        pytest.param("+7", 7, id="sign"),
        pytest.param("++7", "++7", id="two signs"),
        pytest.param("2.50", 2.5, id="float"),
        pytest.param("7.", 7.0, id="point without fraction"),
        pytest.param(".5", 0.5, id="fraction only"),
        pytest.param(".5_5", 0.55, id="underscore in a fraction"),
        pytest.param(".5__5", ".5__5", id="two underscores in a fraction"),
        pytest.param("4e2", 400.0, id="exponent"),
        pytest.param("4e999", "4e999", id="no float holds it"),
        pytest.param("18446744073709551615", 2**64 - 1, id="largest integer"),
        pytest.param("18446744073709551616", 2.0**64, id="beyond integers"),
        pytest.param("-9223372036854775809", -(2.0**63), id="below integers"),
        pytest.param("9" * 5000, "9" * 5000, id="thousands of digits"),
        pytest.param("1:30", "1:30", id="sexagesimal"),
        pytest.param("2026-02-03", "2026-02-03", id="date"),
        pytest.param("'yes'", "yes", id="quoted"),
        pytest.param("!!str 12", "12", id="text by tag"),
        pytest.param("! 12", "12", id="text by bare tag"),
        pytest.param("wow! 12", "wow! 12", id="exclamation mark in text"),
        pytest.param("!!int '12'", 12, id="integer by tag"),
        pytest.param("!!float 3", 3.0, id="float by tag"),
        pytest.param("!!binary aGk=", "hi", id="binary by tag"),
        pytest.param("!!binary /w==", "\ufffd", id="binary that is no text"),
        pytest.param("!thing 12", "12", id="unknown tag"),
        pytest.param("=", "=", id="equals sign"),
    ],
)
def test_a_scalar_has_helms_meaning(written: str, expected: object) -> None:
    value = load(f"key: {written}\n")["key"]

    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("on", "true", id="boolean"),
        pytest.param("0x10", "16", id="integer"),
        pytest.param("1.50", "1.5", id="float"),
        pytest.param("0.1234567890123", "0.12345679", id="float in single precision"),
        pytest.param("3000000.5", "3.0000005e+06", id="float with exponent"),
        pytest.param("1e99", ".inf", id="float beyond single precision"),
        pytest.param("-.inf", "-.inf", id="infinity"),
        pytest.param(".nan", ".nan", id="not a number"),
        pytest.param("'0x10'", "0x10", id="quoted"),
        pytest.param("!!str 0x10", "0x10", id="tagged"),
        pytest.param("''", "", id="empty"),
    ],
)
def test_a_key_becomes_text(written: str, expected: str) -> None:
    assert list(load(f"{written}: v\n")) == [expected]


def test_every_number_is_a_float_when_asked() -> None:
    value = load("a: 1\nb: true\nc: 9007199254740993\n2: x\n", numbers="float")

    assert value == {"a": 1.0, "b": True, "c": 9007199254740992.0, "2": "x"}
    assert [type(each) for each in value.values()] == [float, bool, float, str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("b: &b {k: 1}\nm:\n  <<: *b\n  k: 2\n", {"k": 2}, id="a later key wins"),
        pytest.param("b: &b {k: 1}\nm:\n  k: 2\n  <<: *b\n", {"k": 1}, id="an earlier key loses"),
        pytest.param("m:\n  <<: [{k: 1}, {k: 2, l: 3}]\n", {"k": 1, "l": 3}, id="the first wins"),
        pytest.param("m:\n  '<<': {k: 1}\n", {"<<": {"k": 1}}, id="quoted, it is a key"),
        pytest.param("m:\n  !!merge <<: {k: 1}\n", {"k": 1}, id="by tag"),
    ],
)
def test_merge_keys(text: str, expected: Any) -> None:
    assert load(text)["m"] == expected


def test_an_alias_is_a_value_of_its_own() -> None:
    value = load("a: &a {list: [1]}\nb: *a\n")

    value["b"]["list"].append(2)

    assert value["a"] == {"list": [1]}


def test_an_anchor_means_what_it_meant_last() -> None:
    assert load("- &a 1\n- *a\n- &a 2\n- *a\n- &a [&a 3]\n- *a\n") == [1, 1, 2, 2, [3], 3]


def test_an_alias_can_be_a_key() -> None:
    assert load("a: &k yes\n*k : v\n") == {"a": True, "true": "v"}


def test_the_last_of_equal_keys_wins() -> None:
    assert load("a: 1\nb: 2\na: 3\n") == {"a": 3, "b": 2}


def test_equal_keys_can_be_refused() -> None:
    with pytest.raises(YamlInvalid, match="line 2, column 4: duplicate key 'true'"):
        load("{on: 1,\n   yes: 2}\n", duplicates="error")


def test_a_key_that_replaces_a_merged_one_is_no_duplicate() -> None:
    text = "b: &b {k: 1}\nm: {<<: *b, k: 2}\n"

    assert load(text, duplicates="error")["m"] == {"k": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", None, id="empty"),
        pytest.param("# words\n", None, id="only a comment"),
        pytest.param("---\n---\na: 1\n", None, id="empty first document"),
        pytest.param("a: 1\n---\n: [\n", {"a": 1}, id="what follows is not read"),
        pytest.param("\ufeffa: 1\r\nb: 2\r\n", {"a": 1, "b": 2}, id="mark and carriage returns"),
        pytest.param(b"a: \xc3\xa9\n", {"a": "é"}, id="bytes"),
        pytest.param("a: 1\n".encode("utf-16"), {"a": 1}, id="utf-16"),
        pytest.param("%YAML 1.1\n---\na: y\n", {"a": True}, id="directive"),
        pytest.param('{"a": [1, 2.5, null, "\\u00e9"]}', {"a": [1, 2.5, None, "é"]}, id="json"),
    ],
)
def test_the_first_document_is_read(text: str | bytes, expected: object) -> None:
    assert load(text) == expected


def test_all_documents_are_read_in_order() -> None:
    assert load_all("a: &x 1\n---\n---\n- 2\n...\n") == [{"a": 1}, None, [2]]


def test_an_anchor_does_not_reach_the_next_document() -> None:
    with pytest.raises(YamlInvalid, match="unknown anchor 'x'"):
        load_all("a: &x 1\n---\nb: *x\n")
