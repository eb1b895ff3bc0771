from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pkgtool.cluster.rules.defaults import fill_defaults
from pkgtool.cluster.simulation.controller import Seen
from pkgtool.cluster.simulation.jobs import step_job
from pkgtool.cluster.simulation.workloads import step_deployment, step_replica_set
from pkgtool.testing.cluster_contract import conditions
from pkgtool.testing.cluster_objects import job, workload

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def live(body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` as a cluster would hold it."""
    body["metadata"]["uid"] = "uid-of-" + body["metadata"]["name"]
    fill_defaults(body, tuple)
    return body


def ended(pod: dict[str, Any], phase: str) -> dict[str, Any]:
    return {**pod, "status": {"phase": phase}}


def test_equal_objects_make_equal_children() -> None:
    one = step_replica_set(live(workload("ReplicaSet", replicas=3)), Seen(0, NOW))
    two = step_replica_set(live(workload("ReplicaSet", replicas=3)), Seen(0, NOW))

    assert one == two
    assert len({each["metadata"]["name"] for each in one.save}) == 3


def test_a_controller_stops_where_a_node_is_full() -> None:
    decision = step_replica_set(live(workload("ReplicaSet", replicas=10**9)), Seen(0, NOW))

    assert len(decision.save) == 110


def test_only_so_many_idle_replica_sets_are_kept() -> None:
    body = live(workload("Deployment", revisionHistoryLimit=2))
    old = []
    for number in range(4):
        made = step_deployment(
            live(workload("Deployment", template={"metadata": {"labels": {"v": str(number)}}})),
            Seen(0, NOW),
        ).save[0]
        made["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = str(number + 1)
        made["spec"]["replicas"] = 0
        old.append(made)

    decision = step_deployment(body, Seen(0, NOW, tuple(reversed(old))))

    assert list(decision.remove) == old[:2]
    assert decision.save[0]["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "5"


def test_a_job_runs_as_many_pods_as_may_run_at_once() -> None:
    body = live(job(completions=5, parallelism=2))
    first = step_job(body, Seen(0, NOW))
    assert len(first.save) == 2

    pods = (ended(first.save[0], "Succeeded"), first.save[1])
    assert len(step_job(body, Seen(1, NOW, pods)).save) == 1


def test_a_suspended_job_starts_nothing() -> None:
    assert step_job(live(job(suspend=True)), Seen(0, NOW)).save == ()


def test_a_job_over_its_deadline_fails_and_stops_its_pods() -> None:
    body = live(job(activeDeadlineSeconds=60))
    started = step_job(body, Seen(0, NOW))
    assert not started.is_settled

    late = step_job(started.body, Seen(1, NOW + timedelta(seconds=60), started.save))

    assert conditions(late.body)["Failed"] == "True"
    assert late.remove == started.save


def test_a_finished_job_goes_after_its_time() -> None:
    body = live(job(ttlSecondsAfterFinished=30))
    pods = tuple(ended(each, "Succeeded") for each in step_job(body, Seen(0, NOW)).save)
    finished = step_job(body, Seen(1, NOW, pods)).body
    assert conditions(finished)["Complete"] == "True"

    assert step_job(finished, Seen(2, NOW + timedelta(seconds=29))).remove == ()
    assert step_job(finished, Seen(2, NOW + timedelta(seconds=30))).remove == (finished,)


@pytest.mark.parametrize(("limit", "failed"), [(0, 1), (2, 3)])
def test_a_job_fails_when_its_retries_are_used_up(limit: int, failed: int) -> None:
    body = live(job(backoffLimit=limit))
    pods = tuple(
        {**ended({}, "Failed"), "metadata": {"name": f"p{number}"}} for number in range(failed)
    )

    assert "Failed" not in conditions(step_job(body, Seen(1, NOW, pods[1:])).body)
    assert conditions(step_job(body, Seen(1, NOW, pods)).body)["Failed"] == "True"
