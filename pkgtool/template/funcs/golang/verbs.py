"""Write any value under one verb of a format; nested values repeat the verb for each item.

Maps are written with sorted keys. What a verb cannot write becomes a note in the text,
`%!d(string=x)`: Go's formats never fail.

Source: Go package `fmt` (`print.go`).
"""

from datetime import datetime
from typing import Any

from pkgtool.template.funcs.budget import MAX_TEXT, Allowance
from pkgtool.template.funcs.golang.layout import go_source, go_string
from pkgtool.template.funcs.golang.scalars import (
    Flags,
    format_bool,
    format_complex,
    format_int,
    format_real,
    format_string,
    hexadecimal,
    pad,
)
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.golang.text import to_text
from pkgtool.template.funcs.golang.values import Duration, type_name, wrap64

_COST = 16
"""What each value takes of the allowance beside its text, so that empty ones cost something."""

_NESTED_COST = 256
"""The same for maps and lists, which are slower and can contain each other over and over."""

_ADDRESS = "0xc000000000"
"""Where every map and list is, for `%p`: real addresses would differ from run to run."""


def format_value(value: Any, verb: str, flags: Flags, allowance: Allowance | None = None) -> str:
    """Return `value` under `verb`.

    >>> format_value({"a": [1, "x", None]}, "d", Flags())
    'map[%!d(string=a):[1 %!d(string=x) <nil>]]'

    Raises:
        BudgetExceeded: The text would be too long, or a value contains itself.
    """
    if verb == "T":
        return format_string(type_name(value), "s", flags) or ""
    if value is None:
        return pad("<nil>", flags.replaced(zero=False)) if verb == "v" else f"%!{verb}(<nil>)"
    if verb == "p" and isinstance(value, (dict, list, tuple, bytes)):
        return pad(_ADDRESS, flags)
    printer = _Printer(verb, flags, allowance or new_allowance())
    if verb == "w":
        # For wrapping errors, which templates cannot do: nothing fits, not even item by item.
        return printer.note(value)
    return printer.print(value, 0)


def _is_struct(value: Any) -> bool:
    return isinstance(value, Struct) and value.kind != "map"


def shown(value: Any) -> str:
    """Return `value` under `%v`, without flags."""
    return format_value(value, "v", Flags())


def new_allowance() -> Allowance:
    """Return the budget of one call that makes text."""
    return Allowance("printing", MAX_TEXT, "bytes of text")


_DECIMALS = {byte: f"{byte} " for byte in range(256)}
"""What each byte is in a list of bytes."""


class _Printer:
    """Writes values under one verb and one set of flags."""

    def __init__(self, verb: str, flags: Flags, allowance: Allowance) -> None:
        self.verb = verb
        self.flags = flags
        self.allowance = allowance

    def print(self, value: Any, depth: int) -> str:
        """Return `value`, found `depth` levels down."""
        if isinstance(value, (dict, list, tuple)) and not _is_struct(value):
            self.allowance.spend(_NESTED_COST, depth)
            return self._map(value, depth) if isinstance(value, dict) else self._list(value, depth)
        text = self._scalar(value)
        self.allowance.spend(len(text) + _COST, depth)
        return text

    def _scalar(self, value: Any) -> str:
        if value is None:
            return "interface {}(nil)" if self.flags.go_syntax else "<nil>"
        text = self._fitting(value)
        return self.note(value) if text is None else text

    def note(self, value: Any) -> str:
        """Return what stands for a value that the verb does not fit."""
        shown = _Printer("v", self.flags, self.allowance).print(value, 0)
        return f"%!{self.verb}({type_name(value)}={shown})"

    def _fitting(self, value: Any) -> str | None:
        """Return a scalar under the verb, or None where the verb does not fit."""
        verb, flags = self.verb, self.flags
        if isinstance(value, str):
            return format_string(value, verb, flags)
        if isinstance(value, bool):
            return format_bool(value, verb, flags)
        if isinstance(value, Duration):
            spoken = verb in "vsxXq" and not flags.go_syntax
            return format_string(str(value), verb, flags) if spoken else _whole(value, verb, flags)
        if isinstance(value, int):
            return _whole(value, verb, flags)
        if isinstance(value, float):
            return format_real(value, verb, flags)
        return self._rare(value)

    def _rare(self, value: Any) -> str | None:
        verb, flags = self.verb, self.flags
        if isinstance(value, bytes):
            return self._bytes(value)
        if isinstance(value, complex):
            return format_complex(value, verb, flags)
        if isinstance(value, datetime):
            if flags.go_syntax:
                return go_source(value)
            return format_string(go_string(value), verb, flags)
        shown = value.shown if isinstance(value, Struct) else str(value)
        return format_string(shown, verb, flags)

    def _bytes(self, value: bytes) -> str | None:
        verb, flags = self.verb, self.flags
        if verb in "sq":
            return format_string(to_text(value), verb, flags)
        if verb in "xX":
            return pad(hexadecimal(value, verb, flags), flags)
        if verb in "vd" and flags.is_default:
            # Templates that print all they see print whole files this way.
            return f"[{''.join([_DECIMALS[byte] for byte in value])[:-1]}]"
        self.allowance.spend(_COST * len(value))
        if flags.go_syntax:
            return f"[]byte{{{', '.join(f'0x{byte:x}' for byte in value)}}}"
        items = (self._scalar(byte).replace("(int=", "(uint8=", 1) for byte in value)
        return f"[{' '.join(items)}]"

    def _map(self, value: dict[Any, Any], depth: int) -> str:
        items = [
            f"{self.print(key, depth + 1)}:{self.print(value[key], depth + 1)}"
            for key in sorted(value, key=_sortable)
        ]
        if self.flags.go_syntax:
            return f"{type_name(value)}{{{', '.join(items)}}}"
        return f"map[{' '.join(items)}]"

    def _list(self, value: list[Any] | tuple[Any, ...], depth: int) -> str:
        items = [self.print(item, depth + 1) for item in value]
        if self.flags.go_syntax:
            return f"{type_name(value)}{{{', '.join(items)}}}"
        return f"[{' '.join(items)}]"


def _sortable(key: Any) -> tuple[str, Any]:
    # Keys are texts; others can only come from outside and must still have one order.
    return ("", key) if isinstance(key, str) else (type(key).__name__, str(key))


def _whole(value: int, verb: str, flags: Flags) -> str | None:
    # Past 64 bits there is nothing in Go to be equal to; Python would refuse to write it.
    return format_int(wrap64(int(value)), verb, flags)
