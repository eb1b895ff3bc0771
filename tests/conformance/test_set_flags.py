"""The `--set` grammars against what Helm 4.2 answers, row by row."""

import json
from pathlib import Path
from typing import Any

from pkgtool.errors import SetPathInvalid
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
