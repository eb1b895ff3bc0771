"""Patterns find, split and replace by Go's rules."""

from typing import Any

import pytest

from pkgtool.errors import BudgetExceeded, FunctionFailed
from pkgtool.template.funcs import patterns


@pytest.mark.parametrize(
    ("pattern", "text", "count", "found"),
    [
        pytest.param("a|b", "abc", -1, ["a", "b"], id="all"),
        pytest.param("a|b", "abc", 1, ["a"], id="one"),
        pytest.param("a", "aaa", 0, [], id="none"),
        pytest.param("x", "abc", -1, [], id="nothing to find"),
        pytest.param("", "é", -1, ["", ""], id="empty between characters"),
        pytest.param("a*", "baac", -1, ["", "aa", ""], id="empty not after a match"),
        pytest.param(".", "a\n☃", -1, ["a", "☃"], id="characters, no line ends"),
        pytest.param(r"\B", "☃", -1, ["", ""], id="not inside a character"),
    ],
)
def test_finding_all(pattern: str, text: str, count: int, found: list[str]) -> None:
    assert patterns.regex_find_all(pattern, text, count) == found
    assert patterns.must_regex_find_all(pattern, text, count) == found
    if count < 0:
        assert patterns.regex_find(pattern, text) == "".join(found[:1])
        assert patterns.must_regex_find(pattern, text) == "".join(found[:1])
        assert patterns.regex_match(pattern, text) is bool(found)
        assert patterns.must_regex_match(pattern, text) is bool(found)


@pytest.mark.parametrize(
    ("pattern", "text", "replacement", "replaced"),
    [
        pytest.param("a(x*)b", "-ab-axxb-", "${1}W", "-W-xxW-", id="number in braces"),
        pytest.param("a(x*)b", "-ab-axxb-", "$1W", "---", id="the longest name counts"),
        pytest.param("(?P<n>a)", "aba", "[$n|${n}|$0]", "[a|a|a]b[a|a|a]", id="name"),
        pytest.param("a", "a", "$", "$", id="dollar alone"),
        pytest.param("a", "a", "$$1", "$1", id="two dollars"),
        pytest.param("a", "a", "${x|$-", "${x|$-", id="no name"),
        pytest.param("a", "a", "<$9$x>", "<>", id="no such group"),
        pytest.param("a(b)?", "a", "<$1>", "<>", id="group that did not match"),
        pytest.param("a*", "baac", "-", "-b-c-", id="empty not after a match"),
        pytest.param("", "é☃", "-", "-é-☃-", id="between characters"),
        pytest.param("(?m)^", "a\nb", "> ", "> a\n> b", id="starts of lines"),
        pytest.param("x", "abc", "y", "abc", id="nothing to replace"),
    ],
)
def test_replacing(pattern: str, text: str, replacement: str, replaced: str) -> None:
    assert patterns.regex_replace_all(pattern, text, replacement) == replaced
    assert patterns.must_regex_replace_all(pattern, text, replacement) == replaced


def test_replacing_by_literal_text() -> None:
    assert patterns.regex_replace_all_literal("a(b)", "xabx", "$1") == "x$1x"
    assert patterns.must_regex_replace_all_literal("a(b)", "xabx", "$1") == "x$1x"


@pytest.mark.parametrize(
    ("pattern", "text", "count", "pieces"),
    [
        pytest.param("z+", "pizzaz", -1, ["pi", "a", ""], id="all"),
        pytest.param("a", "banana", 2, ["b", "nana"], id="two"),
        pytest.param("a", "banana", 1, ["banana"], id="one"),
        pytest.param("a", "banana", 0, [], id="none"),
        pytest.param("", "abé", -1, ["a", "b", "é"], id="characters"),
        pytest.param("a", "", -1, [""], id="of nothing"),
        pytest.param("a*", "baac", -1, ["b", "c"], id="empty matches"),
    ],
)
def test_splitting(pattern: str, text: str, count: int, pieces: list[str]) -> None:
    assert patterns.regex_split(pattern, text, count) == pieces
    assert patterns.must_regex_split(pattern, text, count) == pieces


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        pytest.param("(", "missing closing ): `(`", id="parenthesis"),
        pytest.param("a)", "unexpected ): `a)`", id="closing parenthesis"),
        pytest.param("[a", "missing closing ]: `[a`", id="bracket"),
        pytest.param("*", "missing argument to repetition operator: `*`", id="star"),
        pytest.param("a**", "invalid nested repetition operator: `**`", id="two stars"),
        pytest.param("a{1001}", "invalid repeat count: `{1001}`", id="count"),
        pytest.param("a\\", "trailing backslash at end of expression: ``", id="backslash"),
        pytest.param("(?=a)", "invalid or unsupported Perl syntax: `(?=`", id="look-ahead"),
        pytest.param(r"\1", r"invalid escape sequence: `\1`", id="back-reference"),
        pytest.param(r"\C", r"invalid escape sequence: `\C`", id="single byte"),
        pytest.param("[z-a]", "invalid character class range: `z-a`", id="range"),
    ],
)
def test_what_is_no_pattern_is_refused_in_words_of_go(pattern: str, reason: str) -> None:
    with pytest.raises(FunctionFailed) as caught:
        patterns.must_regex_find(pattern, "text")
    with pytest.raises(FunctionFailed) as panicked:
        patterns.regex_find(pattern, "text")

    assert caught.value.what == f"error parsing regexp: {reason}"
    assert panicked.value.what == f"regexp: Compile(`{pattern}`): error parsing regexp: {reason}"
    assert patterns.regex_match(pattern, "text") is False


def test_a_backslash_before_c_is_no_byte() -> None:
    assert patterns.must_regex_match(r"\\C", r"\C")


def test_texts_that_utf8_cannot_hold_are_still_matched() -> None:
    broken: Any = "a\ud800b"

    assert patterns.regex_find("a.b", broken) == "a\ufffdb"
    assert patterns.regex_match(broken, broken)


def test_quoted_text_matches_itself_only() -> None:
    quoted = patterns.regex_quote_meta("a.b*[c](d){e}^$|\\é-")

    assert quoted == r"a\.b\*\[c\]\(d\)\{e\}\^\$\|\\é-"


def test_a_replacement_without_groups_is_taken_as_it_is() -> None:
    assert patterns.regex_replace_all("a(x*)b", "-axb-", "c$$") == "-c$-"
    assert patterns.regex_replace_all("a(x*)b", "-axb-", "$0$1") == "-axbx-"


def test_a_pattern_has_a_longest_length() -> None:
    with pytest.raises(BudgetExceeded, match="regular expression"):
        patterns.regex_match("a" * 100_000, "a")
