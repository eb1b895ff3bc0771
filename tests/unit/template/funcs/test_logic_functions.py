"""Emptiness, choices between values, and stopping on purpose."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed, RequiredValueMissing
from pkgtool.template.funcs import logic
from pkgtool.template.funcs.semver import semver


@pytest.mark.parametrize("value", [None, False, 0, 0.0, -0.0, "", b"", [], {}, ()])
def test_these_are_empty(value: Any) -> None:
    assert logic.empty(value)
    assert not logic.is_true(value)
    assert logic.default("fallback", value) == "fallback"


@pytest.mark.parametrize(
    "value", [True, 1, -1, 0.5, float("nan"), " ", "false", [None], {"": None}, b"\0"]
)
def test_these_are_not(value: Any) -> None:
    assert not logic.empty(value)
    assert logic.is_true(value)
    assert logic.default("fallback", value) is value


def test_dates_and_structs_are_never_empty() -> None:
    assert not logic.empty(datetime(1, 1, 1, tzinfo=UTC))
    assert not logic.empty(semver("0.0.0"))


def test_default_without_a_value_is_the_fallback() -> None:
    assert logic.default("fallback") == "fallback"


def test_default_looks_at_the_second_argument_only() -> None:
    assert logic.default("fallback", "", "ignored") == "fallback"


def test_coalesce_finds_the_first_that_is_not_empty() -> None:
    assert logic.coalesce(0, "", [], "x", "y") == "x"
    assert logic.coalesce(0, "") is None
    assert logic.coalesce() is None


def test_all_and_any_of_nothing() -> None:
    assert logic.all_of() is True
    assert logic.any_of() is False


def test_ternary_takes_its_condition_last() -> None:
    assert logic.ternary("yes", "no", True) == "yes"
    assert logic.ternary("yes", "no", False) == "no"


@pytest.mark.parametrize("condition", [None, 1, "true", []])
def test_ternary_refuses_what_is_not_a_boolean(condition: Any) -> None:
    with pytest.raises(FunctionFailed, match="expected bool"):
        logic.ternary("yes", "no", condition)


def test_required_passes_what_is_empty_but_there() -> None:
    values: tuple[Any, ...] = (0, False, [], {})
    for value in values:
        assert logic.required("message", value) is value


@pytest.mark.parametrize("value", [None, ""])
def test_required_stops_with_its_message(value: Any) -> None:
    with pytest.raises(RequiredValueMissing, match=r"^set image\.tag"):
        logic.required("set image.tag", value)


def test_fail_stops_with_its_message() -> None:
    with pytest.raises(FunctionFailed) as caught:
        logic.fail("no way")

    assert caught.value.what == "no way"


def test_a_wrong_number_of_arguments_is_named() -> None:
    with pytest.raises(FunctionFailed) as caught:
        logic.empty()  # type: ignore[call-arg]

    assert caught.value.what == "wrong number of args for empty: want 1 got 0"
