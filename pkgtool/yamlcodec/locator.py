"""Find the line of every key and item of a document that is known to be sound."""

from bisect import bisect_left
from typing import Any

from pkgtool.yamlcodec.alias import Anchors
from pkgtool.yamlcodec.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
    open_parser,
)
from pkgtool.yamlcodec.scalar import Scalars

Path = tuple[str | int, ...]


class Locator:
    """One walk over the events of a document."""

    def __init__(self, text: str) -> None:
        self._parser = open_parser(text, name="")
        self._breaks = [at for at, each in enumerate(text) if each == "\n"]
        self._scalars = Scalars(floats=False)
        self._anchors = Anchors()
        self._path: list[str | int | None] = []
        self._lines: dict[Path, int] = {}

    def lines(self) -> dict[Path, int]:
        """Return the lines (from 1) by path; what an alias or `<<` brought in has none."""
        event: Any = self._parser.get_event()
        while not isinstance(event, DocumentStartEvent):
            if isinstance(event, StreamEndEvent):
                return {}
            event = self._parser.get_event()
        while not isinstance(event := self._parser.get_event(), DocumentEndEvent):
            if isinstance(event, CollectionEndEvent):
                self._path.pop()
                self._step()
            elif self._path and self._path[-1] is None:
                self._path[-1] = self._key(event)
                self._record(event)
            else:
                self._value(event)
        return self._lines

    def _value(self, event: Any) -> None:
        if not self._path or isinstance(self._path[-1], int):
            self._record(event)
        if isinstance(event, MappingStartEvent):
            self._path.append(None)
        elif isinstance(event, SequenceStartEvent):
            self._path.append(0)
        else:
            self._note_anchor(event)
            self._step()

    def _step(self) -> None:
        """Go on to the next item of a list, or the next key of a mapping."""
        if self._path:
            place = self._path[-1]
            self._path[-1] = place + 1 if isinstance(place, int) else None

    def _key(self, event: Any) -> str:
        if isinstance(event, AliasEvent):
            return self._scalars.key(self._anchors.find_scalar(str(event.anchor)))
        self._note_anchor(event)
        return self._scalars.key(event)

    def _note_anchor(self, event: Any) -> None:
        if isinstance(event, ScalarEvent) and event.anchor is not None:
            self._anchors.name(event.anchor, event)

    def _record(self, event: Any) -> None:
        path = tuple(each for each in self._path if each is not None)
        self._lines[path] = bisect_left(self._breaks, event.start_mark.index) + 1
