"""The `--set` grammars against what Helm 4.2 answers, row by row."""

import json
from pathlib import Path
from typing import Any

import pytest

from pkgtool.errors import PkgtoolError, SetPathInvalid
from pkgtool.values.inputs import ValueInputs, merge_inputs
from pkgtool.values.setflags import parse_set


def as_helm_counts(text: str) -> Any:
    """Read JSON with numbers as Go has them: beyond 2^53 only the nearest float is told."""
    return json.loads(
        text, parse_int=lambda digits: int(digits) if len(digits) < 16 else float(digits)
    )


def rounded(value: Any) -> Any:
    return as_helm_counts(json.dumps(value))


def answer(expression: str, *, kind: str, base: Any = None, files: Any = None) -> Any:
    """Return what comes out, or that it was refused, as always with a place."""
    try:
        found = parse_set(
            expression, kind=kind, base=base, read=lambda path: str((files or {})[path])
        )
    except SetPathInvalid as error:
        return "refused" if error.where else "refused without a place"
    return rounded(found)


def test_every_snippet(shared: Path) -> None:
    folder = shared / "corpus" / "snippets"
    files = json.loads((folder / "set_files.json").read_text())
    wrong = []

    for line in (folder / "strvals.jsonl").read_text().splitlines():
        row = as_helm_counts(line)
        found = answer(row["expr"].replace("@", ""), kind=row["kind"], files=files)
        if found != row.get("result", "refused"):
            wrong.append((row["id"], found))

    assert wrong == []


def tables(shared: Path, function: str) -> list[dict[str, Any]]:
    found = json.loads((shared / "cases" / "helm-unit-tables.json").read_text())
    return [table for table in found if table["func"] == function and table["resolved"]]


@pytest.mark.parametrize(
    ("function", "kind"), [("TestParseSet", "set"), ("TestParseLiteral", "literal")]
)
def test_unit_tables(shared: Path, function: str, kind: str) -> None:
    for table in tables(shared, function):
        of_table = "string" if table["table"] == "testsString" else kind
        for row in table["rows"]:
            expected = "refused" if row.get("err") else row["expect"]
            assert answer(row["str"], kind=of_table) == expected, row


@pytest.mark.parametrize(
    ("function", "kind"),
    [("TestParseInto", "set"), ("TestParseJSON", "json"), ("TestParseLiteralInto", "literal")],
)
def test_unit_tables_over_a_base(shared: Path, function: str, kind: str) -> None:
    for table in tables(shared, function):
        for row in table["rows"]:
            found = answer(row["input"], kind=kind, base=row["got"])
            if "input2" in row:
                found = answer(row["input2"], kind=kind, base=found)
            expected = "refused" if row.get("err") else row["expect"]
            assert found == expected, row


def test_flags_together(shared: Path) -> None:
    fields = {
        "JSONValues": "set_json",
        "Values": "set",
        "StringValues": "set_string",
        "LiteralValues": "set_literal",
    }
    for table in tables(shared, "TestMergeValuesCLI"):
        for row in table["rows"]:
            flags = {fields[key]: tuple(row["opts"].get(key, ())) for key in fields}
            inputs = ValueInputs(**flags)
            if row.get("wantErr"):
                with pytest.raises(PkgtoolError):
                    merge_inputs(inputs, lambda path: b"")
            else:
                assert merge_inputs(inputs, lambda path: b"") == row["expected"]
