"""An index in SQLite: what is looked up in it is answered without reading the rest.

Versions of one chart mostly say the same of it, so what a search looks at is kept once per text, as
a *line*: name, `repository/name`, description and keywords. Lines are also in a full-text table of
trigrams, which finds what stands anywhere in a word, as Helm's search does. Where SQLite has no
such table, and for words of less than three letters, all lines are looked at: there are few.

A database is made in memory and written in one step. It is read-only from then on, so readers need
no locks, and whoever replaces it disturbs nobody. One that turns out to be damaged is made anew.

Source: https://www.sqlite.org/fts5.html#the_trigram_tokenizer; ADR 0024.
"""

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import quote

from pkgtool.digest import Digest
from pkgtool.diskfile import write_file
from pkgtool.errors import FileUnwritable
from pkgtool.repo.index import Index, IndexEntry, choose

SEPARATOR = "\v"
"""Between the fields of a line."""

Database = sqlite3.Connection
"""An open database."""

_FORMAT = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE version (
  id INTEGER PRIMARY KEY, chart TEXT NOT NULL, line INTEGER NOT NULL, version TEXT NOT NULL
);
CREATE TABLE entry (id INTEGER PRIMARY KEY, fields TEXT NOT NULL);
"""
_INDEXES = (
    "CREATE INDEX version_of_chart ON version (chart)",
    "CREATE INDEX version_of_line ON version (line)",
)
_TRIGRAMS = """
CREATE VIRTUAL TABLE words USING fts5 (
  text, content = '', tokenize = 'trigram case_sensitive 1'
)
"""


Row = TypeVar("Row")


class Line(NamedTuple):
    """What a search looks at."""

    id: int
    text: str


class Candidate(NamedTuple):
    """One version of a chart whose line was found."""

    id: int
    chart: str
    line: int
    version: str


class IndexDb:
    """The index of one repository; `close` it, or use it in a `with` block."""

    def __init__(self, connection: Database, remake: Callable[[], Database]) -> None:
        """Wrap an open database.

        Args:
            connection: As `open_database` or `make_database` return it.
            remake: Makes the database anew should this one be damaged.
        """
        self._connection = connection
        self._remake = remake

    def __enter__(self) -> Self:
        """Use it in a block, which closes it."""
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was left out of the index, and why."""
        rows = self._rows("SELECT value FROM meta WHERE key = 'warnings'", read=_texts)
        return rows[0] if rows else ()

    def names(self) -> list[str]:
        """Return the names of all charts, sorted."""
        return self._rows("SELECT DISTINCT chart FROM version ORDER BY 1", read=_text)

    def newest(self) -> list[IndexEntry]:
        """Return the newest version of each chart, pre-releases included, by name."""
        found = self._rows(
            "SELECT fields FROM entry WHERE id IN (SELECT min(id) FROM version GROUP BY chart)",
            read=_entry,
        )
        return sorted(found, key=lambda entry: entry.name)

    def versions(self, chart: str) -> tuple[IndexEntry, ...]:
        """Return all versions of `chart`, newest first; none when there is no such chart."""
        query = "SELECT fields FROM version JOIN entry USING (id) WHERE chart = ? ORDER BY id"
        return tuple(self._rows(query, (_storable(chart),), read=_entry))

    def find(self, chart: str, wanted: str = "", *, devel: bool = False) -> IndexEntry:
        """Return the newest version of `chart` that matches; see `Index.find`.

        Raises:
            ChartVersionNotFound: No such chart, or no such version.
            ConstraintInvalid: `wanted` is neither a version nor a constraint.
        """
        versions = self.versions(chart)
        names = () if versions else self.names()
        return choose(chart, versions, wanted, devel=devel, names=names)

    def lines(self, word: str = "") -> list[Line]:
        """Return the lines in which `word`, in lower case, stands in any case, and maybe others.

        An empty word stands in every line.
        """
        if len(word) >= 3 and word.isprintable() and self._has_words():
            phrase = '"' + word.replace('"', '""') + '"'
            return self._rows(
                "SELECT id, text FROM line WHERE id IN"
                " (SELECT rowid FROM words WHERE words MATCH ?)",
                (phrase,),
                read=_line_of,
            )
        return self._rows("SELECT id, text FROM line", read=_line_of)

    def candidates(self, lines: Iterable[int]) -> list[Candidate]:
        """Return the versions that have one of `lines`, by chart, newest first."""
        return self._rows(
            "SELECT id, chart, line, version FROM version"
            " WHERE line IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(lines)),),
            read=_candidate,
        )

    def entry(self, candidate: Candidate) -> IndexEntry:
        """Return all that the index says of one version."""
        found = self._rows("SELECT fields FROM entry WHERE id = ?", (candidate.id,), read=_entry)
        if found:
            return found[0]
        # Candidates and entries are of one database; this one lost some.
        self._make_anew()
        return self._rows("SELECT fields FROM entry WHERE id = ?", (candidate.id,), read=_entry)[0]

    def _has_words(self) -> bool:
        return bool(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'words'", read=bool))

    def _rows(
        self, query: str, values: tuple[object, ...] = (), *, read: Callable[[Any], Row]
    ) -> list[Row]:
        """Return the rows that `read` understands; if it does not, they are of a damaged file."""
        try:
            return [read(row) for row in self._connection.execute(query, values)]
        except (sqlite3.DatabaseError, ValueError, TypeError, RecursionError):
            self._make_anew()
            return [read(row) for row in self._connection.execute(query, values)]

    def _make_anew(self) -> None:
        self._connection.close()
        self._connection = self._remake()


def _entry(row: tuple[str]) -> IndexEntry:
    fields = json.loads(row[0])
    if not isinstance(fields, dict) or not all(
        isinstance(fields.get(key), str) for key in ("name", "version")
    ):
        raise TypeError("not an entry")
    return IndexEntry(fields)


def _text(row: tuple[object, ...]) -> str:
    if not isinstance(row[-1], str):
        raise TypeError("not a text")
    return row[-1]


def _texts(row: tuple[str]) -> tuple[str, ...]:
    return tuple(_text((each,)) for each in json.loads(row[0]))


def _line_of(row: tuple[int, str]) -> Line:
    return Line(row[0], _text(row))


def _candidate(row: tuple[int, str, int, str]) -> Candidate:
    _text(row[:2])
    _text(row)
    return Candidate(*row)


def make_database(index: Index, *, repository: str, digest: Digest) -> Database:
    """Return `index` as a database in memory.

    Args:
        index: What is in it.
        repository: How the user calls the repository.
        digest: Of the file in which the index was.
    """
    # Repositories are updated in threads, one at a time each.
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    connection.executescript(f"PRAGMA user_version = {_FORMAT}; BEGIN; {_SCHEMA}")
    meta = {"digest": digest.hex, "warnings": json.dumps(index.warnings)}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    lines: dict[str, int] = {}
    versions = list(_numbered(index, repository, lines))
    connection.executemany("INSERT INTO version VALUES (?, ?, ?, ?)", versions)
    connection.executemany("INSERT INTO entry VALUES (?, ?)", _fields(index))
    connection.executemany("INSERT INTO line VALUES (?, ?)", ((n, t) for t, n in lines.items()))
    for statement in _INDEXES:
        connection.execute(statement)
    # Only searches become slower without it.
    with suppress(sqlite3.OperationalError):
        connection.execute(_TRIGRAMS)
        lower = ((number, text.lower()) for text, number in lines.items())
        connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", lower)
    connection.execute("COMMIT")
    return connection


def save_database(connection: Database, path: Path) -> None:
    """Write a database in memory to `path`; where that cannot be done, it is made again next time."""
    with suppress(FileUnwritable):
        write_file(path, connection.serialize(), mode=0o600)


def open_database(path: Path, *, digest: Digest) -> Database | None:
    """Return the database at `path`, if it is one of ours, about an index with that digest."""
    if not _is_private(path):
        return None
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1",
            uri=True,
            check_same_thread=False,
            isolation_level=None,
        )
    except sqlite3.DatabaseError:
        return None
    if _is_about(connection, digest):
        return connection
    connection.close()
    return None


