"""Write times by Go's layouts, which show how `Mon Jan 2 15:04:05 MST 2006` would look.

Times are `datetime` here, so their years run from 1 to 9999 and their fractions of seconds end at
microseconds. Names of months and days are English whatever the locale.

Source: Go package `time` (`format.go`).
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_TOKENS = (
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST"
    r"|0[1-6]|002|15|1|2006|2|__2|_2(?!006)|3|4|5|PM|pm"
    r"|[-Z]07(?::00:00|0000|:00|00|)|[.,](?:0+|9+)(?![0-9])"
)
_ZERO = timedelta()


def split_layout(layout: str) -> Iterator[tuple[str, str]]:
    """Yield each mark of `layout` with the plain text before it; the last mark is empty.

    >>> list(split_layout("on Jan 2"))
    [('on ', 'Jan'), (' ', '2'), ('', '')]
    """
    end = 0
    for found in re.finditer(_TOKENS, layout):
        yield layout[end : found.start()], found.group()
        end = found.end()
    yield layout[end:], ""


def format_time(layout: str, time: datetime) -> str:
    """Return `time`, in its own zone, as `layout` shows.

    >>> from datetime import UTC
    >>> format_time("Monday, 02-Jan-06 3:04PM MST", datetime(2026, 11, 23, 15, 4, tzinfo=UTC))
    'Monday, 23-Nov-26 3:04PM UTC'
    """
    return "".join(text + _token_text(mark, time) for text, mark in split_layout(layout))


def go_string(time: datetime) -> str:
    """Return `time` as Go prints one that nothing formats.

    >>> from datetime import UTC
    >>> go_string(datetime(2026, 11, 23, 15, 4, tzinfo=UTC))
    '2026-11-23 15:04:00 +0000 UTC'
    """
    return format_time("2006-01-02 15:04:05.999999999 -0700 MST", time)


def go_source(time: datetime) -> str:
    """Return `time` as Go source, as `%#v` prints it."""
    nanoseconds = time.microsecond * 1000
    zone = "time.UTC" if zone_name(time) == "UTC" else f'time.Location("{zone_name(time)}")'
    return (
        f"time.Date({time.year}, time.{MONTHS[time.month - 1]}, {time.day}, "
        f"{time.hour}, {time.minute}, {time.second}, {nanoseconds}, {zone})"
    )


def zone_name(time: datetime) -> str:
    """Return the abbreviation of the zone of `time`, e.g. `CET`; a nameless one shows its offset.

    >>> from datetime import UTC
    >>> zone_name(datetime(2026, 11, 23, tzinfo=UTC))
    'UTC'
    """
    return time.tzname() or _offset_text("-0700", time)


def _token_text(mark: str, time: datetime) -> str:
    if not mark:
        return ""
    if mark[0] in ".,":
        return _fraction(mark, time.microsecond * 1000)
    if mark[0] in "-Z":
        return _offset_text(mark, time)
    if mark[0] in "JMPp":
        return _name(mark, time)
    return _number(mark, time)


def _name(mark: str, time: datetime) -> str:
    match mark:
        case "January" | "Jan":
            return MONTHS[time.month - 1][: None if mark == "January" else 3]
        case "Monday" | "Mon":
            return DAYS[time.weekday()][: None if mark == "Monday" else 3]
        case "MST":
            return zone_name(time)
        case _:
            half = "PM" if time.hour >= 12 else "AM"
            return half if mark == "PM" else half.lower()


def _number(mark: str, time: datetime) -> str:
    digit = mark[-1]
    if mark == "15":
        return f"{time.hour:02d}"
    if mark == "2006":
        return f"{time.year:04d}"
    if len(mark) == 3:
        return f"{time.timetuple().tm_yday:{'03d' if mark == '002' else '3d'}}"
    number = {
        "1": time.month,
        "2": time.day,
        "3": time.hour % 12 or 12,
        "4": time.minute,
        "5": time.second,
        "6": time.year % 100,
    }[digit]
    if mark == "_2":
        return f"{number:2d}"
    return f"{number:02d}" if len(mark) == 2 else str(number)


def _fraction(mark: str, nanoseconds: int) -> str:
    digits = f"{nanoseconds:09d}"[: len(mark) - 1]
    if mark[1] == "9":
        digits = digits.rstrip("0")
    return mark[0] + digits if digits else ""


def _offset_text(mark: str, time: datetime) -> str:
    offset = time.utcoffset() or _ZERO
    seconds = round(offset.total_seconds())
    if mark[0] == "Z" and not seconds:
        return "Z"
    sign = "-" if seconds < 0 else "+"
    minutes, seconds = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    colon = ":" if ":" in mark else ""
    fields = [hours, minutes, seconds][: len(mark.replace(":", "")) // 2]
    return sign + colon.join(f"{each:02d}" for each in fields)
