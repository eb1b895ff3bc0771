"""Applies ConfigMaps to an embedded cluster and prints each one that was acknowledged.

`python embedded_writer.py FILE PREFIX COUNT [KILL_AT]`: with `KILL_AT`, the process kills itself
just before its database connection runs that many more statements.
"""

import os
import signal
import sqlite3
import sys
from pathlib import Path

from pkgtool.cluster.embedded import SqliteCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.testing.cluster_objects import config_map


def main(path: str, prefix: str, count: str, kill_at: str = "0") -> None:
    cluster = SqliteCluster(Path(path))
    cluster.capabilities()
    left = int(kill_at)

    def before_statement(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if left:
        connection = cluster._db
        assert isinstance(connection, sqlite3.Connection)
        connection.set_trace_callback(before_statement)
    for number in range(int(count)):
        applied = cluster.apply(config_map(f"{prefix}{number}", value="x" * 3000), ApplyPolicy())
        print(applied["metadata"]["name"], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