def _is_about(connection: Database, digest: Digest) -> bool:
    """Tell whether a database is one of ours, about an index with that digest."""
    try:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        about = connection.execute("SELECT value FROM meta WHERE key = 'digest'").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(found == _FORMAT and about == (digest.hex,))


def _is_private(path: Path) -> bool:
    """Tell whether only this user can have written `path`."""
    try:
        status = path.lstat()
    except (OSError, ValueError):
        return False
    return (
        stat.S_ISREG(status.st_mode)
        and status.st_uid == os.getuid()
        and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _numbered(
    index: Index, repository: str, lines: dict[str, int]
) -> Iterator[tuple[int, str, int, str]]:
    """Yield the rows of versions; what they say is added to `lines`."""
    number = 0
    for chart, versions in index.entries.items():
        for entry in versions:
            number += 1
            text = _storable(_line(repository, entry))
            line = lines.setdefault(text, len(lines) + 1)
            yield number, _storable(chart), line, _storable(entry.version)


def _fields(index: Index) -> Iterator[tuple[int, str]]:
    number = 0
    for versions in index.entries.values():
        for entry in versions:
            number += 1
            yield number, json.dumps(entry.fields, separators=(",", ":"))


def _line(repository: str, entry: IndexEntry) -> str:
    return SEPARATOR.join(
        (
            entry.name,
            f"{repository}/{entry.name}",
            entry.text("description"),
            " ".join(entry.keywords),
        )
    )


def _storable(text: str) -> str:
    """Return `text` as SQLite can keep it; lone surrogates are in no text of an index."""
    return text.encode("utf-8", "replace").decode()
