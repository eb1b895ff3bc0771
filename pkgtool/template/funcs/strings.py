"""Cut, trim, test, quote and lay out text as Sprig does; offsets and widths count bytes.

Arguments come in Go's order: the text that a pipeline hands on is the last one.

Source: Sprig `strings.go`; `Masterminds/goutils` for abbreviations and wrapping; Go `strings`.
"""

from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.budget import check_size
from pkgtool.template.funcs.casts import to_string
from pkgtool.template.funcs.golang.binary import cut, decode, encode, length
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.quote import quote as go_quote
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.text import SPACES, byte_length

_SPACE_BYTES = b"\t\n\v\f\r \x85\xa0"


@go_function("hello")
def hello() -> str:
    """Return a greeting."""
    return "Hello!"


@go_function("abbrev")
def abbrev(width: int, text: str) -> str:
    """Return the start of `text` and `...`, together at most `width` bytes.

    >>> abbrev(8, "hello world")
    'hello...'
    """
    return text if width < 4 else decode(_abbreviate(encode(text), 0, width))


@go_function("abbrevboth")
def abbrevboth(left: int, width: int, text: str) -> str:
    """Return a middle piece of `text` that starts about `left`, at most `width` bytes with dots.

    >>> abbrevboth(5, 10, "1234 5678 9123")
    '...5678...'
    """
    if width < 4 or (left > 0 and width < 7):
        return text
    return decode(_abbreviate(encode(text), left, width))


def _abbreviate(data: bytes, left: int, width: int) -> bytes:
    size = len(data)
    if size <= width:
        return data
    left = min(left, size)
    if size - left < width - 3:
        left = size - (width - 3)
    if left <= 4:
        return data[: width - 3] + b"..."
    if left + width - 3 >= size:
        return b"..." + data[size - (width - 3) :]
    rest = data[left:]
    return b"..." + (_abbreviate(rest, 0, width - 3) if width >= 7 else rest)


@go_function("trunc")
def trunc(count: int, text: str) -> str:
    """Return the first `count` bytes of `text`, or the last when `count` is negative.

    >>> trunc(5, "hello world"), trunc(-5, "hello world")
    ('hello', 'world')
    """
    size = length(text)
    if count < 0:
        return cut(text, size + count, size) if size + count > 0 else text
    return cut(text, 0, count) if size > count else text


@go_function("substr")
def substr(start: int, end: int, text: str) -> str:
    """Return the bytes of `text` from `start` up to `end`; a negative one means its whole side.

    >>> substr(0, 4, "hello"), substr(2, -1, "hello")
    ('hell', 'llo')

    Raises:
        FunctionFailed: `start` is behind `end` or the text, or `end` is behind the text.
    """
    size = length(text)
    if start >= 0 and not 0 <= end <= size:
        end = size
    if not max(start, 0) <= end <= size:
        bounds = f"[{start}:{end}]" if start >= 0 else f"[:{end}]"
        beyond = f" with length {size}" if end > size else ""
        raise FunctionFailed(
            f"runtime error: slice bounds out of range {bounds}{beyond}",
            hint="`trunc` cuts text that may be too short",
        )
    return cut(text, max(start, 0), end)


@go_function("trim")
def trim(text: str) -> str:
    """Return `text` without spaces around it."""
    return text.strip(SPACES)


@go_function("trimAll")
def trim_all(characters: str, text: str) -> str:
    """Return `text` without any of `characters` around it.

    >>> trim_all("$", "$5.00$")
    '5.00'
    """
    return text.strip(characters)


trimall = trim_all


@go_function("trimSuffix")
def trim_suffix(suffix: str, text: str) -> str:
    """Return `text` without `suffix` at its end.

    >>> trim_suffix("-", "name-")
    'name'
    """
    return text.removesuffix(suffix)


@go_function("trimPrefix")
def trim_prefix(prefix: str, text: str) -> str:
    """Return `text` without `prefix` at its start."""
    return text.removeprefix(prefix)


@go_function("contains")
def contains(piece: str, text: str) -> bool:
    """Tell whether `piece` is in `text`."""
    return piece in text


@go_function("hasPrefix")
def has_prefix(prefix: str, text: str) -> bool:
    """Tell whether `text` starts with `prefix`."""
    return text.startswith(prefix)


@go_function("hasSuffix")
def has_suffix(suffix: str, text: str) -> bool:
    """Tell whether `text` ends with `suffix`."""
    return text.endswith(suffix)


@go_function("repeat")
def repeat(count: int, text: str) -> str:
    """Return `text`, `count` times.

    >>> repeat(3, "ab")
    'ababab'

    Raises:
        BudgetExceeded: The result would be longer than 16 MiB.
        FunctionFailed: `count` is negative.
    """
    if count < 0:
        raise FunctionFailed("strings: negative Repeat count")
    check_size("repeat", count * byte_length(text))
    return text * count if text else ""


