"""Fit values to the types that Go's parameters have: convert constants, check everything else.

Source: Go `text/template` (`exec.go`: `evalArg`, `validateType`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.golang.values import NilMap
from pkgtool.template.gotpl.runtime.access import is_map, shown_type
from pkgtool.template.gotpl.runtime.faults import Fault
from pkgtool.template.gotpl.syntax.nodes import Literal, Nil, Number

ANY = "interface {}"
TEXT = "string"
_EXPECTED = {"string": "string", "int": "integer", "float64": "float", "bool": "bool"}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return type(value) is int


def _is_flag(value: Any) -> bool:
    return type(value) is bool


def _is_real(value: Any) -> bool:
    return type(value) is float


def _is_table(value: Any) -> bool:
    return type(value) is dict or (is_map(value) and not isinstance(value, Struct))


def _is_moment(value: Any) -> bool:
    return isinstance(value, datetime)


FITS: dict[str, Callable[[Any], bool]] = {
    TEXT: _is_text,
    "int": _is_whole,
    "float64": _is_real,
    "bool": _is_flag,
    "map[string]interface {}": _is_table,
    "time.Time": _is_moment,
}
"""Whether a value is of a type, by Go's name for it."""


def converted(node: Literal, kind: str) -> Any:
    """Return the constant `node` as Go converts it for a parameter of the type `kind`.

    Raises:
        Fault: It cannot be converted.
    """
    value = node.value
    if (kind == TEXT and isinstance(value, str)) or (kind == "bool" and isinstance(value, bool)):
        return value
    if isinstance(node, Number):
        if kind == "int" and node.whole is not None:
            return node.whole
        if kind == "float64" and not isinstance(value, complex):
            return float(value)
    if kind in _EXPECTED:
        raise Fault(node, f"expected {_EXPECTED[kind]}; found {node}")
    raise Fault(node, f"can't handle {node} for arg of type {kind}")


def nil_for(node: Nil, kind: str) -> Any:
    """Return what the constant nil is for a parameter of the type `kind`.

    Raises:
        Fault: The type has no nil.
    """
    if kind.startswith("map"):
        return NilMap()
    raise Fault(node, f"cannot assign nil to {kind}")


def fitted(value: Any, kind: str, node: Any, *, typed: bool) -> Any:
    """Return `value`, or what Go makes of it, for a parameter of the type `kind`.

    Args:
        value: Any value.
        kind: Of `FITS`, or `ANY`.
        node: What to blame.
        typed: Whether a nil came out of a map or list, so that Go knows its type.

    Raises:
        Fault: It does not fit.
    """
    if kind == ANY or FITS[kind](value):
        return value
    if value is not None:
        shown = shown_type(value)
        raise Fault(node, f"wrong type for value; expected {kind}; got {shown}")
    if typed:
        raise Fault(node, f"wrong type for value; expected {kind}; got interface {{}}")
    if kind.startswith("map"):
        return NilMap()
    raise Fault(node, f"invalid value; expected {kind}")
