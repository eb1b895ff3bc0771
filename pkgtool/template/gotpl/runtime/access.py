"""Go through the fields of values: `.a.b.c`, keys of maps, fields and methods of Helm's objects.

A key that is not there is nil, and a field of that nil is an error. But nil that went through a pipe
or a variable is not even a nil of some type, and its fields are nil again: that is why `(.a).b` is
the way to ask for something that may be missing. Callers say which of both a receiver is.

Source: Go `text/template` (`exec.go`: `evalFieldChain`, `evalField`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.golang.values import Duration, type_name
from pkgtool.template.gotpl.runtime.faults import Fault
from pkgtool.template.gotpl.runtime.moments import DURATION_METHODS, MOMENT_METHODS
from pkgtool.template.gotpl.runtime.values import VALUES_METHODS
from pkgtool.template.methods import Listing, method_of
from pkgtool.template.scopes import ChartScope

Method = tuple[Callable[..., Any], tuple[str, ...]]
"""A method and the types of its parameters."""

METHOD_NAMES = frozenset(
    [
        *("AsConfig", "AsSecrets", "Get", "GetBytes", "Glob", "Has", "Lines"),
        *MOMENT_METHODS,
        *DURATION_METHODS,
    ]
)
"""Names of methods that objects may have, beside those of `.Values`."""

_ANY = "interface {}"


def walk(receiver: Any, names: Sequence[str], node: Any, *, element: bool) -> Any:
    """Return the field of `receiver` that `names` lead to; methods are called on the way.

    Args:
        receiver: Any value.
        names: At least one.
        node: What to blame.
        element: Whether `receiver` came out of a map or list, without a pipe between.

    Raises:
        Fault: There is no such field, or it needs arguments.
    """
    before = ""
    for name in names:
        if receiver is None and not element:
            return None
        receiver, element = _field(receiver, name, node, element=element, before=before)
        before = name
    return receiver


def _field(receiver: Any, name: str, node: Any, *, element: bool, before: str) -> tuple[Any, bool]:
    """Return one field, and whether it is an element of a map or list."""
    if receiver is None:
        raise Fault(node, f"nil pointer evaluating interface {{}}.{name}")
    method = find_method(receiver, name, before)
    if method is not None:
        target, parameters = method
        if parameters:
            count = len(parameters)
            raise Fault(node, f"wrong number of args for {name}: want {count} got 0")
        return target(), False
    kind = type(receiver)
    if kind is dict or kind is ChartScope:
        return receiver.get(name), True
    if isinstance(receiver, Mapping) and (name in receiver or is_map(receiver)):
        missing = receiver.missing if isinstance(receiver, Struct) else None
        return receiver.get(name, missing), not isinstance(receiver, Struct)
    shown = _ANY if element else shown_type(receiver)
    raise Fault(node, f"can't evaluate field {name} in type {shown}", owner=receiver)


def is_map(value: Any) -> bool:
    """Whether `value` is a map to Go, and no struct."""
    return isinstance(value, Mapping) and (not isinstance(value, Struct) or value.kind == "map")


def shown_type(value: Any) -> str:
    """Return Go's name for the type of `value`."""
    return value.go_type if isinstance(value, Struct) else type_name(value)


def find_method(receiver: Any, name: str, before: str) -> Method | None:
    """Return the method `name` of one of Helm's or Go's objects; None for plain data.

    Args:
        receiver: The object.
        name: Of the method.
        before: Of the field that `receiver` is; a chart's `.Values` are a map with methods.
    """
    if type(receiver) is dict:
        return _bound(VALUES_METHODS, receiver, name) if before == "Values" else None
    if isinstance(receiver, datetime):
        return _bound(MOMENT_METHODS, receiver, name)
    if isinstance(receiver, Duration):
        return _bound(DURATION_METHODS, receiver, name)
    target = method_of(receiver, name)
    if target is None:
        return None
    code = target.__code__
    parameters = code.co_varnames[: code.co_argcount]
    hints = target.__annotations__
    texts = isinstance(receiver, Listing)
    kinds = ("string" if texts or hints.get(each) is str else _ANY for each in parameters)
    return target, tuple(kinds)


def method_for(owner: Any, names: Sequence[str], node: Any, count: int, *, element: bool) -> Method:
    """Return the method of `owner` that `names` end with, for a call with `count` arguments.

    Args:
        owner: What the names before the last one lead to.
        names: At least one.
        node: What to blame.
        count: How many arguments there are.
        element: Whether `owner` came out of a map or list.

    Raises:
        Fault: There is no such method, or it takes another number of arguments.
    """
    name = names[-1]
    if owner is None:
        raise Fault(node, f"nil pointer evaluating interface {{}}.{name}")
    method = find_method(owner, name, names[-2] if len(names) > 1 else "")
    if method is not None:
        if len(method[1]) != count:
            message = f"wrong number of args for {name}: want {len(method[1])} got {count}"
            raise Fault(node, message)
        return method
    if is_map(owner):
        raise Fault(node, f"{name} is not a method but has arguments", owner=owner)
    if isinstance(owner, Struct) and name in owner:
        raise Fault(node, f"{name} has arguments but cannot be invoked as function")
    shown = _ANY if element else shown_type(owner)
    raise Fault(node, f"can't evaluate field {name} in type {shown}", owner=owner)


def _bound(
    methods: Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]], receiver: Any, name: str
) -> Method | None:
    if name not in methods:
        return None
    target, parameters = methods[name]
    return lambda *arguments: target(receiver, *arguments), parameters
