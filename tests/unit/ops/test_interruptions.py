"""What was found by killing commands twice, racing them, and reaching into the cluster."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.errors import HookFailed, LeaseLost, NotOwned, ReleaseExists, RolloutFailed
from pkgtool.manifest.model import ResourceId
from pkgtool.ops.install import InstallOptions, install
from pkgtool.ops.rollback import rollback
from pkgtool.ops.session import Session
from pkgtool.ops.test import TestOptions as Choice
from pkgtool.ops.test import run_tests
from pkgtool.ops.uninstall import UninstallOptions, uninstall
from pkgtool.ops.upgrade import UpgradeOptions, upgrade, upgrade_or_install
from pkgtool.release.model import Status
from pkgtool.rollout.ownership import MANAGED_BY, RELEASE_NAME, RELEASE_NAMESPACE
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.store.lease import hold, holder_of
from pkgtool.store.secrets import SecretStore
from pkgtool.testing.lifecycle import (
    Clock,
    Fate,
    FatedCluster,
    colors,
    ended_process,
    fast_engine,
    lifecycle_charts,
    rollout_options,
    session_over,
    wish_for,
)
from pkgtool.testing.stage import Killed

CHARTS = lifecycle_charts()
ENGINE = fast_engine()
OPTIONS = rollout_options()
OTHER = {
    "labels": {MANAGED_BY: "Helm"},
    "annotations": {RELEASE_NAME: "other", RELEASE_NAMESPACE: "default"},
}


class World:
    """A cluster in memory and commands over it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.cluster = MemoryCluster(clock=self.clock.pace.clock)

    def session(self, fate: Fate | None = None) -> Session:
        """Return the session of a process that has ended by the time of the next."""
        fated = FatedCluster(self.cluster, fate or Fate())
        return session_over(fated, self.clock, ENGINE, holder=ended_process())

    def install(self, version: int = 1, color: str = "red", fails: str = "") -> Any:
        wish = wish_for(CHARTS, version, color, fails)
        return install(self.session(), wish, InstallOptions(rollout=OPTIONS))

    def upgrade(self, version: int, color: str = "red", fails: str = "", **options: Any) -> Any:
        wish = wish_for(CHARTS, version, color, fails)
        return upgrade(self.session(), wish, UpgradeOptions(rollout=OPTIONS._replace(**options)))

    def kill(self, run: Callable[[Session], object], at: int) -> None:
        """Run a command and kill it after its `at`-th mutation."""
        with pytest.raises(Killed):
            run(self.session(Fate(at, "killed after")))

    def kill_at_the_end(self, run: Callable[[Session], object]) -> None:
        """Run a command and kill it when only the lease is to be given back."""
        twin = World()
        twin.cluster = _copy(self.cluster)
        counted = FatedCluster(twin.cluster, Fate())
        run(session_over(counted, twin.clock, ENGINE, holder=ended_process()))
        with pytest.raises(Killed):
            run(self.session(Fate(counted.mutations, "killed before")))

    def put(self, name: str, marks: dict[str, Any]) -> str:
        """Make an object of somebody else, and return its UID."""
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"web-{name}", "namespace": "default", **marks},
            "data": {"mine": "yes"},
        }
        made = self.cluster.apply(body, ApplyPolicy())
        return str(made["metadata"]["uid"])

    def uid(self, name: str) -> str:
        live = self.cluster.get(_config(name))
        return str(live["metadata"]["uid"]) if live else ""

    def history(self) -> list[tuple[int, Status]]:
        found = SecretStore(self.cluster).history("web", "default").releases
        return [(each.revision, each.status) for each in found]


def _config(name: str) -> ResourceId:
    return ResourceId("", "ConfigMap", "default", f"web-{name}")


def _copy(cluster: MemoryCluster) -> MemoryCluster:
    """Return a cluster with the same objects that live on their own."""
    twin = MemoryCluster()
    for group, kind in (("", "ConfigMap"), ("", "Secret"), ("batch", "Job")):
        for body in cluster.list(group, kind, namespace="default"):
            metadata = {
                key: value
                for key, value in body["metadata"].items()
                if key in ("name", "namespace", "labels", "annotations")
            }
            fresh = {k: v for k, v in body.items() if k != "status"} | {"metadata": metadata}
            twin.apply(fresh, ApplyPolicy(force=True))
    return twin


@pytest.fixture
def world() -> World:
    return World()


def _install(session: Session) -> object:
    return install(session, wish_for(CHARTS, 1, "red"), InstallOptions(rollout=OPTIONS))


