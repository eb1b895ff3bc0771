"""Decide what Jobs do next: run pods until enough succeeded, too many failed, or time is up.

Source: the Job controller and API reference of Kubernetes 1.36.
"""

from datetime import UTC, datetime, timedelta

from pkgtool.cluster.rules.table import Object
from pkgtool.cluster.simulation.controller import (
    NODE_PODS,
    Decision,
    Seen,
    condition,
    has_condition,
    named_pod,
    with_status,
)
from pkgtool.cluster.simulation.pods import is_ready


def step_job(body: Object, seen: Seen) -> Decision:
    """Run pods until enough of them succeeded or too many failed."""
    if _is_finished(body):
        return _finished_job(body, seen)
    spec = body["spec"]
    phases = [each.get("status", {}).get("phase", "") for each in seen.children]
    succeeded, failed = phases.count("Succeeded"), phases.count("Failed")
    active = [each for each in seen.children if not _has_ended(each)]
    wanted = spec.get("completions", 1)
    if failed > spec["backoffLimit"]:
        reason = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
        return _end_job(body, seen, "Failed", *reason)
    if succeeded >= wanted:
        reason = ("CompletionsReached", "Reached expected number of succeeded pods")
        return _end_job(body, seen, "Complete", *reason)
    if _is_overdue(body, seen):
        reason = ("DeadlineExceeded", "Job was active longer than specified deadline")
        return _end_job(body, seen, "Failed", *reason)
    room = min(spec["parallelism"], wanted - succeeded, NODE_PODS) - len(active)
    count = 0 if spec.get("suspend") else max(room, 0)
    save = tuple(named_pod(body, seen, number, {}) for number in range(count))
    status = {
        "startTime": body.get("status", {}).get("startTime", seen.time),
        "active": len(active) + len(save),
        "ready": sum(map(is_ready, active)),
        "succeeded": succeeded,
        "failed": failed,
    }
    is_timed = "activeDeadlineSeconds" in spec
    return Decision(with_status(body, status), save=save, is_settled=not is_timed)


def step_cron_job(body: Object, seen: Seen) -> Decision:
    """Leave it alone: no time passes in an embedded cluster, so no schedule comes due."""
    del seen
    return Decision({**body, "status": body.get("status", {})})


def _end_job(body: Object, seen: Seen, type: str, reason: str, message: str) -> Decision:
    phases = [each.get("status", {}).get("phase", "") for each in seen.children]
    first = "SuccessCriteriaMet" if type == "Complete" else "FailureTarget"
    status = {
        "startTime": body.get("status", {}).get("startTime", seen.time),
        "succeeded": phases.count("Succeeded"),
        "failed": phases.count("Failed"),
        "conditions": [
            condition(first, True, reason, message, seen.time),
            condition(type, True, reason, message, seen.time),
        ],
    }
    if type == "Complete":
        status["completionTime"] = seen.time
    active = tuple(each for each in seen.children if not _has_ended(each))
    has_ttl = "ttlSecondsAfterFinished" in body["spec"]
    return Decision(with_status(body, status), remove=active, is_settled=not has_ttl)


def _finished_job(body: Object, seen: Seen) -> Decision:
    ttl = body["spec"].get("ttlSecondsAfterFinished")
    if ttl is None:
        return Decision(body)
    ended = _moment(body["status"]["conditions"][-1]["lastTransitionTime"])
    is_expired = seen.now - ended >= timedelta(seconds=ttl)
    return Decision(body, remove=(body,) if is_expired else (), is_settled=False)


def _is_finished(body: Object) -> bool:
    return has_condition(body, "Complete") or has_condition(body, "Failed")


def _is_overdue(body: Object, seen: Seen) -> bool:
    limit = body["spec"].get("activeDeadlineSeconds")
    started = body.get("status", {}).get("startTime")
    if limit is None or started is None:
        return False
    return seen.now - _moment(started) >= timedelta(seconds=limit)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _has_ended(pod: Object) -> bool:
    return pod.get("status", {}).get("phase", "") in ("Succeeded", "Failed")
