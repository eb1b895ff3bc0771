"""Patterns from outside."""

import time

import pytest

from pkgtool.errors import PatternInvalid
from pkgtool.regex import compile_pattern


def test_a_pattern_finds_what_it_describes() -> None:
    assert compile_pattern("^a.c$").search("abc")
    assert not compile_pattern("^a.c$").search("abd")


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", r"(a)\1", "(?=a)", "[z-a]"])
def test_what_is_not_re2_is_refused_in_words(pattern: str) -> None:
    with pytest.raises(PatternInvalid) as caught:
        compile_pattern(pattern)

    assert "RE2" in caught.value.hint


def test_matching_takes_time_in_proportion_to_the_text() -> None:
    """`(a+)+$` takes `re` longer than the age of this test on forty characters."""
    began = time.process_time()

    assert not compile_pattern("(a+)+$").search("a" * 100_000 + "!")

    assert time.process_time() - began < 5
