"""Read times by Go's layouts.

What a text leaves out is the start of January 1 of year 4: a leap year like Go's year 0, which
`datetime` does not have. A fraction of a second is accepted after the seconds even where the layout has none.

Source: Go package `time` (`format.go`, function `parse`).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.golang.layout import DAYS, MONTHS, split_layout
from pkgtool.template.funcs.golang.quote import quote_bytes

Local = Callable[[datetime], datetime]
"""Give a time without a zone the zone of the machine."""

_DIGITS_OF = {
    "2006": r"\d\d\d\d", "06": r"\d\d", "01": r"\d\d", "02": r"\d\d", "03": r"\d\d",
    "04": r"\d\d", "05": r"\d\d", "002": r"\d\d\d", "__2": r"[ \d][ \d]\d", "_2": r" ?\d\d?",
    "1": r"\d\d?", "2": r"\d\d?", "3": r"\d\d?", "4": r"\d\d?", "5": r"\d\d?", "15": r"\d\d?",
}  # fmt: skip
_FIELD_OF = {
    "2006": "year", "06": "year", "1": "month", "01": "month", "2": "day", "02": "day",
    "_2": "day", "002": "day-of-year", "__2": "day-of-year", "15": "hour", "3": "hour",
    "03": "hour", "4": "minute", "04": "minute", "5": "second", "05": "second",
}  # fmt: skip
_RANGE_OF = {"month": (1, 12), "15": (0, 23), "hour": (0, 12), "minute": (0, 59), "second": (0, 59)}
_ZONE = (
    r"ChST|MeST|GMT(?:[+-]0*(?:1?\d|2[0-3])(?!\d))?|[+-]0*(?:1?\d|2[0-3])(?!\d)"
    r"|(?:WITA|[A-Z]{3}T|[A-Z]{4}T|[A-Z]{3})(?![A-Z])"
)


_YEARLESS = 4


class _Mismatch(Exception):
    """The text does not go on as the layout asks; carries the rest and what was expected."""


class _OutOfRange(Exception):
    """A number was read that no date has; the message says which."""


class _Contradiction(Exception):
    """The day of the year is not the month and day that are also there."""


def parse_time(layout: str, text: str, local: Local) -> datetime:
    """Return the time that `text` shows in the way of `layout`.

    >>> parse_time("2006-01-02", "2026-11-23", lambda time: time.replace(tzinfo=UTC))
    datetime.datetime(2026, 11, 23, 0, 0, tzinfo=datetime.timezone.utc)

    Args:
        layout: How the reference time would look.
        text: The time.
        local: Places a time whose text names no zone.

    Raises:
        FunctionFailed: In Go's words, naming the piece that does not fit.
    """
    reader = _Reader(text)
    try:
        _read(reader, layout)
        return _assemble(reader, local)
    except _Mismatch as error:
        rest, expected = error.args
        raise FunctionFailed(
            f"parsing time {quote_bytes(text)} as {quote_bytes(layout)}: "
            f"cannot parse {quote_bytes(rest)} as {quote_bytes(expected)}"
        ) from error
    except _OutOfRange as error:
        raise FunctionFailed(f"parsing time {quote_bytes(text)}: {error} out of range") from error
    except _Contradiction as error:
        raise FunctionFailed(f"parsing time {quote_bytes(text)}: {error}") from error
    except OverflowError as error:
        raise FunctionFailed(f"parsing time {quote_bytes(text)}: year out of range") from error


def _read(reader: "_Reader", layout: str) -> None:
    pieces = list(split_layout(layout))
    for index, (plain, mark) in enumerate(pieces[:-1]):
        reader.skip(plain)
        reader.take(mark, fraction_next=pieces[index + 1][1][:1] in (".", ","))
    reader.skip(pieces[-1][0])
    if reader.rest:
        raise FunctionFailed(
            f"parsing time {quote_bytes(reader.text)}: extra text: {quote_bytes(reader.rest)}"
        )


class _Reader:
    """The text, what is left of it, and what has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = text
        self.fields: dict[str, int] = {}
        self.half = ""
        self.zone = ""
        self.offset: int | None = None
        self.in_utc = False

    def skip(self, plain: str) -> None:
        """Pass over plain text of the layout; a space stands for any number of spaces."""
        for word in re.findall(r" +|[^ ]", plain):
            if word[0] == " ":
                if self.rest and not self.rest.startswith(" "):
                    raise _Mismatch(self.rest, plain)
                self.rest = self.rest.lstrip(" ")
            elif self.rest.startswith(word):
                self.rest = self.rest[1:]
            else:
                raise _Mismatch(self.rest, plain)

    def take(self, mark: str, *, fraction_next: bool) -> None:
        """Read what `mark` asks for."""
        if mark in _FIELD_OF:
            self._number(mark)
            if mark in ("5", "05") and not fraction_next:
                self._fraction(r"[.,](\d+)")
        elif mark[0] in ".,":
            self._fraction_token(mark)
        elif mark[0] in "-Z":
            self._offset(mark)
        elif mark == "MST":
            self._zone(mark)
        else:
            self._name(mark)

    def _match(self, pattern: str, mark: str) -> re.Match[str]:
        found = re.match(pattern, self.rest, re.ASCII)
        if not found:
            raise _Mismatch(self.rest, mark)
        self.rest = self.rest[found.end() :]
        return found

    def _number(self, mark: str) -> None:
        number = int(self._match(_DIGITS_OF[mark], mark)[0].replace(" ", ""))
        field = _FIELD_OF[mark]
        lowest, highest = _RANGE_OF.get(mark) or _RANGE_OF.get(field, (0, 9999))
        if not lowest <= number <= highest:
            raise _OutOfRange(field)
        if mark == "06":
            number += 1900 if number >= 69 else 2000
        self.fields[field] = number

    def _fraction_token(self, mark: str) -> None:
        digits = len(mark) - 1
        if mark[1] == "9":
            self._fraction(r"[.,](\d+)")
        elif not self._fraction(rf"[.,](\d{{{digits}}})"):
            raise _Mismatch(self.rest, mark)

    def _fraction(self, pattern: str) -> bool:
        found = re.match(pattern, self.rest, re.ASCII)
        if found:
            self.fields["microsecond"] = int(found[1][:6].ljust(6, "0"))
            self.rest = self.rest[found.end() :]
        return bool(found)

    def _offset(self, mark: str) -> None:
        if mark[0] == "Z" and self.rest.startswith("Z"):
            self.rest = self.rest[1:]
            self.in_utc = True
            return
        shape = re.sub(r"\d\d", r"(\\d\\d)", mark[1:])
        sign, *parts = self._match("([+-])" + shape, mark).groups()
        fields = [int(each) for each in parts]
        for number, highest, name in zip(fields, (24, 60, 60), ("hour", "minute", "second"),
                                         strict=False):  # fmt: skip
            if number > highest:
                raise _OutOfRange(f"time zone offset {name}")
        hours, minutes, seconds = [*fields, 0, 0][:3]
        size = (hours * 60 + minutes) * 60 + seconds
        self.offset = -size if sign == "-" else size

    def _zone(self, mark: str) -> None:
        if self.rest.startswith("UTC"):
            self.rest = self.rest[3:]
            self.in_utc = True
        else:
            self.zone = self._match(_ZONE, mark)[0]

    def _name(self, mark: str) -> None:
        if mark in ("PM", "pm"):
            halves = "AM|PM" if mark == "PM" else "am|pm"
            self.half = self._match(halves, mark)[0].upper()
            return
        names = MONTHS if mark in ("January", "Jan") else DAYS
        size = 3 if len(mark) == 3 else None
        for number, name in enumerate(names, 1):
            short = name[:size]
            if self.rest[: len(short)].lower() == short.lower():
                self.rest = self.rest[len(short) :]
                if names is MONTHS:
                    self.fields["month"] = number
                return
        raise _Mismatch(self.rest, mark)


