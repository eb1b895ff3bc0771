"""Tell from a live object whether it is as its manifest asks."""

from typing import Any

import pytest

from pkgtool.rollout.ready import pod_trouble, readiness


def live(api: str, kind: str, *, spec: Any = None, status: Any = None, **meta: Any) -> Any:
    """Return a live object of generation 2 whose status is about generation 2."""
    found: dict[str, Any] = {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": "a", "generation": 2, **meta},
    }
    if spec is not None:
        found["spec"] = spec
    if status is not None:
        found["status"] = {"observedGeneration": 2, **status}
    return found


def condition(kind: str, status: str = "True", reason: str = "", message: str = "") -> Any:
    return {"type": kind, "status": status, "reason": reason, "message": message}


def deployment(spec: Any = None, **status: Any) -> Any:
    return live("apps/v1", "Deployment", spec={"replicas": 2, **(spec or {})}, status=status)


DONE = {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2}
IMAGE = {"containerStatuses": [{"name": "a", "state": {"waiting": {"reason": "ImagePullBackOff"}}}]}
LATE = condition("Progressing", "False", "ProgressDeadlineExceeded", "gave up")
QUOTA = condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota")


@pytest.mark.parametrize(
    ("body", "state", "why"),
    [
        pytest.param(deployment(**DONE), "ready", "", id="deployment done"),
        pytest.param(deployment({"paused": True}), "ready", "", id="deployment paused"),
        pytest.param(
            deployment(**DONE, observedGeneration=1),
            "progressing",
            "not been seen",
            id="deployment judged by its old spec",
        ),
        pytest.param(
            live("apps/v1", "Deployment", spec={"replicas": 0}),
            "progressing",
            "not been seen",
            id="deployment without a status",
        ),
        pytest.param(
            deployment(**{**DONE, "availableReplicas": 1}),
            "progressing",
            "1 of 2 replicas available",
            id="deployment half available",
        ),
        pytest.param(
            deployment(**{**DONE, "updatedReplicas": 1}),
            "progressing",
            "1 old replicas",
            id="deployment half updated",
        ),
        pytest.param(
            deployment(**{**DONE, "replicas": 3}),
            "progressing",
            "1 old replicas",
            id="deployment with one too many",
        ),
        pytest.param(
            deployment(conditions=[LATE]),
            "failed",
            "ProgressDeadlineExceeded: gave up",
            id="deployment gave up",
        ),
        pytest.param(
            deployment(conditions=[QUOTA]), "stuck", "exceeded quota", id="deployment refused"
        ),
        pytest.param(
            live("apps/v1", "StatefulSet", spec={"replicas": 2}, status=DONE),
            "ready",
            "",
            id="stateful set done",
        ),
        pytest.param(
            live("apps/v1", "StatefulSet", spec={}, status={"readyReplicas": 0}),
            "progressing",
            "0 of 1 replicas ready",
            id="stateful set means one replica",
        ),
        pytest.param(
            live(
                "apps/v1",
                "StatefulSet",
                spec={"replicas": 2},
                status={**DONE, "currentRevision": "a", "updateRevision": "b"},
            ),
            "progressing",
            "revision before",
            id="stateful set with old pods",
        ),
        pytest.param(
            live(
                "apps/v1",
                "StatefulSet",
                spec={"replicas": 2, "updateStrategy": {"rollingUpdate": {"partition": 1}}},
                status={**DONE, "updatedReplicas": 1, "currentRevision": "a"},
            ),
            "ready",
            "",
            id="stateful set up to its partition",
        ),
        pytest.param(
            live(
                "apps/v1",
                "StatefulSet",
                spec={"replicas": 2, "updateStrategy": {"type": "OnDelete"}},
                status={},
            ),
            "ready",
            "",
            id="stateful set updated by hand",
        ),
        pytest.param(
            live(
                "apps/v1",
                "DaemonSet",
                status={
                    "desiredNumberScheduled": 3,
                    "updatedNumberScheduled": 3,
                    "numberAvailable": 2,
                },
            ),
            "progressing",
            "2 of 3",
            id="daemon set",
        ),
        pytest.param(
            live("apps/v1", "StatefulSet", spec={}, status={"observedGeneration": 1}),
            "progressing",
            "not been seen",
            id="stateful set judged by its old spec",
        ),
        pytest.param(
            live("apps/v1", "DaemonSet", status={"observedGeneration": 1}),
            "progressing",
            "not been seen",
            id="daemon set judged by its old spec",
        ),
        pytest.param(
            live("apps/v1", "DaemonSet", spec={"updateStrategy": {"type": "OnDelete"}}, status={}),
            "ready",
            "",
            id="daemon set updated by hand",
        ),
        pytest.param(
            live("apps/v1", "ReplicaSet", spec={}, status={"observedGeneration": 1}),
            "progressing",
            "not been seen",
            id="replica set judged by its old spec",
        ),
        pytest.param(
            live("apps/v1", "ReplicaSet", spec={}, status={"conditions": [QUOTA]}),
            "stuck",
            "exceeded quota",
            id="replica set refused",
        ),
        pytest.param(
            live("v1", "Pod", status={"phase": "Pending", **IMAGE}),
            "stuck",
            "ImagePullBackOff",
            id="pod without an image",
        ),
        pytest.param(
            live("apps/v1", "DaemonSet", status={}), "progressing", "scheduled", id="no nodes yet"
        ),
        pytest.param(
            live("apps/v1", "DaemonSet", status={"desiredNumberScheduled": 0}),
            "ready",
            "",
            id="daemon set without nodes",
        ),
        pytest.param(
            live("apps/v1", "ReplicaSet", spec={"replicas": 2}, status=DONE),
            "ready",
            "",
            id="replica set",
        ),
        pytest.param(
            live("v1", "Pod", status={"phase": "Running", "conditions": [condition("Ready")]}),
            "ready",
            "",
            id="pod serves",
        ),
        pytest.param(live("v1", "Pod", status={"phase": "Succeeded"}), "ready", "", id="pod done"),
        pytest.param(
            live("v1", "Pod", status={"phase": "Failed", "reason": "Evicted", "message": "disk"}),
            "failed",
            "Evicted: disk",
            id="pod failed",
        ),
        pytest.param(
            live(
                "v1",
                "Pod",
                status={
                    "phase": "Pending",
                    "conditions": [
                        condition("PodScheduled", "False", "Unschedulable", "0/3 nodes")
                    ],
                },
            ),
            "progressing",
            "Unschedulable: 0/3 nodes",
            id="pod without a node",
        ),
        pytest.param(live("v1", "Pod"), "progressing", "not ready", id="pod just made"),
        pytest.param(
            live("batch/v1", "Job", status={"conditions": [condition("Complete")]}),
            "ready",
            "",
            id="job done",
        ),
        pytest.param(
            live(
                "batch/v1",
                "Job",
                status={"conditions": [condition("Failed", reason="BackoffLimitExceeded")]},
            ),
            "failed",
            "BackoffLimitExceeded",
            id="job failed",
        ),
        pytest.param(
            live("batch/v1", "Job", status={"active": 1}), "progressing", "not completed", id="job"
        ),
        pytest.param(
            live("v1", "PersistentVolumeClaim", status={"phase": "Bound"}), "ready", "", id="bound"
        ),
        pytest.param(
            live("v1", "PersistentVolumeClaim"), "progressing", "pending, not bound", id="unbound"
        ),
        pytest.param(
            live("v1", "PersistentVolumeClaim", status={"phase": "Lost"}), "failed", "", id="lost"
        ),
        pytest.param(
            live("v1", "Service", spec={"clusterIP": "10.0.0.1"}), "ready", "", id="service"
        ),
        pytest.param(live("v1", "Service", spec={}), "progressing", "cluster IP", id="no address"),
        pytest.param(
            live("v1", "Service", spec={"type": "ExternalName"}), "ready", "", id="external name"
        ),
        pytest.param(
            live("v1", "Service", spec={"type": "LoadBalancer", "clusterIP": "10.0.0.1"}),
            "progressing",
            "load balancer",
            id="balancer without an address",
        ),
        pytest.param(
            live(
                "v1",
                "Service",
                spec={"type": "LoadBalancer", "clusterIP": "10.0.0.1"},
                status={"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}},
            ),
            "ready",
            "",
            id="balancer with an address",
        ),
        pytest.param(
            live(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                status={"conditions": [condition("Established")]},
            ),
            "ready",
            "",
            id="definition established",
        ),
        pytest.param(
            live("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
            "progressing",
            "established",
            id="definition not seen yet",
        ),
        pytest.param(
            live(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                status={"conditions": [condition("NamesAccepted", "False", "PluralConflict")]},
            ),
            "failed",
            "PluralConflict",
            id="definition refused",
        ),
        pytest.param(live("networking.k8s.io/v1", "Ingress"), "ready", "", id="ingress"),
        pytest.param(live("v1", "ConfigMap"), "ready", "", id="nothing to wait for"),
        pytest.param(live("example.test/v1", "Widget"), "silent", "", id="custom, no status"),
        pytest.param(
            live("example.test/v1", "Widget", status={"conditions": [condition("Ready")]}),
            "ready",
            "",
            id="custom ready",
        ),
        pytest.param(
            live(
                "example.test/v1",
                "Widget",
                status={"conditions": [condition("Ready", "False", "Waiting", "for rain")]},
            ),
            "progressing",
            "Waiting: for rain",
            id="custom not ready",
        ),
        pytest.param(
            live(
                "example.test/v1",
                "Widget",
                status={"conditions": [condition("Ready")], "observedGeneration": 1},
            ),
            "progressing",
            "not been seen",
            id="custom ready for its old spec",
        ),
        pytest.param(
            live("example.test/v1", "Widget", status={"conditions": [condition("Stalled")]}),
            "failed",
            "stalled",
            id="custom stalled",
        ),
        pytest.param(
            live("v1", "ConfigMap", deletionTimestamp="2026-03-04T12:00:00Z"),
            "progressing",
            "deleted",
            id="on its way out",
        ),
        pytest.param(
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {}, "status": "odd"},
            "progressing",
            "",
            id="a status that is no object",
        ),
    ],
)
def test_readiness(body: Any, state: str, why: str) -> None:
    found = readiness(body)

    assert found.state == state
    assert why in found.why


def test_a_job_is_ready_at_once_when_nobody_waits_for_jobs() -> None:
    assert readiness(live("batch/v1", "Job"), jobs=False).state == "ready"


def waiting(reason: str, restarts: int = 0, message: str = "") -> Any:
    state = {"waiting": {"reason": reason, "message": message}}
    return {"containerStatuses": [{"name": "web", "restartCount": restarts, "state": state}]}


@pytest.mark.parametrize(
    ("status", "why"),
    [
        pytest.param({}, "", id="nothing known"),
        pytest.param(waiting("ContainerCreating"), "", id="on its way"),
        pytest.param(
            waiting("ImagePullBackOff", message="no such image"),
            "container web: ImagePullBackOff: no such image",
            id="no image",
        ),
        pytest.param(waiting("CrashLoopBackOff", 2), "", id="fell over twice"),
        pytest.param(
            waiting("CrashLoopBackOff", 3), "container web: CrashLoopBackOff", id="falls over"
        ),
    ],
)
def test_trouble_of_a_pod(status: Any, why: str) -> None:
    assert pod_trouble(live("v1", "Pod", status=status)) == why
