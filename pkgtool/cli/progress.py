"""Show how far long work is: a line on the terminal that is drawn over, and gone at the end.

Nothing is shown in pipes and in logs, nor before the work has lasted long enough to be noticed.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from pkgtool.cli.output import visible

Advance = Callable[[int, int], None]
"""Called with what is done and what there is in all; 0 in all when nobody knows."""

_PATIENCE_S = 0.3
_EVERY_S = 0.1
_WIDTH = 24


class ProgressLine:
    """One line about the work that goes on; safe to advance from several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._drawn_at = float("-inf")
        self._drawn = False
        self._lock = threading.Lock()

    def show(self, label: str, done: int, total: int) -> None:
        """Draw how much of `label` is done, unless it was drawn just now."""
        now = self._clock()
        with self._lock:
            if now - self._began < _PATIENCE_S or now - self._drawn_at < _EVERY_S:
                return
            self._drawn_at, self._drawn = now, True
            click.echo(
                f"\r\x1b[K{progress_text(visible(label), done, total)}",
                nl=False,
                err=True,
                color=True,
            )

    def clear(self) -> None:
        """Take the line away."""
        with self._lock:
            if self._drawn:
                click.echo("\r\x1b[K", nl=False, err=True, color=True)
                self._drawn = False


def progress_text(label: str, done: int, total: int) -> str:
    """Return a bar where the end is known, else only how much is done.

    >>> progress_text("web", 512, 2048)
    'web [######                  ]  25% 512 B of 2.0 KiB'
    >>> progress_text("web", 3 * 1024 * 1024, 0)
    'web 3.0 MiB'
    """
    if not total:
        return f"{label} {size_text(done)}"
    share = min(1.0, done / total)
    bar = ("#" * int(share * _WIDTH)).ljust(_WIDTH)
    return f"{label} [{bar}] {share:4.0%} {size_text(done)} of {size_text(total)}"


def size_text(size_bytes: int) -> str:
    """Return a size for a human.

    >>> size_text(999), size_text(20 * 1024 * 1024)
    ('999 B', '20.0 MiB')
    """
    if size_bytes < 1024:
        return f"{size_bytes} B"
    size = float(size_bytes)
    for unit in ("KiB", "MiB"):
        size /= 1024
        if size < 1024:
            return f"{size:.1f} {unit}"
    return f"{size / 1024:.1f} GiB"


@contextmanager
def progress_on_terminal() -> Iterator[Callable[[str], Advance] | None]:
    """Give what makes a progress callback for a label, or `None` where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    line = ProgressLine()
    try:
        yield lambda label: lambda done, total: line.show(label, done, total)
    finally:
        line.clear()
