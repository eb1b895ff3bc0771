"""A cluster in a dictionary: for tests, and for looking at what a plan would do."""

import copy
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from pkgtool.cluster.protocol import ApplyPolicy, Body, WatchEvent
from pkgtool.cluster.rules.kinds import CRD_GROUP, CRD_KIND, served_versions
from pkgtool.cluster.rules.sources import Sources, new_uid, utc_now
from pkgtool.cluster.rules.table import Object, id_of, normal_id
from pkgtool.cluster.rules.writes import apply_object, delete_object, seed_namespaces
from pkgtool.cluster.simulation.living import LIVING
from pkgtool.cluster.simulation.progress import advance
from pkgtool.cluster.watch import follow, parse_version, too_old
from pkgtool.manifest.model import ResourceId
from pkgtool.template.capabilities import Capabilities

JOURNAL_LIMIT = 10_000
"""How many events are kept for watchers that come later."""


class MemoryCluster:
    """Kubernetes, as far as releases need it, until the process ends.

    Safe to share between threads.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = utc_now,
        new_uid: Callable[[], str] = new_uid,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sources = Sources(clock, new_uid)
        self._sleep = sleep
        self._lock = threading.RLock()
        self._table = _MemoryTable()
        seed_namespaces(self._table, self._sources)

    def capabilities(self) -> Capabilities:
        """See `Cluster.capabilities`."""
        with self._lock:
            crds = self._table.select(CRD_GROUP, CRD_KIND)
        return Capabilities(api_versions=served_versions(crds))

    def get(self, id: ResourceId) -> Body | None:
        """See `Cluster.get`."""
        with self._lock:
            self._advance(id.group, id.kind)
            return copy.deepcopy(self._table.find(normal_id(self._table, id)))

    def list(
        self,
        group: str,
        kind: str,
        *,
        namespace: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> list[Body]:
        """See `Cluster.list`."""
        with self._lock:
            self._advance(group, kind)
            return copy.deepcopy(self._table.select(group, kind, namespace, labels))

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        """See `Cluster.apply`."""
        with self._lock:
            return copy.deepcopy(apply_object(self._table, body, policy, self._sources))

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        """See `Cluster.delete`."""
        with self._lock:
            return delete_object(self._table, id, uid, self._sources)

    def watch(
        self, group: str, kind: str, *, namespace: str = "", since: str = "", timeout_s: float
    ) -> Iterator[WatchEvent]:
        """See `Cluster.watch`."""
        seen = parse_version(since) if since else -1

        def poll() -> list[WatchEvent]:
            nonlocal seen
            with self._lock:
                events = self._table.events_after(seen, group, kind, namespace)
                seen = self._table.version
            return copy.deepcopy(events)

        def step() -> bool:
            with self._lock:
                return advance(self._table, self._sources)

        yield from follow(poll, step, timeout_s=timeout_s, sleep=self._sleep)

    def _advance(self, group: str, kind: str) -> None:
        if (group, kind) in LIVING:
            advance(self._table, self._sources)


class _MemoryTable:
    """See `ObjectTable`."""

    def __init__(self) -> None:
        self.version = 0
        self._kinds: dict[tuple[str, str], dict[ResourceId, Object]] = {}
        self._ticks: dict[ResourceId, int] = {}
        self._owned: dict[str, set[ResourceId]] = {}
        self._journal: list[tuple[int, WatchEvent]] = []

    def find(self, id: ResourceId) -> Object | None:
        return self._of_kind(id.group, id.kind).get(id)

    def select(
        self, group: str, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        return [
            body
            for key, body in sorted(self._of_kind(group, kind).items(), key=_first)
            if namespace in ("", key.namespace) and _has_labels(body, labels or {})
        ]

    def within(self, namespace: str) -> list[Object]:
        everything = {key: body for kind in self._kinds.values() for key, body in kind.items()}
        return [everything[key] for key in sorted(everything) if key.namespace == namespace]

    def owned_by(self, uid: str) -> list[Object]:
        found = (self.find(key) for key in sorted(self._owned.get(uid, ())))
        return [body for body in found if body is not None]

    def save(self, body: Object, *, tick: int | None) -> Object:
        key = id_of(body)
        live = self.find(key)
        event = self._record("ADDED" if live is None else "MODIFIED", body)
        self._unlink(live)
        for ref in body["metadata"].get("ownerReferences", ()):
            self._owned.setdefault(ref["uid"], set()).add(key)
        self._of_kind(key.group, key.kind)[key] = event.body
        self.schedule(key, tick)
        return event.body

    def remove(self, body: Object) -> None:
        key = id_of(body)
        live = self._of_kind(key.group, key.kind).pop(key, None)
        if live is not None:
            self._unlink(live)
            self._ticks.pop(key, None)
            self._record("DELETED", live)

    def pending(self, group: str, kind: str) -> list[tuple[Object, int]]:
        objects = self._of_kind(group, kind)
        return [
            (objects[key], tick)
            for key, tick in sorted(self._ticks.items())
            if (key.group, key.kind) == (group, kind)
        ]

    def schedule(self, id: ResourceId, tick: int | None) -> None:
        if tick is None:
            self._ticks.pop(id, None)
        elif (id.group, id.kind) in LIVING and self.find(id) is not None:
            self._ticks[id] = tick

    def events_after(self, version: int, group: str, kind: str, namespace: str) -> list[WatchEvent]:
        if version < 0:
            return [WatchEvent("ADDED", each) for each in self.select(group, kind, namespace)]
        if self._journal and version < self._journal[0][0] - 1:
            raise too_old(version, self._journal[0][0])
        return [
            event
            for at, event in self._journal
            if at > version and _concerns(event.body, group, kind, namespace)
        ]

    def _of_kind(self, group: str, kind: str) -> dict[ResourceId, Object]:
        return self._kinds.setdefault((group, kind), {})

    def _unlink(self, body: Object | None) -> None:
        if body is not None:
            for ref in body["metadata"].get("ownerReferences", ()):
                self._owned[ref["uid"]].discard(id_of(body))

    def _record(self, type: Literal["ADDED", "MODIFIED", "DELETED"], body: Object) -> WatchEvent:
        self.version += 1
        metadata = {**body["metadata"], "resourceVersion": str(self.version)}
        event = WatchEvent(type, {**body, "metadata": metadata})
        self._journal.append((self.version, event))
        del self._journal[:-JOURNAL_LIMIT]
        return event


def _first(pair: tuple[ResourceId, Object]) -> ResourceId:
    return pair[0]


def _has_labels(body: Object, labels: Mapping[str, str]) -> bool:
    actual = body["metadata"].get("labels", {})
    return all(actual.get(key) == value for key, value in labels.items())


def _concerns(body: Object, group: str, kind: str, namespace: str) -> bool:
    key = id_of(body)
    return (key.group, key.kind) == (group, kind) and namespace in ("", key.namespace)
