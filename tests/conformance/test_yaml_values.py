"""Helm's own reading of values files, replayed."""

import json
from pathlib import Path
from typing import Any

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec import load


def outcome(text: str) -> Any:
    """Return the values as JSON has them, or `None` where they are refused as values."""
    try:
        value = load(text, numbers="float")
    except YamlInvalid:
        return None
    value = {} if value is None else value
    return value if isinstance(value, dict) else None


def test_values_are_read_as_helm_reads_them(shared: Path) -> None:
    lines = (shared / "corpus/snippets/values_yaml.jsonl").read_text().splitlines()
    cases = [json.loads(line, parse_int=float) for line in lines]

    wrong = [case["id"] for case in cases if outcome(case["yaml"]) != case.get("result")]

    assert len(cases) > 40
    assert wrong == []
