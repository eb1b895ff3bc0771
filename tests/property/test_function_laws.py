"""Laws that template functions keep for all arguments."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkgtool.template.funcs import (
    caseforms,
    casing,
    dates,
    dicts,
    durations,
    joining,
    lists,
    numbers,
    paths,
    patterns,
    strings,
)
from pkgtool.template.funcs.casts import to_float64, to_int64, to_string
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.printf import printf
from pkgtool.template.funcs.golang.text import byte_length
from pkgtool.template.funcs.golang.values import MAX_INT64, MIN_INT64, Duration, deep_equal

pytestmark = pytest.mark.property

WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
KEYS = st.sampled_from("abcde")
INTS = st.integers(MIN_INT64, MAX_INT64)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | INTS | st.floats() | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
LISTS = st.lists(VALUES, max_size=6)
MAPS = st.dictionaries(KEYS, VALUES, max_size=5)


@given(FINITE)
def test_a_printed_float_reads_back(number: float) -> None:
    assert to_float64(to_text(number)) == number


@given(INTS)
def test_a_printed_int_reads_back(number: int) -> None:
    assert to_int64(to_string(number)) == number or to_text(number).startswith("0")
    assert printf("%d", number) == str(number)
    assert int(printf("%#x", number), 16) == number


@given(FINITE, st.integers(0, 20))
def test_fixed_precision_is_pythons(number: float, places: int) -> None:
    assert printf("%.*f", places, number) == f"{number:.{places}f}"


@given(st.floats())
def test_hexadecimal_floats_read_back(number: float) -> None:
    read = to_float64(printf("%x", number))

    assert read == number or number != number


@given(WORDS, st.integers(0, 30))
def test_a_width_is_a_least_length(text: str, width: int) -> None:
    padded = printf("%*s", width, text)

    assert len(padded) == max(width, len(text))
    assert padded.endswith(text)


@given(VALUES)
def test_equality_is_reflexive_but_for_nan(value: Any) -> None:
    assert deep_equal(value, dicts.deep_copy([value])[0]) or "NaN" in to_text(value)


@given(st.integers(), st.integers(), st.integers())
def test_sums_wrap_alike_in_any_order(one: int, two: int, three: int) -> None:
    assert numbers.add(one, two, three) == numbers.add(three, numbers.add(one, two))
    assert MIN_INT64 <= numbers.mul(one, two, three) <= MAX_INT64


@given(INTS, INTS.filter(bool))
def test_quotient_and_remainder_make_the_number(number: int, divisor: int) -> None:
    quotient, rest = numbers.div(number, divisor), numbers.mod(number, divisor)

    assert numbers.add(numbers.mul(quotient, divisor), rest) == number


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-5, 5).filter(bool))
def test_until_step_is_pythons_range(start: int, stop: int, step: int) -> None:
    assert numbers.until_step(start, stop, step) == list(range(start, stop, step))


@given(st.decimals(-1000, 1000, places=3), st.decimals(-1000, 1000, places=3))
def test_decimal_sums_are_exact(one: Any, two: Any) -> None:
    assert numbers.addf(float(one), float(two)) == float(one + two)


@given(st.integers(-30, 30), WORDS)
def test_truncated_text_is_no_longer_than_asked(count: int, text: str) -> None:
    if text.isascii() and count:
        assert len(strings.trunc(count, text)) == min(abs(count), len(text))
    assert byte_length(strings.trunc(abs(count), text)) <= 3 * abs(count)


@given(st.integers(4, 30), st.text("ab c", max_size=60))
def test_an_abbreviation_fits(width: int, text: str) -> None:
    assert len(strings.abbrev(width, text)) <= width


@given(st.integers(1, 20), st.text("ab ", max_size=60))
def test_wrapping_only_replaces_spaces(width: int, text: str) -> None:
    lines = strings.wrap_with(width, "\n", text).split("\n")

    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.integers(0, 8), WORDS)
def test_nindent_is_indent_on_a_new_line(spaces: int, text: str) -> None:
    assert strings.nindent(spaces, text) == "\n" + strings.indent(spaces, text)


@given(WORDS.filter(bool), WORDS)
def test_split_text_joins_again(separator: str, text: str) -> None:
    assert joining.join(separator, joining.split_list(separator, text)) == text


@given(WORDS)
def test_case_forms_are_stable(text: str) -> None:
    snake = caseforms.snakecase(text)

    assert casing.lower(casing.lower(text)) == casing.lower(text)
    assert snake.count("-") <= text.count("-")


@given(LISTS)
def test_lists_come_apart_and_together(items: list[Any]) -> None:
    assert lists.reverse(lists.reverse(items)) == items or "NaN" in to_text(items)
    assert len(lists.uniq(lists.uniq(items))) == len(lists.uniq(items))
    if items:
        again = lists.append(lists.initial(items), lists.last(items))
        assert len(lists.prepend(lists.rest(items), lists.first(items))) == len(again)


@given(LISTS, VALUES)
def test_what_is_left_out_is_gone(items: list[Any], value: Any) -> None:
    assert not lists.has(value, lists.without(items, value))


@given(st.integers(1, 5), LISTS)
def test_chunks_make_the_list(size: int, items: list[Any]) -> None:
    chunks = lists.chunk(size, items)

    assert lists.concat(*chunks) == items or "NaN" in to_text(items)
    assert all(1 <= len(chunk) <= size for chunk in chunks)


@given(MAPS, MAPS)
def test_merges_contain_all_keys(target: dict[str, Any], source: dict[str, Any]) -> None:
    merged = dicts.merge_overwrite(dicts.deep_copy(target), dicts.deep_copy(source))

    assert merged.keys() == target.keys() | source.keys()
    for key, value in source.items():
        if not isinstance(value, dict):
            assert to_text(merged[key]) == to_text(value)


@given(MAPS)
def test_merging_a_map_into_its_copy_changes_nothing(source: dict[str, Any]) -> None:
    copy = dicts.deep_copy(source)

    assert to_text(dicts.merge(copy, source)) == to_text(source)
    assert to_text(dicts.merge_overwrite(copy, source)) == to_text(source)


@given(MAPS, st.lists(KEYS, max_size=3))
def test_picked_and_omitted_make_the_map(source: dict[str, Any], names: list[str]) -> None:
    parts = dicts.pick(source, *names) | dicts.omit(source, *names)

    assert to_text(parts) == to_text(source)


@given(st.text("/.ab", max_size=12))
def test_clean_paths_stay(path: str) -> None:
    clean = paths.clean(path)

    assert paths.clean(clean) == clean
    assert paths.is_abs(clean) == paths.is_abs(path)


@given(INTS)
def test_a_shown_duration_reads_back(nanoseconds: int) -> None:
    assert durations.parse_duration(str(Duration(nanoseconds))) == nanoseconds


@given(
    st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_a_shown_date_reads_back(time: datetime, minutes: int) -> None:
    moment = time.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    layout = "Mon, 02 Jan 2006 15:04:05.999999 -0700"

    shown = dates.date_in_zone(layout, moment, "UTC")

    assert dates.must_to_date(layout, shown) == moment
    assert dates.unix_epoch(moment) == str(
        int((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1))
    )


@given(WORDS, WORDS)
def test_a_quoted_pattern_finds_its_text(text: str, around: str) -> None:
    pattern = patterns.regex_quote_meta(text)

    assert patterns.must_regex_match(pattern, around + text + around)
    assert patterns.regex_replace_all_literal(pattern, text, "$1") == "$1" or not text


@given(st.sampled_from(["a", "a*", "b|", "[ab]+", "", "é?"]), st.text("abé", max_size=10))
def test_split_and_found_make_the_text(pattern: str, text: str) -> None:
    pieces = patterns.regex_split(pattern, text, -1)
    found = patterns.regex_find_all(pattern, text, -1)

    assert sorted("".join(pieces + found)) == sorted(text)
