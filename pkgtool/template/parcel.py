"""Write results and errors as bytes, and read them back without trusting the writer.

A pickle could make its reader run anything. This knows plain data, the result of a render, and our
own errors with their places; whatever else arrives is refused.
"""

import marshal
from collections.abc import Mapping
from typing import Any

from pkgtool import errors
from pkgtool.source import Span
from pkgtool.template.origins import LinesLater
from pkgtool.template.render import RenderedChart, RenderedFile

_CAUSES = 32


def pack(value: Any) -> bytes:
    """Return `value` as bytes.

    Raises:
        TypeError: It is not what a fenced function may return: a bug in ours.
    """
    try:
        return marshal.dumps(_plain(value))
    except ValueError as error:
        raise TypeError(f"not plain data: {value!r:.200}") from error


def unpack(data: bytes) -> Any:
    """Return the value that `pack` made `data` of.

    Raises:
        BudgetExceeded: The writer was not `pack`, or was damaged.
    """
    try:
        return _value(marshal.loads(data))  # noqa: S302 - data only: code is refused below
    except (ValueError, EOFError, TypeError, KeyError, AttributeError) as error:
        raise errors.BudgetExceeded("rendering was stopped: its result is damaged") from error


def _plain(value: Any) -> Any:
    """Return `value` as pairs of kind and content, as deep as needed."""
    if value is None or isinstance(value, (bool, int, float, bytes)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return "dict", [(_plain(key), _plain(item)) for key, item in value.items()]
    if isinstance(value, RenderedFile):
        # Whoever asks for lines that are not known can do so in the parent.
        lines = () if isinstance(value.lines, LinesLater) else tuple(value.lines)
        return "file", (value.path, value.text, lines, value.template)
    if isinstance(value, RenderedChart):
        return "chart", ([_plain(each) for each in value.files], value.notes, value.warnings)
    if isinstance(value, Span):
        return "span", (value.name, value.text, value.start, value.end)
    if isinstance(value, errors.PkgtoolError):
        return "error", _plain_chain(value)
    # Behind those of ours that are tuples, too.
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [_plain(each) for each in value]
    raise TypeError(f"not plain data: {value!r:.200}")


def _plain_chain(error: BaseException | None) -> list[Any]:
    chain: list[Any] = []
    while isinstance(error, errors.PkgtoolError) and len(chain) < _CAUSES:
        # Other fields of errors are built from strings that `what` has, too.
        chain.append((type(error).__name__, error.what, _plain(error.where), error.hint))
        error = error.__cause__
    return chain


def _value(plain: Any) -> Any:
    if not isinstance(plain, tuple):
        return _checked(plain)
    kind, content = plain
    match kind:
        case "dict":
            return {_value(key): _value(item) for key, item in content}
        case "list":
            return [_value(each) for each in content]
        case "tuple":
            return tuple(_value(each) for each in content)
        case "file":
            return RenderedFile(*content)
        case "chart":
            return RenderedChart(tuple(map(_value, content[0])), *content[1:])
        case "span":
            return Span(*content)
        case "error":
            return _chain(content)
    raise ValueError(kind)


def _checked(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return value
    raise TypeError(type(value).__name__)


def _chain(links: list[Any]) -> errors.PkgtoolError:
    """Rebuild an error and its causes."""
    first: errors.PkgtoolError | None = None
    for name, what, where, hint in reversed(links):
        kind = getattr(errors, name)
        if not issubclass(kind, errors.PkgtoolError):
            raise TypeError(name)
        error: errors.PkgtoolError = kind.__new__(kind, what)
        errors.PkgtoolError.__init__(error, what, where=_value(where), hint=hint)
        error.__cause__ = first
        first = error
    if first is None:
        raise ValueError("no error")
    return first
