"""`pkgtool serve` as a process: it says where it is, and ends when told to."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pkgtool.testing.charts_at_rest import tarball

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `pkgtool serve` on a folder of one chart."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/web-1.0.0.tgz").write_bytes(tarball())
    started: list[subprocess.Popen[str]] = []

    def make(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "pkgtool", "serve", "dist", *arguments],
            cwd=tmp_path,
            env={"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield make
    for process in started:
        process.kill()
        process.communicate(timeout=10)


def said_url(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found
    return found.group()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_is_no_failure(number: signal.Signals, start: Start) -> None:
    process = start("--address", "127.0.0.1:0", "--url", "https://cdn.example.com")
    url = said_url(process)
    with urllib.request.urlopen(f"{url}/index.yaml", timeout=10) as answer:
        assert b"- https://cdn.example.com/web-1.0.0.tgz" in answer.read()

    process.send_signal(number)
    out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (0, "", "")


def test_a_signal_right_after_the_start_is_heard(start: Start) -> None:
    process = start("--address", "127.0.0.1:0")
    said_url(process)

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=20) == 0


def test_a_port_in_use_is_an_error(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start("--address", f"127.0.0.1:{taken.getsockname()[1]}")
        out, err = process.communicate(timeout=20)

    assert (process.returncode, out) == (1, "")
    assert "address already in use\n  [P800]" in err
    assert "--address" in err


def test_an_address_of_version_six(start: Start) -> None:
    process = start("--address", "[::1]:0")
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.skip("no IPv6 here")

    assert re.search(r"http://\[::1\]:\d+\n", line)
