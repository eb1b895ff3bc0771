"""Decide for each controller of pods what it does next: pure functions, one per kind.

Each takes the object and what it controls, and returns its status and the children it wants.
Simplified on purpose: one node, no scheduling limits but its size, all pods of a step at once.

Source: the controllers and API reference of Kubernetes 1.36 (status fields, conditions, names).
"""

from typing import Any

from pkgtool.cluster.rules.table import Object
from pkgtool.cluster.simulation.controller import (
    NODE_PODS,
    OUTCOME_ANNOTATION,
    Decision,
    Seen,
    child,
    condition,
    has_condition,
    named_pod,
    outcome_of,
    pod_from,
    short_hash,
    with_status,
)
from pkgtool.cluster.simulation.pods import exit_code, is_ready

_HASH_LABEL = "pod-template-hash"
_REVISION_LABEL = "controller-revision-hash"
_REVISION = "deployment.kubernetes.io/revision"


def step_deployment(body: Object, seen: Seen) -> Decision:
    """Keep one ReplicaSet for the current template, and retire older ones when it is ready."""
    spec = body["spec"]
    digest = _template_hash(body)
    name = f"{body['metadata']['name']}-{digest}"
    sets = {each["metadata"]["name"]: each for each in seen.children}
    current = sets.pop(name, None)
    old = list(sets.values())
    save: list[dict[str, Any]] = []
    if current is None:
        current = _new_replica_set(
            body, name, digest, revision=1 + max(map(_revision, old), default=0)
        )
        save.append(current)
    elif current["spec"]["replicas"] != spec["replicas"]:
        current = {**current, "spec": {**current["spec"], "replicas": spec["replicas"]}}
        save.append(current)
    if _ready(current) >= spec["replicas"] or spec["strategy"]["type"] == "Recreate":
        save += [_scaled_down(each) for each in old if each["spec"]["replicas"]]
    kept = max(int(spec["revisionHistoryLimit"]), 0)
    idle = sorted((each for each in old if not each["spec"]["replicas"]), key=_revision)
    return Decision(
        _deployment_status(body, current, old, seen),
        save=tuple(save),
        remove=tuple(idle[: max(len(idle) - kept, 0)]),
    )


def step_replica_set(body: Object, seen: Seen) -> Decision:
    """Keep the wanted number of pods."""
    wanted = min(body["spec"]["replicas"], NODE_PODS)
    surplus = sorted(seen.children, key=is_ready)[: max(len(seen.children) - wanted, 0)]
    save = _missing_pods(body, seen, wanted)
    ready = sum(map(is_ready, seen.children))
    status: dict[str, Any] = {
        "observedGeneration": body["metadata"].get("generation", 1),
        "replicas": len(seen.children) + len(save) - len(surplus),
        "fullyLabeledReplicas": len(seen.children) + len(save) - len(surplus),
        "readyReplicas": ready,
        "availableReplicas": ready,
    }
    if code := next(filter(None, map(exit_code, seen.children)), 0):
        message = f"containers exit with status {code}"
        status["conditions"] = [
            condition("ReplicaFailure", True, "CrashLoopBackOff", message, seen.time)
        ]
    return Decision(with_status(body, status), save=save, remove=tuple(surplus))


def step_stateful_set(body: Object, seen: Seen) -> Decision:
    """Keep pods with fixed names and their claims; replace those of an older template."""
    spec, name = body["spec"], body["metadata"]["name"]
    revision = f"{name}-{_template_hash(body)}"
    names = [f"{name}-{number}" for number in range(min(spec["replicas"], NODE_PODS))]
    pods = {each["metadata"]["name"]: each for each in seen.children}
    on_delete = spec["updateStrategy"].get("type") == "OnDelete"
    stale = [each for each in seen.children if not on_delete and _made_by(each) != revision]
    surplus = [pods[each] for each in sorted(pods) if each not in names]
    missing = [each for each in names if each not in pods]
    save = [
        pod_from(
            body,
            each,
            spec["template"],
            {_REVISION_LABEL: revision, "statefulset.kubernetes.io/pod-name": each},
        )
        for each in missing
    ]
    ready = sum(map(is_ready, seen.children))
    updated = sum(_made_by(each) == revision for each in seen.children)
    status = {
        "observedGeneration": body["metadata"].get("generation", 1),
        "replicas": len(seen.children),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "currentReplicas": updated,
        "updatedReplicas": updated,
        "currentRevision": revision if updated == len(names) else _current_revision(body, revision),
        "updateRevision": revision,
        "collisionCount": 0,
    }
    gone = {each["metadata"]["name"]: each for each in (*stale, *surplus)}
    return Decision(
        with_status(body, status),
        save=tuple(save),
        ensure=tuple(_claims(body, names)),
        remove=tuple(gone.values()),
        is_settled=not gone,
    )


