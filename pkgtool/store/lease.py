"""Hold a release, so that only one process at a time changes it.

The lease is an object of the cluster beside the release's records. It is renewed before mutations
and not by a thread in the background: a process that is stopped cannot mutate, and one that goes
on finds out first whether it may. Whoever waits takes over a lease that did not change for its
whole duration on the waiter's own monotonic clock, so clocks need not agree; a holder that is a
dead process of the same machine is followed at once. Every change of hands is a compare-and-swap.

Source: `spec/reliability.md` F01, F06, F20; Kubernetes `coordination.k8s.io/v1`. See ADR 0017.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pkgtool.cluster.protocol import ApplyPolicy, Body, Cluster
from pkgtool.errors import (
    ClusterLocked,
    Conflict,
    LeaseLost,
    PkgtoolError,
    ReleaseBusy,
    Unreachable,
)
from pkgtool.manifest.model import ResourceId
from pkgtool.store.process import Holder, is_gone, this_process

__all__ = ["DURATION_S", "RENEW_S", "Holder", "Lease", "hold", "holder_of", "this_process"]

DURATION_S = 15
"""How long a lease must stand still before somebody else may take it."""

RENEW_S = 5.0
"""How old a renewal may be when a mutation begins; the rest is the mutation's own time."""

_POLL_S = 0.5
_HOLDER = "pkgtool/holder"


@dataclass(slots=True)
class Lease:
    """The right to change one release; made by `hold`."""

    _cluster: Cluster
    _holder: Holder
    _body: Body
    _clock: Callable[[], datetime]
    _monotonic: Callable[[], float]
    _renewed_s: float
    predecessor: Holder | None = None
    """Who held it before and never gave it back: a process that ended in the middle, or just
    before its end. With `release.history.finished` its command, run again, knows which."""
    _lost: bool = field(default=False, init=False)

    @property
    def token(self) -> int:
        """How often the lease has changed hands since it exists."""
        return _transitions(self._body)

    def renew(self) -> None:
        """Make sure that the lease is still ours; call it before every mutation.

        Raises:
            LeaseLost: Somebody else took over; nothing more may be changed.
            ClusterError: The cluster has not answered for so long that nobody can know.
        """
        if self._lost:
            raise self._loss("")
        age_s = self._monotonic() - self._renewed_s
        if age_s < RENEW_S:
            return
        try:
            self._write()
        except (Unreachable, ClusterLocked):
            # Nobody may take over yet, so one failed renewal is not the end.
            if age_s >= 2 * RENEW_S:
                raise

    def release(self) -> None:
        """Give the lease back; when it is not ours any more, leave it alone."""
        self.renew()
        metadata = self._body["metadata"]
        self._cluster.delete(_id(metadata["name"], metadata["namespace"]), uid=metadata["uid"])

    def _write(self) -> None:
        began_s = self._monotonic()
        spec = {**self._body["spec"], "renewTime": _micro(self._clock())}
        try:
            self._body = _apply(self._cluster, self._body, spec, self._holder)
        except Conflict as error:
            self._lost = True
            metadata = self._body["metadata"]
            live = self._cluster.get(_id(metadata["name"], metadata["namespace"]))
            raise self._loss(f" to {_holder_of(live)}" if live else "") from error
        self._renewed_s = began_s

    def _loss(self, whom: str) -> LeaseLost:
        return LeaseLost(
            f"lost the release in the middle of {self._holder.operation or 'the operation'}{whom}",
            hint="the other process goes on from here; look at the history when it is done",
        )


@contextmanager
def hold(
    cluster: Cluster,
    name: str,
    namespace: str,
    holder: Holder,
    *,
    clock: Callable[[], datetime],
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    wait_s: float = 60.0,
    on_wait: Callable[[Holder, float], None] | None = None,
) -> Iterator[Lease]:
    """Hold release `name` while the block runs; the namespace must exist.

    Args:
        cluster: Where the lease is kept.
        name: The release.
        namespace: Of the release.
        holder: Who asks.
        clock: Now in UTC, only shown to humans.
        monotonic: Seconds that only grow; all decisions are made on it.
        sleep: Waits some seconds.
        wait_s: How long to wait for another holder.
        on_wait: Told once who holds the release, and for how many seconds at most we wait.

    Raises:
        ReleaseBusy: Another process held the release all the time; nothing was changed.
    """
    contest = _Contest(cluster, _id(f"pkgtool.{name}", namespace), holder, clock, monotonic)
    lease = contest.win(sleep=sleep, wait_s=wait_s, on_wait=on_wait)
    try:
        yield lease
    finally:
        # What the operation says is what counts; a lease that stays behind expires.
        with suppress(PkgtoolError):
            lease.release()


