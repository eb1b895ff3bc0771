"""Wait until objects are as their manifests ask, or until it is clear that they will not be.

Objects are asked again and again, at first often; an answer that cannot be had is asked for again
until the time is up. What looks like a failure but may pass (an image that cannot be pulled yet)
is one when it stays for `PATIENCE_S`.

Source: Helm v4 `pkg/kube/{statuswait,wait}.go`; `spec/reliability.md` F16.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pkgtool.cluster.protocol import Body, Cluster
from pkgtool.errors import ClusterLocked, RolloutFailed, Unreachable, WaitTimedOut
from pkgtool.manifest.model import ResourceId
from pkgtool.rollout.pace import Pace
from pkgtool.rollout.ready import Readiness, pod_trouble, readiness

Strategy = Literal["hookOnly", "watcher", "legacy"]

PATIENCE_S = 20.0
"""How long trouble must last to be a failure."""

_FIRST_POLL_S = 0.05
_LAST_POLL_S = 2.0
_SHOWN = 20


class WaitPolicy(NamedTuple):
    """What is waited for, and how long."""

    strategy: Strategy = "hookOnly"
    """`legacy` waits to the end of the time where `watcher` sees a failure, and does not look at
    custom resources. Whether objects are waited for at all is the plan's business."""
    timeout_s: float = 300.0
    """For each hook, and for all objects together."""
    jobs: bool = False
    """Whether Jobs must have completed."""


def wait_ready(
    cluster: Cluster,
    ids: Sequence[ResourceId],
    policy: WaitPolicy,
    *,
    guard: Callable[[], None],
    pace: Pace,
) -> tuple[str, ...]:
    """Return when all of `ids` are ready.

    Returns:
        Warnings: objects that say nothing about being ready.

    Raises:
        RolloutFailed: An object will never be ready.
        WaitTimedOut: Some were not ready in time; the message lists them and why.
    """
    watch = _Watch(cluster, policy, pace, dict.fromkeys(ids, "not asked yet"))
    for _ in ticks(policy.timeout_s, guard=guard, pace=pace):
        watch.look()
        if not watch.pending:
            return tuple(watch.warnings)
    lines = [f"- {each}: {why}" for each, why in watch.pending.items()]
    more = [f"- and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    raise WaitTimedOut(
        f"{len(lines)} of {len(ids)} objects were not ready after {policy.timeout_s:g} s:\n"
        + "\n".join([*lines[:_SHOWN], *more]),
        hint="wait longer with --timeout, or look at the objects",
    )


def ticks(timeout_s: float, *, guard: Callable[[], None], pace: Pace) -> Iterator[None]:
    """Yield at once, then after growing pauses, and a last time when `timeout_s` is over.

    `guard` is called after every pause, so that a long wait keeps the lease.
    """
    deadline_s = pace.monotonic() + timeout_s
    pause_s = _FIRST_POLL_S
    yield
    while (left_s := deadline_s - pace.monotonic()) > 0:
        pace.sleep(min(pause_s, left_s))
        guard()
        yield
        pause_s = min(pause_s * 1.5, _LAST_POLL_S)


@dataclass(slots=True)
class Trouble:
    """Remembers since when an object is stuck."""

    pace: Pace
    _since: dict[ResourceId, tuple[str, float]] = field(default_factory=dict, init=False)

    def lasts(self, id: ResourceId, why: str) -> bool:
        """Tell whether `id` has had this trouble for too long; an empty `why` forgets it."""
        now_s = self.pace.monotonic()
        if not why:
            self._since.pop(id, None)
            return False
        return now_s - self._since.setdefault(id, (why, now_s))[1] >= PATIENCE_S


def trouble_of_pods(cluster: Cluster, id: ResourceId, live: Body) -> str:
    """Return why the newest Pod of a workload does not start, or an empty string."""
    labels = _pod_labels(live)
    if not labels:
        return ""
    pods = cluster.list("", "Pod", namespace=id.namespace, labels=labels)
    # An older one may belong to the revision before, which is being replaced.
    newest = max(pods, key=lambda pod: str(pod["metadata"].get("creationTimestamp")), default=None)
    return pod_trouble(newest) if newest else ""


@dataclass(slots=True)
class _Watch:
    cluster: Cluster
    policy: WaitPolicy
    pace: Pace
    pending: dict[ResourceId, str]
    warnings: list[str] = field(default_factory=list, init=False)
    trouble: Trouble = field(init=False)

    def __post_init__(self) -> None:
        self.trouble = Trouble(self.pace)

    def look(self) -> None:
        """Ask all pending objects once."""
        for each in list(self.pending):
            try:
                found = self._ask(each)
            except (Unreachable, ClusterLocked) as error:
                self.pending[each] = error.what
                continue
            if found.state == "silent":
                self.warnings.append(f"{each} does not say whether it is ready; not waited for")
            if found.state in ("ready", "silent"):
                del self.pending[each]
            else:
                self.pending[each] = found.why

    def _ask(self, id: ResourceId) -> Readiness:
        live = self.cluster.get(id)
        if live is None:
            return Readiness("progressing", "is not there")
        found = readiness(live, jobs=self.policy.jobs)
        if self.policy.strategy == "legacy":
            return Readiness("ready") if found.state == "silent" else found
        why = found.why if found.state == "stuck" else ""
        if found.state == "progressing":
            why = trouble_of_pods(self.cluster, id, live)
        if found.state == "failed" or self.trouble.lasts(id, why):
            raise RolloutFailed(f"{id} will not become ready: {why or found.why}")
        return Readiness("stuck", why) if why else found


def _pod_labels(live: Body) -> dict[str, str]:
    spec = live.get("spec")
    selector = spec.get("selector") if isinstance(spec, Mapping) else None
    labels: Any = selector.get("matchLabels") if isinstance(selector, Mapping) else None
    if live.get("kind") == "Job":
        labels = {"job-name": live["metadata"]["name"]}
    return dict(labels) if isinstance(labels, Mapping) and live.get("kind") in _WORKLOADS else {}


_WORKLOADS = frozenset({"DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"})
