"""`.helmignore` in Helm's reading of it."""

import time

import pytest

from pkgtool.chart.ignore import parse_ignore
from pkgtool.errors import PatternInvalid


@pytest.mark.parametrize(
    ("pattern", "path", "ignored"),
    [
        pytest.param("*.txt", "a/b.txt", True, id="last part"),
        pytest.param("*.txt", "a.txt/b", False, id="not the folder"),
        pytest.param("a/*.txt", "a/b.txt", True, id="whole path"),
        pytest.param("a/*.txt", "x/a/b.txt", False, id="from the start"),
        pytest.param("/b.txt", "b.txt", True, id="root"),
        pytest.param("/b.txt", "a/b.txt", False, id="root only"),
        pytest.param("a*c", "a/c", False, id="star stays in its part"),
        pytest.param("a?c", "abc", True, id="question mark"),
        pytest.param("[a-c]x", "bx", True, id="class"),
        pytest.param("[^a-c]x", "bx", False, id="negated class"),
        pytest.param(r"\*", "*", True, id="escaped star"),
        pytest.param(r"\*", "a", False, id="escaped star is no star"),
        pytest.param("*a*b*", "xxaxxbxx", True, id="stars"),
        pytest.param("*a*b", "xxaxxbxx", False, id="stars to the end"),
    ],
)
def test_patterns(pattern: str, path: str, ignored: bool) -> None:
    assert parse_ignore(pattern).ignores(path) is ignored


def test_a_trailing_slash_means_folders() -> None:
    rules = parse_ignore("ci/")

    assert rules.ignores("ci", folder=True)
    assert not rules.ignores("ci")


def test_an_exclamation_mark_ignores_everything_else() -> None:
    rules = parse_ignore("!*.yaml")

    assert rules.ignores("README.md")
    assert not rules.ignores("values.yaml")


def test_comments_blank_lines_and_byte_order_marks_say_nothing() -> None:
    rules = parse_ignore("\ufeff# note\n\n  a.txt  \r\n")

    assert rules.ignores("a.txt")
    assert not rules.ignores("# note")


@pytest.mark.parametrize("path", ["", ".", "./"])
def test_the_chart_itself_is_never_ignored(path: str) -> None:
    assert not parse_ignore(".*\n*").ignores(path)


def test_hidden_templates_are_always_ignored() -> None:
    assert parse_ignore("").ignores("templates/.swp")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("a/**/b", "double-star"),
        ("[a", "syntax error"),
        ("[-a]", "syntax error"),
        ("[]", "syntax error"),
        ("a\\", "syntax"),
    ],
)
def test_unreadable_patterns_are_marked(pattern: str, said: str) -> None:
    with pytest.raises(PatternInvalid, match=said) as caught:
        parse_ignore(f"ok\n{pattern}\n")

    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_many_stars_take_no_time() -> None:
    rules = parse_ignore("*a" * 100 + "b")
    began = time.process_time()

    assert not rules.ignores("a" * 10_000)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("path", ["a/x.bak", "Makefile", "docs", "pkg/web.go", "templates/.x"])
def test_each_kind_of_rule_counts_wherever_it_stands(path: str) -> None:
    rules = parse_ignore("pkg/*.go\nMakefile\ndocs/\n*.bak\n!*[a-z]*")

    assert rules.ignores(path, folder=path == "docs")
