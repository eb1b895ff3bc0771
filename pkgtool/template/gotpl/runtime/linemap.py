"""Say for each line of a text which line of the template it came from.

Most texts are fine, and then nobody asks.
"""

from collections.abc import Sequence

from pkgtool.template.origins import Lines

Lined = tuple[Sequence[int], Sequence[str]]
"""Texts in order, behind the line of each: negative when all of the text comes from that line."""


class LineMap(Lines):
    """The lines of the template, from 1, that the lines of a text came from."""

    def __init__(self, lined: Lined) -> None:
        self._lined = lined

    def _find(self) -> tuple[int, ...]:
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
