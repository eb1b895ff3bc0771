"""No single call makes more than its share, and what is refused is refused early."""

from collections.abc import Callable
from typing import Any

import pytest

from pkgtool.errors import BudgetExceeded
from pkgtool.template.funcs.dicts import deep_copy, dict_, merge
from pkgtool.template.funcs.golang.values import deep_equal
from pkgtool.template.funcs.joining import join, split_list, to_strings
from pkgtool.template.funcs.lists import concat, has, uniq, without
from pkgtool.template.funcs.numbers import mulf, seq, until, until_step
from pkgtool.template.funcs.patterns import regex_replace_all
from pkgtool.template.funcs.randoms import rand_alpha_num
from pkgtool.template.funcs.strings import cat, indent, nindent, quote, repeat, replace, wrap_with

BIG = "x" * (1 << 20)
MANY = [0] * 600_000


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def endless() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["me"] = value
    return value


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        pytest.param(repeat, (1 << 40, "ab"), id="repeat"),
        pytest.param(replace, ("x", BIG, BIG), id="replace"),
        pytest.param(replace, ("", "-" * 64, BIG), id="replace nothing"),
        pytest.param(indent, (1 << 40, "a"), id="indent"),
        pytest.param(nindent, (1 << 20, "\n" * 20), id="nindent"),
        pytest.param(wrap_with, (1, "-" * 64, BIG), id="wrapWith"),
        pytest.param(cat, [BIG] * 17, id="cat"),
        pytest.param(quote, [BIG] * 17, id="quote"),
        pytest.param(join, (BIG, [1] * 20), id="join"),
        pytest.param(to_strings, ([BIG] * 17,), id="toStrings"),
        pytest.param(split_list, ("", BIG), id="splitList"),
        pytest.param(regex_replace_all, ("x", BIG, BIG), id="regexReplaceAll"),
        pytest.param(until, (100_001,), id="until"),
        pytest.param(until_step, (0, 1 << 62, 1), id="untilStep"),
        pytest.param(until_step, (1 << 62, -(1 << 62), -3), id="untilStep down"),
        pytest.param(seq, (1, 1 << 62), id="seq"),
        pytest.param(rand_alpha_num, ((1 << 20) + 1,), id="randAlphaNum"),
        pytest.param(concat, (MANY, MANY), id="concat"),
        pytest.param(mulf, [1e-300] * 1000, id="mulf"),
        pytest.param(deep_copy, (endless(),), id="deepCopy of a cycle"),
        pytest.param(deep_copy, (nested(201),), id="deepCopy too deep"),
        pytest.param(uniq, ([endless()],), id="uniq of a cycle"),
        pytest.param(without, ([1], endless()), id="without a cycle"),
        pytest.param(has, (endless(), [1]), id="has a cycle"),
        pytest.param(merge, (endless(), endless()), id="merge of cycles"),
        pytest.param(deep_equal, (nested(201), nested(201)), id="deepEqual too deep"),
        pytest.param(dict_, (endless(), 1), id="a cycle as key"),
    ],
)
def test_a_call_that_would_make_too_much_is_refused(
    function: Callable[..., Any], arguments: Any
) -> None:
    with pytest.raises(BudgetExceeded):
        function(*arguments)


def test_the_largest_counts_are_still_made() -> None:
    assert len(until(100_000)) == 100_000
    assert len(until_step(100_000, 0, -1)) == 100_000


def test_a_list_shared_many_times_is_compared_once() -> None:
    shared: list[Any] = []
    for _ in range(60):
        shared = [shared, shared]

    assert deep_equal(shared, shared)
    assert uniq([shared, shared]) == [shared]
