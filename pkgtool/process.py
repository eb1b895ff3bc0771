"""Run other programs: the one place where processes are started.

`run_process` collects what a program prints, within limits of time and size, and ends it with all
its children when it goes beyond; `attach_process` gives it our terminal. No shell reads an argument.

A program is looked for in the `PATH` of the environment that it is given.
"""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which
from typing import IO, NamedTuple

from pkgtool.errors import ProcessTimedOut, ProcessUnusable

LIMIT_BYTES = 64 * 1024 * 1024
"""How much a program may print to either stream."""

_CHUNK_BYTES = 64 * 1024


class Finished(NamedTuple):
    """How a program ended."""

    status: int
    """Its exit status; that of a shell, 128 and more, when a signal ended it."""
    out: bytes
    err: bytes

    @property
    def words(self) -> str:
        """What it said to standard error, for a message."""
        return self.err.decode("utf-8", "replace").strip()


def run_process(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    data: bytes = b"",
    folder: Path | None = None,
    timeout_s: float = 120.0,
    limit_bytes: int = LIMIT_BYTES,
) -> Finished:
    """Run `command` with `data` as standard input and return what it printed.

    Args:
        command: The program, and its arguments as they are.
        env: Its whole environment.
        data: What it may read.
        folder: Where it runs; this process's folder if `None`.
        timeout_s: Seconds from start to end.
        limit_bytes: How much it may print to either stream.

    Raises:
        ProcessUnusable: It cannot be started, or prints more than `limit_bytes`.
        ProcessTimedOut: It took longer than `timeout_s`. In every case it is gone, with all
            processes that it started and that did not leave its group.
    """
    deadline = time.monotonic() + timeout_s
    # A file without a name: a pipe would have to be fed while the answer is read.
    with tempfile.TemporaryFile() as stdin:
        stdin.write(data)
        stdin.seek(0)
        with _started(command, env, folder, stdin) as process:
            out, err = _collected(process, deadline, limit_bytes)
            _wait(process, deadline - time.monotonic())
    return Finished(_status(process), out, err)


def attach_process(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    folder: Path | None = None,
    timeout_s: float | None = None,
) -> int:
    """Run `command` on our standard streams and return its exit status.

    A signal from the terminal reaches both; the program decides what it means.

    Raises:
        ProcessUnusable: It cannot be started.
        ProcessTimedOut: It took longer than `timeout_s`, and was ended.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    with _started(command, env, folder, None) as process:
        while True:
            try:
                _wait(process, deadline and deadline - time.monotonic())
                return _status(process)
            except KeyboardInterrupt:
                # It got the signal too, and may want to clean up.
                continue


@contextmanager
def _started(
    command: Sequence[str], env: Mapping[str, str], folder: Path | None, stdin: IO[bytes] | None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Start `command`, on our own streams without `stdin`; left, the block leaves nothing running."""
    program = which(command[0], path=env.get("PATH", os.defpath))
    if program is None:
        raise ProcessUnusable(
            f"program {command[0]!r} not found", hint="install it, or correct the PATH"
        )
    pipe = None if stdin is None else subprocess.PIPE
    try:
        process = subprocess.Popen(
            [program, *command[1:]],
            env=dict(env),
            cwd=folder,
            stdin=stdin,
            stdout=pipe,
            stderr=pipe,
            # A group of its own can be ended as a whole; one with our terminal must stay in ours.
            start_new_session=stdin is not None,
        )
    except (OSError, ValueError) as error:
        raise ProcessUnusable(f"cannot start {command[0]!r}: {error}") from error
    with process:
        try:
            yield process
        finally:
            _end(process, group=stdin is not None)


def _collected(
    process: "subprocess.Popen[bytes]", deadline: float, limit_bytes: int
) -> tuple[bytes, bytes]:
    """Return all that comes from both streams."""
    got = {stream: bytearray() for stream in (process.stdout, process.stderr) if stream}
    with selectors.DefaultSelector() as waiting:
        for stream, data in got.items():
            waiting.register(stream, selectors.EVENT_READ, data)
        while waiting.get_map():
            ready = waiting.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise _late(process)
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK_BYTES)
                key.data.extend(chunk)
                if not chunk:
                    waiting.unregister(key.fileobj)
                if len(key.data) > limit_bytes:
                    raise ProcessUnusable(f"{_name(process)} printed more than {limit_bytes} bytes")
    out, err = got.values()
    return bytes(out), bytes(err)


def _wait(process: "subprocess.Popen[bytes]", seconds: float | None) -> None:
    try:
        process.wait(None if seconds is None else max(0.0, seconds))
    except subprocess.TimeoutExpired as error:
        raise _late(process) from error


def _end(process: "subprocess.Popen[bytes]", *, group: bool) -> None:
    """Kill what still runs."""
    with suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            process.kill()


def _status(process: "subprocess.Popen[bytes]") -> int:
    status = process.returncode
    return status if status >= 0 else 128 - status


def _late(process: "subprocess.Popen[bytes]") -> ProcessTimedOut:
    return ProcessTimedOut(
        f"{_name(process)} took too long and was ended",
        hint="give it more time, or look why it hangs",
    )


def _name(process: "subprocess.Popen[bytes]") -> str:
    return repr(Path(str(process.args[0])).name)  # type: ignore[index]
