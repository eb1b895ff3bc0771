"""Where a cluster of our own keeps objects: the few operations that the rules need.

`MemoryCluster` keeps a dictionary, `SqliteCluster` a file; the rules in `writes` and `progress`
are the same functions over this protocol, so both clusters behave alike by construction.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from pkgtool.cluster.rules.kinds import CRD_GROUP, CRD_KIND, builtin_scope, crd_kinds, split_version
from pkgtool.manifest.model import ResourceId

Object = Mapping[str, Any]
"""A stored object; whoever wants to change it makes a copy."""


class ObjectTable(Protocol):
    """Objects by identity, inside one transaction."""

    def find(self, id: ResourceId) -> Object | None:
        """Return one object."""
        ...

    def select(
        self, group: str, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """Return objects of one kind, ordered by namespace and name; see `Cluster.list`."""
        ...

    def within(self, namespace: str) -> list[Object]:
        """Return everything in one namespace."""
        ...

    def owned_by(self, uid: str) -> list[Object]:
        """Return the objects whose `ownerReferences` name `uid`."""
        ...

    def save(self, body: Object, *, tick: int | None) -> Object:
        """Keep `body`, tell watchers, and return it with its new `resourceVersion`.

        Args:
            body: The whole object.
            tick: How many steps it has made towards what it should become; `None` when it has
                arrived and needs no more.
        """
        ...

    def remove(self, body: Object) -> None:
        """Forget an object and tell watchers."""
        ...

    def pending(self, group: str, kind: str) -> list[tuple[Object, int]]:
        """Return objects of one kind that have not arrived, with their ticks, in order."""
        ...

    def schedule(self, id: ResourceId, tick: int | None) -> None:
        """Set the tick of an object, if it is there, without touching the object."""
        ...


def id_of(body: Object) -> ResourceId:
    """Return the identity of an object."""
    metadata = body["metadata"]
    group, _ = split_version(body["apiVersion"])
    return ResourceId(group, body["kind"], metadata.get("namespace", ""), metadata["name"])


def normal_id(table: ObjectTable, id: ResourceId) -> ResourceId:
    """Return `id` with the namespace that objects of its kind have: `default`, or none at all."""
    scope = builtin_scope(id.group, id.kind)
    if scope is None:
        scope = _custom_scope(table, id)
    if scope is None or scope == bool(id.namespace):
        return id
    return ResourceId(id.group, id.kind, "default" if scope else "", id.name)


def owner_ids(body: Object) -> list[ResourceId]:
    """Return who owns `body`, as far as its `ownerReferences` say."""
    namespace = body["metadata"].get("namespace", "")
    return [
        ResourceId(split_version(ref["apiVersion"])[0], ref["kind"], namespace, ref["name"])
        for ref in body["metadata"].get("ownerReferences", ())
    ]


def _custom_scope(table: ObjectTable, id: ResourceId) -> bool | None:
    for crd in table.select(CRD_GROUP, CRD_KIND):
        for facts in crd_kinds(crd):
            if (facts.group, facts.kind) == (id.group, id.kind):
                return facts.namespaced
    return None
