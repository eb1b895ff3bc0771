from datetime import UTC, datetime
from itertools import count

import pytest

from pkgtool.cluster.memory import JOURNAL_LIMIT, MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.cluster.rules.sources import new_uid
from pkgtool.errors import Rejected
from pkgtool.manifest.model import ResourceId
from pkgtool.testing.cluster_contract import WEB, poll, version
from pkgtool.testing.cluster_objects import config_map, job, workload

HELM = ApplyPolicy()
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def fixed() -> MemoryCluster:
    """Return a cluster whose time and identities are always the same."""
    numbers = count(1)
    return MemoryCluster(clock=lambda: NOW, new_uid=lambda: f"uid-{next(numbers)}")


def test_equal_histories_give_equal_clusters() -> None:
    clusters = fixed(), fixed()
    for cluster in clusters:
        cluster.apply(workload("Deployment", replicas=2), HELM)
        cluster.apply(job("failing", "false", backoffLimit=1), HELM)
        poll(cluster, WEB)

    one, two = ([each.list(*kind) for kind in KINDS] for each in clusters)

    assert one == two


KINDS = (("apps", "Deployment"), ("apps", "ReplicaSet"), ("", "Pod"), ("batch", "Job"))


def test_time_and_identity_come_from_outside() -> None:
    metadata = fixed().apply(config_map(), HELM)["metadata"]

    assert metadata["creationTimestamp"] == "2026-11-23T10:30:00Z"
    assert metadata["uid"].startswith("uid-")


def test_identities_look_like_uuids() -> None:
    made = {new_uid() for _ in range(50)}

    assert len(made) == 50
    assert {tuple(map(len, each.split("-"))) for each in made} == {(8, 4, 4, 4, 12)}


def test_reading_plain_objects_lets_no_time_pass() -> None:
    cluster = fixed()
    cluster.apply(workload("Deployment"), HELM)

    for _ in range(5):
        cluster.list("", "Secret")

    live = cluster.get(WEB)
    assert live is not None
    assert live["status"]["readyReplicas"] == 0


def test_a_watch_rests_only_when_nothing_moves() -> None:
    rests: list[float] = []
    cluster = MemoryCluster(sleep=rests.append)
    cluster.apply(workload("Deployment"), HELM)

    events = cluster.watch("apps", "Deployment", timeout_s=60)
    ready = next(e for e in events if e.body.get("status", {}).get("readyReplicas") == 1)

    assert ready.type == "MODIFIED"
    assert rests == []


def test_a_watch_from_before_the_journal_is_refused() -> None:
    cluster = fixed()
    since = version(cluster.apply(config_map(), HELM))
    for number in range(JOURNAL_LIMIT + 1):
        cluster.apply(config_map(step=str(number)), HELM)

    with pytest.raises(Rejected, match="too old resource version"):
        next(cluster.watch("", "ConfigMap", since=since, timeout_s=0))


@pytest.mark.parametrize("since", ["x", "-1", "9" * 30, "²"])
def test_a_version_that_is_none_is_refused(since: str) -> None:
    with pytest.raises(Rejected, match="invalid resource version"):
        next(fixed().watch("", "ConfigMap", since=since, timeout_s=0))


def test_an_object_that_is_too_deep_is_refused() -> None:
    body = config_map()
    deep: object = "x"
    for _ in range(5000):
        deep = [deep]

    with pytest.raises(Rejected, match="nested deeper"):
        fixed().apply({**body, "data": deep}, HELM)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(NOW, id="time"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(2**64, id="too large"),
        pytest.param("\ud800", id="half a letter"),
        pytest.param({1, 2}, id="set"),
    ],
)
def test_values_that_are_not_json_are_refused(value: object) -> None:
    with pytest.raises(Rejected, match="not a JSON value"):
        fixed().apply({**config_map(), "data": {"a": value}}, HELM)


def test_generated_names_are_completed() -> None:
    body = config_map()
    body["metadata"] = {"generateName": "run-"}
    cluster = fixed()

    made = [cluster.apply(body, HELM)["metadata"]["name"] for _ in range(2)]

    assert len(set(made)) == 2
    assert all(each.startswith("run-") for each in made)


def test_deleting_what_a_chart_misplaced_finds_it() -> None:
    """Charts often give cluster-wide objects a namespace, and others none."""
    cluster = fixed()
    cluster.apply(config_map(), HELM)

    assert cluster.delete(ResourceId("", "ConfigMap", "", "settings")) is True
