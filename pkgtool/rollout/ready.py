"""Tell from a live object whether it is as its manifest asks: one function per kind.

Only what a controller says of the current generation counts. Kinds of Kubernetes without a
function here are ready when they exist. A custom resource is judged by its conditions; one that
says nothing at all is `silent`: nobody can wait for it.

Source: kstatus of kubernetes-sigs/cli-utils; Helm v4 `pkg/kube/ready.go`; `spec/reliability.md`
F16.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from pkgtool.cluster.protocol import Body


class Readiness(NamedTuple):
    """What an object says of itself."""

    state: Literal["ready", "progressing", "stuck", "failed", "silent"]
    """`stuck` looks like a failure but may pass; `failed` never will."""
    why: str = ""


READY = Readiness("ready")
_SILENT = Readiness("silent")


def readiness(live: Body, *, jobs: bool = True) -> Readiness:
    """Return how far a live object is.

    Args:
        live: The object with its status.
        jobs: Whether a Job is ready only when it has completed.
    """
    if _map(live, "metadata").get("deletionTimestamp"):
        return _progressing("is being deleted")
    kind = str(live.get("kind", ""))
    group = str(live.get("apiVersion", "")).rpartition("/")[0]
    if kind == "Job" and not jobs:
        return READY
    judge = _JUDGES.get((group, kind))
    if judge is not None:
        return judge(live)
    found = _custom(live)
    return READY if found is _SILENT and _is_builtin(group) else found


def pod_trouble(pod: Body) -> str:
    """Return why a Pod will hardly ever start, or an empty string."""
    status = _map(pod, "status")
    for each in (*_list(status, "initContainerStatuses"), *_list(status, "containerStatuses")):
        waiting = _map(_map(each, "state"), "waiting")
        reason = str(waiting.get("reason", ""))
        if reason in _TROUBLES and int(each.get("restartCount") or 0) >= _TROUBLES[reason]:
            message = str(waiting.get("message") or "")
            return f"container {each.get('name')}: {reason}" + (f": {message}" if message else "")
    return ""


# How often a container must have been restarted before the reason counts.
_TROUBLES = {
    "CrashLoopBackOff": 3,
    "CreateContainerConfigError": 0,
    "ErrImageNeverPull": 0,
    "ErrImagePull": 0,
    "ImagePullBackOff": 0,
    "InvalidImageName": 0,
    "RunContainerError": 3,
}


def _deployment(live: Body) -> Readiness:
    spec, status = _map(live, "spec"), _map(live, "status")
    if spec.get("paused"):
        return READY
    if _is_stale(live):
        return _progressing("the change has not been seen yet")
    late = _condition(live, "Progressing")
    if late.get("status") == "False" and late.get("reason") == "ProgressDeadlineExceeded":
        return _failed(late, "made no progress")
    refused = _condition(live, "ReplicaFailure")
    if refused.get("status") == "True":
        return Readiness("stuck", _message(refused, "pods cannot be made"))
    wanted = _number(spec, "replicas", 1)
    updated = _number(status, "updatedReplicas")
    if _number(status, "replicas") > updated:
        return _progressing(f"{_number(status, 'replicas') - updated} old replicas still run")
    return _reached(min(updated, _number(status, "availableReplicas")), wanted, "available")


def _stateful_set(live: Body) -> Readiness:
    spec, status = _map(live, "spec"), _map(live, "status")
    strategy = _map(spec, "updateStrategy")
    if _is_stale(live):
        return _progressing("the change has not been seen yet")
    if strategy.get("type") == "OnDelete":
        return READY
    wanted = _number(spec, "replicas", 1)
    partition = _number(_map(strategy, "rollingUpdate"), "partition")
    ready = _reached(_number(status, "readyReplicas"), wanted, "ready")
    if ready is not READY:
        return ready
    if partition:
        return _reached(_number(status, "updatedReplicas"), max(0, wanted - partition), "updated")
    if status.get("currentRevision") != status.get("updateRevision"):
        return _progressing("replicas of the revision before still run")
    return READY


def _daemon_set(live: Body) -> Readiness:
    status = _map(live, "status")
    if _is_stale(live):
        return _progressing("the change has not been seen yet")
    if _map(_map(live, "spec"), "updateStrategy").get("type") == "OnDelete":
        return READY
    if "desiredNumberScheduled" not in status:
        return _progressing("not scheduled yet")
    wanted = _number(status, "desiredNumberScheduled")
    done = min(_number(status, "updatedNumberScheduled"), _number(status, "numberAvailable"))
    return _reached(done, wanted, "available")


def _replica_set(live: Body) -> Readiness:
    if _is_stale(live):
        return _progressing("the change has not been seen yet")
    refused = _condition(live, "ReplicaFailure")
    if refused.get("status") == "True":
        return Readiness("stuck", _message(refused, "pods cannot be made"))
    wanted = _number(_map(live, "spec"), "replicas", 1)
    return _reached(_number(_map(live, "status"), "readyReplicas"), wanted, "ready")


def _pod(live: Body) -> Readiness:
    status = _map(live, "status")
    if status.get("phase") == "Succeeded":
        return READY
    if status.get("phase") == "Failed":
        return _failed(status, "failed")
    if _condition(live, "Ready").get("status") == "True":
        return READY
    if trouble := pod_trouble(live):
        return Readiness("stuck", trouble)
    return _progressing(_message(_condition(live, "PodScheduled"), "not ready"))


def _job(live: Body) -> Readiness:
    failed = _condition(live, "Failed")
    if failed.get("status") == "True":
        return _failed(failed, "failed")
    if _condition(live, "Complete").get("status") == "True":
        return READY
    return _progressing("not completed")


def _claim(live: Body) -> Readiness:
    phase = _map(live, "status").get("phase") or "Pending"
    if phase == "Lost":
        return Readiness("failed", "its volume is lost")
    return READY if phase == "Bound" else _progressing(f"{str(phase).lower()}, not bound")


def _service(live: Body) -> Readiness:
    spec = _map(live, "spec")
    if spec.get("type") == "ExternalName":
        return READY
    if not spec.get("clusterIP"):
        return _progressing("has no cluster IP")
    if spec.get("type") != "LoadBalancer" or spec.get("externalIPs"):
        return READY
    address = _list(_map(_map(live, "status"), "loadBalancer"), "ingress")
    return READY if address else _progressing("has no load balancer address")


def _definition(live: Body) -> Readiness:
    names = _condition(live, "NamesAccepted")
    if names.get("status") == "False":
        return _failed(names, "its names are taken")
    if _condition(live, "Established").get("status") == "True":
        return READY
    return _progressing("not established")


def _exists(live: Body) -> Readiness:
    del live
    return READY


def _custom(live: Body) -> Readiness:
    """Judge an object of an unknown kind by the conditions that controllers agree on."""
    if _is_stale(live):
        return _progressing("the change has not been seen yet")
    stalled = _condition(live, "Stalled")
    if stalled.get("status") == "True":
        return _failed(stalled, "stalled")
    ready = _condition(live, "Ready") or _condition(live, "Available")
    if not ready:
        return _SILENT
    if ready.get("status") == "True":
        return READY
    return _progressing(_message(ready, "not ready"))


_JUDGES: Mapping[tuple[str, str], Callable[[Body], Readiness]] = {
    ("", "PersistentVolumeClaim"): _claim,
    ("", "Pod"): _pod,
    ("", "ReplicationController"): _replica_set,
    ("", "Service"): _service,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "Deployment"): _deployment,
    ("apps", "ReplicaSet"): _replica_set,
    ("apps", "StatefulSet"): _stateful_set,
    ("autoscaling", "HorizontalPodAutoscaler"): _exists,
    ("batch", "Job"): _job,
    ("networking.k8s.io", "Ingress"): _exists,
    ("policy", "PodDisruptionBudget"): _exists,
}


def _reached(count: int, wanted: int, word: str) -> Readiness:
    return READY if count >= wanted else _progressing(f"{count} of {wanted} replicas {word}")


def _progressing(why: str) -> Readiness:
    return Readiness("progressing", why)


def _failed(condition: Mapping[str, Any], otherwise: str) -> Readiness:
    return Readiness("failed", _message(condition, otherwise))


def _message(condition: Mapping[str, Any], otherwise: str) -> str:
    parts = (condition.get("reason"), condition.get("message"))
    return ": ".join(str(part) for part in parts if part) or otherwise


def _condition(live: Body, name: str) -> Mapping[str, Any]:
    for each in _list(_map(live, "status"), "conditions"):
        if each.get("type") == name:
            return each
    return {}


def _is_stale(live: Body) -> bool:
    """Tell whether the status is about an older generation than the spec."""
    generation = _number(_map(live, "metadata"), "generation")
    status = _map(live, "status")
    if "observedGeneration" not in status:
        return (str(live.get("apiVersion", ""))).startswith("apps/")
    return _number(status, "observedGeneration") < generation


def _is_builtin(group: str) -> bool:
    return "." not in group or group.endswith(".k8s.io")


def _map(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = of.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(of: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = of.get(key)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _number(of: Mapping[str, Any], key: str, default: int = 0) -> int:
    value = of.get(key)
    return value if isinstance(value, int) else default
