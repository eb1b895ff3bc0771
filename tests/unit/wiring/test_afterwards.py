"""What is done afterwards belongs to nobody: no terminal, no pipes, no failure."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import os, sys, time
from pkgtool.wiring.afterwards import run_afterwards

def work():
    while not os.path.exists(sys.argv[1] + ".go"):
        time.sleep(0.01)
    with open(sys.argv[1], "w") as file:
        file.write(f"{os.getsid(0) == os.getpid()} {os.nice(0)} {os.fstat(1).st_rdev}")
    raise ValueError("nobody sees this")

print("output", end="")
run_afterwards(work)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_the_caller_is_done_before_the_work_is(tmp_path: Path) -> None:
    """Its reader sees the end of the pipe although the work has not begun."""
    place = tmp_path / "done"

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(place)], capture_output=True, text=True, check=True
    )

    assert (done.stdout, done.stderr) == ("output", "")
    assert not place.exists()
    (tmp_path / "done.go").touch()
    for _ in range(1000):
        if place.exists() and place.read_text():
            break
        time.sleep(0.01)
    own_session, nice, device = place.read_text().split()
    assert own_session == "True"
    assert int(nice) >= 10
    assert int(device) == Path(os.devnull).stat().st_rdev
