"""Fill values into formats, with every verb, flag, width, precision and index of Go.

Mistakes in a format become notes in the text, never errors: `%!d(string=x)`, `%!s(MISSING)`.

Source: Go package `fmt` (`print.go`, function `doPrintf`).
"""

from collections.abc import Sequence
from typing import Any

from pkgtool.template.funcs.budget import Allowance
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.scalars import Flags
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.values import type_name
from pkgtool.template.funcs.golang.verbs import format_value, new_allowance

_FLAG_NAMES = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}
_TOO_LARGE = 1_000_000


@go_function("printf")
def printf(layout: str, *values: Any) -> str:
    """Fill `values` into `layout`.

    >>> printf("%s-%03d %v %q", "web", 7, [1, None], "x")
    'web-007 [1 <nil>] "x"'
    >>> printf("%d %s", "one")
    '%!d(string=one) %!s(MISSING)'

    Raises:
        BudgetExceeded: The text would be too long.
    """
    return _Format(layout, values).fill()


class _Format:
    """A format that is being read from left to right, and the values that it uses up."""

    def __init__(self, layout: str, values: Sequence[Any]) -> None:
        self.layout = layout
        self.values = values
        self.at = 0
        self.next = 0
        self.reordered = False
        self.good_index = True
        self.after_index = False
        self.pieces: list[str] = []
        self.allowance: Allowance = new_allowance()

    def fill(self) -> str:
        """Return the text."""
        end = len(self.layout)
        while self.at < end:
            percent = self.layout.find("%", self.at)
            if percent < 0:
                percent = end
            self._add(self.layout[self.at : percent])
            self.at = percent + 1
            if percent < end and not self._common():
                self._directive()
        if not self.reordered and self.next < len(self.values):
            self._add(self._extra())
        return "".join(self.pieces)

    def _add(self, text: str) -> None:
        self.allowance.spend(len(text))
        self.pieces.append(text)

    def _common(self) -> bool:
        """Fill in `%s`, `%d` or `%v` for a value of the kind it is for: nearly all of them are."""
        verb = self._peek()
        value = self.values[self.next] if self.next < len(self.values) else None
        if type(value) is not (int if verb == "d" else str) or verb not in ("s", "d", "v"):
            return False
        self.at += 1
        self.next += 1
        self._add(to_text(value))
        return True

    def _directive(self) -> None:
        """Directive = `%` flags index? width? precision? index? verb."""
        flags = Flags()
        self.good_index = True
        self.after_index = False
        while self._peek() in _FLAG_NAMES:
            setattr(flags, _FLAG_NAMES[self._peek()], True)
            self.at += 1
        self._index()
        self._width(flags)
        self._precision(flags)
        if not self.after_index:
            self._index()
        verb = self._peek()
        self.at += 1
        self._add(self._operand(verb, flags) if verb else "%!(NOVERB)")

    def _peek(self) -> str:
        return self.layout[self.at : self.at + 1]

    def _operand(self, verb: str, flags: Flags) -> str:
        if verb == "%":
            return "%"
        if not self.good_index:
            return f"%!{verb}(BADINDEX)"
        if self.next >= len(self.values):
            return f"%!{verb}(MISSING)"
        value = self.values[self.next]
        self.next += 1
        if verb in ("v", "w"):
            flags.go_syntax, flags.sharp = flags.sharp, False
            flags.plus = False
        return format_value(value, verb, flags)

    def _extra(self) -> str:
        notes = (
            "<nil>" if value is None else f"{type_name(value)}={to_text(value)}"
            for value in self.values[self.next :]
        )
        return f"%!(EXTRA {', '.join(notes)})"

    def _index(self) -> None:
        """`[` number `]`, counting from one; what is not one is noted at the verb."""
        if self._peek() != "[":
            self.after_index = False
            return
        self.reordered = True
        close = self.layout.find("]", self.at)
        if close < 0 or len(self.layout) - self.at < 3:
            self.at += 1
            self.good_index = self.after_index = False
            return
        digits = self.layout[self.at + 1 : close]
        self.at = close + 1
        number = _number(digits) if digits.isascii() and digits.isdigit() else None
        self.after_index = number is not None
        if number is not None and 0 < number <= len(self.values):
            self.next = number - 1
        else:
            self.good_index = False

    def _width(self, flags: Flags) -> None:
        if self._peek() == "*":
            flags.width = self._star()
            if flags.width is None:
                self._add("%!(BADWIDTH)")
            elif flags.width < 0:
                flags.width, flags.minus = -flags.width, True
            return
        flags.width = self._digits()
        if self.after_index and flags.width is not None:
            self.good_index = False

    def _precision(self, flags: Flags) -> None:
        if self._peek() != ".":
            return
        self.at += 1
        if self.after_index:
            self.good_index = False
        self._index()
        if self._peek() != "*":
            flags.precision = self._digits() or 0
            return
        flags.precision = self._star()
        if flags.precision is None or flags.precision < 0:
            flags.precision = None
            self._add("%!(BADPREC)")

    def _star(self) -> int | None:
        """`*`: take the number from the values."""
        self.at += 1
        self.after_index = False
        if self.next >= len(self.values):
            return None
        value = self.values[self.next]
        self.next += 1
        whole = isinstance(value, int) and not isinstance(value, bool)
        return int(value) if whole and abs(value) <= _TOO_LARGE else None

    def _digits(self) -> int | None:
        start = self.at
        while self._peek().isascii() and self._peek().isdigit():
            self.at += 1
        number = _number(self.layout[start : self.at])
        if number is None and self.at > start:
            # Go gives up on the rest of the format when a number is absurdly long.
            self.at = len(self.layout)
        return number


def _number(digits: str) -> int | None:
    """Return the value of `digits` unless there are too many of them: Go's limit is by digit."""
    number = 0
    for digit in digits:
        if number > _TOO_LARGE:
            return None
        number = number * 10 + int(digit)
    return number if digits else None
