"""Read Go's literals: texts in quotes, characters, and numbers of every kind.

Source: Go `strconv` (`Unquote`, `ParseInt`, `ParseFloat`), `text/template/parse` (`newNumber`).
"""

from collections.abc import Callable
from math import isfinite

from pkgtool.template.funcs.golang.binary import decode
from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.gotpl.syntax.nodes import Number

_SIMPLE = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
}
_LONG = {"x": 2, "u": 4, "U": 8}
_MAX_INT = (1 << 63) - 1
_MAX_UINT = (1 << 64) - 1


class LiteralFault(Exception):
    """A literal is not one; the message is Go's."""


def unquote(text: str) -> str:
    r"""Return what a text literal means, quotes included in `text`.

    >>> unquote(r'"a\n\u2603"'), unquote("`a\\n`")
    ('a\n☃', 'a\\n')

    Raises:
        LiteralFault: An escape is unknown or out of range.
    """
    body = text[1:-1]
    if text[0] == "`":
        return body.replace("\r", "")
    if "\\" not in body:
        return body
    pieces: list[bytes] = []
    at = 0
    while at < len(body):
        step = body.find("\\", at)
        if step < 0:
            step = len(body)
        pieces.append(body[at:step].encode("utf-8", "replace"))
        at = step
        if at < len(body):
            piece, at = _escape(body, at, '"')
            pieces.append(piece)
    return decode(b"".join(pieces))


def is_text(text: str) -> bool:
    """Whether `unquote` accepts `text`."""
    return _accepts(lambda: unquote(text))


def is_number(text: str) -> bool:
    """Whether `text` is a character or number that can be read."""
    return _accepts(lambda: character(0, text) if text[0] == "'" else number(0, text))


def _accepts(read: Callable[[], object]) -> bool:
    try:
        read()
    except LiteralFault:
        return False
    return True


def _escape(body: str, at: int, quote: str) -> tuple[bytes, int]:
    r"""Read `\` and what follows, at `at`: the bytes it stands for, and where it ends."""
    kind = body[at + 1 : at + 2]
    if kind in _SIMPLE:
        return _SIMPLE[kind].encode(), at + 2
    if kind and kind == quote:
        return quote.encode(), at + 2
    if kind in _LONG:
        end = at + 2 + _LONG[kind]
        number = _digits(body[at + 2 : end], _LONG[kind], 16)
        if kind == "x":
            return bytes([number]), end
        if number > 0x10FFFF or 0xD800 <= number < 0xE000:
            raise LiteralFault("invalid syntax")
        return chr(number).encode(), end
    number = _digits(body[at + 1 : at + 4], 3, 8)
    if number > 255:
        raise LiteralFault("invalid syntax")
    return bytes([number]), at + 4


def _digits(text: str, count: int, base: int) -> int:
    allowed = "01234567" if base == 8 else "0123456789abcdefABCDEF"
    if len(text) != count or text.strip(allowed):
        raise LiteralFault("invalid syntax")
    return int(text, base)


def character(at: int, text: str) -> Number:
    """Return the number that a character literal such as `'a'` stands for.

    Raises:
        LiteralFault: It is not one character.
    """
    body = text[1:-1]
    if body.startswith("\\"):
        value, end = _character_escape(body)
    elif body:
        value, end = ord(body[0]), 1
    else:
        raise LiteralFault("invalid syntax")
    if end != len(body):
        raise LiteralFault(f"malformed character constant: {text}")
    return Number(at, text, value, value)


def _character_escape(body: str) -> tuple[int, int]:
    piece, end = _escape(body, 0, "'")
    code = body[1:2]
    # A byte escape is a number here, whatever text it would begin.
    return (piece[0] if code == "x" or code.isdigit() else ord(piece.decode())), end


def number(at: int, text: str) -> Number:
    """Return the number written as `text`.

    Raises:
        LiteralFault: It is malformed, or too large for 64 bits.
    """
    if text.endswith("i"):
        return _imaginary(at, text)
    whole = _integer(text)
    if whole is not None and -_MAX_INT - 1 <= whole <= _MAX_UINT:
        fits = whole <= _MAX_INT
        looks_real = any(each in text for each in ".eEpP") and not _is_hexadecimal(text)
        value = float(whole) if looks_real else whole
        return Number(at, text, value, whole if fits else None)
    real = _real(text)
    if real is None:
        raise LiteralFault(f"illegal number syntax: {quote(text)}")
    if not any(each in text for each in ".eEpP"):
        raise LiteralFault(f"integer overflow: {quote(text)}")
    exact = int(real) if abs(real) <= 2.0**63 and real == int(real) else None
    return Number(at, text, real, exact)


def _is_hexadecimal(text: str) -> bool:
    return text.lstrip("+-")[:2] in ("0x", "0X") and "p" not in text.lower()


def _integer(text: str) -> int | None:
    digits = text.lstrip("+-")
    try:
        if len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567_":
            found = int("0o" + digits[1:].removeprefix("_"), 8)
        else:
            found = int(digits, 0)
    except ValueError:
        return None
    return -found if text.startswith("-") else found


def _real(text: str) -> float | None:
    try:
        if text.lstrip("+-")[:2] in ("0x", "0X"):
            return float.fromhex(text) if "p" in text.lower() else None
        found = float(text)
        return found if isfinite(found) else None
    except (ValueError, OverflowError):
        return None


def _imaginary(at: int, text: str) -> Number:
    """Read `1+2i` or `2i`."""
    split = max(text.rfind("+"), text.rfind("-"))
    if split > 0 and text[split - 1] in "eEpP":
        split = max(text.rfind("+", 0, split), text.rfind("-", 0, split))
    real = _real(text[:split]) if split > 0 else 0.0
    imaginary = _real(text[max(split, 0) : -1])
    if real is None or imaginary is None:
        raise LiteralFault(f"illegal number syntax: {quote(text)}")
    exact = int(real) if not imaginary and real == int(real) else None
    return Number(at, text, complex(real, imaginary), exact)
