from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.cluster.simulation.controller import Seen
from pkgtool.cluster.simulation.pods import exit_code, is_ready, step_pod
from pkgtool.testing.cluster_objects import container, pod

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(["false"], 1, id="false"),
        pytest.param(["/bin/false"], 1, id="with its path"),
        pytest.param(["true"], 0, id="true"),
        pytest.param(["sh", "-c", "exit 3"], 3, id="shell"),
        pytest.param(["/bin/bash", "-ec", "echo a\nexit 7\n"], 7, id="flags and lines"),
        pytest.param(["sh", "-c", "test -f a && exit 2"], 2, id="after and"),
        pytest.param(["sh", "-c", "exit 0"], 0, id="exit 0"),
        pytest.param(["sh", "-c", "echo exit 3"], 0, id="only said"),
        pytest.param(["sh", "-c", "exit $CODE"], 0, id="not known"),
        pytest.param(["sh", "-c", "echo 'open; exit 1"], 1, id="last command counts"),
        pytest.param(["sh", "-c", "'"], 0, id="not a script"),
        pytest.param(["sh", "-c", "exit 99999999999999999999"], 255, id="huge"),
        pytest.param(["sh"], 0, id="no script"),
        pytest.param([], 0, id="no command"),
    ],
)
def test_exit_code(command: list[str], expected: int) -> None:
    body = pod("a")
    body["spec"]["containers"] = [container("run", command=command)]

    assert exit_code(body) == expected


def test_arguments_are_part_of_the_command() -> None:
    body = pod()
    body["spec"]["containers"] = [container("run", command=["sh"], args=["-c", "exit 4"])]

    assert exit_code(body) == 4


def test_init_containers_count() -> None:
    body = pod()
    body["spec"]["initContainers"] = [container("init", command=["false"])]

    assert exit_code(body) == 1


def walk(body: dict[str, Any], ticks: int) -> list[dict[str, Any]]:
    """Return the status after each of some steps."""
    looks = []
    live: Any = body
    for tick in range(ticks):
        decision = step_pod(live, Seen(tick, NOW))
        live = decision.body
        looks.append(dict(live["status"]))
    return looks


def test_a_pod_that_serves_is_pending_then_ready() -> None:
    looks = walk(pod(), 3)

    assert [each["phase"] for each in looks] == ["Pending", "Running", "Running"]
    assert is_ready({"status": looks[-1]})
    assert looks[1] == looks[2]


def test_a_failing_pod_that_restarts_is_backed_off() -> None:
    look = walk(pod("a", "false"), 2)[-1]

    state = look["containerStatuses"][0]["state"]
    assert state["waiting"]["reason"] == "CrashLoopBackOff"
    assert not is_ready({"status": look})


def test_a_failed_pod_says_why() -> None:
    look = walk(pod("a", "sh", "-c", "exit 3", restartPolicy="Never"), 2)[-1]

    assert look["phase"] == "Failed"
    assert look["message"] == "a container exited with status 3"


def test_conditions_keep_the_time_of_their_last_change() -> None:
    later = datetime(2026, 11, 24, tzinfo=UTC)
    scheduled = step_pod(pod(), Seen(0, NOW)).body
    ready = step_pod(scheduled, Seen(1, later)).body

    times = {each["type"]: each["lastTransitionTime"] for each in ready["status"]["conditions"]}
    assert times["PodScheduled"] == "2026-11-23T00:00:00Z"
    assert times["Ready"] == "2026-11-24T00:00:00Z"