def step_daemon_set(body: Object, seen: Seen) -> Decision:
    """Keep one pod, as there is one node; replace it when the template changed."""
    revision = _template_hash(body)
    on_delete = body["spec"]["updateStrategy"].get("type") == "OnDelete"
    current = [each for each in seen.children if on_delete or _made_by(each) == revision]
    stale = [each for each in seen.children if each not in current]
    save = () if current else (named_pod(body, seen, 0, {_REVISION_LABEL: revision}),)
    ready = sum(map(is_ready, current))
    status = {
        "observedGeneration": body["metadata"].get("generation", 1),
        "desiredNumberScheduled": 1,
        "currentNumberScheduled": 1,
        "updatedNumberScheduled": sum(_made_by(each) == revision for each in (*current, *save)),
        "numberReady": ready,
        "numberAvailable": ready,
        "numberMisscheduled": 0,
    }
    return Decision(with_status(body, status), save=save, remove=tuple(stale))


def _template_hash(body: Object) -> str:
    """Return what tells pods of one template from others; the wanted outcome is part of it."""
    return short_hash(body["spec"]["template"], outcome_of(body))


def _new_replica_set(body: Object, name: str, digest: str, *, revision: int) -> dict[str, Any]:
    spec = body["spec"]
    template = spec["template"]
    metadata = template.get("metadata", {})
    labels = {**metadata.get("labels", {}), _HASH_LABEL: digest}
    selector = spec["selector"]
    matched = {**selector.get("matchLabels", {}), _HASH_LABEL: digest}
    annotations = {_REVISION: str(revision)}
    if outcome := outcome_of(body):
        annotations[OUTCOME_ANNOTATION] = outcome
    return child(
        body,
        "apps/v1",
        "ReplicaSet",
        name,
        metadata={"labels": labels, "annotations": annotations, "generation": 1},
        spec={
            "replicas": spec["replicas"],
            "selector": {**selector, "matchLabels": matched},
            "template": {**template, "metadata": {**metadata, "labels": labels}},
        },
    )


def _scaled_down(replica_set: Object) -> dict[str, Any]:
    return {**replica_set, "spec": {**replica_set["spec"], "replicas": 0}}


def _deployment_status(
    body: Object, current: Object, old: list[Object], seen: Seen
) -> dict[str, Any]:
    wanted = body["spec"]["replicas"]
    updated = _count(current, "replicas")
    ready = sum(map(_ready, (current, *old)))
    total = sum(_count(each, "replicas") for each in (current, *old))
    available = ready >= wanted - wanted // 4
    status: dict[str, Any] = {
        "observedGeneration": body["metadata"].get("generation", 1),
        "replicas": total,
        "updatedReplicas": updated,
        "readyReplicas": ready,
        "availableReplicas": ready,
        "unavailableReplicas": max(wanted - ready, 0),
    }
    status["conditions"] = [
        condition(
            "Available",
            True,
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
            seen.time,
        )
        if available
        else condition(
            "Available",
            False,
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
            seen.time,
        ),
        _progressing(current, wanted, seen),
    ]
    return with_status(body, status)


def _progressing(current: Object, wanted: int, seen: Seen) -> dict[str, Any]:
    name = current["metadata"]["name"]
    if has_condition(current, "ReplicaFailure"):
        why = current["status"]["conditions"][0]["message"]
        message = f'ReplicaSet "{name}" has timed out progressing: {why}'
        return condition("Progressing", False, "ProgressDeadlineExceeded", message, seen.time)
    if _ready(current) >= wanted:
        message = f'ReplicaSet "{name}" has successfully progressed.'
        return condition("Progressing", True, "NewReplicaSetAvailable", message, seen.time)
    message = f'ReplicaSet "{name}" is progressing.'
    return condition("Progressing", True, "ReplicaSetUpdated", message, seen.time)


def _missing_pods(body: Object, seen: Seen, wanted: int) -> tuple[dict[str, Any], ...]:
    count = max(wanted - len(seen.children), 0)
    return tuple(named_pod(body, seen, number, {}) for number in range(count))


def _claims(body: Object, pods: list[str]) -> list[dict[str, Any]]:
    labels = body["spec"].get("selector", {}).get("matchLabels", {})
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                "name": f"{claim['metadata']['name']}-{pod}",
                "namespace": body["metadata"]["namespace"],
                "labels": {**labels, **claim["metadata"].get("labels", {})},
            },
            "spec": {"storageClassName": "standard", **claim.get("spec", {})},
        }
        for claim in body["spec"].get("volumeClaimTemplates", ())
        for pod in pods
    ]


def _made_by(pod: Object) -> str:
    return str(pod["metadata"].get("labels", {}).get(_REVISION_LABEL, ""))


def _current_revision(body: Object, revision: str) -> str:
    return str(body.get("status", {}).get("currentRevision", revision))


def _revision(replica_set: Object) -> int:
    return int(replica_set["metadata"].get("annotations", {}).get(_REVISION, "0"))


def _ready(body: Object) -> int:
    return _count(body, "readyReplicas")


def _count(body: Object, field: str) -> int:
    return int(body.get("status", {}).get(field, 0))
