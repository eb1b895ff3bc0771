"""Tell whether a process that holds something is still there.

A process number alone proves nothing: numbers are used again, and two containers count each for
themselves. So a process is known by kernel, process namespace, number and start; only one of the
same kernel and namespace is judged here, and every doubt counts as alive.

Source: proc_pid_stat(5), pid_namespaces(7).
"""

import os
from pathlib import Path
from typing import NamedTuple

from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable


class Holder(NamedTuple):
    """Who holds a release, told to those who have to wait."""

    host: str
    pid: int
    started: str = ""
    """`kernel/namespace/start`, which tells processes of one number apart; empty when unknown."""
    operation: str = ""
    """`install`, `upgrade`, …"""
    revision: int = 0
    """What it is about to write; 0 when not known yet."""
    url: str = ""
    """Where its run can be watched, e.g. a CI job."""

    def __str__(self) -> str:
        what = self.operation or "an operation"
        if self.revision:
            what += f" (revision {self.revision})"
        who = f"process {self.pid} on {self.host}" if self.pid else self.host
        return f"{what} by {who}" + (f", {self.url}" if self.url else "")


def this_process(*, operation: str = "", revision: int = 0, url: str = "") -> Holder:
    """Return the holder that this process is."""
    pid = os.getpid()
    return Holder(_host(), pid, _started(pid), operation, revision, url)


def is_gone(holder: Holder, seen_from: Holder) -> bool:
    """Tell whether `holder` is a process of the machine of `seen_from` that has ended for sure."""
    surroundings = seen_from.started.rpartition("/")[0]
    comparable = (
        bool(surroundings)
        and holder.pid > 1
        and holder.host == seen_from.host
        and holder.started.rpartition("/")[0] == surroundings
    )
    return comparable and not _runs(holder)


def _runs(holder: Holder) -> bool:
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        # It is there and somebody else's, or it cannot be asked.
        return True
    start = _start_of(holder.pid)
    return start is None or start == holder.started.rpartition("/")[2]


def _host() -> str:
    try:
        return os.uname().nodename
    except AttributeError:
        return "localhost"


def _started(pid: int) -> str:
    try:
        kernel = _read("/proc/sys/kernel/random/boot_id").strip()
        namespace = os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116
    except (FileUnreadable, OSError):
        return ""
    start = _start_of(pid)
    return f"{kernel}/{namespace}/{start}" if kernel and start else ""


def _start_of(pid: int) -> str | None:
    """Return when process `pid` started, in ticks since boot; empty when it has ended.

    `None` means that it cannot be known.
    """
    try:
        # The name of the program is in parentheses and may hold anything, parentheses too.
        words = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    except FileUnreadable:
        return None
    if len(words) < 20:
        return None
    return "" if words[0] in ("Z", "X") else words[19]


def _read(path: str) -> str:
    return read_file(Path(path), limit_bytes=4096).decode("utf-8", "replace")
