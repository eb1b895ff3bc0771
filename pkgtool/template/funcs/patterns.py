r"""Find, split and replace by regular expressions, in the language and by the rules of Go.

Matching is RE2's (`pkgtool.regex`), so its time is linear in the text. Texts are matched as UTF-8
bytes, which need no conversion of offsets. What counts as the next match, and how a replacement
names groups (`$1`, `${name}`), is Go's way and not Python's.

Source: Sprig `regex.go`; Go package `regexp`.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from pkgtool.errors import FunctionFailed, PatternInvalid
from pkgtool.regex import compile_pattern
from pkgtool.template.funcs.budget import MAX_ITEMS, MAX_TEXT, Allowance
from pkgtool.template.funcs.golang.quote import can_backquote, quote
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.text import to_bytes, to_text

_GO_WORDS = {
    "missing )": "missing closing )",
    "missing ]": "missing closing ]",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid repetition size": "invalid repeat count",
    "trailing \\": "trailing backslash at end of expression",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid named capture group": "invalid named capture",
}
_SPECIAL = re.escape(r"\.+*?()|[]{}^$")
_HINT = "patterns follow RE2: no backreferences, no look-around"

_Match = Any
"""A match of the library, whose offsets count bytes."""


def _compiled(pattern: str) -> Any:
    """Return the compiled `pattern`, or refuse it in Go's words."""
    if re.search(r"(?<!\\)(?:\\\\)*\\C", pattern):
        # One byte, whatever it is part of: the library knows it, Go does not.
        raise _refused("invalid escape sequence", r"\C")
    try:
        return compile_pattern(to_text(to_bytes(pattern)))
    except PatternInvalid as error:
        word, piece = _reason(error)
        raise _refused(_GO_WORDS.get(word, word), piece) from error


def _reason(error: PatternInvalid) -> tuple[str, str]:
    """Return what is wrong with a pattern, and the piece it is wrong with, from the library."""
    given = error.__cause__.args[0] if error.__cause__ else error.what
    text = to_text(given) if isinstance(given, bytes) else str(given)
    word, _, piece = text.partition(": ")
    return word, piece


def _refused(reason: str, piece: str) -> FunctionFailed:
    return FunctionFailed(f"error parsing regexp: {reason}: `{piece}`", hint=_HINT)


def _must_compile(pattern: str) -> Any:
    try:
        return _compiled(pattern)
    except FunctionFailed as error:
        shown = f"`{pattern}`" if can_backquote(pattern) else quote(pattern)
        raise FunctionFailed(f"regexp: Compile({shown}): {error.what}", hint=_HINT) from error


def _after(data: bytes, offset: int) -> int:
    """Return the offset of the character after the one at `offset`."""
    offset += 1
    while offset < len(data) and data[offset] & 0xC0 == 0x80:
        offset += 1
    return offset


def _search(compiled: Any, data: bytes, offset: int = 0) -> _Match | None:
    match = compiled.search(data, offset)
    while match and match.start() < len(data) and data[match.start()] & 0xC0 == 0x80:
        # The library finds an empty match (`\B`) inside of a character, Go does not.
        match = compiled.search(data, _after(data, match.start()))
    return match


def _matches(compiled: Any, data: bytes) -> Iterator[_Match]:
    """Yield matches from left to right, without empty ones at the end of another."""
    allowance = Allowance("finding matches", MAX_ITEMS, "matches")
    offset = 0
    last_end = -1
    while offset <= len(data):
        match = _search(compiled, data, offset)
        if match is None:
            return
        start, end = match.span()
        empty_here = end == offset
        offset = _after(data, offset) if empty_here else end
        if not (empty_here and start == last_end):
            allowance.spend(1)
            yield match
        last_end = end


def _first(matches: Iterator[_Match], count: int) -> Iterator[_Match]:
    return matches if count < 0 else islice(matches, count)


@go_function("regexMatch")
def regex_match(pattern: str, text: str) -> bool:
    """Tell whether `pattern` matches anywhere in `text`; an invalid one matches nothing.

    >>> regex_match("^v[0-9]+", "v12"), regex_match("(", "v12")
    (True, False)
    """
    try:
        return _found(_compiled(pattern), text)
    except FunctionFailed:
        return False


@go_function("mustRegexMatch")
def must_regex_match(pattern: str, text: str) -> bool:
    """Tell whether `pattern` matches anywhere in `text`.

    Raises:
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _found(_compiled(pattern), text)


def _found(compiled: Any, text: str) -> bool:
    return _search(compiled, to_bytes(text)) is not None


@go_function("regexFind")
def regex_find(pattern: str, text: str) -> str:
    """Return the first match of `pattern`, or empty text.

    >>> regex_find("[a-z]+[0-9]", "x ab12")
    'ab1'

    Raises:
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _find(_must_compile(pattern), text)


@go_function("mustRegexFind")
def must_regex_find(pattern: str, text: str) -> str:
    """Return what `regexFind` does."""
    return _find(_compiled(pattern), text)


def _find(compiled: Any, text: str) -> str:
    match = _search(compiled, to_bytes(text))
    return to_text(match.group()) if match else ""


