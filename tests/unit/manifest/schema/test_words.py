import pytest

from pkgtool.manifest.schema.words import is_quantity, is_time, shown, word_fault


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("string", ""),
        ("boolean", False),
        ("int32", -(2**31)),
        ("int32", 2**31 - 1),
        ("int32", 2.0),
        ("int64", 2**63 - 1),
        ("number", 1.5),
        ("number", 1),
        ("byte", "aGk="),
        ("byte", "aG\nk=\n"),
        ("byte", ""),
        ("date-time", "2006-01-02T15:04:05Z"),
        ("date-time", "2006-01-02t15:04:05.123+02:00"),
        ("int-or-string", 80),
        ("int-or-string", "http"),
        ("int-or-string", "25%"),
        ("quantity", "1Gi"),
        ("quantity", 0.5),
        ("quantity", 2),
        ("any", [None]),
        ("object", {}),
    ],
)
def test_values_that_fit_their_word(word: str, value: object) -> None:
    assert word_fault(value, word) == ""


@pytest.mark.parametrize(
    ("word", "value", "fault"),
    [
        ("string", 1, "expected string, got 1"),
        ("string", True, "expected string, got true"),
        ("string", {"a": 1}, "expected string, got an object"),
        ("boolean", "true", 'expected boolean, got "true"'),
        ("boolean", 1, "expected boolean, got 1"),
        ("int32", "two", 'expected integer, got "two"'),
        ("int32", 1.5, "expected integer, got 1.5"),
        ("int32", True, "expected integer, got true"),
        ("int32", 2**31, "2147483648 does not fit into 32 bits"),
        ("int64", 2**63, "9223372036854775808 does not fit into 64 bits"),
        ("int64", -(2**63) - 1, "-9223372036854775809 does not fit into 64 bits"),
        ("number", "1", 'expected number, got "1"'),
        ("number", False, "expected number, got false"),
        ("byte", "%%", 'expected base64 text, got "%%"'),
        ("byte", "aGk", 'expected base64 text, got "aGk"'),
        ("byte", "é", 'expected base64 text, got "é"'),
        ("byte", 1, "expected base64 text, got 1"),
        ("date-time", "yesterday", 'expected time like 2006-01-02T15:04:05Z, got "yesterday"'),
        ("int-or-string", 1.5, "expected integer or string, got 1.5"),
        ("int-or-string", [], "expected integer or string, got a list"),
        ("quantity", "1Gx", 'expected quantity like 500m or 1Gi, got "1Gx"'),
        ("quantity", True, "expected quantity like 500m or 1Gi, got true"),
        ("object", [], "expected object, got a list"),
    ],
)
def test_values_that_do_not_fit_are_told_in_words(word: str, value: object, fault: str) -> None:
    assert word_fault(value, word) == fault


@pytest.mark.parametrize(
    "text", ["0", "1", "-1.5", "+.5", "5.", "500m", "1Ki", "2E", "1e3", "1E-3", "12e+6", " 1 "]
)
def test_amounts_of_kubernetes(text: str) -> None:
    assert is_quantity(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "m", ".", "-", "1.2.3", "1 Gi", "1gi", "1KB", "1e", "1e1.5", "0x10", "+-1", "1mm"],
)
def test_texts_that_are_no_amounts(text: str) -> None:
    assert not is_quantity(text)


@pytest.mark.parametrize(
    "text",
    ["2006-01-02", "2006-01-02T15:04:05", "2006-13-02T15:04:05Z", "20060102T150405Z+00:00", ""],
)
def test_texts_that_are_no_moments(text: str) -> None:
    assert not is_time(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ('say "hi"\n', '"say \\"hi\\"\\n"'),
        ("x" * 100, '"' + "x" * 57 + '..."'),
        (1.5, "1.5"),
    ],
)
def test_values_are_shown_in_one_short_line(value: object, text: str) -> None:
    assert shown(value) == text
