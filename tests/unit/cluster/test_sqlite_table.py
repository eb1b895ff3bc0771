"""The rows behind the embedded cluster, in a database that lives in memory."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from pkgtool.cluster.embedded import database
from pkgtool.cluster.embedded.failure import _writer
from pkgtool.cluster.embedded.table import JOURNAL_LIMIT, JOURNAL_LIMIT_BYTES, SqliteTable
from pkgtool.errors import Rejected
from pkgtool.testing.cluster_objects import config_map


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statements in database._sections().values():
        db.executescript(statements)
    yield db
    db.close()


@pytest.fixture
def table(db: sqlite3.Connection) -> SqliteTable:
    return SqliteTable(db, Path("cluster.db"))


def test_the_journal_is_bounded_by_number(table: SqliteTable, db: sqlite3.Connection) -> None:
    for number in range(JOURNAL_LIMIT + 50):
        table.save(config_map(step=str(number)), tick=None)

    assert db.execute("SELECT count(*) FROM journal").fetchone() == (JOURNAL_LIMIT,)
    assert table.version == JOURNAL_LIMIT + 50
    with pytest.raises(Rejected, match="too old resource version: 3"):
        table.events_after(3, "", "ConfigMap", "")


def test_the_journal_is_bounded_by_size(table: SqliteTable, db: sqlite3.Connection) -> None:
    text = "x" * (JOURNAL_LIMIT_BYTES // 40)
    for _ in range(128):
        table.save(config_map(text=text), tick=None)

    (size,) = db.execute("SELECT sum(length(body)) FROM journal").fetchone()

    assert 0 < size <= JOURNAL_LIMIT_BYTES
    assert table.version == 128


def test_versions_grow_although_everything_is_deleted(table: SqliteTable) -> None:
    saved = table.save(config_map(), tick=None)
    table.remove(saved)

    assert int(table.save(config_map(), tick=None)["metadata"]["resourceVersion"]) == 3


def test_a_list_by_label_uses_the_index(table: SqliteTable, db: sqlite3.Connection) -> None:
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT object_id FROM labels WHERE key = 'a' AND value = 'b'"
    ).fetchall()

    assert "USING PRIMARY KEY" in plan[0][3]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("1: POSIX ADVISORY WRITE 42 08:02:77 120 120", 42, id="writer"),
        pytest.param("1: POSIX ADVISORY WRITE 42 08:02:77 0 EOF", 42, id="whole file"),
        pytest.param("1: POSIX ADVISORY READ 42 08:02:77 123 123", 0, id="reader"),
        pytest.param("1: POSIX ADVISORY WRITE 42 08:02:77 121 127", 0, id="another lock"),
        pytest.param("1: POSIX ADVISORY WRITE 42 08:02:78 120 120", 0, id="another file"),
        pytest.param("1: -> POSIX ADVISORY WRITE 42 08:02:77 120 120", 0, id="waiting"),
    ],
)
def test_the_holder_of_a_lock_is_read(line: str, expected: int) -> None:
    assert _writer(line.split(), 77) == expected
