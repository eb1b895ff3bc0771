r"""Cut a template into text and actions, and an action into tokens.

`{{- ` and ` -}}` take the spaces around the action away; comments vanish. A mistake does not stop
the lexer: it becomes a token, because the parser may find another one before it.

Source: Go `text/template/parse` (`lex.go`).
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pkgtool.template.funcs.golang.quote import quote

SPACES = " \t\r\n"
KEYWORDS = frozenset(
    ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"]
)
_SPACE = frozenset(SPACES)
_DEEPEST = 1000
"""Parentheses in each other after which the lexer gives up; the parser refuses them earlier."""
_NUMBER = r"""[-+]?(?:
    0[xX][0-9a-fA-F_]*+(?:\.[0-9a-fA-F_]*+)?+(?:[pP][-+]?[0-9_]*+)?+
    |0[oO][0-7_]*+(?:\.[0-7_]*+)?+
    |0[bB][01_]*+(?:\.[01_]*+)?+
    |[0-9_]*+(?:\.[0-9_]*+)?+(?:[eE][-+]?[0-9_]*+)?+
)i?+"""


class Piece(NamedTuple):
    """A part of the file: `text`, an `action` without its delimiters, or a `fault` in words."""

    kind: str
    at: int
    text: str
    closed: bool = True
    """Whether the action ends; otherwise it is the rest of the file."""


class Token(NamedTuple):
    """A word of an action; `at` is its place in it."""

    kind: str
    at: int
    text: str

    def __str__(self) -> str:
        if self.kind == "fault":
            return self.text
        if self.kind in ("keyword", "dot", "nil"):
            return f"<{self.text}>"
        # Go cuts before it quotes, and counts without the quotes.
        cut_off = len(self.text) > 10
        return f"{quote(self.text[:10])}..." if cut_off else quote(self.text)


@cache
def _action_pattern() -> re.Pattern[str]:
    return re.compile(
        r"""(?:[^"'`}]++|"(?:[^"\\\n]|\\[^\n])*+"|`[^`]*+`|'(?:[^'\\\n]|\\[^\n])*+'|\}(?!\}))*+""",
    )


@cache
def _token_pattern() -> re.Pattern[str]:
    return re.compile(
        r"""
        (?P<space>[ \t\r\n]+)
        |(?:
            (?P<number>(?=[-+0-9]|\.[0-9])"""
        + _NUMBER
        + r""")(?![-+\w])
        )
        |(?:
            (?P<field>\.[^\W0-9]\w*+)
            |(?P<dot>\.)(?![0-9])
            |(?P<variable>\$\w*+)
            |(?P<word>[^\W0-9]\w*+)
        )(?=[ \t\r\n.,|:)(]|\Z)
        |(?P<string>"(?:[^"\\\n]|\\[^\n])*+")
        |(?P<raw>`[^`]*+`)
        |(?P<character>'(?:[^'\\\n]|\\[^\n])*+')
        |(?P<declare>:=)
        |(?P<assign>=)
        |(?P<pipe>\|)
        |(?P<open>\()
        |(?P<close>\))
        """,
        re.VERBOSE,
    )


def cut(source: str) -> Iterator[Piece]:
    """Yield the pieces of `source` in order; after a fault or an open action nothing follows."""
    at = 0
    while True:
        start = source.find("{{", at)
        if start < 0:
            if at < len(source):
                yield Piece("text", at, source[at:])
            return
        begin, end = start + 2, start
        if source[begin : begin + 1] == "-" and source[begin + 1 : begin + 2] in _SPACE:
            begin += 2
            end = at + len(source[at:start].rstrip(SPACES))
        if end > at:
            yield Piece("text", at, source[at:end])
        comment = source.startswith("/*", begin)
        piece, at = _comment(source, begin) if comment else _action(source, begin)
        if piece is not None:
            yield piece
            if piece.kind == "fault" or not piece.closed:
                return


def _comment(source: str, begin: int) -> tuple[Piece | None, int]:
    """Comment = "/*" { any } "*/" [ " -" ] "}}"."""
    end = source.find("*/", begin + 2)
    if end < 0:
        return Piece("fault", begin, "unclosed comment"), len(source)
    end += 2
    if source.startswith("}}", end):
        return None, end + 2
    if source[end : end + 1] in _SPACE and source.startswith("-}}", end + 1):
        return None, _skip_spaces(source, end + 4)
    return Piece("fault", begin, "comment ends before closing delimiter"), len(source)


def _action(source: str, begin: int) -> tuple[Piece, int]:
    match = _action_pattern().match(source, begin)
    end = match.end() if match else begin
    if not source.startswith("}}", end):
        return Piece("action", begin, source[begin:], closed=False), len(source)
    if source[end - 1] == "-" and end - 2 >= begin and source[end - 2] in SPACES:
        return Piece("action", begin, source[begin : end - 2]), _skip_spaces(source, end + 2)
    return Piece("action", begin, source[begin:end]), end + 2


def _skip_spaces(source: str, at: int) -> int:
    while source[at : at + 1] in _SPACE:
        at += 1
    return at


@cache
def _loose_pattern() -> re.Pattern[str]:
    """Match what a name or number begins with, whatever follows: to say what is wrong there."""
    return re.compile(r"(?P<number>[-+]?\.?[0-9][\w.]*|[-+])|(?P<name>[.$]?\w*)")


def tokens(action: str, *, closed: bool = True) -> list[Token]:
    """Return the tokens of `action`; the last one is its `end`, or a `fault`."""
    found: list[Token] = []
    match_at, words = _token_pattern().match, _WORDS
    at, size, depth = 0, len(action), 0
    while at < size:
        match = match_at(action, at)
        if match is None:
            token = _other(action, at)
        else:
            kind, text = match.lastgroup or "", match.group()
            token = Token(words.get(text, "function") if kind == "word" else kind, at, text)
            if kind == "open":
                depth += 1
                if depth > _DEEPEST:
                    token = Token("fault", at, "max expression depth exceeded")
            elif kind == "close":
                depth -= 1
                if depth < 0:
                    token = Token("fault", at, "unexpected right paren")
        found.append(token)
        if token.kind == "fault" or (token.kind == "symbol" and token.text != ","):
            # Nothing can follow: no need to read on.
            return found
        at += len(token.text)
    found.append(_last(at, closed=closed, depth=depth))
    return found


def _last(at: int, *, closed: bool, depth: int) -> Token:
    if not closed:
        return Token("fault", at, "unclosed action")
    return Token("fault", at, "unclosed left paren") if depth else Token("end", at, "}}")


_WORDS = {**dict.fromkeys(KEYWORDS, "keyword"), "true": "bool", "false": "bool", "nil": "nil"}


def _other(action: str, at: int) -> Token:
    """Return the token or fault for what no plain token begins with."""
    character = action[at]
    if character in _OPENED:
        return Token("fault", at, _OPENED[character])
    if character in ".$_" or character.isalnum() or character in "+-":
        return _name_or_number(action, at)
    if character.isascii() and character.isprintable():
        return Token("symbol", at, character)
    return Token("fault", at, f"unrecognized character in action: {_code(character)}")


_OPENED = {
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
    ":": "expected :=",
}


def _name_or_number(action: str, at: int) -> Token:
    match = _loose_pattern().match(action, at)
    end = match.end() if match else at + 1
    if match is None or match.lastgroup == "name":
        return Token("fault", at, f"bad character {_code(action[end : end + 1])}")
    return _number(action, at)


def _number(action: str, at: int) -> Token:
    """Read a number to which letters or a second number are attached."""
    match = _plain_number().match(action, at)
    end = match.end() if match else at + 1
    if action[end : end + 1] in ("+", "-"):
        match = _plain_number().match(action, end)
        end = match.end() if match else end
        if not action[at:end].endswith("i"):
            return Token("fault", at, f"bad number syntax: {quote(action[at:end])}")
    following = action[end : end + 1]
    if following == "_" or following.isalnum():
        return Token("fault", at, f"bad number syntax: {quote(action[at : end + 1])}")
    return Token("number", at, action[at:end])


@cache
def _plain_number() -> re.Pattern[str]:
    return re.compile(_NUMBER, re.VERBOSE)


def _code(character: str) -> str:
    """Return `U+002D '-'`."""
    shown = f" '{character}'" if character.isprintable() else ""
    return f"U+{ord(character):04X}{shown}"
