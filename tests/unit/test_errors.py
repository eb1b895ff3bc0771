"""Errors: what they print, and that they cross process boundaries whole."""

import pickle

import pytest

from pkgtool.errors import (
    CollectedError,
    PkgtoolError,
    Problem,
    ReleaseExists,
    ReleaseNotFound,
    RevisionNotFound,
    SchemaMismatch,
    closest,
    did_you_mean,
)
from pkgtool.source import Span

PLACE = Span("values.yaml", "a: 1\nb: x\n", 8, 9)


def test_an_error_says_what_where_and_what_to_do() -> None:
    error = PkgtoolError("b is no number", where=PLACE, hint="write a number")

    assert str(error).splitlines() == [
        "b is no number [P000]",
        " --> values.yaml:2:4",
        "2 | b: x",
        "  |    ^",
        "hint: write a number",
    ]


def test_without_place_and_hint_there_is_one_line() -> None:
    assert str(PkgtoolError("it broke")) == "it broke [P000]"


@pytest.mark.parametrize(("hint", "last"), [("look", ["hint: look"]), ("", [])])
def test_problems_stand_below_each_other(hint: str, last: list[str]) -> None:
    problems = [Problem("is missing", path="a.b", subject="Pod x"), Problem("is wrong")]

    error = CollectedError("two faults", problems, hint=hint)

    assert str(error).splitlines() == [
        "two faults [P000]",
        "- Pod x: a.b: is missing",
        "- is wrong",
        *last,
    ]


@pytest.mark.parametrize(
    "error",
    [
        PkgtoolError("it broke", where=PLACE, hint="mend it"),
        ReleaseExists("web", "prod", 3),
        ReleaseNotFound("wbe", "prod", known=["web"]),
        RevisionNotFound("web", 9),
        SchemaMismatch("wrong", [Problem("is missing", PLACE)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_pickling(error: PkgtoolError) -> None:
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_a_near_name_is_suggested_and_a_far_one_is_not() -> None:
    known = ["upgrade", "install"]

    assert (closest("upgarde", known), did_you_mean("upgarde", known)) == (
        "upgrade",
        "did you mean 'upgrade'?",
    )
    assert (closest("x", known), did_you_mean("x", known)) == ("", "")
