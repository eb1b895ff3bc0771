"""Say what is wrong with a JSON text in the words of Go's decoder.

Only called for a text that was refused: `fromJson` puts these words into its result, where charts
and people compare them. A character is shown as Go shows it: the first byte of it.

Source: Go package `encoding/json` (`scanner.go`), observed through Helm 4.2.
"""

import re
from collections.abc import Callable

from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.funcs.golang.text import to_bytes

_END = "unexpected end of JSON input"
_Step = Callable[[], "_Step"]
"""Reads what may stand here, and returns what reads the rest."""

_HEX = "0123456789abcdefABCDEF"


class _Fault(Exception):
    """The first thing that is wrong; the message is Go's."""


def json_fault(text: str) -> str:
    """Return what is wrong with the grammar of `text`, or nothing if that is right.

    >>> json_fault("[1,]")
    "invalid character ']' looking for beginning of value"
    """
    try:
        _Scan(text).document()
    except _Fault as fault:
        return str(fault)
    return ""


class _Scan:
    """A place in a text, and the brackets that are open there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.open: list[str] = []

    def document(self) -> None:
        expected: _Step = self.value
        while True:
            self.skip(r"[ \t\r\n]*")
            if self.place == len(self.text):
                if self.open or expected != self.after_value:
                    raise _Fault(_END)
                return
            expected = expected()

    def skip(self, pattern: str) -> None:
        match = re.compile(pattern).match(self.text, self.place)
        self.place = match.end() if match else self.place

    def take(self, wanted: str) -> bool:
        """Step over the next character if it is one of `wanted`."""
        found = self.here() in wanted
        self.place += found
        return found

    def here(self) -> str:
        # Go feeds a space to whatever is unfinished at the end.
        return self.text[self.place] if self.place < len(self.text) else " "

    def wrong(self, context: str) -> _Fault:
        character = chr(to_bytes(self.here())[0])
        shown = {"'": r"\'", '"': '"'}.get(character) or quote(character)[1:-1]
        return _Fault(f"invalid character '{shown}' {context}")

    def value(self) -> _Step:
        character = self.here()
        if self.take("{["):
            self.open.append(character)
            return self.first_key if character == "{" else self.first_element
        if character == '"':
            self.string()
        elif character in "-0123456789":
            self.number()
        elif character in "tfn":
            self.literal({"t": "true", "f": "false", "n": "null"}[character])
        else:
            raise self.wrong("looking for beginning of value")
        return self.after_value

    def first_element(self) -> _Step:
        return self.close() if self.here() == "]" else self.value()

    def first_key(self) -> _Step:
        return self.close() if self.here() == "}" else self.key()

    def key(self) -> _Step:
        if self.here() != '"':
            raise self.wrong("looking for beginning of object key string")
        self.string()
        return self.colon

    def colon(self) -> _Step:
        if not self.take(":"):
            raise self.wrong("after object key")
        return self.value

    def after_value(self) -> _Step:
        if not self.open:
            raise self.wrong("after top-level value")
        in_map = self.open[-1] == "{"
        if self.take(","):
            return self.key if in_map else self.value
        if self.here() != ("}" if in_map else "]"):
            raise self.wrong("after object key:value pair" if in_map else "after array element")
        return self.close()

    def close(self) -> _Step:
        self.open.pop()
        self.place += 1
        return self.after_value

    def string(self) -> None:
        self.place += 1
        while True:
            self.skip(r'[^"\\\x00-\x1f]*')
            if self.place == len(self.text):
                raise _Fault(_END)
            if self.take('"'):
                return
            if not self.take("\\"):
                raise self.wrong("in string literal")
            self.escape()

    def escape(self) -> None:
        if self.take("u"):
            for _ in range(4):
                if not self.take(_HEX):
                    raise self.wrong(r"in \u hexadecimal character escape")
        elif not self.take('"\\/bfnrt'):
            raise self.wrong("in string escape code")

    def number(self) -> None:
        self.take("-")
        if not self.take("0"):
            self.digits("in numeric literal")
        if self.take("."):
            self.digits("after decimal point in numeric literal")
        if self.take("eE"):
            self.take("+-")
            self.digits("in exponent of numeric literal")

    def digits(self, context: str) -> None:
        start = self.place
        self.skip("[0-9]*")
        if self.place == start:
            raise self.wrong(context)

    def literal(self, word: str) -> None:
        for character in word:
            if not self.take(character):
                raise self.wrong(f"in literal {word} (expecting '{character}')")
