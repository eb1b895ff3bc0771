r"""Turn text into a stream of YAML events: the one door to PyYAML.

Events and nothing above them: composing a deep document overflows the C stack of libyaml's
binding, and builds trees that no budget has seen. The stream is flat, so whoever reads it
decides when it is too much. Without the C extension the pure parser makes the same events,
some twenty times slower.

Where libyaml takes more than Helm does (`%YAML 1.2`, the escape `\/`), Helm's rule wins.

Importing PyYAML costs as much as starting Python: this module is imported by the first load.
"""

import re
from typing import Any, Protocol

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from pkgtool.errors import YamlInvalid
from pkgtool.source import Span
from pkgtool.yamlcodec.limits import DEPTH, DIRECTIVES
from pkgtool.yamlcodec.report import invalid

try:
    from yaml._yaml import CParser
except ImportError:
    _HAS_LIBYAML = False
else:
    _HAS_LIBYAML = True

__all__ = [
    "AliasEvent",
    "CollectionEndEvent",
    "DocumentEndEvent",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingStartEvent",
    "Parser",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "StreamEndEvent",
    "StreamStartEvent",
    "YAMLError",
    "open_parser",
    "refusal",
    "span_of",
]

YAMLError = yaml.YAMLError


class Parser(Protocol):
    """The part of PyYAML's parsers that is used."""

    def get_event(self) -> Any:
        """Return the next event; raises `YAMLError`."""
        ...


class _PureParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's parser in Python, without composer and constructor."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


# All three begin with one character, which is found ten times faster than a text of two.
_TAG_DIRECTIVE = re.compile(r"%(?=TAG)")
_ESCAPED = re.compile(r"\\(?=/)")
# Behind a letter or a digit an exclamation mark is a part of the text.
_BARE_TAG = re.compile(r"!(?=\s)(?<![0-9A-Za-z]!)")
_TAGGED_BARE = re.compile(r"(?:&\S+\s+)?!\s")
_SLASH_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\/")


class _HelmParser:
    r"""Events as Helm's parser makes them: `! 5` is a string, `"\/"` an error."""

    def __init__(self, parser: Parser, text: str) -> None:
        self._parser = parser
        self._text = text

    def get_event(self) -> Any:
        event: Any = self._parser.get_event()
        if type(event) is ScalarEvent:
            start: Any = event.start_mark
            end: Any = event.end_mark
            written = self._text[start.index : end.index]
            if event.style == '"' and _SLASH_ESCAPE.search(written):
                raise yaml.scanner.ScannerError(None, None, "found unknown escape character", start)
            if event.implicit[0] and _TAGGED_BARE.match(written):
                event.implicit = (False, True)
        return event


def open_parser(text: str, *, name: str, pure: bool = False) -> Parser:
    """Return a parser that stands before the first event of `text`.

    Args:
        text: As `decode` returns it.
        name: What the reader knows the text as.
        pure: Use the parser in Python even where the C extension is there.

    Raises:
        YamlInvalid: It has characters that YAML does not allow, or too many directives.
    """
    if len(_TAG_DIRECTIVE.findall(text)) > DIRECTIVES:
        raise invalid(f"more than {DIRECTIVES} %TAG directives", Span.at_line(name, text, 1))
    try:
        parser: Parser = CParser(text.encode()) if _HAS_LIBYAML and not pure else _PureParser(text)
    except YAMLError as error:
        raise refusal(error, text, name) from error
    # Looking at each scalar's text costs a fifth of a load; few texts have anything to find.
    differs = _ESCAPED.search(text) is not None or _BARE_TAG.search(text) is not None
    return _HelmParser(parser, text) if differs else parser


def span_of(event: Any, text: str, name: str) -> Span:
    """Return where in `text` the `event` stands, at most its first line."""
    start, end = event.start_mark.index, event.end_mark.index
    return Span(name, text, start, max(end, start + 1))


def refusal(error: Exception, text: str, name: str) -> YamlInvalid:
    """Return what to raise for PyYAML's `error`, which came from reading `text`."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    place = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = place.index if place is not None else len(text)
    if isinstance(error, yaml.reader.ReaderError):
        # Its own position counts bytes in one parser and characters in the other.
        position = max(text.find(chr(error.character)), 0)
    if problem == "exceeded maximum nesting depth":
        # libyaml from 0.2.6 on counts levels itself, and looks ahead further than we read.
        what = f"nested deeper than {DEPTH} levels"
        return invalid(what, Span(name, text, position, position + 1), hint="flatten the document")
    in_go = _in_go(error, problem)
    begun, hint = getattr(error, "context_mark", None), ""
    if begun is not None and position >= len(text.rstrip()):
        # What is never closed is only noticed at the end; its start is the place to look.
        position = begun.index
        problem = f"{getattr(error, 'context', '')}: {problem}"
    elif begun is not None and "flow" in (getattr(error, "context", "") or ""):
        hint = f"close the bracket that line {begun.line + 1} opens"
    return invalid(problem, Span(name, text, position, position + 1), hint=hint, in_go=in_go)


def _in_go(error: Exception, problem: str) -> str:
    """Return what Helm's reader says: it counts lines from 0, but forgets that only in its parser."""
    late = isinstance(error, yaml.scanner.ScannerError)
    marks = (getattr(error, "problem_mark", None), getattr(error, "context_mark", None))
    line = next((mark.line + late for mark in marks if mark is not None and mark.line), 0)
    return f"yaml: line {line}: {problem}" if line else f"yaml: {problem}"