@go_function("replace")
def replace(old: str, new: str, text: str) -> str:
    """Return `text` with every `old` replaced by `new`.

    >>> replace(" ", "-", "a b c")
    'a-b-c'

    Raises:
        BudgetExceeded: The result would be longer than 16 MiB.
    """
    growth = byte_length(new) - byte_length(old)
    if growth > 0:
        check_size("replace", byte_length(text) + growth * text.count(old))
    return text.replace(old, new)


@go_function("nospace")
def nospace(text: str) -> str:
    """Return `text` without any spaces in it.

    >>> nospace(" a b ")
    'ab'
    """
    # Upstream looks at bytes, and each byte that stays becomes a character once one was dropped.
    data = encode(text)
    kept = data.translate(None, _SPACE_BYTES)
    return text if len(kept) == len(data) else kept.decode("latin-1")


@go_function("quote")
def quote(*values: Any) -> str:
    r"""Return `values` each in double quotes, with escapes, and spaces between; nulls are left out.

    >>> quote("a", None, 1e6)
    '"a" "1e+06"'
    """
    return _joined("quote", " ", [go_quote(to_string(each)) for each in values if each is not None])


@go_function("squote")
def squote(*values: Any) -> str:
    """Return `values` each in single quotes, with spaces between; nulls are left out.

    >>> squote("a", None, 1)
    "'a' '1'"
    """
    return _joined("squote", " ", [f"'{to_text(each)}'" for each in values if each is not None])


@go_function("cat")
def cat(*values: Any) -> str:
    """Return `values` as one text with spaces between; nulls are left out.

    >>> cat("a", None, 1)
    'a 1'
    """
    return _joined("cat", " ", [to_text(each) for each in values if each is not None])


def _joined(what: str, between: str, pieces: list[str]) -> str:
    check_size(what, sum(map(len, pieces)) + len(between) * len(pieces))
    return between.join(pieces)


@go_function("indent")
def indent(spaces: int, text: str) -> str:
    r"""Return `text` with `spaces` before each of its lines, empty ones too.

    >>> indent(2, "a\nb")
    '  a\n  b'

    Raises:
        BudgetExceeded: The result would be longer than 16 MiB.
        FunctionFailed: `spaces` is negative.
    """
    return _indented("indent", spaces, text)


@go_function("nindent")
def nindent(spaces: int, text: str) -> str:
    r"""Return a line end and then what `indent` returns.

    >>> nindent(2, "a: 1\nb: 2")
    '\n  a: 1\n  b: 2'
    """
    if spaces >= 0 and len(text) * (spaces + 1) <= _SURELY_SMALL:
        # No function is called more often.
        between = "\n" + " " * spaces
        return between + text.replace("\n", between)
    return "\n" + _indented("nindent", spaces, text)


_SURELY_SMALL = 1 << 20


def _indented(what: str, spaces: int, text: str) -> str:
    if spaces < 0:
        hint = "an indentation is zero or more spaces"
        raise FunctionFailed("strings: negative Repeat count", hint=hint)
    if len(text) * (spaces + 1) > _SURELY_SMALL:
        check_size(what, len(text) + spaces * (text.count("\n") + 1))
    pad = " " * spaces
    return pad + text.replace("\n", "\n" + pad)


@go_function("wrap")
def wrap(width: int, text: str) -> str:
    r"""Return `text` in lines of at most `width` bytes, broken at spaces; long words stay whole.

    >>> wrap(11, "hello world foo")
    'hello world\nfoo'
    """
    return _wrapped("wrap", width, "\n", text, long_words=False)


@go_function("wrapWith")
def wrap_with(width: int, line_end: str, text: str) -> str:
    r"""Return `text` wrapped with `line_end` between the pieces; long words are broken too.

    >>> wrap_with(5, "|", "hello everybody")
    'hello|every|body'
    """
    return _wrapped("wrapWith", width, line_end or "\n", text, long_words=True)


def _wrapped(what: str, width: int, line_end: str, text: str, *, long_words: bool) -> str:
    data = encode(text)
    width = max(width, 1)
    check_size(what, len(data) + (len(data) // width + 1) * len(encode(line_end)))
    lines: list[bytes] = []
    start = 0
    while len(data) - start > width:
        if data.startswith(b" ", start):
            start += 1
            continue
        space = data.rfind(b" ", start, start + width + 1)
        if space < 0 and long_words:
            lines.append(data[start : start + width])
            start += width
            continue
        if space < 0:
            space = data.find(b" ", start + width)
        end = space if space >= 0 else len(data)
        lines.append(data[start:end])
        start = end + 1
        if end == len(data):
            return decode(encode(line_end).join(lines))
    return decode(encode(line_end).join([*lines, data[start:]]))


@go_function("plural")
def plural(one: str, many: str, count: int) -> str:
    """Return `one` when `count` is 1, else `many`.

    >>> plural("one anchovy", "many anchovies", 2)
    'many anchovies'
    """
    return one if count == 1 else many
