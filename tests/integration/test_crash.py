"""`kill -9` at every mutating step: one plain re-run ends in the right state, every time."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.cluster.embedded import SqliteCluster
from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import Cluster
from pkgtool.ops.attempt import RolloutOptions
from pkgtool.ops.install import InstallOptions, Wish, install
from pkgtool.ops.rollback import rollback
from pkgtool.ops.session import Session
from pkgtool.ops.uninstall import UninstallOptions, uninstall
from pkgtool.ops.upgrade import UpgradeOptions, upgrade
from pkgtool.release.model import Status
from pkgtool.rollout.pace import Pace
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.store.lease import holder_of, this_process
from pkgtool.store.secrets import SecretStore
from pkgtool.template.codecache import CodeCache
from pkgtool.template.jinja import JinjaEngine
from pkgtool.testing.crash import DyingCluster, Moment, run_in_child

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ Release.Name }}-%s
data:
  replicas: "{{ Values.replicas }}"
"""

HOOK = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ Release.Name }}-%s
  annotations:
    helm.sh/hook: %s
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: run, image: busybox}]
"""

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ Release.Name }}
spec:
  replicas: {{ Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: nginx}]
"""


def chart(version: int) -> Chart:
    """Return a chart with hooks; version 2 loses one object and gains another."""
    extra = "old" if version == 1 else "new"
    files = {
        "Chart.yaml": f"{{apiVersion: v2, name: web, version: {version}.0.0, engine: jinja2}}",
        "values.yaml": f"replicas: {version}\n",
        "templates/both.yaml": CONFIG % "both",
        "templates/extra.yaml": CONFIG % extra,
        "templates/web.yaml": WORKLOAD,
        "templates/before.yaml": HOOK
        % ("before", "pre-install,pre-upgrade,pre-rollback,pre-delete"),
        "templates/after.yaml": HOOK
        % ("after", "post-install,post-upgrade,post-rollback,post-delete"),
    }
    return load_chart({path: text.encode() for path, text in files.items()}, name="web")


