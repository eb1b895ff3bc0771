"""Template functions give what the tables of Helm's own tests say.

A row is one call, `{{ function argument … }}`: `.` is the row's data, and `.name` an item of it.
Add a function to `COVERED` and its rows are checked.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.dicts import merge, merge_overwrite
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.registry import function

COVERED = frozenset(
    {
        *("durationDays", "durationHours", "durationMicroseconds", "durationMilliseconds"),
        *("durationMinutes", "durationNanoseconds", "durationRoundTo", "durationSeconds"),
        *("durationTruncateTo", "durationWeeks", "merge", "mustToDuration"),
        *("fromJson", "fromJsonArray", "fromToml", "fromYaml", "fromYamlArray"),
        *("mustToToml", "toJson", "toToml", "toYaml", "toYamlPretty"),
    }
)

BEYOND_JSON = {
    "math.NaN": float("nan"),
    "math.Inf": float("inf"),
    "uint": 2,
}
"""Go calls in the tables whose result a row needs."""

TOKENS = r'"(?:[^"\\]|\\.)*"|[()]|[^\s()]+'


def evaluate(call: str, data: Any) -> Any:
    """Return the result of `{{ function argument … }}`."""
    words = iter(re.findall(TOKENS, call.strip().removeprefix("{{").removesuffix("}}")))
    return _call(words, data)


def _call(words: Iterator[str], data: Any) -> Any:
    called = function(next(words))
    arguments = []
    for word in words:
        if word == ")":
            break
        arguments.append(_call(words, data) if word == "(" else _operand(word, data))
    return called(*arguments)


def _operand(word: str, data: Any) -> Any:
    if word.startswith("."):
        return data[word[1:]] if word[1:] else data
    return json.loads(word)


def table(shared: Path, test: str, name: str) -> list[dict[str, Any]]:
    tables = json.loads((shared / "cases" / "helm-unit-tables.json").read_text())
    return next(
        list(each["rows"]) for each in tables if (each["func"], each["table"]) == (test, name)
    )


def covered_rows(shared: Path, test: str, name: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield call, data and row of those rows that are about covered functions and plain data."""
    for row in table(shared, test, name):
        data = row.get("vars")
        if isinstance(data, dict) and "$call" in data:
            data = BEYOND_JSON[data["$call"]]
        computed = isinstance(data, dict) and any(key.startswith("$") for key in data)
        if not computed and row["tpl"].strip("{} ").split()[0] in COVERED:
            yield row["tpl"], data, row


@pytest.mark.parametrize(
    ("test", "name", "least"),
    [
        pytest.param("TestFuncs", "tests", 20, id="functions"),
        pytest.param("TestDurationHelpers", "tests", 30, id="durations"),
    ],
)
def test_results_are_those_of_helm(shared: Path, test: str, name: str, least: int) -> None:
    rows = list(covered_rows(shared, test, name))

    assert len(rows) >= least
    for call, data, row in rows:
        assert to_text(evaluate(call, data)) == row["expect"], (call, data)


def test_functions_that_must_succeed_do_or_fail(shared: Path) -> None:
    rows = list(covered_rows(shared, "TestFuncs", "mustFuncsTests"))
    outcomes = set()

    for call, data, row in rows:
        # In Go the data of the rows without result are maps that JSON cannot hold.
        if row.get("expect"):
            outcomes.add("result")
            assert to_text(evaluate(call, data)) == row["expect"], call
        elif call.startswith("{{ mustToDuration"):
            outcomes.add("error")
            with pytest.raises(FunctionFailed):
                evaluate(call, data)

    assert outcomes == {"result", "error"}


def test_durations_that_cannot_be_read_are_refused(shared: Path) -> None:
    rows = list(covered_rows(shared, "TestDurationHelpers", "mustErrTests"))

    assert len(rows) >= 6
    for call, data, _ in rows:
        with pytest.raises(FunctionFailed):
            evaluate(call, data)


def test_merging_three_maps_is_that_of_helm(shared: Path) -> None:
    tables = json.loads((shared / "cases" / "helm-unit-tables.json").read_text())
    rows = next(each["rows"] for each in tables if each["func"] == "TestMerge")
    given = json.dumps(rows)

    kept = merge(*(json.loads(given)[name] for name in ("dst", "src1", "src2")))
    lost = merge_overwrite(*(json.loads(given)[name] for name in ("dst", "src1", "src2")))

    assert kept == {
        "a": "one", "b": 2, "c": 3, "d": {"e": "four", "f": 5}, "g": [8, 9], "h": 10,
        "i": "eye", "j": "jay", "k": {"l": True},
    }  # fmt: skip
    assert lost == {
        "a": 1, "b": 2, "c": 3, "d": {"e": "four", "f": 5}, "g": [6, 7], "h": 10,
        "i": "i", "j": "j", "k": {"l": False},
    }  # fmt: skip
