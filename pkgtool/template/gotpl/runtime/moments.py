"""The methods of Go's times and durations that templates use: `now.Year`, `(now).Format "…"`.

Source: Go package `time`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.golang.values import HOUR, MILLISECOND, MINUTE, SECOND, Duration, Int64

_Methods = Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]]
_TIME = "time.Time"


def _format(moment: datetime, layout: str) -> str:
    from pkgtool.template.funcs.golang.layout import format_time  # noqa: PLC0415

    return format_time(layout, moment)


def _text(moment: datetime) -> str:
    from pkgtool.template.funcs.golang.layout import go_string  # noqa: PLC0415

    return go_string(moment)


def _month(moment: datetime) -> str:
    return _format(moment, "January")


def _weekday(moment: datetime) -> str:
    return _format(moment, "Monday")


def _add(moment: datetime, span: Any) -> datetime:
    try:
        return moment + timedelta(microseconds=int(span) / 1000)
    except OverflowError:
        raise FunctionFailed("the date is out of range") from None


def _add_date(moment: datetime, years: int, months: int, days: int) -> datetime:
    """Add to year, month and day apart, letting days run over into the next month, as Go does."""
    month = moment.month - 1 + months
    try:
        first = moment.replace(year=moment.year + years + month // 12, month=month % 12 + 1, day=1)
        return first + timedelta(days=moment.day - 1 + days)
    except (ValueError, OverflowError):
        raise FunctionFailed("the date is out of range") from None


def _since(moment: datetime, other: datetime) -> Duration:
    return Duration((moment - other) // timedelta(microseconds=1) * 1000)


MOMENT_METHODS: _Methods = {
    "Add": (_add, ("interface {}",)),
    "AddDate": (_add_date, ("int", "int", "int")),
    "After": (lambda moment, other: moment > other, (_TIME,)),
    "Before": (lambda moment, other: moment < other, (_TIME,)),
    "Day": (lambda moment: moment.day, ()),
    "Equal": (lambda moment, other: moment == other, (_TIME,)),
    "Format": (_format, ("string",)),
    "Hour": (lambda moment: moment.hour, ()),
    "IsZero": (lambda moment: moment.year == 1 and moment.timetuple().tm_yday == 1, ()),
    "Local": (lambda moment: moment.astimezone(), ()),
    "Minute": (lambda moment: moment.minute, ()),
    "Month": (_month, ()),
    "Nanosecond": (lambda moment: moment.microsecond * 1000, ()),
    "Second": (lambda moment: moment.second, ()),
    "String": (_text, ()),
    "Sub": (_since, (_TIME,)),
    "UTC": (lambda moment: moment.astimezone(UTC), ()),
    "Unix": (lambda moment: Int64(int(moment.timestamp())), ()),
    "UnixMilli": (lambda moment: Int64(int(moment.timestamp() * 1000)), ()),
    "UnixNano": (lambda moment: Int64(int(moment.timestamp() * 1_000_000) * 1000), ()),
    "Weekday": (_weekday, ()),
    "Year": (lambda moment: moment.year, ()),
    "YearDay": (lambda moment: moment.timetuple().tm_yday, ()),
}

DURATION_METHODS: _Methods = {
    "Hours": (lambda span: span / HOUR, ()),
    "Milliseconds": (lambda span: Int64(int(span) // MILLISECOND), ()),
    "Minutes": (lambda span: span / MINUTE, ()),
    "Seconds": (lambda span: span / SECOND, ()),
    "String": (str, ()),
}
