"""Do what the next command profits from when this one is already over.

The work runs in a child that belongs to nobody: the shell gets its prompt, pipes are closed, and
whatever happens to the child is nobody's loss. Where there is no `fork`, it is not done.
"""

import os
import sys
from collections.abc import Callable

try:
    import resource
except ImportError:  # Windows, where there is no `fork` either
    resource = None  # type: ignore[assignment]

_CPU_S = 60
_NICE = 10


def run_afterwards(work: Callable[[], object]) -> None:
    """Start `work` in a process of its own and return at once; its failure goes unnoticed."""
    if not hasattr(os, "fork"):
        return
    # What is in buffers must not be written twice, and those who wait for it come first.
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        child = os.fork()
    except OSError:
        return
    if child == 0:
        try:
            _leave()
            work()
        finally:
            os._exit(0)


def _leave() -> None:
    """Let go of terminal and pipes, and stand back behind everybody else."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
