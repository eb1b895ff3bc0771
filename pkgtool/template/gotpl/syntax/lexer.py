r"""Cut a template into text and actions, and an action into words.

`{{- ` and ` -}}` take the spaces around the action away; comments vanish. A mistake does not stop
the lexer: it becomes a word of its own, because the parser may find another one before it.

Every word has a kind, which is one character. The kinds of the words of an action, one after the
other, are its shape: whether the action parses depends on that alone, because a function that there
is not and a literal that means nothing have kinds of their own.

Source: Go `text/template/parse` (`lex.go`).
"""

import re
from collections.abc import Iterator
from functools import cache

from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.gotpl.runtime.functions import function_names
from pkgtool.template.gotpl.syntax.literals import is_number, is_text

SPACES = " \t\r\n"
SPACE = " "
TEXT = '"'
BAD_TEXT = "%"
NUMBER = "0"
BAD_NUMBER = "#"
BOOL = "b"
NIL = "n"
DOT = "."
FIELDS = "F"
VARIABLE = "$"
VARIABLE_FIELDS = "V"
FUNCTION = "f"
UNKNOWN = "?"
SYMBOL = "s"
END = "}"
FAULT = "!"
KEYWORDS = {
    "block": "B",
    "break": "K",
    "continue": "C",
    "define": "D",
    "else": "E",
    "end": "e",
    "if": "I",
    "range": "R",
    "template": "T",
    "with": "W",
}
_DEEPEST = 1000
"""Parentheses in each other after which the lexer gives up; the parser refuses them earlier."""
_DIGITS = "0123456789"
_SAME = {each: each for each in ("=", "|", "(", ")", ",", DOT)}
_FIRST = {
    **dict.fromkeys(SPACES, SPACE),
    **dict.fromkeys(f"{_DIGITS}+-'", NUMBER),
    **dict.fromkeys('"`', TEXT),
    "$": VARIABLE,
    ".": FIELDS,
}
_NAMES = r"(?:\.[^\W0-9]\w*+)"
_NUMBER = r"""[-+]?(?:
    0[xX][0-9a-fA-F_]*+(?:\.[0-9a-fA-F_]*+)?+(?:[pP][-+]?[0-9_]*+)?+
    |0[oO][0-7_]*+(?:\.[0-7_]*+)?+
    |0[bB][01_]*+(?:\.[01_]*+)?+
    |[0-9_]*+(?:\.[0-9_]*+)?+(?:[eE][-+]?[0-9_]*+)?+
)i?+"""


CUT_TEXT = "text"
CUT_ACTION = "action"
CUT_OPEN = "open action"
"""An action that does not end: it is the rest of the file."""
CUT_FAULT = "fault"
Piece = tuple[str, int, int, str]
"""A part of the file: what it is, where it begins, in which line, and its text; that of an action is
without the delimiters, and that of a fault says what is wrong."""


@cache
def _piece_pattern() -> re.Pattern[str]:
    return re.compile(
        r"""\{\{(?:-[ \t\r\n])?+(?:(?=/\*)|"""
        r"""((?:[^"'`}]++|"(?:[^"\\\n]|\\[^\n])*+"|`[^`]*+`|'(?:[^'\\\n]|\\[^\n])*+'|\}(?!\}))*+)"""
        r"""(\}\})?+)"""
    )


@cache
def _word_pattern() -> re.Pattern[str]:
    return re.compile(
        r"""
        [ \t\r\n]+
        |(?:
            """
        + _NAMES
        + r"""+
            |\.(?![0-9])
            |\$\w*+"""
        + _NAMES
        + r"""*
            |[^\W0-9]\w*+
        )(?=[ \t\r\n.,|:)(]|\Z)
        |"(?:[^"\\\n]|\\[^\n])*+"
        |[|(),=]
        |:=
        |(?=[-+0-9]|\.[0-9])"""
        + _NUMBER
        + r"""(?![-+\w])
        |`[^`]*+`
        |'(?:[^'\\\n]|\\[^\n])*+'
        """,
        re.VERBOSE,
    )


def cut(source: str) -> Iterator[Piece]:
    """Yield the pieces of `source` in order; after a fault or an open action nothing follows."""
    search, count = _piece_pattern().search, source.count
    at, line = 0, 1
    while match := search(source, at):
        start, end = match.span()
        action, closing = match.groups()
        if start > at:
            text = source[at:start]
            if end > start + 3 and source[start + 2] == "-" and source[start + 3] in SPACES:
                text = text.rstrip(SPACES)
            if text:
                yield CUT_TEXT, at, line, text
        if action is None:
            line += count("\n", at, end)
            at, fault = _comment(source, end)
            if fault:
                yield CUT_FAULT, at, line, fault
                return
            line += count("\n", end, at)
            continue
        begin = match.start(1)
        line += count("\n", at, begin)
        if closing is None:
            # What follows is part of it, whatever it is.
            yield CUT_OPEN, begin, line, source[begin:]
            return
        at = end
        if action.endswith(_TRIMS):
            yield CUT_ACTION, begin, line, action[:-2]
            at = _skip_spaces(source, end)
        else:
            yield CUT_ACTION, begin, line, action
        line += count("\n", begin, at)
    if at < len(source):
        yield CUT_TEXT, at, line, source[at:]


_SPACE = frozenset(SPACES)
_TRIMS = tuple(f"{each}-" for each in SPACES)


