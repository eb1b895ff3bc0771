"""Kill a command, kill its repetition too: the third run ends in the right state.

The first and the second death each come before or after some mutation; pairs are drawn from all
of them, the same ones every time. `test_crash.py` kills real processes, once.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.ops.install import InstallOptions, install
from pkgtool.ops.rollback import rollback
from pkgtool.ops.session import Session
from pkgtool.ops.test import TestOptions as Choice
from pkgtool.ops.test import run_tests
from pkgtool.ops.uninstall import UninstallOptions, uninstall
from pkgtool.ops.upgrade import UpgradeOptions, upgrade, upgrade_or_install
from pkgtool.release.model import Status
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.store.lease import Holder, holder_of
from pkgtool.store.secrets import SecretStore
from pkgtool.testing.lifecycle import (
    NAMESPACE,
    RELEASE,
    Clock,
    Ending,
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

pytestmark = pytest.mark.usefixtures("unfenced")

CHARTS = lifecycle_charts()
ENGINE = fast_engine()
OPTIONS = rollout_options()
MOMENTS: tuple[Ending, ...] = ("killed before", "killed after")

Command = Callable[[Session], object]


def installing(version: int, color: str) -> Command:
    wish = wish_for(CHARTS, version, color)
    return lambda session: install(session, wish, InstallOptions(rollout=OPTIONS))


def upgrading(version: int, color: str) -> Command:
    wish = wish_for(CHARTS, version, color)
    return lambda session: upgrade(session, wish, UpgradeOptions(rollout=OPTIONS))


def upgrading_or_installing(version: int, color: str) -> Command:
    wish = wish_for(CHARTS, version, color)
    options, absent = UpgradeOptions(rollout=OPTIONS), InstallOptions(rollout=OPTIONS)
    return lambda session: upgrade_or_install(session, wish, options, absent=absent)


def pruning(version: int, color: str) -> Command:
    wish = wish_for(CHARTS, version, color)
    options = UpgradeOptions(rollout=OPTIONS._replace(max_history=2))
    return lambda session: upgrade(session, wish, options)


def rolling_back(number: int) -> Command:
    return lambda session: rollback(session, RELEASE, NAMESPACE, number, OPTIONS)


def uninstalling(*, keep: bool) -> Command:
    options = UninstallOptions(rollout=OPTIONS, keep_history=keep)
    return lambda session: uninstall(session, RELEASE, NAMESPACE, options)


def running_tests() -> Command:
    choice = Choice(WaitPolicy("watcher", timeout_s=30))
    return lambda session: run_tests(session, RELEASE, NAMESPACE, choice)


THREE = (installing(1, "red"), upgrading(3, "blue"), upgrading(2, "green"))

CASES: dict[str, tuple[tuple[Command, ...], Command]] = {
    "install": ((), installing(1, "red")),
    "upgrade": (THREE[:1], upgrading(2, "blue")),
    "upgrade --install": ((), upgrading_or_installing(2, "blue")),
    "upgrade that prunes": (THREE, pruning(1, "blue")),
    "rollback": (THREE, rolling_back(1)),
    "rollback 0": (THREE, rolling_back(0)),
    "uninstall": (THREE[:2], uninstalling(keep=False)),
    "uninstall --keep-history": (THREE, uninstalling(keep=True)),
    "test": (THREE[:1], running_tests()),
}


class World:
    """A cluster on which a case begins."""

    def __init__(self, before: tuple[Command, ...], command: Command) -> None:
        self.clock = Clock()
        self.cluster = MemoryCluster(clock=self.clock.pace.clock)
        self.command = command
        for each in before:
            each(session_over(self.cluster, self.clock, ENGINE))

    def run(self, fate: Fate, holder: Holder) -> FatedCluster:
        """Run the command and return the cluster as it saw it."""
        fated = FatedCluster(self.cluster, fate)
        try:
            self.command(session_over(fated, self.clock, ENGINE, holder=holder))
        except Killed:
            assert fated.ended
        return fated

    def state(self) -> dict[str, Any]:
        """Return what a user would look at."""
        history = SecretStore(self.cluster).history(RELEASE, NAMESPACE).releases
        jobs = self.cluster.list("batch", "Job", namespace=NAMESPACE)
        working = [each for each in history if each.status is Status.DEPLOYED]
        last = history[-1] if history else None
        return {
            "objects": colors(self.cluster, owned=False),
            "jobs": [each["metadata"]["name"] for each in jobs],
            "deployed": [each.chart.metadata.version for each in working],
            "last": last and (last.status, last.chart.metadata.version, last.config),
            "unfinished": [each.revision for each in history if each.status.is_pending],
            "tests": [
                each.last_run.phase
                for each in (last.hooks if last else ())
                if each.last_run and "test" in each.events
            ],
        }

    def was_left_complete(self, expected: dict[str, Any]) -> bool:
        """Tell whether nothing was left to do: run again, the command is a new one."""
        held = holder_of(self.cluster, RELEASE, NAMESPACE)
        return held is None and self.state() == expected


def pairs(mutations: int, count: int, seed: str) -> Iterator[tuple[Fate, Fate]]:
    """Draw `count` pairs of deaths of a command that makes `mutations`."""
    chance = Random(seed)
    for _ in range(count):
        first, second = (
            Fate(chance.randint(1, mutations), chance.choice(MOMENTS)) for _ in range(2)
        )
        yield first, second


def survive(name: str, count: int) -> tuple[int, int]:
    """Kill `count` times twice, and return how many ended right, of how many that died twice."""
    before, command = CASES[name]
    clean = World(before, command)
    mutations = clean.run(Fate(), ended_process()).mutations
    expected = clean.state()
    survived = died = 0
    for number, (first, second) in enumerate(pairs(mutations, count, name)):
        # Some die where everybody can see it, some far away, where only time tells.
        holder = ended_process() if number % 2 else Holder("elsewhere", 4711)
        world = World(before, command)
        assert world.run(first, holder).ended
        twice = not world.was_left_complete(expected) and world.run(second, holder).ended
        died += twice
        if not world.was_left_complete(expected):
            world.run(Fate(), holder)
        assert world.state() == expected, f"{name}: {first}, {second}"
        assert holder_of(world.cluster, RELEASE, NAMESPACE) is None
        survived += twice
    return survived, died


@pytest.mark.parametrize("name", CASES)
def test_a_command_killed_twice_is_repaired_by_running_it_again(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    survived, died = survive(name, count=10)

    with capsys.disabled():
        print(f"\n{name}: {survived} of {died} pairs of kill points survived")
    assert died > 2


@pytest.mark.property
@pytest.mark.parametrize("name", CASES)
def test_many_commands_killed_twice_are_repaired(name: str) -> None:
    survived, died = survive(name, count=250)

    assert survived == died > 100
