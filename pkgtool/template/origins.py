"""Find out which line of a template each line of a text came from, when somebody asks.

Only messages about a text ask, and most texts are fine: then knowing it would have been in vain.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, overload

from pkgtool.errors import PkgtoolError


class LinedFile(Protocol):
    """A rendered file."""

    @property
    def path(self) -> str:
        """Of the template."""
        ...

    @property
    def lines(self) -> Sequence[int]:
        """For each line of its text, the line (from 1) of the template that it came from."""
        ...


class Origins:
    """The lines behind the texts of a rendered chart."""

    def __init__(self, render: Callable[[], Iterable[LinedFile]]) -> None:
        self._render = render
        """Renders once more, and finds out this time."""

    @cached_property
    def found(self) -> Mapping[str, Sequence[int]]:
        """The lines by path; none when they cannot be found any more."""
        try:
            return {file.path: file.lines for file in self._render()}
        except PkgtoolError:
            return {}

    def lines(self, path: str) -> "LinesLater":
        """Return the lines behind the text of the template at `path`."""
        return LinesLater(self, path, _ALL)


class Lines(Sequence[int]):
    """Lines that are worked out when somebody first asks; equal to a tuple."""

    def _find(self) -> tuple[int, ...]:
        """Work them out."""
        raise NotImplementedError

    @cached_property
    def _lines(self) -> tuple[int, ...]:
        return self._find()

    @overload
    def __getitem__(self, place: int) -> int: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[int]: ...

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


_ALL = slice(None)


class LinesLater(Lines):
    """The lines behind a text or a piece of it."""

    def __init__(self, origins: Origins, path: str, piece: slice) -> None:
        self._origins = origins
        self._path = path
        self._piece = piece

    def _find(self) -> tuple[int, ...]:
        return tuple(self._origins.found.get(self._path, ()))[self._piece]

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice) and self._piece is _ALL:
            return LinesLater(self._origins, self._path, place)
        return super().__getitem__(place)
