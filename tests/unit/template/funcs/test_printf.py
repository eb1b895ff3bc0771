"""Formats are filled in as Go does, mistakes included."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.errors import BudgetExceeded
from pkgtool.template.funcs.golang.printf import printf
from pkgtool.template.funcs.golang.values import Duration

NAN = float("nan")
INF = float("inf")


def case(layout: str, *values: Any, gives: str, id: str = "") -> Any:
    return pytest.param(layout, values, gives, id=id or layout)


@pytest.mark.parametrize(
    ("layout", "values", "text"),
    [
        case("%s-%d-%v", "a", 5, None, gives="a-5-<nil>"),
        case("%d%%", 99, gives="99%"),
        case("%5d|%-5d|%05d|%+d|% d", 3, 3, 3, 3, 3, gives="    3|3    |00003|+3| 3"),
        case("%.3d|%8.3d|%08.3d", 5, 5, 5, gives="005|     005|     005"),
        case("%.0d|%5.0d|", 0, 0, gives="|     |", id="nothing for zero"),
        case("%b|%o|%#o|%O|%x|%X|%#x|%#b", 5, 8, 8, 8, 255, 255, 255, 5,
             gives="101|10|010|0o10|ff|FF|0xff|0b101"),
        case("%x|%d", -255, -1, gives="-ff|-1"),
        case("%c|%q|%+q|%U|%#U", 65, 65, 9731, 9731, 65, gives="A|'A'|'\\u2603'|U+2603|U+0041 'A'"),
        case("%c|%U", 1114112, -1, gives="\ufffd|U+FFFFFFFFFFFFFFFF", id="no such character"),
        case("%5s|%-5s|%05s|%.2s|%5.1s|", "ab", "ab", "ab", "abc", "xyz",
             gives="   ab|ab   |000ab|ab|    x|"),
        case("%.3s|%4s", "héllo", "é", gives="hél|   é", id="widths count characters"),
        case("%q|%#q|%#q|%+q", 'a"b\n', "ab", "a`b", "é",
             gives='"a\\"b\\n"|`ab`|"a`b"|"\\u00e9"'),
        case("%q", "\x00\x07\u200b\u2603\U0001f600\\", gives='"\\x00\\a\\u200b☃😀\\\\"', id="escapes"),
        case("%x|%X|% x|%#x|%# x|%.2x", *["hi!"] * 6,
             gives="686921|686921|68 69 21|0x686921|0x68 0x69 0x21|6869"),
        case("%f|%.2f|%8.3f|%-8.1f|%08.2f|%+.1f", 1.0, 1.005, 3.14159, 2.5, -2.5, 2.0,
             gives="1.000000|1.00|   3.142|2.5     |-0002.50|+2.0"),
        case("%e|%.1E|%g|%G|%.3g|%.10g", 123456.0, 1.5, 1e21, 1e-7, 1234567.0, 0.1,
             gives="1.234560e+05|1.5E+00|1e+21|1E-07|1.23e+06|0.1"),
        case("%x|%X|%.3x|%b|%x|%x", 1.5, -2.75, 3.14159, 1.0, 0.0, 5e-324,
             gives="0x1.8p+00|-0X1.6P+01|0x1.922p+01|4503599627370496p-52|0x0p+00|0x1p-1074"),
        case("%.1x|%.0x|%b", 1.96875, 1.5, 5e-324, gives="0x1.0p+01|0x1p+01|1p-1074"),
        case("%#g|%#.3g|%#.0f|%#x", 1.0, 1.0, 2.0, 1.0, gives="1.00000|1.00|2.|0x1.0000p+00"),
        case("%f|%+f|%05f|% f|%8v", INF, INF, INF, NAN, -INF,
             gives="+Inf|+Inf| +Inf| NaN|    -Inf"),
        case("%.50f", 0.1, gives="0.10000000000000000555111512312578270211815834045410"),
        case("%t|%5t|%v", True, True, False, gives="true| true|false"),
        case("%v|%d|%.1f", 1j, 1j, 1.25 + 2j, gives="(0+1i)|%!d(complex128=(0+1i))|(1.2+2.0i)"),
        case("%s|%v|%x|%d", b"hi", b"hi", b"hi", b"hi", gives="hi|[104 105]|6869|[104 105]"),
        case("%v|%s|%d|%T", *[Duration(1500)] * 4, gives="1.5µs|1.5µs|1500|time.Duration"),
        case("%s|%.4s", *[datetime(2020, 1, 2, tzinfo=UTC)] * 2,
             gives="2020-01-02 00:00:00 +0000 UTC|2020"),
    ],
)  # fmt: skip
def test_verbs_flags_width_and_precision(layout: str, values: tuple[Any, ...], text: str) -> None:
    assert printf(layout, *values) == text


@pytest.mark.parametrize(
    ("layout", "values", "text"),
    [
        case("%d|%q", [1, "a", None, 1.5], ["a"], gives="[1 %!d(string=a) <nil> %!d(float64=1.5)]|[\"a\"]"),
        case("%d", {"a": 1, "b": None}, gives="map[%!d(string=a):1 %!d(string=b):<nil>]"),
        case("%5v", [1, "a"], gives="[    1     a]"),
        case("%#v", {"a": 1, "b": [None, "x", 1.5, True, b"\x01"]},
             gives='map[string]interface {}{"a":1, "b":[]interface {}{interface {}(nil), "x", 1.5, '
             "true, []byte{0x1}}}"),
        case("%#v|%#v", 1e6, datetime(2020, 1, 2, tzinfo=UTC),
             gives="1e+06|time.Date(2020, time.January, 2, 0, 0, 0, 0, time.UTC)"),
        case("%T|%T|%T|%T|%T|%T", None, 1, 1.5, "", [], {},
             gives="<nil>|int|float64|string|[]interface {}|map[string]interface {}"),
        case("%p", [1], gives="0xc000000000"),
        case("%w", [1], gives="%!w([]interface {}=[1])"),
    ],
)  # fmt: skip
def test_nested_values_repeat_the_verb(layout: str, values: tuple[Any, ...], text: str) -> None:
    assert printf(layout, *values) == text


@pytest.mark.parametrize(
    ("layout", "values", "text"),
    [
        case("%d", "a", gives="%!d(string=a)"),
        case("%5d", "a", gives="%!d(string=    a)"),
        case("%s|%t|%z", 5, 5, 5, gives="%!s(int=5)|%!t(int=5)|%!z(int=5)"),
        case("%d", None, gives="%!d(<nil>)"),
        case("%s %d", "a", gives="a %!d(MISSING)"),
        case("a", 1, None, "x", gives="a%!(EXTRA int=1, <nil>, string=x)"),
        case("%", gives="%!(NOVERB)"),
        case("%é", 1, gives="%!é(int=1)"),
        case("%[2]d %[1]d %d", 1, 2, gives="2 1 2"),
        case("%[1]d|%[3]d|%[x]d|%[0]d", 1, gives="1|%!d(BADINDEX)|%!d(BADINDEX)|%!d(BADINDEX)"),
        case("%[1", 1, gives="%!(NOVERB)"),
        case("%[1]5d", 1, gives="%!d(BADINDEX)"),
        case("%*d|%-*d|%.*f", 4, 1, -4, 2, 2, 3.14159, gives="   1|2   |3.14"),
        case("%*d", "x", 3, gives="%!(BADWIDTH)3"),
        case("%.*d", -1, 3, gives="%!(BADPREC)3"),
        case("%*d", 1_000_001, 4, gives="%!(BADWIDTH)4", id="a star takes at most a million"),
        case("%99999999d", 1, gives="%!(NOVERB)%!(EXTRA int=1)", id="width of eight digits"),
    ],
)  # fmt: skip
def test_mistakes_become_notes(layout: str, values: tuple[Any, ...], text: str) -> None:
    assert printf(layout, *values) == text


def test_a_width_of_seven_digits_is_filled() -> None:
    assert len(printf("%9999999d", 1)) == 9_999_999


def test_two_such_widths_are_more_than_one_call_may_make() -> None:
    with pytest.raises(BudgetExceeded, match="printing would make more than"):
        printf("%9999999d%9999999d", 1, 1)


def test_large_files_are_printed_in_reasonable_time_and_space() -> None:
    """Charts that use everything they see as a key print their files byte by byte."""
    assert printf("%v", bytes(range(256)) * 8000).count(" ") == 256 * 8000 - 1
