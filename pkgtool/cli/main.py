"""Begin and end the process of `pkgtool`: most of a short command's time is what happens there.

Imports make tens of thousands of objects that all stay. To search them for garbage again and again,
and in the end to free them one by one, took a fifth of `pkgtool template`.
"""

import gc
import os
import sys

_OBJECTS = 100_000
"""How many objects a process makes before the collector first looks; only long ones get there."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(_OBJECTS)
    # Imported here: the collector is to let these objects alone, too.
    from pkgtool.cli.root import run  # noqa: PLC0415

    _end(run(sys.argv[1:]))


def _end(status: int) -> None:
    """End at once: files are closed by those who opened them, and the system frees the memory."""
    # Imported here: at the top the collector would still look at what imports make.
    from contextlib import suppress  # noqa: PLC0415

    # A process that was started without one has None there.
    for stream in filter(None, (sys.stdout, sys.stderr)):
        # Whoever would read it is gone.
        with suppress(OSError):
            stream.flush()
    os._exit(status)
