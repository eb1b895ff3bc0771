"""The embedded cluster: the port over one SQLite file that several processes may share.

Every call that changes something is exactly one transaction, so a killed process leaves either
all of an apply or nothing of it. Nothing is opened before the first call.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pkgtool.cluster.embedded.database import open_database
from pkgtool.cluster.embedded.failure import is_busy, translated
from pkgtool.cluster.embedded.table import SqliteTable
from pkgtool.cluster.protocol import ApplyPolicy, Body, WatchEvent
from pkgtool.cluster.rules.kinds import CRD_GROUP, CRD_KIND, served_versions
from pkgtool.cluster.rules.sources import Sources, new_uid, utc_now
from pkgtool.cluster.rules.table import normal_id
from pkgtool.cluster.simulation.living import LIVING
from pkgtool.cluster.watch import follow, parse_version
from pkgtool.errors import ClusterLocked, ClusterStorageFailed
from pkgtool.manifest.model import ResourceId
from pkgtool.template.capabilities import Capabilities

BUSY_TIMEOUT_S = 10.0
"""How long a call waits for another process to finish its own."""

_SLICE_S = 0.5
"""How long SQLite waits by itself: while it does, no signal is heard."""


class SqliteCluster:
    """Kubernetes, as far as releases need it, in a file.

    Safe to share between threads and processes, but not across a fork: the child opens its own.
    Every method raises `ClusterLocked` when another process writes for too long, and
    `ClusterStorageFailed` when the file cannot be used; nothing is changed then.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime] = utc_now,
        new_uid: Callable[[], str] = new_uid,
        sleep: Callable[[float], None] = time.sleep,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
    ) -> None:
        self._path = path
        self._sources = Sources(clock, new_uid)
        self._sleep = sleep
        self._busy_timeout_s = busy_timeout_s
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._opened_by = 0

    def __del__(self) -> None:
        # A connection is part of a circle, so a forgotten one would stay open until some search
        # for garbage. In a forked child it is the parent's, and closing it would be harmful.
        if self._db is not None and self._opened_by == os.getpid():
            self._db.close()

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            if self._db is not None and self._opened_by == os.getpid():
                self._db.close()
            self._db = None

    def capabilities(self) -> Capabilities:
        """See `Cluster.capabilities`."""
        with self._reading() as table:
            crds = table.select(CRD_GROUP, CRD_KIND)
        return Capabilities(api_versions=served_versions(crds))

    def get(self, id: ResourceId) -> Body | None:
        """See `Cluster.get`."""
        self._let_time_pass(id.group, id.kind)
        with self._reading() as table:
            return table.find(normal_id(table, id))

    def list(
        self,
        group: str,
        kind: str,
        *,
        namespace: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> list[Body]:
        """See `Cluster.list`."""
        self._let_time_pass(group, kind)
        with self._reading() as table:
            return table.select(group, kind, namespace, labels)

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        """See `Cluster.apply`."""
        # Imported here, and below: who only reads needs no rules of writing.
        from pkgtool.cluster.rules.writes import apply_object  # noqa: PLC0415

        if policy.dry_run:
            with self._reading() as table:
                return apply_object(table, body, policy, self._sources)
        with self._writing() as table:
            return apply_object(table, body, policy, self._sources)

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        """See `Cluster.delete`."""
        from pkgtool.cluster.rules.writes import delete_object  # noqa: PLC0415

        with self._writing() as table:
            return delete_object(table, id, uid, self._sources)

    def watch(
        self, group: str, kind: str, *, namespace: str = "", since: str = "", timeout_s: float
    ) -> Iterator[WatchEvent]:
        """See `Cluster.watch`."""
        seen = parse_version(since) if since else -1

        def poll() -> list[WatchEvent]:
            nonlocal seen
            with self._reading() as table:
                events = table.events_after(seen, group, kind, namespace)
                seen = table.version
            return events

        yield from follow(poll, self._advance, timeout_s=timeout_s, sleep=self._sleep)

    def _let_time_pass(self, group: str, kind: str) -> None:
        if (group, kind) in LIVING:
            self._advance()

    def _advance(self) -> bool:
        with self._reading() as table:
            if not table.has_pending():
                return False
        # Imported here: most of the time everything has arrived, or nobody looks at what lives.
        from pkgtool.cluster.simulation.progress import advance  # noqa: PLC0415

        try:
            with self._writing(busy_timeout_s=0) as table:
                return advance(table, self._sources)
        except ClusterLocked:
            # Somebody else is writing: reading must not wait for that.
            return False

    @contextmanager
    def _reading(self) -> Iterator[SqliteTable]:
        """Give a table that sees one moment."""
        with self._transaction("BEGIN") as table:
            yield table

    @contextmanager
    def _writing(self, *, busy_timeout_s: float | None = None) -> Iterator[SqliteTable]:
        """Give a table whose changes are kept together or not at all."""
        if busy_timeout_s is None:
            with self._transaction("BEGIN IMMEDIATE", wait_s=self._busy_timeout_s) as table:
                yield table
            return
        with self._lock:
            self._set_busy_timeout(busy_timeout_s)
            try:
                with self._transaction("BEGIN IMMEDIATE") as table:
                    yield table
            finally:
                self._set_busy_timeout(min(self._busy_timeout_s, _SLICE_S))

    @contextmanager
    def _transaction(self, begin: str, *, wait_s: float = 0.0) -> Iterator[SqliteTable]:
        with self._lock, translated(self._path):
            db = self._connection()
            try:
                # Inside, because a signal may arrive just after it has begun.
                _begin(db, begin, time.monotonic() + wait_s)
                yield SqliteTable(db, self._path)
                db.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already.
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _set_busy_timeout(self, seconds: float) -> None:
        with translated(self._path):
            self._connection().execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def _connection(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = open_database(
                self._path, busy_timeout_s=self._busy_timeout_s, seed=self._seed
            )
            self._opened_by = os.getpid()
            self._set_busy_timeout(min(self._busy_timeout_s, _SLICE_S))
        if self._opened_by != os.getpid():
            raise ClusterStorageFailed(
                f"the embedded cluster {str(self._path)!r} was opened before this process "
                "was forked",
                hint="open the cluster in the process that uses it",
            )
        return self._db

    def _seed(self, db: sqlite3.Connection) -> None:
        from pkgtool.cluster.rules.writes import seed_namespaces  # noqa: PLC0415

        seed_namespaces(SqliteTable(db, self._path), self._sources)


def _begin(db: sqlite3.Connection, begin: str, deadline: float) -> None:
    """Begin a transaction, and wait until `deadline` for others to end theirs."""
    while True:
        try:
            db.execute(begin)
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        else:
            return
