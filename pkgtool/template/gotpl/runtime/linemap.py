"""Say for each line of a text which line of the template it came from.

Most texts are fine, and then nobody asks.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, overload

Lined = tuple[Sequence[int], Sequence[str]]
"""Texts in order, behind the line of each: negative when all of the text comes from that line."""


class LineMap(Sequence[int]):
    """The lines of the template, from 1, that the lines of a text came from; equal to a tuple."""

    def __init__(self, lined: Lined) -> None:
        self._lined = lined

    @cached_property
    def _lines(self) -> tuple[int, ...]:
        lines: list[int] = []
        at_start = True
        for line, text in zip(*self._lined, strict=True):
            if not text:
                continue
            if at_start:
                lines.append(abs(line))
            ends = text.count("\n")
            at_start = text[-1] == "\n"
            count = ends - at_start
            if count > 0:
                lines.extend(range(line + 1, line + 1 + count) if line > 0 else [-line] * count)
        return tuple(lines)

    @overload
    def __getitem__(self, place: int) -> int: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[int, ...]: ...

    def __getitem__(self, place: Any) -> Any:
        return self._lines[place]

    def __len__(self) -> int:
        return len(self._lines)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return self._lines == tuple(other)

    def __hash__(self) -> int:
        return hash(self._lines)
