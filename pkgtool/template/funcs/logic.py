"""Choose between values by whether they are empty, and stop a render on purpose.

Empty are nil, false, zero, and text, lists and maps without content; dates never are. This is
also Go's truth: a value is true exactly when it is not empty.

Source: Sprig 3.3 `defaults.go`; Helm v4 `pkg/engine/engine.go` (`required`, `fail`).
"""

from typing import Any

from pkgtool.errors import FunctionFailed, RequiredValueMissing
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.values import type_name

_EMPTY_TYPES = (str, list, dict, bool, int, float, bytes, tuple, complex)


def is_true(value: Any) -> bool:
    """Tell whether `if` takes `value` for true.

    >>> [is_true(value) for value in (None, 0, 0.0, "", [], {}, False, "false", [None])]
    [False, False, False, False, False, False, False, True, True]
    """
    if isinstance(value, _EMPTY_TYPES):
        return bool(value)
    return value is not None


@go_function("empty")
def empty(value: Any) -> bool:
    """Tell whether a value is nil, false, zero, or has no content.

    >>> empty(""), empty("x")
    (True, False)
    """
    return not is_true(value)


@go_function("default")
def default(fallback: Any, *given: Any) -> Any:
    """Return the last argument, or the first one when that is empty.

    >>> default("web", ""), default("web", "api")
    ('web', 'api')
    """
    return given[0] if given and is_true(given[0]) else fallback


@go_function("coalesce")
def coalesce(*values: Any) -> Any:
    """Return the first argument that is not empty, or nil.

    >>> coalesce(None, "", "found", "later")
    'found'
    """
    return next(filter(is_true, values), None)


@go_function("all")
def all_of(*values: Any) -> bool:
    """Tell whether no argument is empty.

    >>> all_of(1, "a"), all_of(1, "")
    (True, False)
    """
    return all(map(is_true, values))


@go_function("any")
def any_of(*values: Any) -> bool:
    """Tell whether at least one argument is not empty.

    >>> any_of(0, "a"), any_of(0, "")
    (True, False)
    """
    return any(map(is_true, values))


@go_function("ternary")
def ternary(when_true: Any, when_false: Any, condition: Any) -> Any:
    """Return the first argument if the last is true, the second if it is false.

    >>> ternary("on", "off", True)
    'on'
    """
    if condition is None:
        raise FunctionFailed("invalid value; expected bool (argument 3 of ternary)")
    if not isinstance(condition, bool):
        got = type_name(condition)
        raise FunctionFailed(
            f"wrong type for value; expected bool; got {got} (argument 3 of ternary)",
            hint="compare it, e.g. with `eq`, or use `if`",
        )
    return when_true if condition else when_false


@go_function("fail")
def fail(message: str) -> str:
    """Stop the render with a message.

    Raises:
        FunctionFailed: Always, with `message`.
    """
    raise FunctionFailed(message)


@go_function("required")
def required(message: str, value: Any) -> Any:
    """Return the last argument, or stop the render with a message when it is nil or "".

    >>> required("replicas must be set", 0)
    0

    Raises:
        RequiredValueMissing: `value` is nil or an empty string, with `message`.
    """
    if value is None or value == "":
        raise RequiredValueMissing(message)
    return value