CHARTS = {version: chart(version) for version in (1, 2)}
ROLLOUT = RolloutOptions(wait=WaitPolicy("watcher", timeout_s=30))
# Compiled once: children inherit what this process has compiled and imported.
ENGINES = {"jinja2": JinjaEngine(CodeCache(os.devnull))}


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Do everything once in memory, so that hundreds of children need not start from nothing."""
    cluster = MemoryCluster()
    for operation in (do_install, do_upgrade, do_rollback, do_uninstall):
        operation(cluster)


def session(cluster: Cluster) -> Session:
    """Return a session in which time passes only when somebody waits."""
    ticks = itertools.count()
    pace = Pace(
        clock=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        monotonic=lambda: next(ticks) * 0.01,
        sleep=lambda seconds: None,
    )
    return Session(
        cluster=cluster,
        store=SecretStore(cluster),
        engines=ENGINES,
        holder=this_process(),
        pace=pace,
    )


def wish(version: int) -> Wish:
    return Wish(CHARTS[version], {}, "web", "default")


def do_install(cluster: Cluster) -> None:
    install(session(cluster), wish(1), InstallOptions(rollout=ROLLOUT))


def do_upgrade(cluster: Cluster) -> None:
    upgrade(session(cluster), wish(2), UpgradeOptions(rollout=ROLLOUT))


def do_rollback(cluster: Cluster) -> None:
    rollback(session(cluster), "web", "default", 1, ROLLOUT)


def do_rollback_to_the_one_before(cluster: Cluster) -> None:
    rollback(session(cluster), "web", "default", 0, ROLLOUT)


def do_uninstall(cluster: Cluster) -> None:
    uninstall(session(cluster), "web", "default", UninstallOptions(rollout=ROLLOUT))


def do_uninstall_keeping(cluster: Cluster) -> None:
    options = UninstallOptions(rollout=ROLLOUT, keep_history=True)
    uninstall(session(cluster), "web", "default", options)


@dataclass(frozen=True)
class Case:
    """An operation, and what is there before it."""

    before: tuple[Callable[[Cluster], None], ...]
    operation: Callable[[Cluster], None]


CASES = {
    "install": Case((), do_install),
    "upgrade": Case((do_install,), do_upgrade),
    "rollback": Case((do_install, do_upgrade), do_rollback),
    "rollback 0": Case((do_install, do_upgrade), do_rollback_to_the_one_before),
    "uninstall": Case((do_install, do_upgrade), do_uninstall),
    "uninstall --keep-history": Case((do_install, do_upgrade), do_uninstall_keeping),
}


def live(path: Path) -> dict[str, Any]:
    """Return what a user would look at: every object the release may have made, and its state.

    A dead process's lease may be left behind; it stops nobody, as each re-run shows.
    """
    with closing(SqliteCluster(path)) as cluster:
        return seen_in(cluster)


def seen_in(cluster: Cluster) -> dict[str, Any]:
    kinds = (("", "ConfigMap"), ("apps", "Deployment"), ("batch", "Job"))
    objects = {
        f"{kind} {body['metadata']['name']}": body.get("data") or body["spec"].get("replicas")
        for group, kind in kinds
        for body in cluster.list(group, kind, namespace="default")
    }
    records = SecretStore(cluster).history("web", "default")
    deployed = [each for each in records.releases if each.status is Status.DEPLOYED]
    last = records.releases[-1] if records.releases else None
    return {
        "objects": objects,
        "deployed": [each.chart.metadata.version for each in deployed],
        "last": last.status if last else None,
        "unfinished": [each.revision for each in records.releases if each.status.is_pending],
        "unreadable": records.unreadable,
    }


def work_on(path: Path, operation: Callable[[Cluster], None], *, at: int, moment: Moment) -> int:
    """Run `operation` in a process of its own that dies at its `at`-th mutation."""

    def work() -> None:
        operation(DyingCluster(SqliteCluster(path), at=at, moment=moment))

    return run_in_child(work)


def was_complete(path: Path, expected: dict[str, Any]) -> bool:
    """Tell whether the killed process had done everything, the return of its lease included.

    Nothing tells such a command from one that was never killed; run again, it is a new one.
    """
    with closing(SqliteCluster(path)) as cluster:
        held = holder_of(cluster, "web", "default") is not None
    return not held and live(path) == expected


def again(path: Path, operation: Callable[[Cluster], None]) -> int:
    """Run the same command once more; it must succeed."""
    return run_in_child(lambda: operation(SqliteCluster(path)))


def points() -> Iterator[tuple[int, Moment]]:
    """Yield every point in turn: before and after the first mutation, the second, …"""
    for number in itertools.count(1):
        yield number, "before"
        yield number, "after"


@pytest.mark.parametrize("name", CASES)
def test_a_killed_command_is_repaired_by_running_it_again(
    name: str, memory_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    start = memory_folder / "start.db"
    for operation in (*case.before,):
        assert work_on(start, operation, at=0, moment="before") == 0
    clean = memory_folder / "clean.db"
    _copy(start, clean)
    assert work_on(clean, case.operation, at=0, moment="before") == 0
    expected = live(clean)

    survived = killed = 0
    for number, moment in points():
        path = memory_folder / f"{number}-{moment}.db"
        _copy(start, path)
        status = work_on(path, case.operation, at=number, moment=moment)
        if status == 0:
            break
        assert status == -9
        killed += 1
        if not was_complete(path, expected):
            assert again(path, case.operation) == 0, f"{name}: killed {moment} mutation {number}"
        assert live(path) == expected, f"{name}: killed {moment} mutation {number}"
        survived += 1

    with capsys.disabled():
        print(f"\n{name}: {survived} of {killed} kill points survived")
    assert killed > 4


def _copy(source: Path, target: Path) -> None:
    """Copy a database with its write-ahead log, as a crash leaves them."""
    for suffix in ("", "-wal", "-shm"):
        part = source.with_name(source.name + suffix)
        if part.exists():
            shutil.copy(part, target.with_name(target.name + suffix))
