"""Apply and delete over a table of objects: the part of a cluster that both of ours share.

Source: Kubernetes' API server (namespaces, preconditions) and its garbage collector.
"""

from collections.abc import Mapping
from typing import Any

from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.cluster.rules.kinds import CRD_GROUP, CRD_KIND, KindFacts, crd_kinds, require_kind
from pkgtool.cluster.rules.objects import (
    Surroundings,
    applied_object,
    clean_body,
    kind_name,
    timestamp,
)
from pkgtool.cluster.rules.sources import Sources
from pkgtool.cluster.rules.table import Object, ObjectTable, id_of, normal_id, owner_ids
from pkgtool.errors import Rejected
from pkgtool.manifest.model import ResourceId

FIRST_NAMESPACES = ("default", "kube-public", "kube-system")
"""What a new cluster starts with."""
_POLICY = ApplyPolicy(manager="kube-apiserver")


def seed_namespaces(table: ObjectTable, sources: Sources) -> None:
    """Make the namespaces that every cluster has."""
    for name in FIRST_NAMESPACES:
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        apply_object(table, body, _POLICY, sources)


def apply_object(
    table: ObjectTable, body: Mapping[str, Any], policy: ApplyPolicy, sources: Sources
) -> Object:
    """Carry out one `Cluster.apply`.

    Raises:
        Conflict: See `Cluster.apply`; nothing was kept.
        Rejected: See `Cluster.apply`; nothing was kept.
    """
    sent = clean_body(body)
    crds = table.select(CRD_GROUP, CRD_KIND) if "." in sent["apiVersion"] else ()
    facts = require_kind(sent["apiVersion"], sent["kind"], crds)
    _place(sent, facts, sources)
    key = id_of(sent)
    live = table.find(key)
    _check_place(table, facts, key, live)
    world = Surroundings(sources.clock(), sources.new_uid, lambda: table.select("", "Service"))
    new = applied_object(live, sent, facts, policy, world)
    if new == live or policy.dry_run:
        return new
    return table.save(new, tick=0)


def delete_object(table: ObjectTable, id: ResourceId, uid: str, sources: Sources) -> bool:
    """Carry out one `Cluster.delete`.

    Raises:
        Rejected: It is a namespace that every cluster has.
    """
    key = normal_id(table, id)
    live = table.find(key)
    if live is None or (uid and uid != live["metadata"]["uid"]):
        return False
    if key.kind == "Namespace" and not key.group:
        _empty_namespace(table, live, sources)
        return True
    if key.kind == CRD_KIND and key.group == CRD_GROUP:
        for facts in crd_kinds(live):
            for each in table.select(facts.group, facts.kind):
                remove_object(table, each)
    remove_object(table, live)
    return True


def remove_volume(table: ObjectTable, claim: Object) -> None:
    """Remove the volume that was made for `claim`, as its reclaim policy says."""
    name = f"pvc-{claim['metadata']['uid']}"
    if volume := table.find(ResourceId("", "PersistentVolume", "", name)):
        table.remove(volume)


def remove_object(table: ObjectTable, body: Object) -> None:
    """Remove an object and what only it owns; its own controller gets to look again."""
    table.remove(body)
    if body["kind"] == "PersistentVolumeClaim":
        remove_volume(table, body)
    for owner in owner_ids(body):
        # Its controller may want to make a new one.
        table.schedule(owner, 0)
    if body["kind"] == "Pod":
        for service in table.select("", "Service", body["metadata"]["namespace"]):
            table.schedule(id_of(service), 0)
    for dependent in table.owned_by(body["metadata"]["uid"]):
        if not _has_other_owner(table, dependent, body["metadata"]["uid"]):
            remove_object(table, dependent)


def _has_other_owner(table: ObjectTable, body: Object, gone: str) -> bool:
    refs = body["metadata"]["ownerReferences"]
    for owner, ref in zip(owner_ids(body), refs, strict=True):
        if ref["uid"] == gone:
            continue
        found = table.find(normal_id(table, owner))
        if found is not None and found["metadata"]["uid"] == ref["uid"]:
            return True
    return False


def _empty_namespace(table: ObjectTable, namespace: Object, sources: Sources) -> None:
    name = namespace["metadata"]["name"]
    if name in FIRST_NAMESPACES:
        raise Rejected(f'namespaces "{name}" is forbidden: this namespace may not be deleted')
    for each in table.within(name):
        if table.find(id_of(each)) is not None:
            remove_object(table, each)
    metadata = {"deletionTimestamp": timestamp(sources.clock()), **namespace["metadata"]}
    status = {**namespace.get("status", {}), "phase": "Terminating"}
    table.save({**namespace, "metadata": metadata, "status": status}, tick=0)


def _place(sent: dict[str, Any], facts: KindFacts, sources: Sources) -> None:
    metadata = sent["metadata"]
    if not metadata.get("name") and isinstance(metadata.get("generateName"), str):
        metadata["name"] = metadata["generateName"] + sources.new_uid().replace("-", "")[-5:]
    if not metadata.get("name"):
        raise Rejected(
            f"{kind_name(facts)} is invalid: metadata.name: Required value: "
            "name or generateName is required"
        )
    if facts.namespaced:
        metadata["namespace"] = metadata.get("namespace") or "default"
    else:
        metadata.pop("namespace", None)


def _check_place(table: ObjectTable, facts: KindFacts, id: ResourceId, live: Object | None) -> None:
    if id.kind == "Namespace" and not id.group and live is not None:
        if "deletionTimestamp" in live["metadata"]:
            raise Rejected(
                f'object is being deleted: namespaces "{id.name}" already exists',
                hint="try again in a moment",
            )
        return
    if not facts.namespaced:
        return
    namespace = table.find(ResourceId("", "Namespace", "", id.namespace))
    if namespace is None:
        raise Rejected(
            f'namespaces "{id.namespace}" not found',
            hint="pass --create-namespace, or choose a namespace that exists",
        )
    if live is None and "deletionTimestamp" in namespace["metadata"]:
        raise Rejected(
            f'{facts.resource} "{id.name}" is forbidden: unable to create new content in '
            f"namespace {id.namespace} because it is being terminated",
            hint="try again when the namespace is gone",
        )
