"""For every table of Helm's unit tests: who reads it, or why it is not asked.

All three dicts go by the name of the test function; `function/table` is for one table alone.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.conformance.helm_tables import (
    charts,
    flags,
    manifests,
    releases,
    repositories,
    templates,
)
from tests.conformance.helm_tables.tables import Row, RowReader, Site, Table, TableReader

READERS: Mapping[str, RowReader] = {
    **charts.READERS,
    **flags.READERS,
    **manifests.READERS,
    **releases.READERS,
    **repositories.READERS,
    **templates.READERS,
}

TABLE_READERS: Mapping[str, TableReader] = {
    **manifests.TABLE_READERS,
    **repositories.TABLE_READERS,
    **templates.TABLE_READERS,
}


class Excuse(NamedTuple):
    """Why rows are not asked."""

    why: str
    rows: Callable[[Any], bool] = lambda row: True
    """Which rows it is about."""


EXCUSES: Mapping[str, Excuse] = {
    "TestFuncs/mustFuncsTests": Excuse(
        "a Go map whose keys are numbers, which no map of a template has; or a map that contains "
        "itself, which ends the render here (see `docs/compatibility.md`) where Helm writes nothing",
        lambda row: all(map(str.isdigit, row["vars"] or "x")) or row.get("expect") == "",
    ),
    "TestIgnoreSkippableChartValidationError": Excuse(
        "an error from nowhere: nothing that is in an index leads to it",
        lambda row: isinstance(row[1]["Input"], Exception),
    ),
    "TestInstallCRDs_CheckNilErrors": Excuse(
        "files without data, or data without files: what is in a chart here has both",
    ),
    "TestLoadIndex": Excuse("the names of Helm's index files; the files are not among its charts"),
    "TestURLJoin": Excuse(
        "no path at all: in an index every version has one", lambda row: not row["paths"]
    ),
    "TestResolve": Excuse(
        "a repository whose index was never fetched is an error, and not a version that is taken "
        "on trust: downloading would fail all the same",
        lambda row: row["name"] == "cache index failure",
    ),
    "TestValidate": Excuse(
        "what is loaded has a `Chart.yaml`, and a version of its API, which is v1 unless it says so",
        lambda row: row["name"] in ("chart without metadata", "chart without apiVersion"),
    ),
    "TestValidateMetadataName": Excuse("names and answers are in variables of Go that are lost"),
}
"""What is never asked, and why."""

PENDING: Mapping[str, Excuse] = {}
"""Rows that are known to fail; when none of an entry does any more, it must be taken out."""


class Case(NamedTuple):
    """Rows that are asked together: one, or all of a table that is read as a whole."""

    table: Table
    rows: tuple[Row, ...]

    @property
    def id(self) -> str:
        """What a test of it is called."""
        if self.table.of(TABLE_READERS):
            return self.table.key
        return named(self.table, self.rows[0])


class Account(NamedTuple):
    """What becomes of all rows."""

    asked: tuple[Case, ...]
    pending: tuple[Case, ...]
    excused: tuple[tuple[str, str], ...]
    """Which row, and why."""
    unread: tuple[str, ...]
    """Rows that nobody reads or excuses."""

    def counts(self) -> str:
        """Say how many rows there are of each kind."""
        asked, pending = (
            sum(len(each.rows) for each in cases) for cases in (self.asked, self.pending)
        )
        return (
            f"{asked + pending + len(self.excused) + len(self.unread)} rows: {asked} asked, "
            f"{pending} pending, {len(self.excused)} excused, {len(self.unread)} unread"
        )


def account(tables: tuple[Table, ...]) -> Account:
    """Return what becomes of all rows of `tables`."""
    cases = [case for table in tables for case in _cases(table)]
    rows = [(table, row) for table in tables for row in table.rows]
    return Account(
        tuple(each for each in cases if not is_pending(each)),
        tuple(each for each in cases if is_pending(each)),
        tuple((named(*each), why) for each in rows if (why := excuse(*each))),
        tuple(named(*each) for each in rows if not excuse(*each) and not _is_read(each[0])),
    )


def named(table: Table, row: Row) -> str:
    """Return what a row is called."""
    return f"{table.key}[{row.number}]"


def is_pending(case: Case) -> bool:
    """Whether rows are known to fail."""
    found = case.table.of(PENDING)
    return found is not None and any(found.rows(row.data) for row in case.rows)


def excuse(table: Table, row: Row) -> str:
    """Return why a row is not asked, or nothing."""
    found = table.of(EXCUSES)
    if found and found.rows(row.data):
        return found.why
    return f"`{row.missing}` is Go, of which only the name is there" if row.missing else ""


def ask(case: Case, site: Site) -> None:
    """Ask our code what the rows ask of Helm's."""
    whole = case.table.of(TABLE_READERS)
    reader = case.table.of(READERS)
    if whole:
        whole([row.data for row in case.rows], site)
    elif reader:
        reader(case.rows[0].data, site)


def _cases(table: Table) -> Iterator[Case]:
    rows = tuple(row for row in table.rows if not excuse(table, row))
    if table.of(TABLE_READERS) and rows:
        yield Case(table, rows)
    elif table.of(READERS):
        yield from (Case(table, (row,)) for row in rows)


def _is_read(table: Table) -> bool:
    return bool(table.of(TABLE_READERS) or table.of(READERS))
