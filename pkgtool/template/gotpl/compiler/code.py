"""Collect the lines of a Python function, and for each line which expression it belongs to.

Every line does at most one thing that can fail, so that the line of a traceback says which
expression of the template is to be blamed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from pkgtool.template.gotpl.nodes import Expression


class Blame(NamedTuple):
    """Who is to be blamed when a line fails."""

    node: Expression
    base: int
    """Where the node's action begins in the file."""
    function: str = ""
    """The function that the line calls, if it calls one."""
    invokes: bool = False
    """Whether the line runs a `{{ template }}`: what fails in there was blamed there."""


class Code:
    """The body of a function that is being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.blames: list[Blame | None] = []
        self._indent = " "
        self._lasting = 0
        self._passing = 0

    def add(self, line: str, blame: Blame | None = None) -> None:
        """Write a line at the present depth."""
        self.lines.append(self._indent + line)
        self.blames.append(blame)

    def name(self, prefix: str) -> str:
        """Return a name that is used for nothing else."""
        self._lasting += 1
        return f"{prefix}{self._lasting}"

    def passing_name(self) -> str:
        """Return a name for what is used no more after `forget`.

        Few names make small functions, which load faster.
        """
        self._passing += 1
        return f"x{self._passing}"

    def forget(self) -> None:
        """Let all passing names be used again."""
        self._passing = 0

    def enter(self) -> None:
        """Write one level deeper from now on; something must be written there."""
        self._indent += " "

    def leave(self) -> None:
        """Write one level less deep from now on."""
        self._indent = self._indent[:-1]

    @contextmanager
    def indented(self) -> Iterator[None]:
        """Write one level deeper; a block without lines gets one that does nothing."""
        count = len(self.lines)
        self.enter()
        yield
        if len(self.lines) == count:
            self.add("pass")
        self.leave()


def literal(text: str) -> str:
    """Return `text` as it stands between single quotes in Python."""
    # With both kinds of quotes in it, `repr` always takes the single ones.
    return repr(text + "'\"")[1:-4]
