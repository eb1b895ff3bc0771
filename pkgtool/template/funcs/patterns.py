r"""Find, split and replace by regular expressions, in the language and by the rules of Go.

Matching is RE2's (`pkgtool.regex`), so the time of one search is linear in the text; how many there
are, and how large the program of a pattern is, the `Meter` of the render counts. Texts are matched
as UTF-8 bytes, which need no conversion of offsets. What counts as the next match, and how a replacement
names groups (`$1`, `${name}`), is Go's way and not Python's.

Source: Sprig `regex.go`; Go package `regexp`.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from pkgtool.errors import FunctionFailed, PatternInvalid
from pkgtool.regex import HINT, compile_pattern, in_go_words
from pkgtool.template.funcs.budget import (
    MAX_ITEMS,
    MAX_TEXT,
    Allowance,
    Meter,
    Unmetered,
    check_size,
)
from pkgtool.template.funcs.golang.quote import can_backquote, quote
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.text import to_bytes, to_text

_SPECIAL = re.escape(r"\.+*?()|[]{}^$")

_MAX_PATTERN = 64 * 1024
_TOO_LARGE = 1_000_000
"""What a pattern costs, in steps, that the library gives up on: a tenth of a second."""
_UNMETERED = Unmetered()

_Match = Any
"""A match of the library, whose offsets count bytes."""


class _Pattern(NamedTuple):
    """A compiled pattern, and who pays for its searches."""

    compiled: Any
    meter: Meter
    size: int
    """The length of its program, by which a search takes longer in the worst case."""


def _compiled(pattern: str, meter: Meter) -> _Pattern:
    """Return the compiled `pattern`, or refuse it in Go's words."""
    check_size("the regular expression", len(pattern), _MAX_PATTERN, "characters")
    new = meter.meets(pattern)
    if new:
        meter.spend(300 + 8 * len(pattern))
    try:
        compiled, size = _program(pattern)
    except PatternInvalid as error:
        meter.spend(_TOO_LARGE if "too large" in error.what else 300)
        raise FunctionFailed(error.what, hint=HINT) from error
    meter.spend(8 * size if new else 0)
    return _Pattern(compiled, meter, size)


@lru_cache(maxsize=64)
def _program(pattern: str) -> tuple[Any, int]:
    """Return the compiled `pattern` with its length, which the library counts anew each time."""
    if re.search(r"(?<!\\)(?:\\\\)*\\C", pattern):
        # One byte, whatever it is part of: the library knows it, Go does not.
        raise FunctionFailed(in_go_words(r"invalid escape sequence: \C"), hint=HINT)
    compiled = compile_pattern(to_text(to_bytes(pattern)), captures=False)
    return compiled, compiled.programsize


def _must_compile(pattern: str, meter: Meter) -> _Pattern:
    try:
        return _compiled(pattern, meter)
    except FunctionFailed as error:
        shown = f"`{pattern}`" if can_backquote(pattern) else quote(pattern)
        raise FunctionFailed(f"regexp: Compile({shown}): {error.what}", hint=HINT) from error


def _after(data: bytes, offset: int) -> int:
    """Return the offset of the character after the one at `offset`."""
    offset += 1
    while offset < len(data) and data[offset] & 0xC0 == 0x80:
        offset += 1
    return offset


def _pay_for_text(pattern: _Pattern, data: bytes) -> None:
    """Pay for what the library has to find out about a pattern while it reads a text."""
    pattern.meter.spend(len(data) * pattern.size >> 6)


def _search(pattern: _Pattern, data: bytes, offset: int = 0) -> _Match | None:
    # Whether a match goes on may show only at the end of the text, each time anew.
    pattern.meter.spend(20 + ((len(data) - offset) * (3 + (pattern.size >> 4)) >> 8))
    match = pattern.compiled.search(data, offset)
    while match and match.start() < len(data) and data[match.start()] & 0xC0 == 0x80:
        # The library finds an empty match (`\B`) inside of a character, Go does not.
        match = pattern.compiled.search(data, _after(data, match.start()))
    return match


def _matches(pattern: _Pattern, data: bytes) -> Iterator[_Match]:
    """Yield matches from left to right, without empty ones at the end of another."""
    allowance = Allowance("finding matches", MAX_ITEMS, "matches")
    _pay_for_text(pattern, data)
    offset = 0
    last_end = -1
    while offset <= len(data):
        match = _search(pattern, data, offset)
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
def regex_match(pattern: str, text: str, *, meter: Meter = _UNMETERED) -> bool:
    """Tell whether `pattern` matches anywhere in `text`; an invalid one matches nothing.

    >>> regex_match("^v[0-9]+", "v12"), regex_match("(", "v12")
    (True, False)
    """
    try:
        return _found(_compiled(pattern, meter), text)
    except FunctionFailed:
        return False


@go_function("mustRegexMatch")
def must_regex_match(pattern: str, text: str, *, meter: Meter = _UNMETERED) -> bool:
    """Tell whether `pattern` matches anywhere in `text`.

    Raises:
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _found(_compiled(pattern, meter), text)


def _found(pattern: _Pattern, text: str) -> bool:
    data = to_bytes(text)
    _pay_for_text(pattern, data)
    return _search(pattern, data) is not None


@go_function("regexFind")
def regex_find(pattern: str, text: str, *, meter: Meter = _UNMETERED) -> str:
    """Return the first match of `pattern`, or empty text.

    >>> regex_find("[a-z]+[0-9]", "x ab12")
    'ab1'

    Raises:
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _find(_must_compile(pattern, meter), text)


