"""Calls that do not fit a function are refused in Go's words."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.dates import unix_epoch
from pkgtool.template.funcs.dicts import has_key, pick
from pkgtool.template.funcs.golang.signature import parameter_types
from pkgtool.template.funcs.golang.values import Duration
from pkgtool.template.funcs.numbers import round_, sub, subf, until
from pkgtool.template.funcs.strings import hello, plural, trunc


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        pytest.param(hello, (1,), "wrong number of args for hello: want 0 got 1", id="too many"),
        pytest.param(sub, (1,), "wrong number of args for sub: want 2 got 1", id="too few"),
        pytest.param(
            subf, (), "wrong number of args for subf: want at least 1 got 0", id="at least"
        ),
        pytest.param(
            trunc,
            ("3", "abc"),
            "wrong type for value; expected int; got string (argument 1 of trunc)",
            id="text for a number",
        ),
        pytest.param(
            trunc,
            (1.0, "abc"),
            "wrong type for value; expected int; got float64 (argument 1 of trunc)",
            id="float for a whole number",
        ),
        pytest.param(
            until,
            (True,),
            "wrong type for value; expected int; got bool (argument 1 of until)",
            id="bool is no number",
        ),
        pytest.param(
            until,
            (Duration(5),),
            "wrong type for value; expected int; got time.Duration (argument 1 of until)",
            id="duration is no number",
        ),
        pytest.param(
            until,
            (1 << 64,),
            "the number does not fit into 64 bits (argument 1 of until)",
            id="too large a number",
        ),
        pytest.param(
            trunc,
            (1, None),
            "invalid value; expected string (argument 2 of trunc)",
            id="nil for text",
        ),
        pytest.param(
            has_key,
            ([], "a"),
            "wrong type for value; expected map[string]interface {}; got []interface {} "
            "(argument 1 of hasKey)",
            id="list for a map",
        ),
        pytest.param(
            pick,
            ({}, "a", 1),
            "wrong type for value; expected string; got int (argument 3 of pick)",
            id="among the rest",
        ),
        pytest.param(
            round_,
            (1.5, 0, 1),
            "wrong type for value; expected float64; got int (argument 3 of round)",
            id="int for a float",
        ),
        pytest.param(
            unix_epoch,
            (0,),
            "wrong type for value; expected time.Time; got int (argument 1 of unixEpoch)",
            id="number for a date",
        ),
    ],
)
def test_a_call_that_does_not_fit_is_refused(
    function: Callable[..., Any], arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(FunctionFailed) as caught:
        function(*arguments)

    assert caught.value.what == message


def test_a_missing_value_comes_with_a_way_out() -> None:
    with pytest.raises(FunctionFailed) as caught:
        plural("one", None, 1)  # type: ignore[arg-type]

    assert "`default`" in caught.value.hint


def test_subclasses_of_text_and_dates_fit() -> None:
    class Marked(str):
        __slots__ = ()

    assert trunc(2, Marked("abc")) == "ab"
    assert unix_epoch(datetime(1970, 1, 2, tzinfo=UTC)) == "86400"


def test_engines_can_ask_for_the_types_of_parameters() -> None:
    assert parameter_types(trunc) == (["int", "string"], None)
    assert parameter_types(round_) == (["interface {}", "int"], "float64")
    assert parameter_types(hello) == ([], None)