def holder_of(cluster: Cluster, name: str, namespace: str) -> Holder | None:
    """Return who holds release `name`, or died with it; `None` when nobody does."""
    live = cluster.get(_id(f"pkgtool.{name}", namespace))
    return _holder_of(live) if _spec(live).get("holderIdentity") else None


@dataclass(slots=True)
class _Contest:
    """One process's attempt to get a lease."""

    cluster: Cluster
    id: ResourceId
    holder: Holder
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    seen: str = field(default="", init=False)
    since_s: float = field(default=0.0, init=False)

    def win(
        self,
        *,
        sleep: Callable[[float], None],
        wait_s: float,
        on_wait: Callable[[Holder, float], None] | None,
    ) -> Lease:
        """Return the lease once it is ours."""
        deadline_s = self.monotonic() + wait_s
        while True:
            live = self.cluster.get(self.id)
            if (live is None or self._may_take(live)) and (lease := self._take(live)):
                return lease
            left_s = deadline_s - self.monotonic()
            if left_s <= 0:
                raise self._busy(live, wait_s)
            if on_wait is not None and live is not None:
                on_wait(_holder_of(live), left_s)
                on_wait = None
            sleep(min(_POLL_S, left_s))

    def _may_take(self, live: Body) -> bool:
        version = live["metadata"]["resourceVersion"]
        if version != self.seen:
            self.seen, self.since_s = version, self.monotonic()
        spec = _spec(live)
        return (
            not spec.get("holderIdentity")
            or is_gone(_holder_of(live), self.holder)
            or self.monotonic() - self.since_s >= _duration_s(spec)
        )

    def _take(self, live: Body | None) -> Lease | None:
        """Make the lease ours, or return `None` when somebody was faster."""
        began_s = self.monotonic()
        now = _micro(self.clock())
        spec = {
            "holderIdentity": f"{self.holder.host}/{self.holder.pid}/{os.urandom(8).hex()}",
            "leaseDurationSeconds": DURATION_S,
            "acquireTime": now,
            "renewTime": now,
            "leaseTransitions": _transitions(live) + 1,
        }
        base = live or {"metadata": {"name": self.id.name, "namespace": self.id.namespace}}
        try:
            body = _apply(self.cluster, base, spec, self.holder)
        except Conflict:
            return None
        dead = _holder_of(live) if _spec(live).get("holderIdentity") else None
        return Lease(self.cluster, self.holder, body, self.clock, self.monotonic, began_s, dead)

    def _busy(self, live: Body | None, wait_s: float) -> ReleaseBusy:
        release = self.id.name.partition(".")[2]
        since = _spec(live).get("acquireTime", "")
        return ReleaseBusy(
            f"release {release!r} is held by {_holder_of(live)}"
            + (f" since {since}" if since else "")
            + f"; waited {wait_s:g} s",
            hint="try again when it is done; if it died, its hold ends by itself "
            f"after {DURATION_S} s",
        )


def _apply(cluster: Cluster, base: Body, spec: Mapping[str, Any], holder: Holder) -> Body:
    """Write `spec` if the lease is still as in `base`, or still missing."""
    metadata = base["metadata"]
    version = metadata.get("resourceVersion", "")
    body = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": metadata["name"],
            "namespace": metadata["namespace"],
            "annotations": {_HOLDER: json.dumps(holder._asdict())},
        },
        "spec": dict(spec),
    }
    return cluster.apply(body, ApplyPolicy(force=True, if_version=version, if_absent=not version))


def _id(name: str, namespace: str) -> ResourceId:
    return ResourceId("coordination.k8s.io", "Lease", namespace, name)


def _spec(body: Body | None) -> Mapping[str, Any]:
    spec = body.get("spec") if body else None
    return spec if isinstance(spec, Mapping) else {}


def _transitions(body: Body | None) -> int:
    count = _spec(body).get("leaseTransitions")
    return count if isinstance(count, int) else 0


def _duration_s(spec: Mapping[str, Any]) -> float:
    duration = spec.get("leaseDurationSeconds")
    return duration if isinstance(duration, int) and duration > 0 else DURATION_S


def _holder_of(body: Body | None) -> Holder:
    """Read who holds a lease; anybody may have written it, so anything may be there."""
    unknown = Holder(str(_spec(body).get("holderIdentity") or "somebody"), 0)
    try:
        found = Holder(**json.loads(body["metadata"]["annotations"][_HOLDER])) if body else unknown
    except (KeyError, TypeError, ValueError, RecursionError):
        return unknown
    texts = (found.host, found.started, found.operation, found.url)
    numbers = (found.pid, found.revision)
    sane = all(isinstance(each, str) for each in texts) and all(type(n) is int for n in numbers)
    return found if sane else unknown


def _micro(at: datetime) -> str:
    """Return `at` as Kubernetes' MicroTime: UTC, always six digits."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
