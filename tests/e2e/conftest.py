"""The real command line in an empty home, and a repository server on loopback."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PKGTOOL = Path(sys.executable).parent / "pkgtool"


@dataclass(frozen=True)
class Ran:
    """What a command line did."""

    status: int
    out: str
    err: str


def heed_interrupts() -> None:
    """Let an interrupt end this process, as in a terminal."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Shell:
    """Runs `pkgtool` in a folder, with a home of its own."""

    program = PKGTOOL

    def __init__(self, home: Path) -> None:
        self.folder = home / "work"
        self.folder.mkdir(parents=True)
        self.environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "PKGTOOL_LOCK_TIMEOUT": "5",
        }

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> Ran:
        """Run one command line to its end."""
        done = subprocess.run(
            [PKGTOOL, *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def ok(self, *arguments: str, stdin: str = "", **environment: str) -> str:
        """Run a command line that must succeed, and return what it printed."""
        ran = self.run(*arguments, stdin=stdin, **environment)
        assert ran.status == 0, f"{arguments}: {ran.err}"
        return ran.out

    def fails(self, *arguments: str, status: int = 1, stdin: str = "") -> str:
        """Run a command line that must fail, and return what it said."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.status == status, f"{arguments}: {ran.status}\n{ran.out}{ran.err}"
        return ran.err

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command line in a process group of its own, and return while it runs."""
        return subprocess.Popen(
            [PKGTOOL, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Whoever runs the tests in the background has it ignored, and children inherit that.
            preexec_fn=heed_interrupts,  # noqa: PLW1509 - no thread of ours runs here
        )

    def write(self, path: str, text: str) -> Path:
        """Write a file in the folder, making folders where needed."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        return place


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """`pkgtool` in an empty home."""
    return Shell(tmp_path / "home")


@pytest.fixture
def serve(shell: Shell) -> Iterator[Callable[..., str]]:
    """Start `pkgtool serve FOLDER` on a free port and return its URL."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> str:
        process = subprocess.Popen(
            [PKGTOOL, "serve", *arguments, "--address", "127.0.0.1:0"],
            cwd=shell.folder,
            env=shell.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line
        return found.group()

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()