@go_function("regexFindAll")
def regex_find_all(pattern: str, text: str, count: int) -> list[str]:
    """Return at most `count` matches of `pattern`, all for a negative one.

    >>> regex_find_all("[0-9]", "1a2b3", -1)
    ['1', '2', '3']

    Raises:
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _find_all(_must_compile(pattern), text, count)


@go_function("mustRegexFindAll")
def must_regex_find_all(pattern: str, text: str, count: int) -> list[str]:
    """Return what `regexFindAll` does."""
    return _find_all(_compiled(pattern), text, count)


def _find_all(compiled: Any, text: str, count: int) -> list[str]:
    return [to_text(match.group()) for match in _first(_matches(compiled, to_bytes(text)), count)]


@go_function("regexSplit")
def regex_split(pattern: str, text: str, count: int) -> list[str]:
    """Return the at most `count` pieces of `text` between matches, all for a negative one.

    >>> regex_split("z+", "pizza", -1), regex_split("a", "banana", 2)
    (['pi', 'a'], ['b', 'nana'])

    Raises:
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _split(_must_compile(pattern), pattern, text, count)


@go_function("mustRegexSplit")
def must_regex_split(pattern: str, text: str, count: int) -> list[str]:
    """Return what `regexSplit` does."""
    return _split(_compiled(pattern), pattern, text, count)


def _split(compiled: Any, pattern: str, text: str, count: int) -> list[str]:
    if not count:
        return []
    if pattern and not text:
        return [""]
    data = to_bytes(text)
    pieces: list[bytes] = []
    start = end = 0
    for match in _first(_matches(compiled, data), count):
        if len(pieces) == count - 1:
            break
        end = match.start()
        if match.end():
            pieces.append(data[start:end])
        start = match.end()
    if end != len(data):
        pieces.append(data[start:])
    return [to_text(piece) for piece in pieces]


@go_function("regexReplaceAll")
def regex_replace_all(pattern: str, text: str, replacement: str) -> str:
    """Return `text` with all matches replaced; `$1`, `${1}` and `${name}` stand for groups.

    >>> regex_replace_all("a(x*)b", "-ab-axxb-", "${1}W")
    '-W-xxW-'

    Raises:
        BudgetExceeded: The result would be longer than 16 MiB.
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _expand_all(_must_compile(pattern), text, replacement)


@go_function("mustRegexReplaceAll")
def must_regex_replace_all(pattern: str, text: str, replacement: str) -> str:
    """Return what `regexReplaceAll` does."""
    return _expand_all(_compiled(pattern), text, replacement)


@go_function("regexReplaceAllLiteral")
def regex_replace_all_literal(pattern: str, text: str, replacement: str) -> str:
    """Return `text` with all matches replaced by `replacement` as it is.

    >>> regex_replace_all_literal("a(x*)b", "-ab-", "$1")
    '-$1-'

    Raises:
        BudgetExceeded: The result would be longer than 16 MiB.
        FunctionFailed: `pattern` is not a regular expression.
    """
    literal = to_bytes(replacement)
    return _replace(_must_compile(pattern), text, lambda _: literal)


@go_function("mustRegexReplaceAllLiteral")
def must_regex_replace_all_literal(pattern: str, text: str, replacement: str) -> str:
    """Return what `regexReplaceAllLiteral` does."""
    literal = to_bytes(replacement)
    return _replace(_compiled(pattern), text, lambda _: literal)


def _expand_all(compiled: Any, text: str, replacement: str) -> str:
    parts = _template(compiled, replacement)
    return _replace(compiled, text, lambda match: b"".join(_filled(parts, match)))


def _template(compiled: Any, replacement: str) -> list[bytes | int]:
    """Return plain pieces and group numbers, in order; unknown groups are left out."""
    names: dict[str, int] = compiled.groupindex
    parts: list[bytes | int] = []
    end = 0
    for found in re.finditer(r"\$(?:(\$)|\{(\w+)\}|(\w+))", replacement):
        parts.append(to_bytes(replacement[end : found.start()]))
        end = found.end()
        name = found[2] or found[3]
        if found[1]:
            parts.append(b"$")
        elif name.isascii() and name.isdigit():
            parts.extend([int(name)] if len(name) < 9 and int(name) <= compiled.groups else [])
        elif name in names:
            parts.append(names[name])
    return [*parts, to_bytes(replacement[end:])]


def _filled(parts: list[bytes | int], match: _Match) -> Iterator[bytes]:
    for part in parts:
        yield part if isinstance(part, bytes) else match.group(part) or b""


def _replace(compiled: Any, text: str, fill: Callable[[_Match], bytes]) -> str:
    data = to_bytes(text)
    allowance = Allowance("replacing", MAX_TEXT, "bytes of text")
    allowance.spend(len(data))
    pieces: list[bytes] = []
    copied = offset = 0
    while offset <= len(data):
        match = _search(compiled, data, offset)
        if match is None:
            break
        start, end = match.span()
        pieces.append(data[copied:start])
        # An empty match counts only where no other match has just ended.
        if end > copied or not start:
            pieces.append(fill(match))
            allowance.spend(len(pieces[-1]))
        copied = end
        following = _after(data, offset)
        offset = max(end, following)
    return to_text(b"".join([*pieces, data[copied:]]))


@go_function("regexQuoteMeta")
def regex_quote_meta(text: str) -> str:
    r"""Return a pattern that matches `text` and nothing else.

    >>> print(regex_quote_meta("1.2+x"))
    1\.2\+x
    """
    return re.sub(f"([{_SPECIAL}])", r"\\\1", text)
