"""The methods of texts and mappings that template authors expect to be there.

None of them is Python's method: each is a function of ours, found by its name in these tables.
A mapping's own key of the same name is reached as `x["items"]`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.jinja.budget import TEXT_CHARS, too_long
from pkgtool.template.jinja.output import describe


def _get(mapping: Mapping[Any, Any], key: Any, default: Any = None) -> Any:
    return mapping.get(key, default)


def _texts(*values: Any) -> None:
    for value in values:
        if not isinstance(value, str):
            raise FunctionFailed(f"expected a string, not {describe(value)}")


def _split(text: str, separator: str | None = None, limit: int = -1) -> list[str]:
    if separator is not None:
        _texts(separator)
    return text.split(separator, limit)


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    # Through the length of the result first: `"a" * n` replaced by a long text explodes.
    _texts(old, new)

    if len(text) + (len(new) - len(old)) * text.count(old) > TEXT_CHARS:
        raise too_long()
    return text.replace(old, new, count)


MAPPING_METHODS: Mapping[str, Callable[..., Any]] = {
    "get": _get,
    "items": lambda mapping: [[key, value] for key, value in mapping.items()],
    "keys": list,
    "values": lambda mapping: list(mapping.values()),
}

TEXT_METHODS: Mapping[str, Callable[..., Any]] = {
    "capitalize": lambda text: text.capitalize(),
    "endswith": lambda text, end: text.endswith(end),
    "lower": lambda text: text.lower(),
    "lstrip": lambda text, chars=None: text.lstrip(chars),
    "replace": _replace,
    "rstrip": lambda text, chars=None: text.rstrip(chars),
    "split": _split,
    "splitlines": lambda text: text.splitlines(),
    "startswith": lambda text, start: text.startswith(start),
    "strip": lambda text, chars=None: text.strip(chars),
    "title": lambda text: text.title(),
    "upper": lambda text: text.upper(),
}

METHODS: tuple[tuple[type, Mapping[str, Callable[..., Any]]], ...] = (
    (Mapping, MAPPING_METHODS),
    (str, TEXT_METHODS),
)
