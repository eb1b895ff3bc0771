"""Random text has the right length and letters, and repeats when its source does."""

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from pkgtool.template.funcs import randoms
from pkgtool.template.funcs.numbers import rand_int

FUNCTIONS = [
    pytest.param(randoms.rand_alpha_num, 62, id="randAlphaNum"),
    pytest.param(randoms.rand_alpha, 52, id="randAlpha"),
    pytest.param(randoms.rand_numeric, 10, id="randNumeric"),
    pytest.param(randoms.rand_ascii, 95, id="randAscii"),
]


@pytest.mark.parametrize(("function", "letters"), FUNCTIONS)
def test_every_letter_of_the_alphabet_comes_up_about_as_often(
    function: Callable[[int], str], letters: int
) -> None:
    count = 1000 * letters

    seen = Counter(function(count))

    assert seen.total() == count
    assert len(seen) == letters
    assert min(seen.values()) > 750
    assert max(seen.values()) < 1250


@pytest.mark.parametrize(("function", "letters"), FUNCTIONS)
def test_no_text_for_no_count(function: Callable[[int], str], letters: int) -> None:
    assert function(0) == function(-5) == ""


def test_a_source_of_randomness_can_be_given() -> None:
    one = randoms.rand_alpha_num(20, random=Random(7))
    other = randoms.rand_alpha_num(20, random=Random(7))

    assert one == other
    assert len(set(one)) > 5


def test_shuffle_keeps_the_characters() -> None:
    text = "héllo wörld" * 5

    shuffled = randoms.shuffle(text, random=Random(1))

    assert shuffled != text
    assert sorted(shuffled) == sorted(text)
    assert randoms.shuffle("") == ""


def test_random_numbers_stay_below_their_end() -> None:
    assert {rand_int(-1, 2) for _ in range(200)} == {-1, 0, 1}
