"""Processes race for one release in one file: one at a time works on it, and nothing is lost.

Each process notes when it took the lease, changed something, and gave the lease back. The clock is
the machine's monotonic one, which all processes share, so that overlaps would be seen.
"""

import gc
import json
import os
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Self

import pytest

from pkgtool.cluster.embedded import SqliteCluster
from pkgtool.cluster.protocol import ApplyPolicy, Body, WatchEvent
from pkgtool.errors import (
    AlreadyUninstalled,
    NothingDeployed,
    ReleaseBusy,
    ReleaseExists,
    ReleaseNotFound,
    RevisionNotFound,
)
from pkgtool.manifest.model import ResourceId
from pkgtool.ops.install import InstallOptions, install
from pkgtool.ops.rollback import rollback
from pkgtool.ops.session import Session
from pkgtool.ops.uninstall import UninstallOptions, uninstall
from pkgtool.ops.upgrade import UpgradeOptions, upgrade, upgrade_or_install
from pkgtool.release.model import Status
from pkgtool.rollout.pace import Pace
from pkgtool.store.lease import this_process
from pkgtool.store.secrets import SecretStore
from pkgtool.template.capabilities import Capabilities
from pkgtool.testing.lifecycle import (
    NAMESPACE,
    OBJECTS,
    RELEASE,
    chart_version,
    colors,
    fast_engine,
    lifecycle_charts,
    rollout_options,
    wish_for,
)

CHARTS = lifecycle_charts()
OPTIONS = rollout_options()
ENGINE = fast_engine()
REFUSALS = (
    AlreadyUninstalled,
    NothingDeployed,
    ReleaseBusy,
    ReleaseExists,
    ReleaseNotFound,
    RevisionNotFound,
)
DEADLINE_S = 60.0

Command = Callable[[Session], object]


class Diary:
    """What all processes did, one line each, in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, what: str, began_s: float, *, token: int = 0) -> None:
        """Add a line; short appends by several processes do not mix."""
        line = json.dumps([os.getpid(), what, began_s, time.monotonic(), token])
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{line}\n".encode())
        os.close(handle)

    def read(self) -> "list[Entry]":
        """Return all entries by the time of their end."""
        lines = self._path.read_text().splitlines()
        return sorted((Entry(*json.loads(line)) for line in lines), key=lambda each: each.ended_s)


@dataclass(frozen=True)
class Entry:
    """Something that a process did."""

    pid: int
    what: str
    began_s: float
    ended_s: float
    token: int


class Witness:
    """A cluster that notes who changes what when, and may kill its process at a mutation."""

    def __init__(self, cluster: SqliteCluster, diary: Diary, *, dies_at: int) -> None:
        self._cluster = cluster
        self._diary = diary
        self._left = dies_at

    def capabilities(self) -> Capabilities:
        return self._cluster.capabilities()

    def get(self, id: ResourceId) -> Body | None:
        return self._cluster.get(id)

    def list(
        self,
        group: str,
        kind: str,
        *,
        namespace: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> list[Body]:
        return self._cluster.list(group, kind, namespace=namespace, labels=labels)

    def watch(
        self, group: str, kind: str, *, namespace: str = "", since: str = "", timeout_s: float
    ) -> Iterator[WatchEvent]:
        return self._cluster.watch(
            group, kind, namespace=namespace, since=since, timeout_s=timeout_s
        )

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        if policy.dry_run:
            return self._cluster.apply(body, policy)
        self._perhaps_die()
        began_s = time.monotonic()
        made = self._cluster.apply(body, policy)
        lease = body["kind"] == "Lease"
        self._diary.note(
            "take" if lease else "change",
            began_s,
            token=made["spec"]["leaseTransitions"] if lease else 0,
        )
        return made

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        self._perhaps_die()
        began_s = time.monotonic()
        if id.kind == "Lease":
            # Noted before: as soon as it is gone, the next may take it.
            self._diary.note("give", began_s)
            return self._cluster.delete(id, uid=uid)
        done = self._cluster.delete(id, uid=uid)
        self._diary.note("change", began_s)
        return done

    def _perhaps_die(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Arena:
    """One file, and processes that race for the release in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "cluster.db"
        self.diary = Diary(folder / "diary")
        self.answers = folder / "answers"
        self.answers.mkdir()
        self.cluster = SqliteCluster(self.path)
        self.cluster.capabilities()
        self._children: list[int] = []

    def session(self, *, dies_at: int = 0, lock_wait_s: float = 50) -> Session:
        """Return a session of this process that polls often."""
        cluster = Witness(SqliteCluster(self.path), self.diary, dies_at=dies_at)
        return Session(
            cluster=cluster,
            store=SecretStore(cluster),
            engines={"jinja2": ENGINE},
            holder=this_process(),
            pace=Pace(
                clock=lambda: datetime.now(UTC),
                sleep=lambda seconds: time.sleep(min(seconds, 0.02)),
            ),
            lock_wait_s=lock_wait_s,
        )

    def start(self, work: "Work") -> None:
        """Begin `work` in a process of its own."""
        child = os.fork()
        if child == 0:
            status = 1
            try:
                # What the parent has open must not be closed here, not even as garbage.
                gc.freeze()
                # Templates are rendered here too, which is faster than in children of children.
                del os.fork
                with Answers(self.answers / str(os.getpid())) as answers:
                    work(answers)
                status = 0
            except BaseException:  # noqa: BLE001 - a child must not return into the test
                traceback.print_exc()
            finally:
                os._exit(status)
        self._children.append(child)

    def wait(self) -> list[int]:
        """Return how the processes ended; whoever takes too long is ended."""
        deadline_s = time.monotonic() + DEADLINE_S
        found = []
        for child in self._children:
            while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
                if time.monotonic() > deadline_s:
                    os.kill(child, signal.SIGKILL)
                time.sleep(0.005)
            found.append(os.waitstatus_to_exitcode(ended[1]))
        self._children.clear()
        return found

    def end(self) -> None:
        """End all processes."""
        for child in self._children:
            os.kill(child, signal.SIGKILL)
        assert set(self.wait()) == {-signal.SIGKILL}

    def answered(self) -> Counter[str]:
        """Return how often commands ended in which way."""
        return Counter(
            line for path in self.answers.iterdir() for line in path.read_text().splitlines()
        )

    def history(self) -> list[tuple[int, Status]]:
        found = SecretStore(self.cluster).history(RELEASE, NAMESPACE).releases
        return [(each.revision, each.status) for each in found]


