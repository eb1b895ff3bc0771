"""Write one scalar under one verb of a format, with its flags, width and precision.

Each function returns None when the verb does not fit the value: its caller writes the note.

Source: Go package `fmt` (`format.go`, `print.go`).
"""

import math

from pkgtool.template.funcs.golang.binary import encode
from pkgtool.template.funcs.golang.number import format_float, special_text
from pkgtool.template.funcs.golang.quote import can_backquote, quote, quote_character

_BASES = {"b": 2, "d": 10, "o": 8, "v": 10, "O": 8, "x": 16, "X": 16}
_DIGITS = {2: "b", 8: "o", 10: "d", 16: "x"}


class Flags:
    """What stands between `%` and the verb."""

    __slots__ = ("go_syntax", "minus", "plus", "precision", "sharp", "space", "width", "zero")

    def __init__(self, *, width: int | None = None, minus: bool = False) -> None:
        self.sharp = False
        self.zero = False
        self.plus = False
        self.minus = minus
        self.space = False
        self.go_syntax = False
        """`%#v`: write values as Go source."""
        self.width = width
        self.precision: int | None = None

    @property
    def is_default(self) -> bool:
        """Whether nothing stands there."""
        marks = (self.sharp, self.zero, self.plus, self.minus, self.space, self.go_syntax)
        return not any(marks) and self.width is None and self.precision is None

    def replaced(self, **changes: bool) -> "Flags":
        """Return a copy with `changes`."""
        copy = Flags()
        for name in self.__slots__:
            setattr(copy, name, changes.get(name, getattr(self, name)))
        return copy


def pad(text: str, flags: Flags) -> str:
    """Fill `text` up to the width: with zeros on the left if so flagged, text included.

    >>> pad("ab", Flags(width=4)), pad("ab", Flags(width=4, minus=True))
    ('  ab', 'ab  ')
    """
    if flags.width is None:
        return text
    if flags.minus:
        return text.ljust(flags.width)
    return text.rjust(flags.width, "0" if flags.zero else " ")


def format_bool(value: bool, verb: str, flags: Flags) -> str | None:
    """Write `true` or `false` under `t` or `v`."""
    return pad("true" if value else "false", flags) if verb in "tv" else None


def format_string(text: str, verb: str, flags: Flags) -> str | None:
    """Write text under `v s x X q`."""
    if verb == "v":
        verb = "q" if flags.go_syntax else "s"
    if verb in "xX":
        return pad(hexadecimal(encode(text), verb, flags), flags)
    if verb not in "sq":
        return None
    text = text[: flags.precision]
    return pad(text if verb == "s" else _quoted(text, flags), flags)


def _quoted(text: str, flags: Flags) -> str:
    if flags.sharp and can_backquote(text):
        return f"`{text}`"
    return quote(text, ascii_only=flags.plus)


def hexadecimal(data: bytes, verb: str, flags: Flags) -> str:
    """Write bytes as digits; a space flag sets the bytes apart, a sharp one marks them with 0x."""
    data = data[: flags.precision]
    between = (" 0x" if flags.sharp else " ") if flags.space else ""
    text = between.join(f"{byte:02x}" for byte in data) if between else data.hex()
    text = "0x" + text if flags.sharp and data else text
    return text.upper() if verb == "X" else text


def format_int(number: int, verb: str, flags: Flags) -> str | None:
    """Write a whole number under `v d b o O x X c q U`."""
    if verb in _BASES:
        return _digits(number, verb, flags)
    if verb in "cq":
        return pad(_rune(number, verb, flags), flags)
    return pad(_code_point(number, flags), flags.replaced(zero=False)) if verb == "U" else None


def _digits(number: int, verb: str, flags: Flags) -> str:
    base = _BASES[verb]
    sign = "-" if number < 0 else "+" if flags.plus else " " if flags.space else ""
    least = flags.precision
    plain = flags.replaced(zero=False)
    if least == 0 and number == 0:
        return pad("", plain)
    if least is None and flags.zero and not flags.minus and flags.width is not None:
        least = flags.width - len(sign)
    text = format(abs(number), _DIGITS[base]).rjust(least or 0, "0")
    if flags.sharp and base != 10:
        text = _prefixed(text, base)
    text = f"0o{text}" if verb == "O" else text
    text = text.upper() if verb == "X" else text
    return pad(sign + text, plain)


def _prefixed(text: str, base: int) -> str:
    if base == 8:
        return text if text.startswith("0") else f"0{text}"
    return f"0b{text}" if base == 2 else f"0x{text}"


def _character(number: int) -> str:
    valid = 0 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if valid else "\ufffd"


def _rune(number: int, verb: str, flags: Flags) -> str:
    character = _character(number)
    return character if verb == "c" else quote_character(character, ascii_only=flags.plus)


def _code_point(number: int, flags: Flags) -> str:
    least = max(4, flags.precision or 0)
    text = f"U+{number & 0xFFFF_FFFF_FFFF_FFFF:0{least}X}"
    character = _character(number)
    shown = flags.sharp and 0 <= number <= 0x10FFFF and character.isprintable()
    return f"{text} '{character}'" if shown else text


def format_real(number: float, verb: str, flags: Flags) -> str | None:
    """Write a floating-point number under `v b e E f F g G x X`."""
    precision = flags.precision
    if verb in "eEfF":
        precision = 6 if precision is None else precision
    elif verb == "v":
        verb = "g"
    elif verb not in "bgGxX":
        return None
    text = format_float(number, verb, precision)
    sign, text = (text[0], text[1:]) if text[0] in "+-" else ("+", text)
    if not math.isfinite(number):
        return _special(number, flags)
    if flags.sharp and verb != "b":
        text = _with_point(text, verb, precision)
    if sign == "+" and not flags.plus:
        sign = " " if flags.space else ""
    if sign and flags.zero and not flags.minus and flags.width is not None:
        return sign + text.rjust(flags.width - 1, "0")
    return pad(sign + text, flags)


def _special(number: float, flags: Flags) -> str:
    text = special_text(number)
    if math.isnan(number) and (flags.plus or flags.space):
        text = "+NaN"
    if text.startswith("+") and flags.space and not flags.plus:
        text = " " + text[1:]
    return pad(text, flags.replaced(zero=False))


def _with_point(text: str, verb: str, precision: int | None) -> str:
    """Keep the decimal point and, under `g`, `G` and `x` (not `X`), zeros up to the precision."""
    mark = "p" if verb in "xX" else "e"
    at = text.lower().find(mark)
    body, tail = (text[:at], text[at:]) if at >= 0 else (text, "")
    wanted = (6 if precision is None else precision) if verb in "gGx" else 0
    # The x of 0x counts as a digit, as upstream counts it.
    seen = len(body.replace(".", "").lstrip("0"))
    if "." not in body:
        seen += body == "0"
        body += "."
    return body + "0" * (wanted - seen) + tail


def format_complex(number: complex, verb: str, flags: Flags) -> str | None:
    """Write a complex number as `(1+2i)` under the verbs of its parts."""
    real = format_real(number.real, verb, flags)
    imaginary = format_real(number.imag, verb, flags.replaced(plus=True))
    return None if real is None else f"({real}{imaginary}i)"
