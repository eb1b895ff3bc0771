"""Several processes that put blobs into one folder at once."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import pathlib, sys
from pkgtool.blob.files import FileBlobs
from pkgtool.errors import BlobExists
blobs, me = FileBlobs(pathlib.Path(sys.argv[1])), sys.argv[2]
sys.stdin.read()
for number in range(100):
    try:
        blobs.put(f"chart-{number}.tgz", (me * 5000).encode())
        print(number)
    except BlobExists:
        pass
"""


def test_each_key_has_one_winner(tmp_path: Path) -> None:
    writers = {
        name: subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for name in "ab"
    }
    for each in writers.values():
        assert each.stdin is not None
        each.stdin.close()
        each.stdin = None
    won = {name: each.communicate(timeout=60)[0].split() for name, each in writers.items()}

    assert sorted(won["a"] + won["b"], key=int) == [str(number) for number in range(100)]
    for name, numbers in won.items():
        for number in numbers:
            assert (tmp_path / f"chart-{number}.tgz").read_text() == name * 5000
