"""Command lines over a cluster in memory, on a clock that a test knows."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest

from pkgtool.cli.output import note
from pkgtool.cli.root import run
from pkgtool.cli.session import SESSION
from pkgtool.cluster.memory import MemoryCluster
from pkgtool.ops.session import Session
from pkgtool.rollout.pace import Pace
from pkgtool.store.lease import this_process
from pkgtool.store.secrets import SecretStore
from pkgtool.template.jinja import JinjaEngine


@dataclass(frozen=True)
class Ran:
    """What a command line did."""

    status: int
    out: str
    err: str


class Clock:
    """Stands still but for a minute from one command line to the next."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def new_session(clock: Clock) -> Session:
    """Return a session on an empty cluster."""
    numbers = count(1)
    cluster = MemoryCluster(clock=clock, new_uid=lambda: f"uid-{next(numbers)}")
    return Session(
        cluster=cluster,
        store=SecretStore(cluster),
        engines={"jinja2": JinjaEngine()},
        holder=this_process(),
        pace=Pace(clock=clock, sleep=lambda seconds: None),
        random=Random(1),
        makes_namespaces=True,
        say=note,
    )


@pytest.fixture
def pkgtool(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Ran]:
    """Run a command line and return what came of it; all of one test share a cluster."""
    for name in os.environ:
        if name.startswith(("PKGTOOL_", "HELM_", "XDG_", "KUBE")) or name == "NO_COLOR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    clock = Clock()
    session = new_session(clock)

    def run_line(*arguments: str) -> Ran:
        capsys.readouterr()
        clock.now += timedelta(minutes=1)
        status = run(list(arguments), {SESSION: session})
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run_line
