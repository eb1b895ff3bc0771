"""Applies ConfigMaps to an embedded cluster and tells each one that was acknowledged.

`python -m tests.integration.embedded_writer FILE PREFIX COUNT`, or only with `FILE`, to write as
often as a line asks for it.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from pkgtool.cluster.embedded import SqliteCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.testing.cluster_objects import config_map
from pkgtool.testing.crash import run_in_child


def write_objects(
    path: Path, prefix: str, count: int, tell: Callable[[str], None], *, kill_at: int = 0
) -> None:
    """Apply `count` objects.

    With `kill_at`, the process kills itself just before its connection runs that many more
    statements.
    """
    cluster = SqliteCluster(path)
    cluster.capabilities()
    left = kill_at

    def before_statement(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if left:
        connection = cluster._db
        assert isinstance(connection, sqlite3.Connection)
        connection.set_trace_callback(before_statement)
    for number in range(count):
        applied = cluster.apply(config_map(f"{prefix}{number}", value="x" * 3000), ApplyPolicy())
        tell(applied["metadata"]["name"])


def write_on_demand(path: Path) -> None:
    """Read lines `PREFIX CALL COUNT`; for each, answer how a child that wrote one object ended.

    Before it writes, each child makes the system call `CALL` for nothing `COUNT` times, so that
    who kills it at a certain call of that kind hits an earlier one of its own.
    """
    calls: dict[str, Callable[[int], object]] = {
        "pwrite64": lambda file: os.pwrite(file, b"", 0),
        "fdatasync": os.fdatasync,
    }
    told = path.with_name("told")
    for line in sys.stdin:
        prefix, call, count = line.split()

        def work(prefix: str = prefix, call: str = call, count: str = count) -> None:
            with told.open("w") as file:
                for _ in range(int(count)):
                    calls[call](file.fileno())
                write_objects(path, prefix, 1, lambda name: print(name, file=file, flush=True))

        print(run_in_child(work), told.read_text().strip(), flush=True)


if __name__ == "__main__":
    if sys.argv[2:]:
        write_objects(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), print)
    else:
        write_on_demand(Path(sys.argv[1]))
