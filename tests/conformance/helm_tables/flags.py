"""`--set` and its relatives, and the files that they and `-f` name."""

import io
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pkgtool.errors import FileUnreadable, PkgtoolError, SetPathInvalid
from pkgtool.settings import read_settings
from pkgtool.values.inputs import ValueInputs, merge_inputs
from pkgtool.values.setflags import parse_set
from pkgtool.wiring.inputs import read_input
from tests.conformance.helm_tables.tables import RowReader, Site

_OPTIONS = {
    "JSONValues": "set_json",
    "Values": "set",
    "StringValues": "set_string",
    "LiteralValues": "set_literal",
    "FileValues": "set_file",
    "ValueFiles": "files",
}

_IN_FILES = {
    "test.txt": "local file content",
    "ftp://example.com/file.txt": "local fallback content",
}
"""What the functions of the rows write before."""


def rounded(value: Any) -> Any:
    """Return `value` with numbers as Go has them: beyond 2^53 only the nearest float is told."""
    return json.loads(
        json.dumps(value),
        parse_int=lambda digits: int(digits) if len(digits) < 16 else float(digits),
    )


def expression(kind: str) -> RowReader:
    """Return a reader of rows that are one argument, or two, of a flag."""

    def read(row: Mapping[str, Any], site: Site) -> None:
        texts = [row[key] for key in ("str", "input", "input2") if key in row]
        if row.get("err"):
            with pytest.raises(SetPathInvalid) as caught:
                _applied(texts, kind, row.get("got"))
            assert caught.value.where
            assert row.get("errStr", "") in caught.value.what
        else:
            assert rounded(_applied(texts, kind, row.get("got"))) == rounded(row["expect"])

    return read


def _applied(texts: list[str], kind: str, base: Any) -> Any:
    for text in texts:
        base = parse_set(text, kind=kind, base=base)
    return base


def read_index(row: Mapping[str, Any], site: Site) -> None:
    """An item is put into a list that is there."""
    text, base = f"list[{row['add']}]={row['val']}", {"list": row["initial"]}
    if row["err"]:
        with pytest.raises(SetPathInvalid):
            parse_set(text, base=base)
        assert base["list"] == row["expect"]
    else:
        assert parse_set(text, base=base)["list"] == row["expect"]


def read_options(row: Mapping[str, Any], site: Site) -> None:
    """All flags of a command are merged."""
    inputs = ValueInputs(**{_OPTIONS[key]: tuple(texts) for key, texts in row["opts"].items()})
    if row.get("wantErr"):
        with pytest.raises(PkgtoolError):
            merge_inputs(inputs, lambda path: b"")
    else:
        assert merge_inputs(inputs, lambda path: b"") == row["expected"]


class _Response(NamedTuple):
    data: bytes


class _Client:
    """Stands for the client of HTTP: fetches what the row says."""

    def __init__(self, getter: Callable[[str], bytes]) -> None:
        self._getter = getter

    def fetch(self, url: str, *, limit_bytes: int) -> _Response:
        return _Response(self._getter(url))


def read_place(row: Mapping[str, Any], site: Site) -> None:
    """A file, a URL or standard input is read, with getters that answer without a network."""
    site.patch.chdir(site.scratch)
    _write_files(row, site.scratch)
    getters = {scheme: _getter(*each[1:]) for each in row["providers"] for scheme in each[0]}
    site.patch.setattr("pkgtool.wiring.plugins.open_getters", lambda settings: getters)
    if "http" in getters:
        site.patch.setattr("pkgtool.repo.http.HttpClient", lambda: _Client(getters["http"]))
    site.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"from stdin")))

    settings = read_settings({})
    if row.get("expectError") or "wantErr" in row:
        with pytest.raises(PkgtoolError) as caught:
            read_input(row["filePath"], settings)
        assert row.get("wantErr", "") in caught.value.what
    else:
        expected = "from stdin" if row.get("expectStdin") else row["expectedData"]
        assert read_input(row["filePath"], settings) == expected.encode()


def _write_files(row: Mapping[str, Any], folder: Path) -> None:
    if "setupFunc" in row:
        path = folder / row["filePath"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_IN_FILES.get(row["filePath"], row["expectedData"]))


def _getter(text: str | None, error: Exception | None) -> Callable[[str], bytes]:
    def get(url: str) -> bytes:
        if error:
            raise FileUnreadable(str(error))
        return (text or "").encode()

    return get


READERS: Mapping[str, RowReader] = {
    "TestMergeValuesCLI": read_options,
    "TestParseInto": expression("set"),
    "TestParseJSON": expression("json"),
    "TestParseLiteral": expression("literal"),
    "TestParseLiteralInto": expression("literal"),
    "TestParseLiteralNestedLevels": expression("literal"),
    "TestParseSet": expression("set"),
    "TestParseSet/testsString": expression("string"),
    "TestParseSetNestedLevels": expression("set"),
    "TestReadFile": read_place,
    "TestReadFileErrorMessages": read_place,
    "TestSetIndex": read_index,
}
