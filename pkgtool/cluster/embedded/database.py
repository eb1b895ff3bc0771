"""Open the one file of an embedded cluster, and bring it up to date.

WAL with `synchronous=FULL`: what was acknowledged survives a crash of the machine, and readers
never wait for a writer. A file of something else, of a newer pkgtool, or a damaged one is
refused and left alone.

Source: https://www.sqlite.org/pragma.html, and `spec/reliability.md` F26.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from pkgtool.cluster.embedded.failure import damaged, is_busy, not_ours, translated
from pkgtool.diskfile import make_folder
from pkgtool.errors import ClusterStorageFailed, FileUnwritable

APPLICATION_ID = 0x706B6774
"""`pkgt`: tells our files from other SQLite databases."""
_CHECK_LIMIT_BYTES = 256 * 1024
"""Up to this size a look over the whole file costs less than a millisecond or two."""
_SECTION = "-- version "


def open_database(
    path: Path, *, busy_timeout_s: float, seed: Callable[[sqlite3.Connection], None]
) -> sqlite3.Connection:
    """Open the cluster at `path`, making or migrating it where needed.

    Args:
        path: The file; missing folders are made, for nobody but the user.
        busy_timeout_s: How long to wait for other writers.
        seed: Fills a new database; its work and the tables are one transaction.

    Raises:
        ClusterLocked: Another process was busy all the time.
        ClusterStorageFailed: The file cannot be used; it is unchanged.
    """
    _make_file(path)
    with translated(path):
        db = sqlite3.connect(
            path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(db, path, busy_timeout_s, seed)
        except BaseException:
            db.close()
            raise
    return db


def _make_file(path: Path) -> None:
    try:
        if not path.parent.is_dir():
            make_folder(path.parent, mode=0o700)
        # SQLite gives its side files the same permissions.
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except FileUnwritable as error:
        raise ClusterStorageFailed(error.what, hint=error.hint) from error
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ClusterStorageFailed(
            f"cannot open the embedded cluster {str(path)!r}: {reason}",
            hint="make the file and its folder readable and writable for you",
        ) from error


def _prepare(
    db: sqlite3.Connection,
    path: Path,
    busy_timeout_s: float,
    seed: Callable[[sqlite3.Connection], None],
) -> None:
    version = _checked_version(db, path)
    if _pragma(db, "journal_mode") != "wal":
        _enable_wal(db, time.monotonic() + busy_timeout_s)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    if version and path.stat().st_size <= _CHECK_LIMIT_BYTES:
        verdict = _pragma(db, "quick_check(1)")
        if verdict != "ok":
            raise damaged(path, str(verdict))
    sections = _sections()
    if version > max(sections):
        raise ClusterStorageFailed(
            f"the embedded cluster {str(path)!r} was made by a newer pkgtool "
            f"(version {version} of its tables, this one knows {max(sections)})",
            hint="nothing was changed; upgrade pkgtool",
        )
    if version < max(sections):
        _migrate(db, sections, seed)


def _checked_version(db: sqlite3.Connection, path: Path) -> int:
    """Return the version of the tables; 0 for a new file.

    Raises:
        ClusterStorageFailed: The file belongs to something else.
    """
    # All at one moment: another process may be making the tables right now.
    db.execute("BEGIN")
    try:
        application = _pragma(db, "application_id")
        version = _pragma(db, "user_version")
        (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    finally:
        db.execute("ROLLBACK")
    if application == APPLICATION_ID and isinstance(version, int):
        return version
    if application or version or tables:
        raise not_ours(path)
    return 0


def _enable_wal(db: sqlite3.Connection, deadline: float) -> None:
    """Switch to WAL; SQLite itself does not wait when two processes do so at once."""
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _migrate(
    db: sqlite3.Connection, sections: dict[int, str], seed: Callable[[sqlite3.Connection], None]
) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        # Again, now that nobody else can: another process may have been faster.
        version = _pragma(db, "user_version")
        for number in sorted(sections):
            if number > int(str(version)):
                for statement in sections[number].split(";\n"):
                    db.execute(statement)
        if not version:
            seed(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {max(sections)}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _sections() -> dict[int, str]:
    """Return the statements of each version in `schema.sql`."""
    text = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
    sections = {}
    for section in text.split(_SECTION)[1:]:
        number, _, statements = section.partition("\n")
        sections[int(number)] = statements
    return sections


def _pragma(db: sqlite3.Connection, name: str) -> object:
    row = db.execute(f"PRAGMA {name}").fetchone()
    return row[0] if row else None
