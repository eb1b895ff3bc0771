"""Hold a release, so that only one process at a time changes it."""

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy, Body
from pkgtool.errors import LeaseLost, Rejected, ReleaseBusy, Unreachable
from pkgtool.manifest.model import ResourceId
from pkgtool.store.lease import DURATION_S, RENEW_S, Holder, hold, holder_of, this_process
from pkgtool.store.process import is_gone
from pkgtool.testing.releases import NOON

ID = ResourceId("coordination.k8s.io", "Lease", "default", "pkgtool.web")
ME = Holder("here", 100, "kernel/1/50", "upgrade", 3)
OTHER = Holder("there", 7, "kernel/2/50", "rollback", 2, "https://ci.example.test/7")


class World:
    """A cluster with a clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.cluster = MemoryCluster()
        self.now_s = 0.0
        self.waits: list[tuple[Holder, float]] = []
        self.at: dict[float, Callable[[], object]] = {}
        self.abandoned: list[Any] = []

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        for moment in sorted(m for m in self.at if m <= self.now_s):
            self.at.pop(moment)()

    def clock(self) -> datetime:
        return NOON + timedelta(seconds=self.now_s)

    def hold(self, holder: Holder, *, wait_s: float = 60) -> Any:
        return hold(
            self.cluster,
            "web",
            "default",
            holder,
            clock=self.clock,
            monotonic=lambda: self.now_s,
            sleep=self.sleep,
            wait_s=wait_s,
            on_wait=lambda who, seconds: self.waits.append((who, seconds)),
        )

    def abandon(self, holder: Holder) -> Any:
        """Take the lease as a process that never gives it back."""
        # Kept, because a context that nobody knows any more is left properly.
        self.abandoned.append(self.hold(holder))
        return self.abandoned[-1].__enter__()

    def live(self) -> Body | None:
        return self.cluster.get(ID)


@pytest.fixture
def world() -> World:
    return World()


def test_a_lease_says_who_holds_it(world: World) -> None:
    with world.hold(ME):
        live = world.live()

    assert live is not None
    assert live["apiVersion"] == "coordination.k8s.io/v1"
    assert live["spec"]["holderIdentity"].startswith("here/100/")
    assert live["spec"]["leaseDurationSeconds"] == DURATION_S
    assert live["spec"]["acquireTime"] == "2026-03-04T12:00:00.000000Z"
    assert live["spec"]["leaseTransitions"] == 1


def test_nothing_is_left_when_it_is_over(world: World) -> None:
    with world.hold(ME) as lease:
        assert lease.token == 1

    assert world.live() is None


def test_an_error_inside_gives_the_lease_back(world: World) -> None:
    with pytest.raises(KeyError), world.hold(ME):
        raise KeyError

    assert world.live() is None


def test_a_second_holder_waits_until_the_first_is_done(world: World) -> None:
    first = world.hold(OTHER)
    first.__enter__()
    world.at[7.0] = lambda: first.__exit__(None, None, None)

    with world.hold(ME):
        assert 7 <= world.now_s < 8

    assert world.waits == [(OTHER, 60)]


def test_a_holder_that_renews_is_waited_for_until_the_time_is_up(world: World) -> None:
    lease = world.abandon(OTHER)
    for second in range(6, 60, 6):
        world.at[float(second)] = lease.renew

    with pytest.raises(ReleaseBusy) as caught, world.hold(ME, wait_s=40):
        pytest.fail("the lease was held by another")

    assert caught.value.what == (
        "release 'web' is held by rollback (revision 2) by process 7 on there, "
        "https://ci.example.test/7 since 2026-03-04T12:00:00.000000Z; waited 40 s"
    )
    assert world.now_s == 40


def test_waiting_may_be_refused(world: World) -> None:
    world.abandon(OTHER)

    with pytest.raises(ReleaseBusy), world.hold(ME, wait_s=0):
        pytest.fail("the lease was held by another")
    assert world.now_s == 0


def test_a_silent_holder_is_followed_after_its_duration_on_our_clock(world: World) -> None:
    world.abandon(OTHER)
    world.now_s = 1000

    with world.hold(ME) as lease:
        assert 1000 + DURATION_S <= world.now_s <= 1000 + DURATION_S + 1
        assert lease.token == 2


def test_a_renewal_starts_the_duration_again(world: World) -> None:
    lease = world.abandon(OTHER)
    world.at[10.0] = lease.renew

    with world.hold(ME):
        assert 10 + DURATION_S <= world.now_s <= 10 + DURATION_S + 1


def test_a_dead_process_of_this_machine_is_followed_at_once(world: World) -> None:
    me = this_process()
    world.abandon(me._replace(pid=2**22 + 1))

    with world.hold(me):
        assert world.now_s == 0


def test_who_died_with_the_lease_is_known_to_who_follows(world: World) -> None:
    world.abandon(OTHER)
    assert holder_of(world.cluster, "web", "default") == OTHER

    with world.hold(ME) as lease:
        assert lease.predecessor == OTHER
    assert holder_of(world.cluster, "web", "default") is None
    with world.hold(ME) as lease:
        assert lease.predecessor is None


def test_a_holder_that_was_followed_stops_before_its_next_mutation(world: World) -> None:
    lease = world.abandon(OTHER)
    with world.hold(ME):
        with pytest.raises(
            LeaseLost, match=r"lost the release in the middle of rollback to upgrade"
        ):
            lease.renew()
        with pytest.raises(LeaseLost):
            lease.renew()


def test_a_holder_that_was_followed_leaves_the_new_lease_alone(world: World) -> None:
    first = world.hold(OTHER)
    first.__enter__()
    with world.hold(ME):
        first.__exit__(None, None, None)

        live = world.live()

    assert live is not None
    assert live["spec"]["holderIdentity"].startswith("here/")


def test_a_lease_that_somebody_deleted_is_lost(world: World) -> None:
    with world.hold(ME) as lease:
        world.cluster.delete(ID)
        world.now_s += RENEW_S

        with pytest.raises(LeaseLost):
            lease.renew()


def test_renewing_is_cheap_while_the_lease_is_fresh(world: World) -> None:
    with world.hold(ME) as lease:
        before = world.live()
        world.now_s += RENEW_S - 1
        lease.renew()

        assert world.live() == before


def test_an_old_lease_is_renewed(world: World) -> None:
    with world.hold(ME) as lease:
        world.now_s += RENEW_S
        lease.renew()
        live = world.live()

    assert live is not None
    assert live["spec"]["renewTime"] == "2026-03-04T12:00:05.000000Z"
    assert live["spec"]["acquireTime"] == "2026-03-04T12:00:00.000000Z"
    assert live["spec"]["leaseTransitions"] == 1


class Contested(MemoryCluster):
    """A cluster in which somebody else acts just after the first look."""

    rival: Callable[[], object] | None = None

    def get(self, id: ResourceId) -> Body | None:
        found = super().get(id)
        if rival := self.rival:
            self.rival = None
            rival()
        return found


def test_who_is_slower_waits(world: World) -> None:
    world.cluster = contested = Contested()
    contested.rival = lambda: world.abandon(OTHER)

    with pytest.raises(ReleaseBusy, match="rollback"), world.hold(ME, wait_s=1):
        pass

    assert holder_of(contested, "web", "default") == OTHER


class Flaky(MemoryCluster):
    """A cluster that may stop answering."""

    down = False

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        if self.down:
            raise Unreachable("nobody answers")
        return super().apply(body, policy)

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        if self.down:
            raise Unreachable("nobody answers")
        return super().delete(id, uid=uid)


def test_one_failed_renewal_is_not_the_end(world: World) -> None:
    world.cluster = flaky = Flaky()
    with world.hold(ME) as lease:
        flaky.down = True
        world.now_s += RENEW_S
        lease.renew()

        world.now_s += RENEW_S
        with pytest.raises(Unreachable):
            lease.renew()


def test_a_lease_that_cannot_be_given_back_does_not_hide_the_error(world: World) -> None:
    world.cluster = flaky = Flaky()

    def fail() -> None:
        flaky.down = True
        raise KeyError

    with pytest.raises(KeyError), world.hold(ME):
        fail()


def test_a_lease_needs_its_namespace(world: World) -> None:
    with (
        pytest.raises(Rejected),
        hold(world.cluster, "web", "nowhere", ME, clock=world.clock),
    ):
        pytest.fail("there is no such namespace")


def test_releases_do_not_hold_each_other(world: World) -> None:
    world.abandon(OTHER)

    with hold(world.cluster, "api", "default", ME, clock=world.clock, wait_s=0) as lease:
        assert lease.token == 1


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param("no JSON", id="no JSON"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param(json.dumps({"host": "a", "pid": "1"}), id="another type"),
        pytest.param(json.dumps({"host": "a", "pid": 1, "x": 1}), id="another field"),
        pytest.param(json.dumps({"host": "a", "pid": 10**30}), id="no number of a process"),
        pytest.param(json.dumps([1]), id="a list"),
    ],
)
def test_a_lease_of_a_stranger_is_respected(world: World, annotation: str) -> None:
    body = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": ID.name,
            "namespace": ID.namespace,
            "annotations": {"pkgtool/holder": annotation},
        },
        "spec": {"holderIdentity": "stranger"},
    }
    world.cluster.apply(body, ApplyPolicy(manager="stranger"))

    with pytest.raises(ReleaseBusy, match="held by"), world.hold(ME, wait_s=10):
        pytest.fail("the lease was held by another")


def test_a_lease_that_nobody_holds_is_free(world: World) -> None:
    body = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": ID.name, "namespace": ID.namespace},
        "spec": {"holderIdentity": "", "leaseTransitions": 8},
    }
    world.cluster.apply(body, ApplyPolicy(manager="kubectl"))

    with world.hold(ME, wait_s=0) as lease:
        assert lease.token == 9


GONE = 2**22 + 1
"""No process has this number: Linux gives none above 2**22."""


def test_a_running_process_is_not_gone() -> None:
    assert not is_gone(this_process(), this_process())


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        pytest.param({"pid": GONE}, True, id="no such process"),
        pytest.param({"started": "{here}/1"}, True, id="its number was used again"),
        pytest.param({"pid": GONE, "host": "elsewhere"}, False, id="another machine"),
        pytest.param({"pid": GONE, "started": "a/b/1"}, False, id="another container"),
        pytest.param({"pid": GONE, "started": ""}, False, id="nothing known of its start"),
        pytest.param({"pid": 0}, False, id="no number"),
        pytest.param({"pid": -1}, False, id="every process"),
        pytest.param({"pid": 10**30}, False, id="no possible number"),
    ],
)
def test_only_a_process_that_has_ended_for_sure_is_gone(
    changes: dict[str, Any], *, gone: bool
) -> None:
    me = this_process()
    if not me.started:
        pytest.skip("this system does not tell when processes started")
    if "started" in changes:
        place = me.started.rpartition("/")[0]
        changes = {**changes, "started": changes["started"].format(here=place)}

    assert is_gone(me._replace(**changes), me) is gone


@pytest.fixture
def proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Replace `/proc` by an empty folder."""
    opened, status = os.open, os.stat

    def moved(path: Any) -> Any:
        return tmp_path / str(path)[1:] if str(path).startswith("/proc/") else path

    monkeypatch.setattr(
        os, "open", lambda path, *more, **named: opened(moved(path), *more, **named)
    )
    monkeypatch.setattr(os, "stat", lambda path, **named: status(moved(path), **named))
    return tmp_path / "proc"


def test_where_the_system_tells_nothing_everybody_is_alive(proc: Path) -> None:
    me = this_process()

    assert me.started == ""
    assert not is_gone(me._replace(pid=GONE), me)


@pytest.mark.parametrize("line", ["", "1 (python) R 1 2"])
def test_a_process_of_unknown_start_is_alive(proc: Path, line: str) -> None:
    me = this_process()._replace(started="kernel/1/50")
    if line:
        (proc / str(me.pid)).mkdir(parents=True)
        (proc / str(me.pid) / "stat").write_text(line)

    assert not is_gone(me._replace(started="kernel/1/49"), me)


def test_a_system_without_names_is_a_host_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "uname")

    assert this_process().host == "localhost"


def test_this_process_knows_its_number() -> None:
    me = this_process(operation="install", revision=1, url="https://ci.example.test")

    assert (me.pid, me.operation, me.revision) == (os.getpid(), "install", 1)
