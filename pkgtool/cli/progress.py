"""Show how far long work is: a line on the terminal that is drawn over, and gone at the end.

Nothing is shown in pipes and in logs, nor before the work has lasted long enough to be noticed.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from pkgtool.cli.output import PROGRESS, visible
from pkgtool.repo.body import Advance, Progress

_PATIENCE_S = 0.3
_EVERY_S = 0.1
_WIDTH = 24


class ProgressLine:
    """One line about all transfers that go on; safe to use from several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._drawn_at = float("-inf")
        self._drawn = False
        self._lock = threading.RLock()
        self._going: dict[object, tuple[str, int, int]] = {}

    def begin(self, label: str) -> Advance:
        """Return what is told how far the transfer called `label` is."""
        # One file may be fetched twice at the same time.
        key = object()
        return lambda done, total: self._show(key, label, done, total)

    def _show(self, key: object, label: str, done: int, total: int) -> None:
        """Draw how far everything is, unless that was done just now."""
        with self._lock:
            if done == total == 0:
                self._going.pop(key, None)
                if not self._going:
                    self.clear()
                return
            self._going[key] = (label, done, total)
            now = self._clock()
            if now - self._began < _PATIENCE_S or now - self._drawn_at < _EVERY_S:
                return
            self._drawn_at, self._drawn = now, True
            _draw(_summary(list(self._going.values())))

    def clear(self) -> None:
        """Take the line away."""
        with self._lock:
            if self._drawn:
                _draw("")
                self._drawn = False

    @contextmanager
    def away(self) -> Iterator[None]:
        """Keep the line off the terminal while something else is written."""
        with self._lock:
            self.clear()
            yield


def _draw(text: str) -> None:
    click.echo(f"\r\x1b[K{text}", nl=False, err=True, color=True)


def _summary(going: list[tuple[str, int, int]]) -> str:
    """Return one line about all transfers; the end is known when it is for each."""
    labels, done, totals = zip(*going, strict=True)
    label = visible(labels[0]) if len(going) == 1 else f"{len(going)} files"
    return progress_text(label, sum(done), sum(totals) if all(totals) else 0)


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


def current_progress() -> Progress | None:
    """Return what the running command tells how far transfers are, or `None` where nobody looks."""
    context = click.get_current_context(silent=True)
    if context is None or not sys.stderr.isatty():
        return None
    root = context.find_root()
    if PROGRESS not in root.meta:
        root.meta[PROGRESS] = line = ProgressLine()
        root.call_on_close(line.clear)
    begin: Progress = root.meta[PROGRESS].begin
    return begin
