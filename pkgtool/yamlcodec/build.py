"""Turn the events of one document into plain values, by Helm's rules and within limits.

| YAML | value |
|---|---|
| mapping | `dict` with text keys: `true:` becomes `"true"`, `0x10:` becomes `"16"` |
| the same key twice | the last one wins, and is reported |
| `<<: *base` | the keys of `base`, now: a key that follows wins, one before it loses |
| alias | an equal but separate value: changing one does not change the other |
| unknown tag | ignored; the scalar is a string |
| `.inf`, `.nan` as a value, null as a key | refused: JSON has neither |

The stack is a list, so a deep document never meets the interpreter's limit.

Source: sigs.k8s.io/yaml v1.6 over go-yaml v2, `spec/helm-behaviour.md` §3.1 and
`spec/reliability.md` §2.4; pinned by `tests/conformance/test_yaml_values.py`.
"""

from collections.abc import Iterator
from typing import Any

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec.alias import NO_SCALAR_KEY, Anchors, Size
from pkgtool.yamlcodec.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    Parser,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
    refusal,
    span_of,
)
from pkgtool.yamlcodec.limits import DEPTH, NODES
from pkgtool.yamlcodec.report import invalid
from pkgtool.yamlcodec.scalar import MERGE_KEY, KeyRefused, Refused, Scalars, go_syntax

Path = tuple[str | int, ...]


class Builder:
    """Builds the documents of one text, one after the other."""

    def __init__(
        self, parser: Parser, text: str, name: str, *, floats: bool, unique_keys: bool
    ) -> None:
        self._parser = parser
        self._text = text
        self._name = name
        self._scalars = Scalars(floats=floats)
        self._unique_keys = unique_keys
        self._duplicates: list[tuple[Path, int]] = []
        self._start_document()

    def _start_document(self) -> None:
        self._anchors = Anchors()
        self._merged: dict[int, set[str]] = {}
        self._nodes = 0
        self._frames: list[tuple[Any, str | None]] = []

    def next_document(self) -> bool:
        """Go to the content of the next document; false at the end of the text.

        Raises:
            YamlInvalid: The text is broken before it.
        """
        try:
            event = self._parser.get_event()
            while not isinstance(event, DocumentStartEvent):
                if isinstance(event, StreamEndEvent):
                    return False
                event = self._parser.get_event()
        except YAMLError as error:
            raise refusal(error, self._text, self._name) from error
        if event.version not in (None, (1, 1)):
            raise self._invalid(
                event, Refused("found incompatible YAML document", "remove the %YAML line")
            )
        self._start_document()
        return True

    def build(self) -> Any:
        """Return the value of the document whose start was just read.

        Raises:
            YamlInvalid: It is broken, or over a limit; the span marks the place.
        """
        event: Any = None
        next_event, frames = self._parser.get_event, self._frames
        values, keys = self._scalars.values, self._scalars.keys
        root: list[Any] = []
        holder: Any = root
        key: str | None = None
        # One loop for everything: a call for each event would double the time of every load.
        try:
            for self._nodes in range(NODES):
                event = next_event()
                kind = type(event)
                if kind is ScalarEvent:
                    marked = event.tag is not None or event.anchor is not None
                    if key is None and type(holder) is dict:
                        if marked:
                            key = self._scalars.key(self._named(event))
                        else:
                            key = keys[event.value] if event.implicit[0] else event.value
                        if key in holder:
                            self._note_duplicate(event, holder, key)
                        continue
                    if marked:
                        value = self._scalars.value(self._named(event))
                    else:
                        value = values[event.value] if event.implicit[0] else event.value
                elif kind is MappingEndEvent or kind is SequenceEndEvent:
                    value = holder
                    holder, key = frames.pop()
                elif kind is MappingStartEvent or kind is SequenceStartEvent:
                    frames.append((holder, key))
                    self._check_start(key is None and type(holder) is dict)
                    holder = {} if kind is MappingStartEvent else []
                    key = None
                    if event.anchor is not None:
                        self._anchors.name(event.anchor, holder)
                    continue
                elif kind is AliasEvent:
                    if key is None and type(holder) is dict:
                        key = self._scalars.key(self._anchors.find_scalar(event.anchor))
                        if key in holder:
                            self._note_duplicate(event, holder, key)
                        continue
                    value = self._alias_value(event, holder, key)
                else:
                    return root[0]
                if type(holder) is list:
                    holder.append(value)
                else:
                    if key is MERGE_KEY:
                        self._merge(holder, value)
                    else:
                        holder[key] = value
                    key = None
            raise Refused(f"more than {NODES} values", "split the document")
        except Refused as error:
            raise self._invalid(event, error) from error
        except YAMLError as error:
            raise refusal(error, self._text, self._name) from error

    def duplicates(self) -> Iterator[tuple[Path, int]]:
        """Yield each key that was there already, with the line (from 1) where it comes again."""
        line, counted = 1, 0
        for path, index in self._duplicates:
            line += self._text.count("\n", counted, index)
            counted = index
            yield path, line

    def _check_start(self, is_key: bool) -> None:
        if is_key:
            raise Refused(NO_SCALAR_KEY)
        if len(self._frames) > DEPTH:
            raise Refused(f"nested deeper than {DEPTH} levels", "flatten the document")

    def _named(self, event: ScalarEvent) -> ScalarEvent:
        if event.anchor is not None:
            self._anchors.name(event.anchor, event)
        return event

    def _alias_value(self, event: Any, holder: Any, key: str | None) -> Any:
        target = self._anchors.find(event.anchor)
        if type(target) is ScalarEvent:
            self._anchors.count(Size(1, len(target.value), 0), written=self._nodes)
            return self._scalars.value(target)
        if key is MERGE_KEY and type(target) is not dict:
            raise Refused(_MERGE_WANTS)
        return self._anchors.copy_tree(
            event.anchor,
            target,
            written=self._nodes,
            depth=len(self._frames),
            open_in=[holder, *(each for each, _ in self._frames)],
        )

    def _merge(self, holder: dict[str, Any], value: Any) -> None:
        """Carry out `<<: value`; of several mappings the first has the say."""
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(each, dict) for each in sources):
            raise Refused(_MERGE_WANTS)
        merged = self._merged.setdefault(id(holder), set())
        for source in reversed(sources):
            merged.update(each for each in source if each not in holder)
            holder.update(source)

    def _note_duplicate(self, event: Any, holder: dict[str, Any], key: str) -> None:
        merged = self._merged.get(id(holder), set())
        if key in merged:
            merged.discard(key)
            return
        if self._unique_keys:
            raise Refused(f"duplicate key {key!r}", "keep one of the two")
        above: list[Any] = [
            len(at) if isinstance(at, list) else each for at, each in self._frames[1:]
        ]
        self._duplicates.append(((*above, key), event.start_mark.index))

    def _invalid(self, event: Any, error: Refused) -> YamlInvalid:
        where, in_go = span_of(event, self._text, self._name), error.in_go
        if isinstance(error, KeyRefused):
            in_go += self._next_value()
        return invalid(error.what, where, hint=error.hint, in_go=in_go)

    def _next_value(self) -> str:
        """Return the value behind a key as Go writes it, as far as that is short."""
        try:
            event = self._parser.get_event()
            if type(event) is ScalarEvent:
                return go_syntax(Scalars(floats=False).value(event))
        except (Refused, YAMLError):
            pass
        return "{…}"


_MERGE_WANTS = "map merge requires map or sequence of maps as the value"