class Answers:
    """How the commands of one process ended."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        self._file = self._path.open("a")
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def of(self, command: Command, session: Session) -> None:
        """Run a command and note its answer; what nobody expects ends the process."""
        try:
            command(session)
        except REFUSALS as error:
            self._write(type(error).__name__)
        else:
            self._write("ok")

    def _write(self, word: str) -> None:
        self._file.write(f"{word}\n")
        self._file.flush()


Work = Callable[[Answers], None]


def once(arena: Arena, command: Command) -> Work:
    """Return a life of one command."""
    return lambda answers: answers.of(command, arena.session())


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


def rolling_back(number: int) -> Command:
    return lambda session: rollback(session, RELEASE, NAMESPACE, number, OPTIONS)


def uninstalling(*, keep: bool) -> Command:
    options = UninstallOptions(rollout=OPTIONS, keep_history=keep)
    return lambda session: uninstall(session, RELEASE, NAMESPACE, options)


def any_command(chance: Random) -> Command:
    version, color = chance.choice(sorted(OBJECTS)), chance.choice(["red", "blue", "green"])
    return chance.choice(
        [
            installing(version, color),
            upgrading(version, color),
            upgrading_or_installing(version, color),
            upgrading_or_installing(version, color),
            rolling_back(0),
            rolling_back(chance.randint(1, 4)),
            uninstalling(keep=chance.random() < 0.5),
        ]
    )


def assert_one_at_a_time(entries: list[Entry]) -> int:
    """Check that only holders changed anything and that tokens grow; return how often it was taken.

    A holder that was killed is followed by somebody with the next token, and does nothing more.
    """
    holder, token, taken, since_s = 0, 0, 0, 0.0
    for entry in entries:
        if entry.what == "take" and entry.pid == holder and entry.token == token:
            continue
        if entry.what == "take":
            assert entry.token == token + 1
            assert entry.ended_s >= since_s
            holder, token, taken = entry.pid, entry.token, taken + 1
        elif entry.what == "give":
            assert entry.pid == holder
            holder = token = 0
        else:
            assert entry.pid == holder, "somebody changed what another one holds"
            assert entry.began_s >= since_s
        since_s = entry.ended_s
    return taken


def lives(arena: Arena, chance: Random, *, commands: int, dies_at: int) -> Work:
    """Return a life of any commands, some of them in a hurry."""

    def work(answers: Answers) -> None:
        session = arena.session(dies_at=dies_at)
        for _ in range(commands):
            wait_s = 0 if chance.random() < 0.2 else 50
            answers.of(any_command(chance), replace(session, lock_wait_s=wait_s))

    return work


@pytest.mark.parametrize(
    ("processes", "mortals"),
    [
        pytest.param(4, 0, id="4 processes"),
        pytest.param(6, 3, id="6 processes, 3 of which are killed"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_mixed_commands_work_on_a_release_one_at_a_time(
    tmp_path: Path, processes: int, mortals: int, seed: int
) -> None:
    arena = Arena(tmp_path)
    for number in range(processes):
        chance = Random(1000 * seed + number)
        if number < mortals:
            # Many commands, of which one will be the last.
            work = lives(arena, chance, commands=40, dies_at=chance.randint(1, 30))
        else:
            work = lives(arena, chance, commands=5, dies_at=0)
        arena.start(work)
    endings = Counter(arena.wait())
    taken = assert_one_at_a_time(arena.diary.read())

    assert endings == Counter({-signal.SIGKILL: mortals, 0: processes - mortals})
    assert taken >= arena.answered()["ok"] > 0
    numbers = [number for number, _ in arena.history()]
    assert numbers == list(range(1, len(numbers) + 1))
    if not mortals:
        assert_whole(arena)
    upgrading_or_installing(3, "white")(arena.session())
    assert_whole(arena)


def assert_whole(arena: Arena) -> None:
    """What is there is what the head of the history wants, and at most one revision works."""
    history = SecretStore(arena.cluster).history(RELEASE, NAMESPACE).releases
    working = [each for each in history if each.status is Status.DEPLOYED]
    assert len(working) <= 1
    assert not any(each.status.is_pending for each in history)
    found = colors(arena.cluster)
    kept = found.pop("kept", None)
    wanted: dict[str, Any] = {}
    if working:
        assert working[0] == history[-1]
        wanted = dict.fromkeys(OBJECTS[chart_version(working[0])], working[0].config["color"])
    assert wanted.pop("kept", kept) == kept
    assert found == wanted


@pytest.mark.parametrize("racers", [2, 5])
def test_of_several_installs_one_wins(tmp_path: Path, racers: int) -> None:
    for round_ in range(3):
        folder = tmp_path / str(round_)
        folder.mkdir()
        arena = Arena(folder)
        for number in range(racers):
            arena.start(once(arena, installing(3, f"color{number}")))

        assert set(arena.wait()) == {0}
        assert arena.answered() == {"ok": 1, "ReleaseExists": racers - 1}
        assert arena.history() == [(1, Status.DEPLOYED)]
        assert_whole(arena)


def test_several_upgrades_that_may_install_all_win_one_after_the_other(tmp_path: Path) -> None:
    arena = Arena(tmp_path)
    for number in range(5):
        command = upgrading_or_installing(1 + number % 3, f"color{number}")
        arena.start(once(arena, command))

    assert set(arena.wait()) == {0}
    assert arena.answered() == {"ok": 5}
    assert [number for number, _ in arena.history()] == [1, 2, 3, 4, 5]
    assert_one_at_a_time(arena.diary.read())
    assert_whole(arena)


def test_who_does_not_wait_is_told_and_changes_nothing(tmp_path: Path) -> None:
    arena = Arena(tmp_path)
    installing(3, "red")(arena.session())
    before = colors(arena.cluster)
    ready, go = os.pipe()

    def stop_in_the_middle(answers: Answers) -> None:
        def sleep(seconds: float) -> None:
            del seconds
            os.write(go, b"!")
            signal.pause()

        session = arena.session()
        answers.of(upgrading(1, "blue"), replace(session, pace=Pace(sleep=sleep)))

    arena.start(stop_in_the_middle)
    assert os.read(ready, 1) == b"!"

    with pytest.raises(ReleaseBusy) as caught:
        upgrading(3, "green")(arena.session(lock_wait_s=0))
    arena.end()

    assert caught.value.exit_code == 75
    assert "upgrade (revision 2) by process" in caught.value.what
    assert colors(arena.cluster) == before
