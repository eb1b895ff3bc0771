"""Spans of time are read, shown, rounded and converted as in Go, Sprig and Helm."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import durations
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.values import MAX_INT64, MIN_INT64, SECOND, Duration


@pytest.mark.parametrize(
    ("text", "nanoseconds", "shown"),
    [
        pytest.param("0", 0, "0s", id="zero"),
        pytest.param("1ns", 1, "1ns", id="nanosecond"),
        pytest.param("1100ns", 1100, "1.1µs", id="microseconds"),
        pytest.param("2us", 2000, "2µs", id="us"),
        pytest.param("2µs", 2000, "2µs", id="micro sign"),
        pytest.param("2μs", 2000, "2µs", id="Greek mu"),
        pytest.param("+2.2ms", 2_200_000, "2.2ms", id="milliseconds"),
        pytest.param(".5s", SECOND // 2, "500ms", id="no whole part"),
        pytest.param("1.s", SECOND, "1s", id="no fraction"),
        pytest.param("-1.5h", -5400 * SECOND, "-1h30m0s", id="negative"),
        pytest.param("1h0.001s", 3600 * SECOND + 1_000_000, "1h0m0.001s", id="sum"),
        pytest.param("9223372036854775807ns", MAX_INT64, "2562047h47m16.854775807s", id="longest"),
        pytest.param("-9223372036854775808ns", MIN_INT64, "-2562047h47m16.854775808s", id="least"),
        pytest.param("0.0000000001s", 0, "0s", id="less than a nanosecond"),
    ],
)
def test_durations_are_read_and_shown(text: str, nanoseconds: int, shown: str) -> None:
    duration = durations.parse_duration(text)

    assert duration == nanoseconds
    assert str(duration) == shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", 'time: invalid duration ""', id="nothing"),
        pytest.param("-", 'time: invalid duration "-"', id="sign"),
        pytest.param("x", 'time: invalid duration "x"', id="text"),
        pytest.param(".s", 'time: invalid duration ".s"', id="no digits"),
        pytest.param("1h-1m", 'time: unknown unit "h-" in duration "1h-1m"', id="sign inside"),
        pytest.param("5", 'time: missing unit in duration "5"', id="no unit"),
        pytest.param("1d", 'time: unknown unit "d" in duration "1d"', id="days"),
        pytest.param("3000000h", 'time: invalid duration "3000000h"', id="too long"),
        pytest.param(
            "9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"', id="by one"
        ),
        pytest.param("9" * 5000 + "s", "time: invalid duration", id="too many digits"),
    ],
)
def test_what_is_no_duration_is_refused(text: str, message: str) -> None:
    with pytest.raises(FunctionFailed) as caught:
        durations.parse_duration(text)

    assert caught.value.what.startswith(message)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        pytest.param("95", "1m35s", id="text"),
        pytest.param(100, "1m40s", id="number"),
        pytest.param("-5", "-5s", id="negative"),
        pytest.param("1.5", "0s", id="fraction"),
        pytest.param(1.5, "0s", id="float"),
        pytest.param(True, "0s", id="bool"),
        pytest.param(None, "0s", id="nil"),
        pytest.param("9999999999999999", "441916h6m17.359414784s", id="wraps around"),
    ],
)
def test_duration_takes_whole_seconds(seconds: Any, text: str) -> None:
    assert durations.duration(seconds) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        pytest.param("2400h10m5s", "3mo", id="months"),
        pytest.param("8760h1s", "1y", id="years"),
        pytest.param("25h", "1d", id="days"),
        pytest.param("24h", "24h", id="exactly a day is hours"),
        pytest.param("-2h10m5s", "2h", id="negative"),
        pytest.param("1h", "60m", id="exactly an hour is minutes"),
        pytest.param("60s", "60s", id="exactly a minute is seconds"),
        pytest.param("1s", "0s", id="exactly a second is nothing"),
        pytest.param(95 * SECOND, "1m", id="nanoseconds"),
        pytest.param(MIN_INT64, "292y", id="least"),
        pytest.param("bad", "0s", id="text"),
        pytest.param(1.5, "0s", id="float"),
        pytest.param(datetime(2026, 11, 20, tzinfo=UTC), "3d", id="since a date"),
        pytest.param(datetime(2026, 11, 23, 13), "1h", id="since a naive date"),  # noqa: DTZ001
    ],
)
def test_duration_round_keeps_the_largest_unit(span: Any, text: str) -> None:
    now = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)

    assert durations.duration_round(span, now=now) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(30, "30s", id="number"),
        pytest.param(2.5, "2.5s", id="float"),
        pytest.param(" 2.5 ", "2.5s", id="text of a number"),
        pytest.param("1m30s", "1m30s", id="text"),
        pytest.param(Duration(5), "5ns", id="duration"),
    ],
)
def test_durations_of_helm(value: Any, text: str) -> None:
    assert to_text(durations.must_to_duration(value)) == text


@pytest.mark.parametrize(
    "value",
    ["nope", "", "  ", None, [1], True, float("nan"), float("-inf"), MAX_INT64, 1e300, "1e300"],
    ids=repr,
)
def test_what_is_no_duration_is_an_error_or_zero(value: Any) -> None:
    with pytest.raises(FunctionFailed):
        durations.must_to_duration(value)

    assert durations.duration_seconds(value) == 0
    assert durations.duration_nanoseconds(value) == 0
    assert to_text(durations.duration_round_to(value, "1m")) == "0s"


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        pytest.param(durations.duration_seconds, "1m30s", "90", id="seconds"),
        pytest.param(durations.duration_milliseconds, 1.5, "1500", id="milliseconds"),
        pytest.param(durations.duration_microseconds, "-1500ns", "-1", id="microseconds"),
        pytest.param(durations.duration_nanoseconds, 2, "2000000000", id="nanoseconds"),
        pytest.param(durations.duration_minutes, "90s", "1.5", id="minutes"),
        pytest.param(durations.duration_hours, "90m", "1.5", id="hours"),
        pytest.param(durations.duration_days, "36h", "1.5", id="days"),
        pytest.param(durations.duration_weeks, "252h", "1.5", id="weeks"),
    ],
)
def test_conversions(function: Callable[[Any], Any], value: Any, text: str) -> None:
    assert to_text(function(value)) == text


@pytest.mark.parametrize(
    ("value", "multiple", "rounded", "truncated"),
    [
        pytest.param(93, 60, "2m0s", "1m0s", id="numbers"),
        pytest.param("-93s", "1m", "-2m0s", "-1m0s", id="negative"),
        pytest.param("90s", "1m", "2m0s", "1m0s", id="half away from zero"),
        pytest.param("93s", "nope", "1m33s", "1m33s", id="no multiple"),
        pytest.param("93s", -1, "1m33s", "1m33s", id="negative multiple"),
    ],
)
def test_multiples(value: Any, multiple: Any, rounded: str, truncated: str) -> None:
    assert to_text(durations.duration_round_to(value, multiple)) == rounded
    assert to_text(durations.duration_truncate_to(value, multiple)) == truncated


def test_a_duration_of_many_parts_is_read_once() -> None:
    """Each part is read where it stands: cutting it off copied all that follows."""
    assert durations.parse_duration("1s" * 100_000) == 100_000 * SECOND
