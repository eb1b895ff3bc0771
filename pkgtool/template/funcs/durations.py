"""Read, round and convert spans of time, in the words of Go's `time.Duration`.

Helm's `duration…` functions take a duration text (`1m30s`), a number or numeric text of seconds,
or a `Duration`; what they cannot read counts as zero. `mustToDuration` says what is wrong.

Source: Go `time.ParseDuration`; Sprig `date.go`; Helm `pkg/engine/funcs.go`.
"""

import re
from datetime import UTC, datetime
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.casts import parse_float, parse_int
from pkgtool.template.funcs.golang.quote import quote_bytes
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.values import (
    HOUR,
    MAX_INT64,
    MICROSECOND,
    MILLISECOND,
    MIN_INT64,
    MINUTE,
    SECOND,
    Duration,
    Int64,
    type_name,
    wrap64,
)  # fmt: skip

_UNITS = {
    "ns": 1,
    "us": MICROSECOND,
    "µs": MICROSECOND,
    "μs": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
_DAY = 24 * HOUR
_LONGEST = MAX_INT64 // SECOND
_ROUGH = (("y", 365 * _DAY), ("mo", 30 * _DAY), ("d", _DAY), ("h", HOUR), ("m", MINUTE))


def parse_duration(text: str) -> Duration:
    """Return the duration that `text` writes as Go does.

    >>> parse_duration("-1.5h")
    -1h30m0s

    Raises:
        FunctionFailed: In Go's words.
    """
    at = 1 if text[:1] in ("+", "-") else 0
    if text[at:] == "0":
        return Duration(0)
    if at == len(text):
        raise _invalid(text)
    total = 0
    while at < len(text):
        size, at = _component(text, at)
        total += size
    if total > MAX_INT64 + (text[0] == "-"):
        raise _invalid(text)
    return Duration(-total if text[0] == "-" else total)


_COMPONENT = re.compile(r"([0-9]*)(\.?)([0-9]*)([^0-9.]*)")


def _component(text: str, at: int) -> tuple[int, int]:
    """Read one number and unit at `at`; return its nanoseconds and where it ends."""
    found = _COMPONENT.match(text, at)
    whole, _, fraction, unit = found.groups() if found else ("", "", "", "")
    if not found or not (whole or fraction):
        raise _invalid(text)
    if not unit:
        raise FunctionFailed(f"time: missing unit in duration {quote_bytes(text)}")
    if unit not in _UNITS:
        raise FunctionFailed(
            f"time: unknown unit {quote_bytes(unit)} in duration {quote_bytes(text)}"
        )
    if len(whole) > 19:
        raise _invalid(text)
    part = int(fraction[:18] or 0) * _UNITS[unit] // 10 ** len(fraction[:18])
    return int(whole or 0) * _UNITS[unit] + part, found.end()


def _invalid(text: str) -> FunctionFailed:
    return FunctionFailed(
        f"time: invalid duration {quote_bytes(text)}", hint="write it like 1h30m, 45s or 250ms"
    )


@go_function("duration")
def duration(seconds: Any) -> str:
    """Return a number or text of whole seconds as Go writes a duration.

    >>> duration("95")
    '1m35s'
    """
    if isinstance(seconds, str):
        count = parse_int(seconds)
    else:
        count = wrap64(seconds) if type(seconds) in (int, Int64) else 0
    return str(Duration(wrap64(wrap64(count) * SECOND)))


@go_function("durationRound")
def duration_round(span: Any, *, now: datetime | None = None) -> str:
    """Return a duration, or the time since a date, in its largest unit only.

    >>> duration_round("2h10m5s")
    '2h'
    """
    size = abs(_nanoseconds(span, now))
    for unit, length in _ROUGH:
        if size > length:
            return f"{size // length}{unit}"
    return f"{size // SECOND}s" if size > SECOND else "0s"


def _nanoseconds(span: Any, now: datetime | None) -> int:
    if isinstance(span, str):
        try:
            return parse_duration(span)
        except FunctionFailed:
            return 0
    if isinstance(span, datetime):
        start = span if span.tzinfo else span.replace(tzinfo=UTC)
        return between(start, now or datetime.now(UTC))
    return wrap64(span) if type(span) in (int, Int64) else 0


def between(start: datetime, end: datetime) -> Duration:
    """Return the time from `start` to `end`, at most some 292 years."""
    past = end - start
    nanoseconds = (past.days * 86400 + past.seconds) * SECOND + past.microseconds * MICROSECOND
    return Duration(max(MIN_INT64, min(nanoseconds, MAX_INT64)))


@go_function("mustToDuration")
def must_to_duration(value: Any) -> Duration:
    """Return `value` as a duration: a text such as `1m30s`, or seconds as number or text.

    >>> must_to_duration(30), must_to_duration("2.5")
    (30s, 2.5s)

    Raises:
        FunctionFailed: `value` is neither, or too large.
    """
    if isinstance(value, Duration):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_seconds(value)
    if not isinstance(value, str):
        raise FunctionFailed(f"unsupported type for duration: {type_name(value)}")
    text = value.strip()
    if not text:
        raise FunctionFailed("empty duration string")
    seconds = parse_float(text)
    return parse_duration(text) if seconds is None else _of_seconds(seconds)


def _of_seconds(seconds: float) -> Duration:
    # Numbers beyond this overflow, and so do the things that are not numbers.
    if not -_LONGEST <= seconds <= _LONGEST:
        raise FunctionFailed("duration overflows: it can be at most some 292 years")
    return Duration(int(seconds * SECOND))


def _read(value: Any) -> Duration:
    """Return what `mustToDuration` does, or zero."""
    try:
        return must_to_duration(value)
    except FunctionFailed:
        return Duration(0)


@go_function("durationSeconds")
def duration_seconds(value: Any) -> float:
    """Return the number of seconds in a duration.

    >>> duration_seconds("1m30s")
    90.0
    """
    return _read(value) / SECOND


@go_function("durationMilliseconds")
def duration_milliseconds(value: Any) -> int:
    """Return the whole milliseconds in a duration."""
    return _whole(value, MILLISECOND)


@go_function("durationMicroseconds")
def duration_microseconds(value: Any) -> int:
    """Return the whole microseconds in a duration."""
    return _whole(value, MICROSECOND)


@go_function("durationNanoseconds")
def duration_nanoseconds(value: Any) -> int:
    """Return the nanoseconds in a duration."""
    return int(_read(value))


def _whole(value: Any, unit: int) -> int:
    size = int(_read(value))
    return size // unit if size >= 0 else -(-size // unit)


@go_function("durationMinutes")
def duration_minutes(value: Any) -> float:
    """Return the number of minutes in a duration."""
    return _read(value) / MINUTE


@go_function("durationHours")
def duration_hours(value: Any) -> float:
    """Return the number of hours in a duration."""
    return _read(value) / HOUR


@go_function("durationDays")
def duration_days(value: Any) -> float:
    """Return the number of days of 24 hours in a duration."""
    return _read(value) / _DAY


@go_function("durationWeeks")
def duration_weeks(value: Any) -> float:
    """Return the number of weeks in a duration."""
    return _read(value) / (7 * _DAY)


@go_function("durationRoundTo")
def duration_round_to(value: Any, multiple: Any) -> Duration:
    """Return a duration rounded to the nearest multiple of another, halves away from zero.

    >>> duration_round_to("93s", "1m")
    2m0s
    """
    return to_multiple(_read(value), _read(multiple), nearest=True)


@go_function("durationTruncateTo")
def duration_truncate_to(value: Any, multiple: Any) -> Duration:
    """Return a duration cut down to a multiple of another, towards zero.

    >>> duration_truncate_to("93s", "1m")
    1m0s
    """
    return to_multiple(_read(value), _read(multiple), nearest=False)


def to_multiple(span: Duration, unit: int, *, nearest: bool) -> Duration:
    """Return `span` as a multiple of `unit`, both in nanoseconds: the nearest, or towards zero."""
    if unit <= 0:
        return span
    size, rest = divmod(abs(int(span)), int(unit))
    if nearest and 2 * rest >= unit:
        size += 1
    size = min(size * unit, MAX_INT64)
    return Duration(size if span >= 0 else -size)
