"""Wait until objects are ready, or until it is clear that they will not be."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import Body
from pkgtool.errors import LeaseLost, RolloutFailed, Unreachable, WaitTimedOut
from pkgtool.manifest.model import ResourceId
from pkgtool.rollout.pace import Pace
from pkgtool.rollout.wait import PATIENCE_S, WaitPolicy, ticks, wait_ready
from pkgtool.testing.releases import NOON

WEB = ResourceId("apps", "Deployment", "default", "web")
API = ResourceId("apps", "Deployment", "default", "api")
WATCHER = WaitPolicy("watcher", timeout_s=60, jobs=True)


class Played(MemoryCluster):
    """A cluster where each object is what a timeline says; time passes when somebody sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.timelines: dict[ResourceId, Mapping[float, Body | None]] = {}
        self.pods: list[Body] = []
        self.fault: Callable[[float], bool] = lambda now_s: False

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    @property
    def pace(self) -> Pace:
        return Pace(
            clock=lambda: NOON + timedelta(seconds=self.now_s),
            monotonic=lambda: self.now_s,
            sleep=self.sleep,
        )

    def get(self, id: ResourceId) -> Body | None:
        if self.fault(self.now_s):
            raise Unreachable("nobody answers")
        timeline = self.timelines.get(id, {})
        past = [at for at in timeline if at <= self.now_s]
        return timeline[max(past)] if past else None

    def list(self, group: str, kind: str, **_: Any) -> list[Body]:
        return self.pods if kind == "Pod" else []

    def wait(self, *ids: ResourceId, policy: WaitPolicy = WATCHER) -> tuple[str, ...]:
        return wait_ready(self, ids, policy, guard=lambda: None, pace=self.pace)


@pytest.fixture
def cluster() -> Played:
    return Played()


def deployment(available: int, *conditions: Any) -> Body:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "generation": 1},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}},
        "status": {
            "observedGeneration": 1,
            "updatedReplicas": 1,
            "replicas": 1,
            "availableReplicas": available,
            "conditions": list(conditions),
        },
    }


def pod(created: str, reason: str) -> Body:
    status = {"containerStatuses": [{"name": "web", "state": {"waiting": {"reason": reason}}}]}
    metadata = {"name": created, "creationTimestamp": created}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "status": status}


def test_nothing_to_wait_for_takes_no_time(cluster: Played) -> None:
    assert cluster.wait() == ()
    assert cluster.now_s == 0


def test_waiting_ends_soon_after_the_last_object_is_ready(cluster: Played) -> None:
    cluster.timelines = {
        WEB: {0: deployment(0), 3: deployment(1)},
        API: {0: deployment(1), 5: deployment(0)},
    }

    assert cluster.wait(WEB, API) == ()
    assert 3 <= cluster.now_s <= 5


def test_when_the_time_is_up_the_error_says_who_is_late_and_why(cluster: Played) -> None:
    cluster.timelines = {WEB: {0: deployment(0)}}

    with pytest.raises(WaitTimedOut) as caught:
        cluster.wait(WEB, API)

    assert caught.value.what == (
        "2 of 2 objects were not ready after 60 s:\n"
        "- Deployment.apps default/web: 0 of 1 replicas available\n"
        "- Deployment.apps default/api: is not there"
    )
    assert cluster.now_s == 60


def test_a_long_list_is_cut(cluster: Played) -> None:
    ids = [ResourceId("", "Pod", "default", str(n)) for n in range(25)]

    with pytest.raises(WaitTimedOut, match=r"\n- and 5 more "):
        cluster.wait(*ids)


def test_a_failure_ends_the_waiting_at_once(cluster: Played) -> None:
    late = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    cluster.timelines = {WEB: {0: deployment(0), 4: deployment(0, late)}}

    with pytest.raises(RolloutFailed, match="will not become ready: ProgressDeadlineExceeded"):
        cluster.wait(WEB)
    assert cluster.now_s < 7


def test_legacy_waits_to_the_end_all_the_same(cluster: Played) -> None:
    late = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    cluster.timelines = {WEB: {0: deployment(0, late)}}

    with pytest.raises(WaitTimedOut, match="ProgressDeadlineExceeded"):
        cluster.wait(WEB, policy=WaitPolicy("legacy", 60))


def test_trouble_that_lasts_is_a_failure(cluster: Played) -> None:
    cluster.timelines = {WEB: {0: deployment(0)}}
    cluster.pods = [pod("2026-01-01T00:00:01Z", "ImagePullBackOff")]

    with pytest.raises(RolloutFailed, match="container web: ImagePullBackOff"):
        cluster.wait(WEB)
    assert PATIENCE_S <= cluster.now_s < PATIENCE_S + 3


def test_trouble_that_passes_is_not(cluster: Played) -> None:
    cluster.timelines = {WEB: {0: deployment(0), PATIENCE_S - 5: deployment(1)}}
    cluster.pods = [pod("2026-01-01T00:00:01Z", "ImagePullBackOff")]

    assert cluster.wait(WEB) == ()


def test_only_the_newest_pod_counts(cluster: Played) -> None:
    cluster.timelines = {WEB: {0: deployment(0), 40: deployment(1)}}
    cluster.pods = [
        pod("2026-01-01T00:00:02Z", "ContainerCreating"),
        pod("2026-01-01T00:00:01Z", "ImagePullBackOff"),
    ]

    assert cluster.wait(WEB) == ()


def test_an_object_that_says_nothing_is_told_and_not_waited_for(cluster: Played) -> None:
    widget = ResourceId("example.test", "Widget", "default", "a")
    cluster.timelines = {
        widget: {0: {"apiVersion": "example.test/v1", "kind": "Widget", "metadata": {}}}
    }

    (warning,) = cluster.wait(widget)

    assert warning == (
        "Widget.example.test default/a does not say whether it is ready; not waited for"
    )
    assert cluster.wait(widget, policy=WaitPolicy("legacy")) == ()


def test_a_cluster_that_does_not_answer_is_asked_again(cluster: Played) -> None:
    cluster.timelines = {WEB: {0: deployment(1)}}
    cluster.fault = lambda now_s: now_s < 10

    assert cluster.wait(WEB) == ()
    assert cluster.now_s >= 10


def test_a_cluster_that_never_answers_is_the_reason(cluster: Played) -> None:
    cluster.fault = lambda now_s: True

    with pytest.raises(WaitTimedOut, match="nobody answers"):
        cluster.wait(WEB)


def test_a_lost_lease_ends_the_waiting(cluster: Played) -> None:
    def guard() -> None:
        if cluster.now_s > 5:
            raise LeaseLost("lost")

    with pytest.raises(LeaseLost):
        wait_ready(cluster, [WEB], WATCHER, guard=guard, pace=cluster.pace)
    assert cluster.now_s < 8


def test_ticks_come_often_at_first_and_a_last_time_at_the_end(cluster: Played) -> None:
    moments = [cluster.now_s for _ in ticks(10, guard=lambda: None, pace=cluster.pace)]

    pauses = [b - a for a, b in pairwise(moments)]
    assert moments[0] == 0
    assert moments[-1] == 10
    assert pauses[0] < 0.1
    assert max(pauses) <= 2


def test_no_time_means_one_look(cluster: Played) -> None:
    assert [cluster.now_s for _ in ticks(0, guard=lambda: None, pace=cluster.pace)] == [0]
