"""Dates are shown, read and moved by Go's layouts and zones."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import dates
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.layout import format_time

MOMENT = datetime(2023, 3, 7, 9, 8, 5, 12345, tzinfo=timezone(timedelta(hours=-3, minutes=-30), ""))
NOW = datetime(2026, 11, 23, 12, 0, 0, 700000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        pytest.param("January Jan 01 1", "March Mar 03 3", id="month"),
        pytest.param("Monday Mon", "Tuesday Tue", id="day of the week"),
        pytest.param("02 2 _2 002 __2", "07 7  7 066  66", id="day"),
        pytest.param("2006 06 _2006", "2023 23 _2023", id="year"),
        pytest.param("15 03 3 PM pm", "09 09 9 AM am", id="hour"),
        pytest.param("04 4 05 5", "08 8 05 5", id="minute and second"),
        pytest.param("05.000 .999 ,00 .000000000 .9999", "05.012 .012 ,01 .012345000 .0123",
                     id="fraction"),
        pytest.param("MST -0700 -07:00 -07 -070000 -07:00:00",
                     "-0330 -0330 -03:30 -03 -033000 -03:30:00", id="zone"),
        pytest.param("Z0700 Z07:00 Z07", "-0330 -03:30 -03", id="zone or Z"),
        pytest.param("Janus Monkey at 20060102T150405", "Janus Monkey at 20230307T090805",
                     id="words stay"),
        pytest.param("", "", id="nothing"),
    ],
)  # fmt: skip
def test_layouts(layout: str, text: str) -> None:
    assert format_time(layout, MOMENT) == text


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        pytest.param("3PM", "12AM", id="midnight"),
        pytest.param("Z07:00 MST", "Z UTC", id="UTC"),
        pytest.param("05.999", "00", id="no fraction"),
        pytest.param("05.000", "00.000", id="fraction of zeros"),
    ],
)
def test_layouts_at_midnight_in_utc(layout: str, text: str) -> None:
    assert format_time(layout, datetime(2020, 1, 1, tzinfo=UTC)) == text


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        pytest.param("America/New_York", "2023-07-06T20:00:00-04:00 EDT", id="with summer time"),
        pytest.param("Asia/Kolkata", "2023-07-07T05:30:00+05:30 IST", id="half hours"),
        pytest.param("America/Sao_Paulo", "2023-07-06T21:00:00-03:00 -03", id="without letters"),
        pytest.param("", "2023-07-07T00:00:00Z UTC", id="empty"),
        pytest.param("Nowhere/Bad", "2023-07-07T00:00:00Z UTC", id="unknown"),
        pytest.param("America", "2023-07-07T00:00:00Z UTC", id="a folder"),
        pytest.param("../etc/passwd", "2023-07-07T00:00:00Z UTC", id="outside"),
        pytest.param("/etc/passwd", "2023-07-07T00:00:00Z UTC", id="absolute"),
        pytest.param("a\x00b", "2023-07-07T00:00:00Z UTC", id="null byte"),
    ],
)
def test_zones(zone: str, text: str) -> None:
    moment = datetime(2023, 7, 7, tzinfo=UTC)

    assert dates.date_in_zone("2006-01-02T15:04:05Z07:00 MST", moment, zone) == text


def test_dates_without_zone_are_in_that_of_the_machine() -> None:
    for seconds in (0, 1_700_000_000):
        local = dates.date_in_zone("2006-01-02 15:04 MST", seconds, "Local")
        assert dates.date("2006-01-02 15:04 MST", seconds) == local
        assert dates.html_date(seconds) == local[:10]


@pytest.mark.parametrize(
    ("date", "text"),
    [
        pytest.param(86400, "1970-01-02", id="seconds"),
        pytest.param(datetime(2020, 5, 4), "2020-05-04", id="naive is UTC"),  # noqa: DTZ001
        pytest.param(None, "2026-11-23", id="nil is now"),
        pytest.param("2020-01-01", "2026-11-23", id="text is now"),
        pytest.param(1.5, "2026-11-23", id="float is now"),
    ],
)
def test_what_counts_as_a_date(date: Any, text: str) -> None:
    assert dates.html_date_in_zone(date, "UTC", now=NOW) == text


def test_now_is_aware() -> None:
    assert abs(dates.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_years_that_the_calendar_has_not_are_refused() -> None:
    with pytest.raises(FunctionFailed, match="years 1 to 9999"):
        dates.html_date_in_zone(10**12, "UTC")
    with pytest.raises(FunctionFailed, match="years 1 to 9999"):
        dates.date_modify("2000000h", datetime(9999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("date", "text"),
    [
        pytest.param(
            datetime(2026, 11, 23, 10, 29, 59, 200000, tzinfo=UTC), "1h30m2s", id="half up"
        ),
        pytest.param(NOW, "0s", id="now"),
        pytest.param(datetime(2026, 11, 23, 12, 0, 10, tzinfo=UTC), "-9s", id="future"),
        pytest.param("x", "0s", id="no date"),
        pytest.param(datetime(1, 1, 1, tzinfo=UTC), "2562047h47m16.854775807s", id="292 years"),
    ],
)
def test_ago_rounds_to_seconds(date: Any, text: str) -> None:
    assert dates.ago(date, now=NOW) == text


def test_epoch_is_text() -> None:
    assert dates.unix_epoch(datetime(1969, 12, 31, 23, 59, 59, 500000, tzinfo=UTC)) == "-1"


@pytest.mark.parametrize(
    ("layout", "text", "shown"),
    [
        pytest.param("2006-01-02T15:04:05Z07:00", "2020-02-03T10:11:12Z",
                     "2020-02-03 10:11:12 +0000 UTC", id="RFC 3339"),
        pytest.param("2006-01-02T15:04:05Z07:00", "2020-02-03T10:11:12.123+03:30",
                     "2020-02-03 10:11:12.123 +0330 +0330", id="fraction and offset"),
        pytest.param("2006-01-02T15:04:05Z07:00", "2020-02-03T10:11:12,5Z",
                     "2020-02-03 10:11:12.5 +0000 UTC", id="comma"),
        pytest.param("Mon Jan _2 2006 3:04PM MST", "tue FEB  3 2020 12:04AM UTC",
                     "2020-02-03 00:04:00 +0000 UTC", id="words in any case"),
        pytest.param("02-Jan-06 15:04 MST", "02-Jan-70 15:04 GMT+3",
                     "1970-01-02 18:04:00 +0300 GMT+3", id="GMT with hours"),
        pytest.param("02-Jan-06 15:04 MST -0700", "02-Jan-68 15:04 CEST +0200",
                     "2068-01-02 15:04:00 +0200 CEST", id="named offset"),
        pytest.param("2006 MST", "2020 WITA", "2020-01-01 00:00:00 +0000 WITA", id="only a name"),
        pytest.param("2006 002 MST", "2020 060 UTC", "2020-02-29 00:00:00 +0000 UTC",
                     id="day of the year"),
        pytest.param("2006-__2 MST", "2020-  5 UTC", "2020-01-05 00:00:00 +0000 UTC",
                     id="padded day of the year"),
        pytest.param("15:04:05.000 Z07:00", "23:59:58.123 Z", "0004-01-01 23:59:58.123 +0000 UTC",
                     id="no date"),
        pytest.param("2006-01-02 15:04:05.999 Z07:00", "2020-01-01 01:02:03 Z",
                     "2020-01-01 01:02:03 +0000 UTC", id="fraction left out"),
        pytest.param("2006  Z07:00", "2020 Z", "2020-01-01 00:00:00 +0000 UTC", id="spaces"),
    ],
)  # fmt: skip
def test_reading_dates(layout: str, text: str, shown: str) -> None:
    assert to_text(dates.must_to_date(layout, text)) == shown


@pytest.mark.parametrize(
    ("layout", "text", "message"),
    [
        pytest.param("2006-01-02", "bad",
                     'parsing time "bad" as "2006-01-02": cannot parse "bad" as "2006"', id="text"),
        pytest.param("2006-01-02", "2020-02-3",
                     'parsing time "2020-02-3" as "2006-01-02": cannot parse "3" as "02"',
                     id="one digit"),
        pytest.param("2006-01-02", "2020/01/02",
                     'parsing time "2020/01/02" as "2006-01-02": cannot parse "/01/02" as "-"',
                     id="separator"),
        pytest.param("2006-01-02", "2020-02-03x",
                     'parsing time "2020-02-03x": extra text: "x"', id="more"),
        pytest.param("2006-01-02", "2020-13-01",
                     'parsing time "2020-13-01": month out of range', id="month"),
        pytest.param("2006-01-02", "2021-02-29",
                     'parsing time "2021-02-29": day out of range', id="day"),
        pytest.param("2006 002", "2021 366",
                     'parsing time "2021 366": day-of-year out of range', id="day of the year"),
        pytest.param("2006 002 02", "2021 031 30",
                     'parsing time "2021 031 30": day-of-year does not match day', id="two days"),
        pytest.param("15:04", "24:00", 'parsing time "24:00": hour out of range', id="hour"),
        pytest.param("3PM", "13PM", 'parsing time "13PM": hour out of range', id="hour of twelve"),
        pytest.param("Z07:00", "+25:00",
                     'parsing time "+25:00": time zone offset hour out of range', id="offset"),
        pytest.param("MST", "ABCDE",
                     'parsing time "ABCDE" as "MST": cannot parse "ABCDE" as "MST"', id="zone"),
        pytest.param("pm", "PM", 'parsing time "PM" as "pm": cannot parse "PM" as "pm"', id="half"),
        pytest.param("05.000", "01.12",
                     'parsing time "01.12" as "05.000": cannot parse ".12" as ".000"',
                     id="fraction"),
        pytest.param("January", "Januar",
                     'parsing time "Januar" as "January": cannot parse "Januar" as "January"',
                     id="month name"),
        pytest.param("2006", "2020é",
                     r'parsing time "2020\xc3\xa9": extra text: "\xc3\xa9"', id="not ASCII"),
        pytest.param("2006", "0000", 'parsing time "0000": year out of range', id="year"),
    ],
)  # fmt: skip
def test_what_follows_no_layout_is_refused(layout: str, text: str, message: str) -> None:
    with pytest.raises(FunctionFailed) as caught:
        dates.must_to_date(layout, text)

    assert caught.value.what == message
    assert dates.to_date(layout, text) == datetime(1, 1, 1, tzinfo=UTC)


def test_dates_move_by_durations_and_keep_their_zone() -> None:
    moved = dates.must_date_modify("-1.5h", MOMENT)

    assert moved == MOMENT - timedelta(minutes=90)
    assert to_text(moved) == "2023-03-07 07:38:05.012345 -0330 -0330"


def test_what_is_no_duration_moves_nothing() -> None:
    assert dates.date_modify("soon", MOMENT) == MOMENT
    with pytest.raises(FunctionFailed, match='time: invalid duration "soon"'):
        dates.must_date_modify("soon", MOMENT)