def _rollback(session: Session) -> object:
    return rollback(session, "web", "default", 0, OPTIONS)


def test_a_finished_install_is_known_after_two_deaths(world: World) -> None:
    """The second process died while it found out that nothing was left to do."""
    world.kill_at_the_end(_install)
    world.kill(_install, at=1)

    _install(world.session())

    assert world.history() == [(1, Status.DEPLOYED)]


def test_a_finished_rollback_is_not_done_again_after_two_deaths(world: World) -> None:
    world.install(3, "red")
    world.upgrade(3, "blue")
    world.upgrade(3, "green")
    world.kill_at_the_end(_rollback)
    world.kill(_rollback, at=1)

    _rollback(world.session())

    assert colors(world.cluster)["both"] == "blue"
    assert world.history()[-1] == (4, Status.DEPLOYED)


def test_a_hook_of_ours_may_become_an_object_of_ours(world: World) -> None:
    world.install(1)

    world.upgrade(2)

    assert colors(world.cluster)["setup"] == "red"


def test_an_object_that_became_a_hook_is_no_orphan_without_hooks(world: World) -> None:
    world.install(2)

    world.upgrade(1, hooks=False)

    assert colors(world.cluster) == {"both": "red", "old": "red", "kept": "red"}


def test_what_a_failed_upgrade_meant_to_make_may_be_somebody_elses_by_now(world: World) -> None:
    world.install(3)
    with pytest.raises(HookFailed):
        world.upgrade(2, fails="before")
    theirs = world.put("setup", {})

    with pytest.raises(NotOwned):
        world.upgrade(2)
    world.upgrade(3)

    assert world.uid("setup") == theirs


def test_what_another_release_took_over_is_not_taken_back_unasked(world: World) -> None:
    world.install(3)
    world.cluster.delete(_config("old"))
    theirs = world.put("old", OTHER)

    with pytest.raises(NotOwned):
        world.upgrade(3, "blue")

    assert world.uid("old") == theirs
    world.upgrade(3, "blue", take_ownership=True, force_conflicts=True)
    assert colors(world.cluster)["old"] == "blue"


def test_a_hook_does_not_replace_an_object_of_another_release(world: World) -> None:
    theirs = world.put("setup", OTHER)

    with pytest.raises(HookFailed, match="belongs to release default/other"):
        world.install(1)

    assert world.uid("setup") == theirs


def test_a_killed_test_leaves_nothing_after_an_upgrade_without_it(world: World) -> None:
    world.install(1)
    tests = Choice(WaitPolicy("watcher", timeout_s=30))
    # Lease, record, job.
    world.kill(lambda session: run_tests(session, "web", "default", tests), at=3)
    job = ResourceId("batch", "Job", "default", "web-check")
    assert world.cluster.get(job) is not None

    world.upgrade(3)

    assert world.cluster.get(job) is None


def test_an_uninstalled_revision_is_not_deployed_again_by_a_failed_install(world: World) -> None:
    """Killed between its two last records, an uninstall leaves two opinions about a release."""
    world.install(3)
    with pytest.raises(HookFailed):
        world.upgrade(3, fails="after")
    leave = UninstallOptions(rollout=OPTIONS._replace(hooks=False), keep_history=True)

    def go(session: Session) -> object:
        return uninstall(session, "web", "default", leave)

    # Lease, uninstalling, three objects, uninstalled; not: superseded.
    world.kill(go, at=6)
    assert world.history() == [(1, Status.DEPLOYED), (2, Status.UNINSTALLED)]

    with pytest.raises(HookFailed):
        world.install(3, fails="after")

    assert Status.DEPLOYED not in [status for _, status in world.history()]


def test_a_half_uninstalled_release_is_not_installed_over(world: World) -> None:
    world.install(3)
    leave = UninstallOptions(rollout=OPTIONS._replace(hooks=False))
    world.kill(lambda session: uninstall(session, "web", "default", leave), at=3)
    world.kill(lambda session: uninstall(session, "web", "default", leave), at=2)

    with pytest.raises(ReleaseExists):
        world.install(3)


def test_a_way_back_that_fails_is_told_with_the_reason(world: World) -> None:
    """The user must know of both: what was tried, and where the release stands now."""
    world.install(3)
    world.cluster.delete(_config("old"))
    world.put("old", OTHER)

    with pytest.raises(RolloutFailed, match="going back failed") as caught:
        world.upgrade(2, fails="before", undo_on_failure=True)

    assert "pre-upgrade hooks failed" in caught.value.what
    assert 'ConfigMap "web-old"' in caught.value.what


