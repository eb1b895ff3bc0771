"""Say what is wrong with a text, where, and what its writer probably meant."""

from pkgtool.errors import YamlInvalid
from pkgtool.source import Span

_HINTS = (
    ("could not find expected ':'", "a key is followed by a colon and a space"),
    ("did not find expected key", "compare the indentation of this line with the lines above"),
    ("did not find expected '-'", "items of one list start in the same column"),
    ("flow", "close the bracket, or put a value that starts with a bracket in quotes"),
    ("while scanning a quoted", "close the quote"),
    ("escape", "in double quotes a backslash starts an escape; single quotes keep it"),
    ("block sequence entries", "start the list on its own line"),
    ("alphabetic or numeric", "put a value that starts with '*' or '&' in quotes"),
    ("anchor", "put a value that starts with '*' or '&' in quotes"),
    ("alias", "put a value that starts with '*' or '&' in quotes"),
)
_QUOTE_COLON = "put a value that contains ': ' in quotes"
_COLON_ABOVE = "end the key on the line above with a colon, or compare the indentation"
_ESCAPED = {'"': '\\"', "'": "''"}
_NO_STARTS = "@`%"


def invalid(what: str, where: Span, *, hint: str = "", in_go: str = "") -> YamlInvalid:
    """Return the error for `what` at `where`, with a `hint` or the best guess at one.

    Line and column are in the message too: it may be shown without its excerpt.
    """
    error = YamlInvalid(
        f"yaml: line {where.line}, column {where.column}: {what}",
        where=where,
        hint=hint or _guess(what, where),
    )
    error.in_go = in_go or f"yaml: {what}"
    return error


def _guess(what: str, where: Span) -> str:
    begin = where.text.rfind("\n", 0, where.start) + 1
    line = where.text[begin:].partition("\n")[0]
    indent = line[: len(line) - len(line.lstrip())]
    stopped = where.text[where.start : where.start + 1]
    if "characters are not allowed" in what:
        return 'remove the character, or write it as an escape: "\\x00"'
    if "\t" in indent:
        return "indent with spaces; YAML does not allow tabs"
    if "{{" in line:
        return 'put a template expression in quotes: "{{ … }}"'
    if stopped and stopped in _NO_STARTS:
        return f"put a value that starts with {stopped!r} in quotes"
    before = where.text[where.start - 1 : where.start]
    if "did not find expected key" in what and before in _ESCAPED:
        return f"the quote before this place ends the text: inside of it, write {_ESCAPED[before]}"
    if "mapping values are not allowed" in what:
        value_first = ": " in line[: where.start - begin]
        return _QUOTE_COLON if value_first else _COLON_ABOVE
    return next((hint for words, hint in _HINTS if words in what), "")
