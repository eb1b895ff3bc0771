"""TOML out with Helm's bytes, and in as Helm's values."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from pkgtool.errors import BudgetExceeded, FunctionFailed
from pkgtool.template.funcs.semver import semver
from pkgtool.template.funcs.toml import from_toml, must_to_toml, to_toml


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({}, "", id="empty"),
        pytest.param({"b": "x", "a": True, "c": None}, 'a = true\nb = "x"\n', id="sorted, no nil"),
        pytest.param({"f": 1.0, "g": 1e6, "h": 0.5}, "f = 1.0\ng = 1e+06\nh = 0.5\n", id="floats"),
        pytest.param({"i": 1, "n": float("-inf")}, "i = 1\nn = -inf\n", id="int and infinity"),
        pytest.param({"n": float("nan")}, "n = nan\n", id="nan"),
        pytest.param({"t": {"a": 1}, "z": 2}, "z = 2\n\n[t]\n  a = 1\n", id="tables come last"),
        pytest.param({"a": {"b": {}}}, "[a]\n  [a.b]\n", id="tables in tables"),
        pytest.param(
            {"a": [{"b": 1}, {"c": [{}]}]},
            "[[a]]\n  b = 1\n\n[[a]]\n\n  [[a.c]]\n",
            id="arrays of tables",
        ),
        pytest.param({"a": [{"b": 1}, 2]}, "a = [{b = 1}, 2]\n", id="mixed array"),
        pytest.param(
            {"a": [1, {"b": 1, "c": None, "d": {}}]},
            "a = [1, {b = 1, d = {}}]\n",
            id="inline table",
        ),
        pytest.param({"": 1, "a b": 2, "é": 3}, '"" = 1\n"a b" = 2\n"é" = 3\n', id="quoted keys"),
        pytest.param({"a": 'q"\\\n\x7f'}, 'a = "q\\"\\\\\\n\\u007f"\n', id="escapes"),
        pytest.param({"v": semver("1.2"), "b": b"ab"}, 'b = [97, 98]\nv = "1.2.0"\n', id="others"),
        pytest.param(
            {"t": datetime(2020, 1, 2, 3, 4, 5, 600000, tzinfo=UTC)},
            "t = 2020-01-02T03:04:05.6Z\n",
            id="date",
        ),
        pytest.param([1, "a"], '[1, "a"]', id="no map at the top"),
    ],
)
def test_values_are_written_as_helm_writes_them(value: Any, expected: str) -> None:
    assert to_toml(value) == expected
    assert must_to_toml(value) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param({"a": [None]}, "toml: cannot encode array with nil element", id="nil in list"),
        pytest.param({"a": 2j}, "unsupported type: complex128", id="complex number"),
        pytest.param(2j, "unsupported type for key '': complex128", id="complex number on top"),
        pytest.param([{}], "toml: top-level values must be Go maps or structs", id="tables on top"),
    ],
)
def test_the_error_is_the_output_unless_it_must_be(value: Any, words: str) -> None:
    assert to_toml(value) == words
    with pytest.raises(FunctionFailed) as caught:
        must_to_toml(value)
    assert caught.value.what == words


def test_nil_is_refused_by_both() -> None:
    for write in (to_toml, must_to_toml):
        with pytest.raises(FunctionFailed, match="cannot encode nil"):
            write(None)


def test_a_map_that_contains_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["loop"] = loop

    with pytest.raises(BudgetExceeded, match="nested more than"):
        to_toml(loop)


def test_a_value_that_shares_parts_exponentially_is_refused() -> None:
    value: dict[str, Any] = {"x": "y"}
    for _ in range(60):
        value = {"a": value, "b": value}

    with pytest.raises(BudgetExceeded):
        to_toml(value)


def test_a_document_is_read() -> None:
    text = '[t]\na = 1\nb = 1.5\nc = [true, "x"]\n[[l]]\nd = 2020-01-02T03:04:05+01:00\n'

    assert from_toml(text) == {
        "t": {"a": 1, "b": 1.5, "c": [True, "x"]},
        "l": [{"d": datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1)))}],
    }


def test_local_dates_are_moments_in_utc() -> None:
    assert from_toml("a = 2020-01-02\nb = 2020-01-02T03:04:05\nc = 03:04:05") == {
        "a": datetime(2020, 1, 2, tzinfo=UTC),
        "b": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
        "c": "03:04:05",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("one", "line 1: unexpected EOF; expected key separator '='", id="no value"),
        pytest.param("a = ", "line 1: unexpected EOF; expected value", id="nothing"),
        pytest.param("a = 1\nb: 2", "line 2: expected '.' or '=', but got ':' instead", id="yaml"),
        pytest.param("a\n", "line 1: expected '.' or '=', but got '\\n' instead", id="line end"),
        pytest.param("a = 1\na = 2", "line 2: Cannot overwrite a value", id="twice"),
        pytest.param("a = 9" + "0" * 19, "9" + "0" * 19 + " is out of range for int64", id="int"),
        pytest.param("a = " + "[" * 5000, "values are nested too deeply", id="deep"),
        pytest.param(
            "a = " + "[" * 220 + "]" * 220, "values are nested too deeply", id="less deep"
        ),
    ],
)
def test_what_cannot_be_read_gives_an_error_entry(text: str, words: str) -> None:
    assert from_toml(text) == {"Error": f"toml: {words}"}


def test_numbers_and_nested_tables_survive_a_round_trip() -> None:
    value = {"a": 1, "t": {"f": 2.5, "l": ["x"], "s": {"b": False}}, "m": [{"k": "v"}, {"k": "w"}]}

    assert from_toml(to_toml(value)) == value