def _comment(source: str, begin: int) -> tuple[int, str]:
    """Return where a comment ends, or where it goes wrong and how.

    Comment = "/*" { any } "*/" [ " -" ] "}}".
    """
    end = source.find("*/", begin + 2)
    if end < 0:
        return begin, "unclosed comment"
    end += 2
    if source.startswith("}}", end):
        return end + 2, ""
    if source[end : end + 1] in _SPACE and source.startswith("-}}", end + 1):
        return _skip_spaces(source, end + 4), ""
    return begin, "comment ends before closing delimiter"


def _skip_spaces(source: str, at: int) -> int:
    while source[at : at + 1] in _SPACE:
        at += 1
    return at


class Kinds(dict[str, str]):
    """The kinds of words, known ones and those that were asked for."""

    def __init__(self) -> None:
        super().__init__(_fixed_kinds())

    def __missing__(self, word: str) -> str:
        kind = self[word] = _kind(word)
        return kind


@cache
def _fixed_kinds() -> dict[str, str]:
    functions = dict.fromkeys(function_names(), FUNCTION)
    return {**functions, **KEYWORDS, **_SAME, "true": BOOL, "false": BOOL, "nil": NIL, ":=": ":"}


def _kind(word: str) -> str:
    kind = _FIRST.get(word[0], UNKNOWN)
    if kind == TEXT:
        return TEXT if is_text(word) else BAD_TEXT
    if kind == NUMBER or (kind == FIELDS and word[1] in _DIGITS):
        return NUMBER if is_number(word) else BAD_NUMBER
    return VARIABLE_FIELDS if kind == VARIABLE and "." in word else kind


def split(action: str, kinds: Kinds) -> tuple[list[str], str]:
    """Return the words of `action` and its shape; a fault is the last word, and says what it is."""
    words = _word_pattern().findall(action)
    if "".join(words) != action:
        return _split_faulty(action, kinds)
    return words, "".join(map(kinds.__getitem__, words))


def _split_faulty(action: str, kinds: Kinds) -> tuple[list[str], str]:
    """Return the words up to a mistake, or to a symbol, which nothing can follow."""
    words: list[str] = []
    shape = ""
    at = 0
    while at < len(action) and not shape.endswith(_LAST):
        match = _word_pattern().match(action, at)
        word, kind = (match[0], kinds[match[0]]) if match else _other(action, at)
        words.append(word)
        shape += kind
        at += len(word)
    return words, shape


def finish(words: list[str], shape: str, *, closed: bool) -> tuple[list[str], str]:
    """Return `words` and `shape` with the end of the action, or with what is wrong with it."""
    depth = 0
    for at, kind in enumerate(shape):
        depth += (kind == "(") - (kind == ")")
        if not 0 <= depth <= _DEEPEST:
            message = "max expression depth exceeded" if depth > 0 else "unexpected right paren"
            return [*words[:at], message], shape[:at] + FAULT
    if shape.endswith(_LAST):
        return words, shape
    if not closed:
        return [*words, "unclosed action"], shape + FAULT
    return (
        ([*words, "unclosed left paren"], shape + FAULT) if depth else ([*words, "}}"], shape + END)
    )


def shown(word: str, kind: str) -> str:
    """Return `word` as Go names it in messages."""
    if kind == FAULT:
        return word
    if kind in _NAMED:
        return f"<{word}>"
    # Go cuts before it quotes, and counts without the quotes.
    return f"{quote(word[:10])}..." if len(word) > 10 else quote(word)


_LAST = (FAULT, SYMBOL)
_NAMED = frozenset([*KEYWORDS.values(), DOT, NIL])


def _other(action: str, at: int) -> tuple[str, str]:
    """Return the word or fault for what no plain word begins with, and its kind."""
    character = action[at]
    if character in _OPENED:
        return _OPENED[character], FAULT
    if character in ".$_" or character.isalnum() or character in "+-":
        return _name_or_number(action, at)
    if character.isascii() and character.isprintable():
        return character, SYMBOL
    return f"unrecognized character in action: {_code(character)}", FAULT


_OPENED = {
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
    ":": "expected :=",
}


@cache
def _loose_pattern() -> re.Pattern[str]:
    """Match what a name or number begins with, whatever follows: to say what is wrong there."""
    return re.compile(r"(?P<number>[-+]?\.?[0-9][\w.]*|[-+])|(?P<name>[.$]?\w*)")


def _name_or_number(action: str, at: int) -> tuple[str, str]:
    match = _loose_pattern().match(action, at)
    end = match.end() if match else at + 1
    if match is None or match.lastgroup == "name":
        return f"bad character {_code(action[end : end + 1])}", FAULT
    return _number(action, at)


def _number(action: str, at: int) -> tuple[str, str]:
    """Read a number to which letters or a second number are attached."""
    match = _plain_number().match(action, at)
    end = match.end() if match else at + 1
    if action[end : end + 1] in ("+", "-"):
        match = _plain_number().match(action, end)
        end = match.end() if match else end
        if not action[at:end].endswith("i"):
            return f"bad number syntax: {quote(action[at:end])}", FAULT
    following = action[end : end + 1]
    if following == "_" or following.isalnum():
        return f"bad number syntax: {quote(action[at : end + 1])}", FAULT
    word = action[at:end]
    return word, _kind(word)


@cache
def _plain_number() -> re.Pattern[str]:
    return re.compile(_NUMBER, re.VERBOSE)


def _code(character: str) -> str:
    """Return `U+002D '-'`."""
    shown = f" '{character}'" if character.isprintable() else ""
    return f"U+{ord(character):04X}{shown}"
