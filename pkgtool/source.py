"""Point at a piece of a named text: the place every error message refers to.

A `Span` carries the whole text, so that a message can be built far away from the file
it came from; offsets are characters, lines and columns count from one as editors do.
"""

from typing import NamedTuple

_WIDEST = 160
_BEFORE = 60


class Span(NamedTuple):
    """Characters `start` (inclusive) to `end` (exclusive) of `text`, which is called `name`."""

    name: str
    """What the reader knows the text as: a path, `<stdin>`, `--set`."""
    text: str
    start: int
    end: int

    @classmethod
    def at_line(cls, name: str, text: str, line: int) -> "Span":
        """Mark the whole of `line` (from 1, clipped to the text) without its indentation."""
        lines = text.split("\n")
        index = min(max(line, 1), len(lines)) - 1
        begin = sum(len(each) + 1 for each in lines[:index])
        content = lines[index].rstrip()
        indent = len(content) - len(content.lstrip())
        return cls(name, text, begin + indent, begin + len(content))

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.text.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        """Column of the first character, from 1."""
        return self.start - (self.text.rfind("\n", 0, self.start) + 1) + 1

    def __str__(self) -> str:
        return f"{self.name}:{self.line}:{self.column}"

    def excerpt(self) -> str:
        """Return the marked line under an arrow with its place.

        ```
         --> web/templates/ingress.yaml:2:3
        2 |   replicas: {{ Values. }}
          |   ^^^^^^^^
        ```
        """
        begin = self.text.rfind("\n", 0, self.start) + 1
        end = self.text.find("\n", self.start)
        line = self.text[begin : end if end >= 0 else len(self.text)].rstrip("\r")
        shown, at = _window(line, self.start - begin)
        marked = max(1, min(self.end - self.start, len(shown) - at))
        number = str(self.line)
        gutter = " " * len(number)
        # Tabs stay tabs in the gutter of the marker, so that it stands under what it marks.
        pad = "".join("\t" if c == "\t" else " " for c in shown[:at])
        return f" --> {self}\n{number} | {shown}\n{gutter} | {pad}{'^' * marked}"


def _window(line: str, at: int) -> tuple[str, int]:
    """Return the part of a long `line` around `at`, and where `at` is in it."""
    if len(line) <= _WIDEST:
        return line, at
    begin = max(0, min(at - _BEFORE, len(line) - _WIDEST))
    head, tail = "…" if begin else "", "…" if begin + _WIDEST < len(line) else ""
    return f"{head}{line[begin : begin + _WIDEST]}{tail}", at - begin + len(head)