class Meddler:
    """Sleep during which somebody else does something, once."""

    def __init__(self, clock: Clock, work: Callable[[], object]) -> None:
        self._clock = clock
        self._work: Callable[[], object] | None = work

    def sleep(self, seconds: float) -> None:
        work, self._work = self._work, None
        if work:
            work()
        self._clock.sleep(seconds)


def test_a_release_that_was_replaced_while_waiting_is_planned_anew(world: World) -> None:
    """It has the same revision in the same state, and is another release."""
    world.install(3)
    leave = UninstallOptions(rollout=OPTIONS._replace(hooks=False))

    def replace_it() -> None:
        uninstall(session_over(world.cluster, world.clock, ENGINE), "web", "default", leave)
        wish = wish_for(CHARTS, 2, "red")
        again = OPTIONS._replace(hooks=False)
        install(
            session_over(world.cluster, world.clock, ENGINE), wish, InstallOptions(rollout=again)
        )

    _while_waiting(
        world,
        replace_it,
        lambda session: upgrade(
            session, wish_for(CHARTS, 3, "blue"), UpgradeOptions(rollout=OPTIONS)
        ),
    )

    assert colors(world.cluster) == {"both": "blue", "old": "blue", "new": "blue", "kept": "red"}


def test_upgrade_or_install_upgrades_what_somebody_installed_first(world: World) -> None:
    options = UpgradeOptions(rollout=OPTIONS)
    absent = InstallOptions(rollout=OPTIONS)

    _while_waiting(
        world,
        lambda: world.install(3),
        lambda session: upgrade_or_install(
            session, wish_for(CHARTS, 3, "blue"), options, absent=absent
        ),
    )

    assert world.history() == [(1, Status.SUPERSEDED), (2, Status.DEPLOYED)]
    assert colors(world.cluster)["both"] == "blue"


def test_upgrade_or_install_installs_what_somebody_uninstalled_first(world: World) -> None:
    world.install(3)
    options = UpgradeOptions(rollout=OPTIONS)

    _while_waiting(
        world,
        lambda: uninstall(
            session_over(world.cluster, world.clock, ENGINE), "web", "default", UninstallOptions()
        ),
        lambda session: upgrade_or_install(
            session,
            wish_for(CHARTS, 3, "blue"),
            options,
            absent=InstallOptions(rollout=OPTIONS),
        ),
    )

    assert world.history() == [(1, Status.DEPLOYED)]
    assert colors(world.cluster)["both"] == "blue"


def _while_waiting(
    world: World, meanwhile: Callable[[], object], run: Callable[[Session], object]
) -> None:
    """Run a command that has to wait for the lease; then something happens."""
    pace = world.clock.pace
    holding = hold(
        world.cluster,
        "web",
        "default",
        ended_process(),
        clock=pace.clock,
        monotonic=pace.monotonic,
        sleep=pace.sleep,
    )
    session = session_over(world.cluster, world.clock, ENGINE)
    holding.__enter__()

    def let_go() -> None:
        holding.__exit__(None, None, None)
        meanwhile()

    meddler = Meddler(world.clock, let_go)
    # Its holder is not of the machine that could know of the other's end.
    run(replace(session, pace=session.pace._replace(sleep=meddler.sleep)))


def test_a_command_that_slept_too_long_changes_nothing_more(world: World) -> None:
    """Somebody took over, and the one who wakes up finds out before it does anything."""
    world.install(3)
    meddler = Meddler(world.clock, lambda: _oversleep(world))
    session = session_over(world.cluster, world.clock, ENGINE)
    stopped = replace(session, pace=session.pace._replace(sleep=meddler.sleep))

    with pytest.raises(LeaseLost):
        upgrade(stopped, wish_for(CHARTS, 1, "red"), UpgradeOptions(rollout=OPTIONS))

    assert colors(world.cluster) == {"both": "blue", "old": "blue", "new": "blue"}
    assert world.history() == [
        (1, Status.SUPERSEDED),
        (2, Status.FAILED),
        (3, Status.DEPLOYED),
    ]


def _oversleep(world: World) -> None:
    world.clock.sleep(60)
    other = session_over(world.cluster, world.clock, ENGINE)
    upgrade(other, wish_for(CHARTS, 3, "blue"), UpgradeOptions(rollout=OPTIONS))
    assert holder_of(world.cluster, "web", "default") is None
