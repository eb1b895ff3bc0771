"""Applies ConfigMaps to an embedded cluster and tells each one that was acknowledged.

`python embedded_writer.py FILE PREFIX COUNT`
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


if __name__ == "__main__":
    write_objects(
        Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), lambda name: print(name, flush=True)
    )
