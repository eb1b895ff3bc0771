"""Objects as rows: `ObjectTable` over one connection, inside the caller's transaction."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pkgtool.cluster.embedded.failure import damaged
from pkgtool.cluster.protocol import WatchEvent
from pkgtool.cluster.rules.table import Object, id_of
from pkgtool.cluster.simulation.living import LIVING
from pkgtool.cluster.watch import too_old
from pkgtool.manifest.model import ResourceId

JOURNAL_LIMIT = 1000
"""How many events are kept for watchers that come later."""
JOURNAL_LIMIT_BYTES = 8 * 1024 * 1024
"""How large those events may be together; looked at now and then only."""
_TRIM_EVERY = 64
_AT = "api_group = ? AND kind = ? AND namespace = ? AND name = ?"


class SqliteTable:
    """See `ObjectTable`."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path

    @property
    def version(self) -> int:
        """The newest resource version."""
        (newest,) = self._db.execute("SELECT max(version) FROM journal").fetchone()
        return newest or 0

    def find(self, id: ResourceId) -> Object | None:
        """See `ObjectTable.find`."""
        rows = self._db.execute(f"SELECT body FROM objects WHERE {_AT}", _key(id))  # noqa: S608
        return next(iter(self._bodies(rows)), None)

    def select(
        self, group: str, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """See `ObjectTable.select`; only the bodies of matching objects are decoded."""
        query = "SELECT body FROM objects WHERE api_group = ? AND kind = ?"
        values = [group, kind]
        if namespace:
            query += " AND namespace = ?"
            values.append(namespace)
        for key, value in (labels or {}).items():
            query += " AND id IN (SELECT object_id FROM labels WHERE key = ? AND value = ?)"
            values += [key, value]
        return self._bodies(self._db.execute(f"{query} ORDER BY namespace, name", values))

    def within(self, namespace: str) -> list[Object]:
        """See `ObjectTable.within`."""
        return self._bodies(
            self._db.execute(
                "SELECT body FROM objects WHERE namespace = ? ORDER BY api_group, kind, name",
                (namespace,),
            )
        )

    def owned_by(self, uid: str) -> list[Object]:
        """See `ObjectTable.owned_by`."""
        return self._bodies(
            self._db.execute(
                "SELECT body FROM owners JOIN objects ON objects.id = object_id"
                " WHERE uid = ? ORDER BY api_group, kind, namespace, name",
                (uid,),
            )
        )

    def save(self, body: Object, *, tick: int | None) -> Object:
        """See `ObjectTable.save`."""
        key = id_of(body)
        version = self.version + 1
        body = {**body, "metadata": {**body["metadata"], "resourceVersion": str(version)}}
        text = json.dumps(body, separators=(",", ":"))
        kept_tick = tick if (key.group, key.kind) in LIVING else None
        row = self._db.execute(f"SELECT id FROM objects WHERE {_AT}", _key(key)).fetchone()  # noqa: S608
        if row is None:
            number = self._db.execute(
                "INSERT INTO objects (api_group, kind, namespace, name, tick, body)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*_key(key), kept_tick, text),
            ).lastrowid
        else:
            (number,) = row
            self._db.execute(
                "UPDATE objects SET tick = ?, body = ? WHERE id = ?", (kept_tick, text, number)
            )
            self._db.execute("DELETE FROM labels WHERE object_id = ?", (number,))
            self._db.execute("DELETE FROM owners WHERE object_id = ?", (number,))
        self._index(number, body)
        self._record(version, "ADDED" if row is None else "MODIFIED", key, text)
        return body

    def remove(self, body: Object) -> None:
        """See `ObjectTable.remove`."""
        key = id_of(body)
        live = self.find(key)
        if live is None:
            return
        version = self.version + 1
        last = {**live, "metadata": {**live["metadata"], "resourceVersion": str(version)}}
        self._db.execute(f"DELETE FROM objects WHERE {_AT}", _key(key))  # noqa: S608
        self._record(version, "DELETED", key, json.dumps(last, separators=(",", ":")))

    def pending(self, group: str, kind: str) -> list[tuple[Object, int]]:
        """See `ObjectTable.pending`."""
        rows = self._db.execute(
            "SELECT body, tick FROM objects WHERE api_group = ? AND kind = ?"
            " AND tick IS NOT NULL ORDER BY namespace, name",
            (group, kind),
        )
        return [(self._decode(body), tick) for body, tick in rows.fetchall()]

    def schedule(self, id: ResourceId, tick: int | None) -> None:
        """See `ObjectTable.schedule`."""
        if tick is None or (id.group, id.kind) in LIVING:
            self._db.execute(f"UPDATE objects SET tick = ? WHERE {_AT}", (tick, *_key(id)))  # noqa: S608

    def has_pending(self) -> bool:
        """Return whether any object has not arrived."""
        query = "SELECT EXISTS (SELECT 1 FROM objects WHERE tick IS NOT NULL)"
        return bool(self._db.execute(query).fetchone()[0])

    def events_after(self, version: int, group: str, kind: str, namespace: str) -> list[WatchEvent]:
        """Return the events after `version`, or what is there when it is negative.

        Raises:
            Rejected: Some of them are forgotten.
        """
        if version < 0:
            return [WatchEvent("ADDED", each) for each in self.select(group, kind, namespace)]
        (oldest,) = self._db.execute("SELECT min(version) FROM journal").fetchone()
        if oldest and version < oldest - 1:
            raise too_old(version, oldest)
        rows = self._db.execute(
            "SELECT type, body FROM journal WHERE version > ? AND api_group = ? AND kind = ?"
            " AND (? = '' OR namespace = ?) ORDER BY version",
            (version, group, kind, namespace, namespace),
        )
        return [WatchEvent(type, self._decode(body)) for type, body in rows.fetchall()]  # noqa: A001

    def _index(self, number: int | None, body: Object) -> None:
        metadata = body["metadata"]
        self._db.executemany(
            "INSERT INTO labels (object_id, key, value) VALUES (?, ?, ?)",
            [(number, key, value) for key, value in metadata.get("labels", {}).items()],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO owners (object_id, uid) VALUES (?, ?)",
            [(number, ref["uid"]) for ref in metadata.get("ownerReferences", ())],
        )

    def _record(self, version: int, type: str, id: ResourceId, text: str) -> None:
        self._db.execute(
            "INSERT INTO journal (version, type, api_group, kind, namespace, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (version, type, id.group, id.kind, id.namespace, text),
        )
        self._db.execute("DELETE FROM journal WHERE version <= ?", (version - JOURNAL_LIMIT,))
        if version % _TRIM_EVERY == 0:
            # The newest event always stays: it carries the version counter.
            self._db.execute(
                "DELETE FROM journal WHERE version < ? AND version IN (SELECT version FROM ("
                "SELECT version, sum(length(body)) OVER (ORDER BY version DESC) AS total"
                " FROM journal) WHERE total > ?)",
                (version, JOURNAL_LIMIT_BYTES),
            )

    def _bodies(self, rows: Iterable[tuple[str]]) -> list[Object]:
        return [self._decode(text) for (text,) in rows]

    def _decode(self, text: str) -> dict[str, Any]:
        try:
            body = json.loads(text)
        except ValueError as error:
            raise damaged(self._path, "an object cannot be decoded") from error
        if not isinstance(body, dict):
            raise damaged(self._path, "an object cannot be decoded")
        return body


def _key(id: ResourceId) -> tuple[str, str, str, str]:
    return (id.group, id.kind, id.namespace, id.name)
