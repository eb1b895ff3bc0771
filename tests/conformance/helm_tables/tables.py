"""The tables of Helm's own unit tests: what they are, and how a row of them is read.

The file has been made from Go: what is no plain data there is a map with a key like `$var`, which
`golang` computes as far as it can. Names of Go's types are left out.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest

from tests.conformance.helm_tables.golang import NotCarried, compute

Found = TypeVar("Found")


class Site(NamedTuple):
    """What a reader may use beside the row."""

    fixtures: Callable[[], Path]
    """Unpacks Helm's test charts, once, and returns where they are; nobody may change them."""
    scratch: Path
    """An empty folder."""
    patch: pytest.MonkeyPatch


RowReader = Callable[[Any, Site], None]
"""Asks our code what a row asks of Helm's, and asserts that the answer is the same."""
TableReader = Callable[[Sequence[Any], Site], None]
"""The same for rows that mean something only together: objects that are sorted, for example."""


class Row(NamedTuple):
    """One row of a table."""

    number: int
    data: Any
    """Computed; of a table that is a map in Go a pair of key and value."""
    missing: str = ""
    """The Go code that nobody here can compute, if there is any: then `data` is as it came."""


class Table(NamedTuple):
    """One table of one test function."""

    function: str
    name: str
    rows: tuple[Row, ...]

    @property
    def key(self) -> str:
        """What the table is called in messages and by dicts that are about it alone."""
        return f"{self.function}/{self.name}"

    def of(self, found: Mapping[str, Found]) -> Found | None:
        """Return what `found` has for this table, or for all tables of its function."""
        return found.get(self.key, found.get(self.function))


def load_tables(path: Path) -> tuple[Table, ...]:
    """Return all tables; none when the file is not there."""
    return tables_of(json.loads(path.read_text())) if path.is_file() else ()


def tables_of(document: Sequence[Mapping[str, Any]]) -> tuple[Table, ...]:
    """Return the tables of the parsed file."""
    return tuple(
        Table(
            each["func"],
            each["table"],
            tuple(_row(number, data) for number, data in enumerate(_rows(each["rows"]))),
        )
        for each in document
    )


def _rows(rows: Any) -> Sequence[Any]:
    return [list(pair) for pair in rows.items()] if isinstance(rows, dict) else rows


def _row(number: int, data: Any) -> Row:
    try:
        return Row(number, compute(data))
    except NotCarried as error:
        return Row(number, data, str(error))
