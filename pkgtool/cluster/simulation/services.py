"""Decide the status of everything that is not a controller of pods: one pure function per kind."""

from collections.abc import Iterable, Mapping
from typing import Any

from pkgtool.cluster.rules.table import Object
from pkgtool.cluster.simulation.controller import (
    Decision,
    Seen,
    child,
    condition,
    outcome_of,
    short_hash,
    with_status,
)
from pkgtool.cluster.simulation.pods import is_ready

_ADDRESS = "192.0.2.1"
"""What load balancers get: an address that is reserved for documentation."""
_AVAILABLE = frozenset({"fail", "never-ready"})


def step_claim(body: Object, seen: Seen) -> Decision:
    """Bind a claim to a new volume at the second step."""
    if body.get("status", {}).get("phase") == "Bound":
        return Decision(body)
    if outcome := outcome_of(body):
        phase = "Lost" if outcome == "fail" else "Pending"
        return Decision(with_status(body, {"phase": phase}))
    if seen.tick == 0:
        return Decision(with_status(body, {"phase": "Pending"}), is_settled=False)
    name = f"pvc-{body['metadata']['uid']}"
    capacity = body["spec"].get("resources", {}).get("requests", {})
    modes = body["spec"].get("accessModes", [])
    bound = {**body, "spec": {**body["spec"], "volumeName": name}}
    status = {"phase": "Bound", "accessModes": modes, "capacity": capacity}
    return Decision(with_status(bound, status), ensure=(_volume(body, name, capacity, modes),))


def step_ingress(body: Object, seen: Seen) -> Decision:
    """Give an Ingress an address at the second step."""
    if outcome_of(body) in _AVAILABLE:
        return Decision(body)
    if seen.tick == 0:
        return Decision(with_status(body, {"loadBalancer": {}}), is_settled=False)
    return Decision(with_status(body, {"loadBalancer": {"ingress": [{"ip": _ADDRESS}]}}))


def step_service(body: Object, seen: Seen, pods: Iterable[Object] = ()) -> Decision:
    """Give a load balancer an address, and list the ready pods behind the Service."""
    balancer: dict[str, Any] = dict(body.get("status", {}).get("loadBalancer", {}))
    is_balancer = body["spec"].get("type") == "LoadBalancer" and not outcome_of(body)
    if is_balancer and seen.tick > 0:
        balancer = {"ingress": [{"ip": _ADDRESS}]}
    elif not is_balancer:
        balancer = {}
    return Decision(
        with_status(body, {"loadBalancer": balancer}),
        save=tuple(_endpoints(body, pods)),
        is_settled=not is_balancer or seen.tick > 0,
    )


def step_crd(body: Object, seen: Seen) -> Decision:
    """Establish a CustomResourceDefinition."""
    if outcome_of(body) in _AVAILABLE:
        return Decision(body)
    spec = body["spec"]
    stored = [each["name"] for each in spec.get("versions", ()) if each.get("storage")]
    before = body.get("status", {}).get("storedVersions", [])
    status = {
        "acceptedNames": spec.get("names", {}),
        "storedVersions": sorted({*before, *stored}),
        "conditions": [
            condition("NamesAccepted", True, "NoConflicts", "no conflicts found", seen.time),
            condition(
                "Established",
                True,
                "InitialNamesAccepted",
                "the initial names have been accepted",
                seen.time,
            ),
        ],
    }
    return Decision(with_status(body, status))


def step_api_service(body: Object, seen: Seen) -> Decision:
    """Say that the service behind an APIService answers."""
    if outcome_of(body) in _AVAILABLE:
        return Decision(body)
    passed = condition("Available", True, "Passed", "all checks passed", seen.time)
    return Decision(with_status(body, {"conditions": [passed]}))


def step_autoscaler(body: Object, seen: Seen) -> Decision:
    """Report that nothing needs scaling."""
    if outcome_of(body) in _AVAILABLE:
        return Decision(body)
    replicas = body["spec"].get("minReplicas", 1)
    able = condition("AbleToScale", True, "ReadyForNewScale", "nothing to do", seen.time)
    active = condition("ScalingActive", True, "ValidMetricFound", "no load", seen.time)
    status = {"currentReplicas": replicas, "desiredReplicas": replicas}
    return Decision(with_status(body, {**status, "conditions": [able, active]}))


def step_budget(body: Object, seen: Seen, pods: Iterable[Object] = ()) -> Decision:
    """Count the pods that a PodDisruptionBudget protects."""
    selector = body["spec"].get("selector", {}).get("matchLabels", {})
    covered = [each for each in pods if matches(each, selector)] if selector else []
    healthy = sum(map(is_ready, covered))
    wanted = body["spec"].get("minAvailable", 1)
    desired = wanted if isinstance(wanted, int) else len(covered)
    status = {
        "observedGeneration": body["metadata"].get("generation", 1),
        "expectedPods": len(covered),
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "disruptionsAllowed": max(healthy - desired, 0),
    }
    del seen
    return Decision(with_status(body, status))


def step_namespace(body: Object, seen: Seen) -> Decision:
    """End the life of a namespace that is being deleted; its content is gone already."""
    del seen
    gone = (body,) if "deletionTimestamp" in body["metadata"] else ()
    return Decision(body, remove=gone)


def matches(pod: Object, selector: Mapping[str, str]) -> bool:
    """Return whether a pod carries all labels of `selector`."""
    labels = pod["metadata"].get("labels", {})
    return all(labels.get(key) == value for key, value in selector.items())


def _endpoints(service: Object, pods: Iterable[Object]) -> list[dict[str, Any]]:
    """Return the Endpoints object of a Service; none when it selects nothing."""
    spec = service["spec"]
    selector = spec.get("selector")
    if not selector or spec.get("type") == "ExternalName":
        return []
    addresses = [
        {
            "ip": _pod_address(each),
            "targetRef": {"kind": "Pod", "name": each["metadata"]["name"]},
        }
        for each in pods
        if matches(each, selector) and is_ready(each)
    ]
    ports = [
        {"name": each.get("name", ""), "port": each.get("port"), "protocol": each.get("protocol")}
        for each in spec.get("ports", ())
    ]
    subsets = [{"addresses": addresses, "ports": ports}] if addresses else []
    name = service["metadata"]["name"]
    return [child(service, "v1", "Endpoints", name, subsets=subsets)]


def _pod_address(pod: Object) -> str:
    number = int.from_bytes(short_hash(pod["metadata"]["uid"], length=2).encode(), "big")
    return f"10.244.{number >> 8 & 255}.{number & 255}"


def _volume(
    claim: Object, name: str, capacity: Mapping[str, Any], modes: list[str]
) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "capacity": dict(capacity),
            "accessModes": list(modes),
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": claim["spec"].get("storageClassName", ""),
            "claimRef": {
                "kind": "PersistentVolumeClaim",
                "namespace": claim["metadata"]["namespace"],
                "name": claim["metadata"]["name"],
                "uid": claim["metadata"]["uid"],
            },
        },
        "status": {"phase": "Bound"},
    }
