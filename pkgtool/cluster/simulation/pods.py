"""Move a pod one step: pending, then running and ready, or completed, or failing.

A pod that may stop (`restartPolicy` `Never` or `OnFailure`) completes at its third step. One
that is made to fail ends as `Failed`, or, when it restarts for ever, in `CrashLoopBackOff`.
"""

import shlex
from collections.abc import Mapping
from typing import Any

from pkgtool.cluster.rules.table import Object
from pkgtool.cluster.simulation.controller import (
    NODE,
    Decision,
    Seen,
    condition,
    outcome_of,
    with_status,
)

_RESTARTS = 5
"""How often a container that cannot run seems to have been restarted."""
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})


def step_pod(pod: Object, seen: Seen) -> Decision:
    """Decide the next step of a pod."""
    phase = pod.get("status", {}).get("phase", "")
    if phase in ("Succeeded", "Failed"):
        return Decision(pod)
    if seen.tick == 0 and not phase:
        return Decision(_scheduled(pod, seen), is_settled=False)
    if outcome_of(pod) == "never-ready":
        return Decision(_running(pod, seen, is_ready=False))
    may_stop = pod["spec"].get("restartPolicy", "Always") != "Always"
    if code := exit_code(pod):
        return Decision(_failed(pod, seen, code) if may_stop else _crashing(pod, seen, code))
    if may_stop and phase == "Running":
        return Decision(_succeeded(pod, seen))
    return Decision(_running(pod, seen, is_ready=True), is_settled=not may_stop)


def exit_code(pod: Mapping[str, Any]) -> int:
    """Return the status that a container of the pod is known to exit with; 0 when none fails."""
    if outcome_of(pod) == "fail":
        return 1
    spec = pod.get("spec", {})
    for container in (*spec.get("initContainers", ()), *spec.get("containers", ())):
        words = [str(each) for each in (*container.get("command", ()), *container.get("args", ()))]
        if code := _command_code(words):
            return code
    return 0


def is_ready(pod: Mapping[str, Any]) -> bool:
    """Return whether the pod serves."""
    return any(
        each["type"] == "Ready" and each["status"] == "True"
        for each in pod.get("status", {}).get("conditions", ())
    )


def _command_code(words: list[str]) -> int:
    if not words:
        return 0
    program = words[0].rpartition("/")[2]
    if program == "false":
        return 1
    if program in _SHELLS and len(words) > 2 and words[1].startswith("-") and "c" in words[1]:
        return _script_code(words[2])
    return 0


def _script_code(script: str) -> int:
    """Return the status of a script whose last command is `exit N` or `false`."""
    last = script.replace("\n", ";").rstrip("; ").rpartition(";")[2]
    try:
        words = shlex.split(last.rpartition("&&")[2])
    except ValueError:
        return 0
    if words == ["false"]:
        return 1
    if len(words) == 2 and words[0] == "exit" and words[1].isdecimal():
        return int(words[1][:9]) % 256
    return 0


def _scheduled(pod: Object, seen: Seen) -> dict[str, Any]:
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    body = {**pod, "spec": {"nodeName": NODE, **pod["spec"]}}
    status = _status(body, seen, "Pending", waiting, is_ready=False, why="ContainersNotReady")
    return with_status(body, {**status, "startTime": seen.time})


def _running(pod: Object, seen: Seen, *, is_ready: bool) -> dict[str, Any]:
    why = "" if is_ready else "ContainersNotReady"
    state = {"running": {"startedAt": _started(pod, seen)}}
    return with_status(pod, _status(pod, seen, "Running", state, is_ready=is_ready, why=why))


def _crashing(pod: Object, seen: Seen, code: int) -> dict[str, Any]:
    message = f"back-off restarting failed container (exit code {code})"
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": message}}
    status = _status(
        pod, seen, "Running", waiting, is_ready=False, why="ContainersNotReady", restarts=_RESTARTS
    )
    return with_status(pod, status)


def _failed(pod: Object, seen: Seen, code: int) -> dict[str, Any]:
    state = {"terminated": {"exitCode": code, "reason": "Error", "finishedAt": seen.time}}
    status = _status(pod, seen, "Failed", state, is_ready=False, why="PodFailed")
    return with_status(pod, {**status, "message": f"a container exited with status {code}"})


def _succeeded(pod: Object, seen: Seen) -> dict[str, Any]:
    state = {"terminated": {"exitCode": 0, "reason": "Completed", "finishedAt": seen.time}}
    return with_status(
        pod, _status(pod, seen, "Succeeded", state, is_ready=False, why="PodCompleted")
    )


def _status(
    pod: Object,
    seen: Seen,
    phase: str,
    state: Mapping[str, Any],
    *,
    is_ready: bool,
    why: str,
    restarts: int = 0,
) -> dict[str, Any]:
    return {
        "phase": phase,
        "startTime": _started(pod, seen),
        "conditions": [
            condition("PodScheduled", True, "", "", seen.time),
            condition("Initialized", True, "", "", seen.time),
            condition("ContainersReady", is_ready, why, "", seen.time),
            condition("Ready", is_ready, why, "", seen.time),
        ],
        "containerStatuses": [
            {
                "name": each.get("name", ""),
                "image": each.get("image", ""),
                "ready": is_ready,
                "restartCount": restarts,
                "state": dict(state),
            }
            for each in pod["spec"].get("containers", ())
        ],
    }


def _started(pod: Object, seen: Seen) -> str:
    return str(pod.get("status", {}).get("startTime", seen.time))
