"""Show, read and move dates as Sprig does, with Go's layouts and zones by name.

A date is a `datetime`; a whole number is taken for seconds since 1970, and anything else for the
time of the render. `Local` is the zone of the machine, and an unknown zone is UTC, as in Go.

Source: Sprig `date.go`; Go package `time`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.durations import between, parse_duration, to_multiple
from pkgtool.template.funcs.golang.layout import format_time
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.timeparse import parse_time
from pkgtool.template.funcs.golang.values import SECOND, Int64, wrap64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZERO = datetime(1, 1, 1, tzinfo=UTC)


def _local(time: datetime) -> datetime:
    """Return `time` in the zone of the machine, which is also what a time without zone is in."""
    try:
        return time.astimezone()
    except (OverflowError, ValueError, OSError):
        # The C library has no zones for the first and last years of the calendar.
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _in_zone(time: datetime, name: str) -> datetime:
    if name == "Local":
        return _local(time)
    if name in ("", "UTC"):
        return time.astimezone(UTC)
    # Few charts show times in zones, so only they open the database.
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    try:
        return time.astimezone(ZoneInfo(name))
    except (KeyError, ValueError, OSError, OverflowError):
        return time.astimezone(UTC)


def _moment(date: Any, now: datetime | None) -> datetime:
    if isinstance(date, datetime):
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    if type(date) in (int, Int64):
        try:
            return _EPOCH + timedelta(seconds=wrap64(date))
        except OverflowError as error:
            raise FunctionFailed(
                f"date {wrap64(date)} is outside of the years 1 to 9999"
            ) from error
    return now or datetime.now(UTC)


@go_function("now")
def now() -> datetime:
    """Return the current time, in the zone of the machine."""
    return _local(datetime.now(UTC))


@go_function("date")
def date(layout: str, date: Any, *, now: datetime | None = None) -> str:
    """Return a date as `layout` shows, in the zone of the machine."""
    return format_time(layout, _in_zone(_moment(date, now), "Local"))


@go_function("dateInZone")
def date_in_zone(layout: str, date: Any, zone: str, *, now: datetime | None = None) -> str:
    """Return a date as `layout` shows, in `zone`.

    >>> date_in_zone("2006-01-02 15:04 MST", 0, "Europe/Berlin")
    '1970-01-01 01:00 CET'
    """
    return format_time(layout, _in_zone(_moment(date, now), zone))


@go_function("htmlDate")
def html_date(date: Any, *, now: datetime | None = None) -> str:
    """Return a date as HTML's date fields have it, in the zone of the machine."""
    return format_time("2006-01-02", _in_zone(_moment(date, now), "Local"))


@go_function("htmlDateInZone")
def html_date_in_zone(date: Any, zone: str, *, now: datetime | None = None) -> str:
    """Return a date as HTML's date fields have it, in `zone`.

    >>> html_date_in_zone(0, "UTC")
    '1970-01-01'
    """
    return format_time("2006-01-02", _in_zone(_moment(date, now), zone))


@go_function("ago")
def ago(date: Any, *, now: datetime | None = None) -> str:
    """Return the time since a date, in whole seconds."""
    present = now or datetime.now(UTC)
    return str(to_multiple(between(_moment(date, present), present), SECOND, nearest=True))


@go_function("unixEpoch")
def unix_epoch(date: datetime) -> str:
    """Return the seconds from 1970 to `date`.

    >>> unix_epoch(datetime(2026, 11, 23, tzinfo=UTC))
    '1795392000'
    """
    return str((_moment(date, None) - _EPOCH) // timedelta(seconds=1))


@go_function("mustToDate")
def must_to_date(layout: str, text: str) -> datetime:
    """Return the date that `text` shows in the way of `layout`.

    Raises:
        FunctionFailed: `text` does not follow `layout`.
    """
    return parse_time(layout, text, _local)


@go_function("toDate")
def to_date(layout: str, text: str) -> datetime:
    """Return what `mustToDate` does, or the first moment of year 1.

    >>> to_date("2006-01-02", "soon")
    datetime.datetime(1, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        return parse_time(layout, text, _local)
    except FunctionFailed:
        return _ZERO


@go_function("mustDateModify")
def must_date_modify(span: str, date: datetime) -> datetime:
    """Return `date` moved by a duration such as `-1h30m`.

    Raises:
        FunctionFailed: `span` is not a duration, or leads out of the years 1 to 9999.
    """
    return _moved(date, parse_duration(span))


@go_function("dateModify")
def date_modify(span: str, date: datetime) -> datetime:
    """Return `date` moved by a duration, or as it is when `span` is not one.

    >>> print(date_modify("-1h30m", datetime(2026, 11, 23, tzinfo=UTC)))
    2026-11-22 22:30:00+00:00
    """
    try:
        duration = parse_duration(span)
    except FunctionFailed:
        return date
    return _moved(date, duration)


def _moved(date: datetime, nanoseconds: int) -> datetime:
    moment = _moment(date, None)
    try:
        moved = moment.astimezone(UTC) + timedelta(microseconds=nanoseconds // 1000)
        return moved.astimezone(moment.tzinfo)
    except OverflowError as error:
        raise FunctionFailed("the date is outside of the years 1 to 9999") from error
