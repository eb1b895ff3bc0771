"""Turn what SQLite and the system say about a file into errors with a next step."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pkgtool.errors import ClusterError, ClusterLocked, ClusterStorageFailed, Rejected

_WRITE_LOCK_BYTE = 120
"""Where in the `-shm` file a writer holds its lock; part of SQLite's file format."""
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_HINTS = {
    sqlite3.SQLITE_FULL: "nothing was changed; free some space, then run it again",
    sqlite3.SQLITE_IOERR: "nothing was changed; check the disk and its free space",
    sqlite3.SQLITE_READONLY: "nothing was changed; make the file and its folder writable",
    sqlite3.SQLITE_PERM: "make the file and its folder readable and writable for you",
    sqlite3.SQLITE_CANTOPEN: "make the file and its folder readable and writable for you",
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Let no exception of SQLite out: each becomes an error that names `path`.

    Raises:
        ClusterLocked: Another process is writing and did not finish in time.
        ClusterStorageFailed: The file cannot be used, for the reason given.
        Rejected: A name or label cannot be stored as text.
    """
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _translation(error, path) from error
    except (UnicodeError, OverflowError) as error:
        raise Rejected(f"not text that can be stored: {error}") from error


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether somebody else holds a lock."""
    return _code(error) in _BUSY


def damaged(path: Path, reason: str) -> ClusterStorageFailed:
    """Return the error of a file whose content makes no sense."""
    return ClusterStorageFailed(
        f"the embedded cluster {str(path)!r} is damaged: {reason}",
        hint="move the file away to begin with an empty cluster, or put a copy of it back",
    )


def holder(path: Path) -> str:
    """Return who is writing to the database, as `process 123 (pkgtool)`, or an empty string."""
    try:
        inode = path.with_name(f"{path.name}-shm").stat().st_ino
        for line in Path("/proc/locks").read_text().splitlines():
            if pid := _writer(line.split(), inode):
                return f"process {pid} ({Path(f'/proc/{pid}/comm').read_text().strip()})"
    except (OSError, ValueError):
        # No such file system here, or the holder has just ended.
        return ""
    return ""


def _translation(error: Exception, path: Path) -> ClusterError:
    code = _code(error)
    if code in _BUSY:
        who = holder(path) or "another process"
        return ClusterLocked(
            f"the embedded cluster {str(path)!r} is in use by {who}",
            hint="nothing was changed; wait until it has ended, then run it again",
        )
    if code == sqlite3.SQLITE_NOTADB:
        return not_ours(path)
    if code in _DAMAGED:
        return damaged(path, str(error))
    return ClusterStorageFailed(
        f"cannot use the embedded cluster {str(path)!r}: {error}",
        hint=_HINTS.get(code, "nothing was changed; check the file and its folder"),
    )


def not_ours(path: Path) -> ClusterStorageFailed:
    """Return the error of a file that something else wrote."""
    return ClusterStorageFailed(
        f"{str(path)!r} is not the file of an embedded cluster",
        hint="nothing was changed; choose another path, or move the file away",
    )


def _code(error: Exception) -> int:
    # The low byte is the primary code; extended codes say more than we need.
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _writer(fields: list[str], inode: int) -> int:
    """Return the process of a `/proc/locks` line that is the writer's lock, or 0."""
    if len(fields) != 8 or fields[3] != "WRITE" or not fields[5].endswith(f":{inode}"):
        return 0
    end = _WRITE_LOCK_BYTE if fields[7] == "EOF" else int(fields[7])
    is_writer = int(fields[6]) <= _WRITE_LOCK_BYTE <= end
    return int(fields[4]) if is_writer and int(fields[4]) != os.getpid() else 0
