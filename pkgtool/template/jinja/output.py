"""Turn a value into the text that a template writes: always YAML-safe, never a Python repr.

Strings are written as they are; null, booleans and numbers as YAML and JSON have them; lists and
mappings as JSON flow on one line, which is YAML too.
"""

from collections.abc import Mapping
from typing import Any

from pkgtool.errors import BudgetExceeded, TemplateRender
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.jinja.budget import DEPTH, ITEMS, NUMBER_BITS, too_long
from pkgtool.template.jinja.runtime import Undefined

_UNSAFE_IN_YAML = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF)}
"""What JSON allows unescaped and YAML does not, or takes for a line break."""


def show(value: Any) -> str:
    """Return the text of `value`.

    Raises:
        TemplateRender: It is no data: a function, a macro, a module.
        BudgetExceeded: It is too long or too deep to print.
    """
    if type(value) is str:
        return value
    if isinstance(value, (bool, int, float)) or value is None:
        return _scalar(value)
    if isinstance(value, Undefined):
        value.fail()
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Struct) and value.shown:
        return str(value)
    return _Flow().text(value)


def _scalar(value: bool | float | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(check_number(value))
    text = repr(value)
    return {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}.get(text, text)


def check_number(value: int) -> int:
    """Return `value`.

    Raises:
        BudgetExceeded: It has too many digits to be printed.
    """
    if value.bit_length() > NUMBER_BITS:
        raise BudgetExceeded(f"a whole number of more than {NUMBER_BITS} bits")
    return value


class _Flow:
    """One JSON text in the making; counts items, for a small value may refer to itself twice."""

    def __init__(self) -> None:
        # Only templates that print a list or a mapping pay for the import.
        from json.encoder import encode_basestring  # noqa: PLC0415

        self._quote = encode_basestring
        self._left = ITEMS

    def text(self, value: Any, depth: int = 0) -> str:
        self._left -= 1
        if self._left < 0:
            raise too_long()
        if depth > DEPTH:
            raise BudgetExceeded(f"a value nested more than {DEPTH} deep")
        if isinstance(value, str):
            return self._string(value)
        if isinstance(value, Struct):
            value = value.plain
        if isinstance(value, Mapping):
            return self._mapping(value, depth + 1)
        if isinstance(value, (list, tuple, range)):
            return f"[{', '.join([self.text(each, depth + 1) for each in value])}]"
        if isinstance(value, (bool, int, float)) or value is None:
            return _scalar(value)
        if isinstance(value, bytes):
            return self._string(value.decode("utf-8", "replace"))
        if isinstance(value, Undefined):
            value.fail()
        raise TemplateRender(
            f"cannot print {describe(value)}", hint="call it, or name one of its items"
        )

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> str:
        pairs = [
            f"{self._string(show(key))}: {self.text(item, depth)}" for key, item in value.items()
        ]
        return f"{{{', '.join(pairs)}}}"

    def _string(self, value: str) -> str:
        self._left -= len(value) >> 4
        quoted = self._quote(value)
        return quoted if quoted.isascii() else quoted.translate(_UNSAFE_IN_YAML)


def describe(value: Any) -> str:
    """Name the kind of `value` in a template author's words."""
    if value is None:
        return "null"
    for kind, words in _KINDS:
        if isinstance(value, kind):
            return words
    return f"a {type(value).__name__.lower()}"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "a string"),
    (bool, "a boolean"),
    ((int, float), "a number"),
    (Mapping, "a mapping"),
    ((list, tuple, range), "a list"),
    (bytes, "bytes"),
    (Undefined, "an undefined value"),
)
