"""Measure whole processes and functions: CPU time by the system's own account, medians, ratios."""

import os
import resource
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def process_cpu_s(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Return the CPU seconds, user and system, of one run of `command`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def interleaved(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], *, runs: int
) -> dict[str, list[float]]:
    """Return the CPU seconds of `runs` runs of each command, in turn, after one warm-up each."""
    found: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            seconds = process_cpu_s(command, environment)
            if turn:
                found[name].append(seconds)
    return found


def function_cpu_s(work: Callable[[], object], *, runs: int) -> float:
    """Return the median CPU seconds of `work`, after one warm-up."""
    work()
    times = []
    for _ in range(runs):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return statistics.median(times)


def peak_mib(work: Callable[[], object]) -> float:
    """Return how much memory Python allocated at most while `work` ran, in MiB."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def homes(folder: Path) -> dict[str, str]:
    """Return an environment whose home is the empty `folder`."""
    return {"HOME": str(folder), "PATH": os.environ["PATH"], "PKGTOOL_CLUSTER": "local"}