def _assemble(reader: _Reader, local: Local) -> datetime:
    fields = reader.fields
    year = fields.get("year", _YEARLESS)
    if not year:
        raise _OutOfRange("year")
    month, day = _month_and_day(year, fields)
    hour = fields.get("hour", 0)
    if reader.half == "PM" and hour < 12:
        hour += 12
    if reader.half == "AM" and hour == 12:
        hour = 0
    time = datetime(  # noqa: DTZ001
        year, month, day, hour, fields.get("minute", 0), fields.get("second", 0),
        fields.get("microsecond", 0),
    )  # fmt: skip
    return _placed(time, reader, local)


def _month_and_day(year: int, fields: dict[str, int]) -> tuple[int, int]:
    yearday = fields.get("day-of-year")
    if yearday is None:
        month, day = fields.get("month", 1), fields.get("day", 1)
        if not 1 <= day <= _days_in(year, month):
            raise _OutOfRange("day")
        return month, day
    if not 1 <= yearday <= 337 + _days_in(year, 2):
        raise _OutOfRange("day-of-year")
    date = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=yearday - 1)
    for name, number in (("month", date.month), ("day", date.day)):
        if fields.get(name, number) != number:
            raise _Contradiction(f"day-of-year does not match {name}")
    return date.month, date.day


def _days_in(year: int, month: int) -> int:
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _placed(time: datetime, reader: _Reader, local: Local) -> datetime:
    """Give `time` its zone: that of its text, else the machine's."""
    if reader.in_utc:
        return time.replace(tzinfo=UTC)
    here = local(time)
    same_name = reader.zone in ("", here.tzname())
    if reader.offset is not None:
        if same_name and here.utcoffset() == timedelta(seconds=reader.offset):
            return here
        return time.replace(tzinfo=_fixed(reader.offset, reader.zone))
    if same_name:
        return here
    # Go knows other abbreviations only by name: the clock is read as UTC and shown under it.
    hours = int(reader.zone[3:] or 0) if reader.zone.startswith("GMT") else 0
    return time.replace(tzinfo=UTC).astimezone(_fixed(hours * 3600, reader.zone))


def _fixed(seconds: int, name: str) -> timezone:
    try:
        return timezone(timedelta(seconds=seconds), name)
    except ValueError as error:
        raise _OutOfRange("time zone offset hour") from error
