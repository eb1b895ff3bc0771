"""Transfers on a real terminal: how far they are is shown while they last, and nowhere else."""

import os
import pty
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import chart_folder, index_yaml, tarball

WEB = tarball("web", "1.0.0", files={"files/large.txt": os.urandom(200_000).hex()})
AWAY = b"\r\x1b[K"


class Terminal:
    """A command with a terminal for standard error, and what it showed there."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pkgtool", *arguments],
            stdout=subprocess.PIPE,
            stderr=theirs,
            cwd=home,
            env={"PATH": os.environ["PATH"], "HOME": str(home)},
        )
        os.close(theirs)
        self.shown = b""

    def read(self) -> bool:
        """Wait for more on the terminal; false when there will be none."""
        assert select.select([self._ours], [], [], 30)[0], self.shown
        try:
            piece = os.read(self._ours, 65536)
        except OSError:
            return False
        self.shown += piece
        return bool(piece)

    def read_until(self, words: bytes) -> None:
        while words not in self.shown:
            assert self.read(), self.shown

    def end(self) -> tuple[int, bytes]:
        while self.read():
            pass
        out = self.process.communicate(timeout=30)[0]
        os.close(self._ours)
        return self.process.returncode, out


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[Terminal]:
    terminal = Terminal(home, *arguments)
    try:
        yield terminal
    finally:
        terminal.process.kill()
        terminal.process.wait()


class Slowly:
    """Gives a body out bit by bit, until it was seen that it comes; then the rest at once."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.seen = threading.Event()

    def __call__(self) -> Iterator[bytes]:
        at = 0
        while at < len(self.body) // 2 and not self.seen.wait(0.02):
            yield self.body[at : at + 100]
            at += 100
        yield self.body[at:]

    def reply(self) -> Reply:
        return Reply(endless=self, headers={"Content-Length": str(len(self.body))})


@pytest.fixture
def server() -> Iterator[BadServer]:
    with BadServer() as started:
        yield started


def test_a_tarball(server: BadServer, tmp_path: Path) -> None:
    slowly = Slowly(WEB)
    url = server.on("/web-1.0.0.tgz", slowly.reply())

    with running(tmp_path, "pull", url) as terminal:
        terminal.read_until(b"web-1.0.0.tgz [")
        slowly.seen.set()
        status, out = terminal.end()

    assert (status, out) == (0, b"")
    assert terminal.shown.endswith(AWAY), "nothing is left of it"
    assert b" KiB" in terminal.shown
    assert (tmp_path / "web-1.0.0.tgz").read_bytes() == WEB


def test_an_index_while_others_are_reported(server: BadServer, tmp_path: Path) -> None:
    slowly = Slowly(index_yaml(("web", "1.0.0", WEB)) + b"# \n" * 20_000)
    url = server.on("/index.yaml", slowly.reply()).removesuffix("/index.yaml")

    with running(tmp_path, "repo", "add", "team", url) as terminal:
        terminal.read_until(b"index.yaml [")
        slowly.seen.set()
        status, out = terminal.end()

    assert (status, out) == (0, b'"team" has been added to your repositories\n')
    assert terminal.shown.endswith(AWAY)


def test_dependencies_together(server: BadServer, tmp_path: Path) -> None:
    """Two downloads at the same time share one line."""
    charts = {name: tarball(name, files={"x": os.urandom(99_000).hex()}) for name in ("a", "b")}
    listed = [(name, "1.0.0", data) for name, data in charts.items()]
    server.on("/index.yaml", Reply(index_yaml(*listed)))
    slow = [Slowly(data) for data in charts.values()]
    for name, each in zip(charts, slow, strict=True):
        server.on(f"/{name}-1.0.0.tgz", each.reply())
    needs = [{"name": name, "version": "1", "repository": server.url} for name in charts]
    chart_folder(tmp_path / "shop", "shop", dependencies=needs)

    with running(tmp_path, "dependency", "update", "shop") as terminal:
        terminal.read_until(b"2 files [")
        for each in slow:
            each.seen.set()
        status, _ = terminal.end()

    assert status == 0
    assert terminal.shown.endswith(AWAY)
    assert len(list((tmp_path / "shop" / "charts").iterdir())) == 2


def test_a_download_that_fails_leaves_only_the_error(server: BadServer, tmp_path: Path) -> None:
    slowly = Slowly(b"no tarball at all" * 10_000)
    url = server.on("/web-1.0.0.tgz", slowly.reply())

    with running(tmp_path, "pull", url) as terminal:
        terminal.read_until(b"web-1.0.0.tgz [")
        slowly.seen.set()
        status, _ = terminal.end()

    assert status == 1
    assert b"Error:" in terminal.shown.rpartition(AWAY)[2]


def test_nothing_in_a_pipe(server: BadServer, tmp_path: Path) -> None:
    url = server.on("/web-1.0.0.tgz", Slowly(WEB[:6000]).reply())

    done = subprocess.run(
        [sys.executable, "-m", "pkgtool", "pull", url],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )

    assert b"\r" not in done.stderr