@go_function("mustRegexFind")
def must_regex_find(pattern: str, text: str, *, meter: Meter = _UNMETERED) -> str:
    """Return what `regexFind` does."""
    return _find(_compiled(pattern, meter), text)


def _find(pattern: _Pattern, text: str) -> str:
    data = to_bytes(text)
    _pay_for_text(pattern, data)
    match = _search(pattern, data)
    return to_text(match.group()) if match else ""


@go_function("regexFindAll")
def regex_find_all(pattern: str, text: str, count: int, *, meter: Meter = _UNMETERED) -> list[str]:
    """Return at most `count` matches of `pattern`, all for a negative one.

    >>> regex_find_all("[0-9]", "1a2b3", -1)
    ['1', '2', '3']

    Raises:
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _find_all(_must_compile(pattern, meter), text, count)


@go_function("mustRegexFindAll")
def must_regex_find_all(
    pattern: str, text: str, count: int, *, meter: Meter = _UNMETERED
) -> list[str]:
    """Return what `regexFindAll` does."""
    return _find_all(_compiled(pattern, meter), text, count)


def _find_all(pattern: _Pattern, text: str, count: int) -> list[str]:
    return [to_text(match.group()) for match in _first(_matches(pattern, to_bytes(text)), count)]


@go_function("regexSplit")
def regex_split(pattern: str, text: str, count: int, *, meter: Meter = _UNMETERED) -> list[str]:
    """Return the at most `count` pieces of `text` between matches, all for a negative one.

    >>> regex_split("z+", "pizza", -1), regex_split("a", "banana", 2)
    (['pi', 'a'], ['b', 'nana'])

    Raises:
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _split(_must_compile(pattern, meter), pattern, text, count)


@go_function("mustRegexSplit")
def must_regex_split(
    pattern: str, text: str, count: int, *, meter: Meter = _UNMETERED
) -> list[str]:
    """Return what `regexSplit` does."""
    return _split(_compiled(pattern, meter), pattern, text, count)


def _split(compiled: _Pattern, pattern: str, text: str, count: int) -> list[str]:
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
def regex_replace_all(
    pattern: str, text: str, replacement: str, *, meter: Meter = _UNMETERED
) -> str:
    """Return `text` with all matches replaced; `$1`, `${1}` and `${name}` stand for groups.

    >>> regex_replace_all("a(x*)b", "-ab-axxb-", "${1}W")
    '-W-xxW-'

    Raises:
        BudgetExceeded: The result would be longer than 16 MiB.
        FunctionFailed: `pattern` is not a regular expression.
    """
    return _expand_all(_must_compile(pattern, meter), pattern, text, replacement)


@go_function("mustRegexReplaceAll")
def must_regex_replace_all(
    pattern: str, text: str, replacement: str, *, meter: Meter = _UNMETERED
) -> str:
    """Return what `regexReplaceAll` does."""
    return _expand_all(_compiled(pattern, meter), pattern, text, replacement)


@go_function("regexReplaceAllLiteral")
def regex_replace_all_literal(
    pattern: str, text: str, replacement: str, *, meter: Meter = _UNMETERED
) -> str:
    """Return `text` with all matches replaced by `replacement` as it is.

    >>> regex_replace_all_literal("a(x*)b", "-ab-", "$1")
    '-$1-'

    Raises:
        BudgetExceeded: The result would be longer than 16 MiB.
        FunctionFailed: `pattern` is not a regular expression.
    """
    literal = to_bytes(replacement)
    return _replace(_must_compile(pattern, meter), text, lambda _: literal)


@go_function("mustRegexReplaceAllLiteral")
def must_regex_replace_all_literal(
    pattern: str, text: str, replacement: str, *, meter: Meter = _UNMETERED
) -> str:
    """Return what `regexReplaceAllLiteral` does."""
    literal = to_bytes(replacement)
    return _replace(_compiled(pattern, meter), text, lambda _: literal)


def _expand_all(pattern: _Pattern, source: str, text: str, replacement: str) -> str:
    capturing = compile_pattern(to_text(to_bytes(source)), captures=True)
    groups, size = capturing.groups, capturing.programsize
    if pattern.meter.meets(f"{source} with groups"):
        pattern.meter.spend(8 * size)
    parts = _template(capturing, replacement)
    if all(isinstance(part, bytes) for part in parts):
        literal = b"".join(_filled(parts, None))
        return _replace(pattern, text, lambda _: literal)
    data = to_bytes(text)

    def fill(match: _Match) -> bytes:
        # Groups are looked for state by state, but only within a match: so that is found first.
        start, end = match.span()
        pattern.meter.spend(
            40 + 5 * len(parts) + 2 * groups + ((end - start) * size * (8 + groups) >> 8)
        )
        return b"".join(_filled(parts, capturing.search(data, start)))

    return _replace(pattern, text, fill)


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


def _filled(parts: list[bytes | int], match: _Match | None) -> Iterator[bytes]:
    for part in parts:
        yield part if isinstance(part, bytes) else (match and match.group(part)) or b""


def _replace(pattern: _Pattern, text: str, fill: Callable[[_Match], bytes]) -> str:
    data = to_bytes(text)
    _pay_for_text(pattern, data)
    allowance = Allowance("replacing", MAX_TEXT, "bytes of text")
    allowance.spend(len(data))
    pieces: list[bytes] = []
    copied = offset = 0
    while offset <= len(data):
        match = _search(pattern, data, offset)
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
