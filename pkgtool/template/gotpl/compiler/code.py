"""Collect the lines of a Python function."""

from collections.abc import Iterator
from contextlib import contextmanager


class Code:
    """The body of a function that is being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._indent = " "
        self._names = 0

    def add(self, line: str) -> None:
        """Write a line at the present depth."""
        self.lines.append(self._indent + line)

    def name(self, prefix: str) -> str:
        """Return a name that is used for nothing else."""
        self._names += 1
        return f"{prefix}{self._names}"

    @contextmanager
    def indented(self) -> Iterator[None]:
        """Write one level deeper; a block without lines gets one that does nothing."""
        count = len(self.lines)
        self._indent += " "
        yield
        if len(self.lines) == count:
            self.add("pass")
        self._indent = self._indent[:-1]


def literal(text: str) -> str:
    """Return `text` as it stands between single quotes in Python."""
    # With both kinds of quotes in it, `repr` always takes the single ones.
    return repr(text + "'\"")[1:-4]
