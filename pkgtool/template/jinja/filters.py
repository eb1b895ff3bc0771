"""Jinja's own filters that pkgtool has, where Sprig has none of that name or means another thing.

Every other function is a filter too: the piped value becomes its last argument, as in Helm. The
table in `docs/reference/jinja.md` says which meaning a name has. A filter takes the sandbox, the
piped value, and the arguments in parentheses; lists are made at once, so that they can be counted.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, Protocol

from pkgtool.errors import BudgetExceeded, FunctionFailed, TemplateRender
from pkgtool.template.jinja.budget import ITEMS, TEXT_CHARS, Budget, too_long
from pkgtool.template.jinja.filling import fill
from pkgtool.template.jinja.output import describe, show
from pkgtool.template.jinja.runtime import Undefined, missing


class Box(Protocol):
    """What filters need of the sandbox."""

    @property
    def budget(self) -> Budget:
        """What is left for the render."""
        ...

    def getitem(self, value: Any, key: Any, /) -> Any:
        """Return `value[key]`."""
        ...

    def apply_filter(self, context: Any, name: str, value: Any, /, *args: Any, **kw: Any) -> Any:
        """Return `value | name(…)`."""
        ...

    def apply_test(self, name: str, value: Any, /, *args: Any) -> bool:
        """Return `value is name(…)`."""
        ...


Filter = Callable[..., Any]


def items_of(value: Any) -> list[Any]:
    """Return the items of a list, the keys of a mapping, the characters of a text.

    Raises:
        TemplateRender: `value` has none.
    """
    if isinstance(value, Undefined):
        value.fail()
    if isinstance(value, (list, tuple, range, str, Mapping)):
        return list(value)
    raise TemplateRender(
        f"cannot go through {describe(value)}",
        hint="`| default([])` makes a missing list an empty one" if value is None else "",
    )


def _attribute(box: Box, value: Any, path: Any) -> Any:
    """Follow the dotted `path` into `value`; numbers are indexes."""
    if path is None:
        return value
    for part in str(path).split("."):
        value = box.getitem(value, int(part) if part.isdecimal() else part)
    return value


def _sort_key(box: Box, attribute: Any, *, fold: bool) -> Callable[[Any], Any]:
    def key(value: Any) -> Any:
        found = _attribute(box, value, attribute)
        if isinstance(found, Undefined):
            found.fail()
        return found.lower() if fold and isinstance(found, str) else found

    return key


def _default(_box: Box, value: Any, fallback: Any = "", empty: Any = True) -> Any:
    if isinstance(value, Undefined) or value is None:
        return fallback
    return fallback if empty and not value and not isinstance(value, Undefined) else value


def _first(_box: Box, value: Any) -> Any:
    return next(iter(items_of(value)), None)


def _last(_box: Box, value: Any) -> Any:
    return next(iter(items_of(value)[-1:]), None)


def _join(box: Box, value: Any, separator: str = "", attribute: Any = None) -> str:
    texts = [show(_attribute(box, each, attribute)) for each in items_of(value)]
    if sum(map(len, texts)) + len(separator) * len(texts) > TEXT_CHARS:
        raise too_long()
    return separator.join(texts)


def _length(_box: Box, value: Any) -> int:
    if isinstance(value, bytes):
        return len(value)
    return len(items_of(value)) if not isinstance(value, (str, Mapping)) else len(value)


def _round(_box: Box, value: float, precision: int = 0, method: str = "common") -> float:
    if not -300 <= precision <= 300 or method not in ("common", "ceil", "floor"):
        raise FunctionFailed(f"cannot round to {precision} digits by {method!r}")
    if method == "common":
        return float(round(value, precision))
    factor = 10.0**precision
    whole = int(value * factor // 1)
    if method == "ceil" and whole < value * factor:
        whole += 1
    return whole / factor


def _pairs(_box: Box, value: Any) -> list[list[Any]]:
    if isinstance(value, Undefined):
        value.fail()
    if not isinstance(value, Mapping):
        raise TemplateRender(f"{describe(value)} has no keys and values")
    return [[key, item] for key, item in value.items()]


def _dictsort(
    box: Box, value: Any, case_sensitive: Any = False, by: str = "key", reverse: Any = False
) -> Any:
    position = {"key": 0, "value": 1}.get(by)
    if position is None:
        raise FunctionFailed(f"cannot sort by {by!r}", hint='use by="key" or by="value"')
    key = _sort_key(box, position, fold=not case_sensitive)
    return sorted(_pairs(box, value), key=key, reverse=bool(reverse))


def _sort(
    box: Box, value: Any, reverse: Any = False, case_sensitive: Any = False, attribute: Any = None
) -> Any:
    key = _sort_key(box, attribute, fold=not case_sensitive)
    return sorted(items_of(value), key=key, reverse=bool(reverse))


def _unique(box: Box, value: Any, case_sensitive: Any = False, attribute: Any = None) -> list[Any]:
    key = _sort_key(box, attribute, fold=not case_sensitive)
    seen: list[Any] = []
    result = []
    for each in items_of(value):
        box.budget.spend(1 + (len(seen) >> 2))
        if key(each) not in seen:
            seen.append(key(each))
            result.append(each)
    return result


def _groupby(box: Box, value: Any, attribute: Any, default: Any = missing) -> list[list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for each in items_of(value):
        key = _attribute(box, each, attribute)
        if isinstance(key, Undefined):
            key = key.fail() if default is missing else default
        groups.setdefault(key, []).append(each)
    return [[key, groups[key]] for key in sorted(groups)]


def _sum(box: Box, value: Any, attribute: Any = None, start: Any = 0) -> Any:
    return sum((_attribute(box, each, attribute) for each in items_of(value)), start)


def _extreme(choose: Callable[..., Any], function: str) -> Filter:
    """Return a filter: the extreme of a list, or of the value and the arguments as in Sprig."""

    def extreme(box: Box, value: Any, *args: Any, attribute: Any = None, **_fold: Any) -> Any:
        if args:
            return box.apply_filter(None, f"sprig:{function}", value, *args)
        values = items_of(value)
        key = _sort_key(box, attribute, fold=True)
        return choose(values, key=key) if values else None

    return extreme


def _map(
    box: Box,
    value: Any,
    name: str | None = None,
    *args: Any,
    attribute: Any = None,
    default: Any = missing,
    **kw: Any,
) -> list[Any]:
    if attribute is None and name is None:
        raise FunctionFailed("`map` needs the name of a filter, or `attribute=`")
    if attribute is None:
        return [box.apply_filter(None, str(name), each, *args, **kw) for each in items_of(value)]
    found = [_attribute(box, each, attribute) for each in items_of(value)]
    if default is missing:
        return found
    return [default if isinstance(each, Undefined) else each for each in found]


def _chooser(*, wanted: bool, by_attribute: bool) -> Filter:
    """Return `select`, `reject`, `selectattr` or `rejectattr`."""

    def choose(box: Box, value: Any, *args: Any) -> list[Any]:
        attribute, test = (args[0], args[1:]) if by_attribute and args else (None, args)
        return [
            each
            for each in items_of(value)
            if _passes(box, _attribute(box, each, attribute), test) is wanted
        ]

    return choose


def _passes(box: Box, value: Any, test: tuple[Any, ...]) -> bool:
    if test:
        return box.apply_test(str(test[0]), value, *test[1:])
    return not isinstance(value, Undefined) and bool(value)


def _batch(box: Box, value: Any, count: int, fill: Any = missing) -> list[list[Any]]:
    values = items_of(value)
    groups = [values[start : start + count] for start in range(0, len(values), count)]
    return [_filled(box, group, count, fill) for group in groups]


def _slice(box: Box, value: Any, count: int, fill: Any = missing) -> list[list[Any]]:
    values = items_of(value)
    _check_items(count)
    size, extra = divmod(len(values), count)
    starts = [index * size + min(index, extra) for index in range(count + 1)]
    groups = [values[a:b] for a, b in pairwise(starts)]
    longest = size + bool(extra)
    return [_filled(box, group, longest, fill) for group in groups]


def _filled(_box: Box, group: list[Any], count: int, fill: Any) -> list[Any]:
    if fill is missing:
        return group
    _check_items(count)
    return group + [fill] * (count - len(group))


def _check_items(count: int) -> None:
    if count > ITEMS:
        raise BudgetExceeded(f"a list of more than {ITEMS} items")


def _center(_box: Box, value: Any, width: int = 80) -> str:
    if width > TEXT_CHARS:
        raise too_long()
    return show(value).center(width)


def _truncate(
    _box: Box,
    value: Any,
    length: int = 255,
    killwords: Any = False,
    end: str = "...",
    leeway: int = 5,
) -> str:
    text = show(value)
    if len(text) <= length + leeway:
        return text
    kept = text[: max(length - len(end), 0)]
    return (kept if killwords else kept.rsplit(" ", 1)[0]) + end


def _wordwrap(
    box: Box, value: Any, width: int = 79, break_long_words: Any = True, wrapstring: str = "\n"
) -> str:
    from textwrap import wrap  # noqa: PLC0415

    text = show(value)
    # Long words are cut off piece by piece, each time copying the rest.
    box.budget.spend(4 * len(text) + (len(text) ** 2 >> 10))
    lines: list[str] = []
    for line in text.splitlines():
        lines += wrap(
            line,
            max(width, 1),
            break_long_words=bool(break_long_words),
            expand_tabs=False,
            replace_whitespace=False,
        ) or [""]
    return wrapstring.join(lines)


def _urlencode(_box: Box, value: Any) -> str:
    from urllib.parse import quote, urlencode  # noqa: PLC0415

    if isinstance(value, Mapping):
        return urlencode({show(key): show(item) for key, item in value.items()}, quote_via=quote)
    return quote(show(value))


def _float(_box: Box, value: Any, default: float = 0.0) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return default


def _tojson(box: Box, value: Any, indent: Any = None) -> Any:
    return box.apply_filter(None, "toJson" if indent is None else "toPrettyJson", value)


def _list(_box: Box, value: Any) -> list[Any]:
    return items_of(value)


def _reverse(_box: Box, value: Any) -> Any:
    return value[::-1] if isinstance(value, str) else items_of(value)[::-1]


def _format(_box: Box, value: Any, *args: Any) -> str:
    return fill(show(value), args)


def _text(method: Callable[..., str]) -> Filter:
    """Return a filter that applies a method of `str` to the text of the value."""

    def apply(_box: Box, value: Any, *args: str) -> str:
        return method(show(value), *args)

    return apply


FILTERS: Mapping[str, Filter] = {
    "abs": lambda _box, value: abs(value),
    "batch": _batch,
    "capitalize": _text(str.capitalize),
    "center": _center,
    "count": _length,
    "d": _default,
    "default": _default,
    "dictsort": _dictsort,
    "first": _first,
    "float": _float,
    "format": _format,
    "groupby": _groupby,
    "items": _pairs,
    "join": _join,
    "last": _last,
    "length": _length,
    "list": _list,
    "map": _map,
    "max": _extreme(max, "max"),
    "min": _extreme(min, "min"),
    "reject": _chooser(wanted=False, by_attribute=False),
    "rejectattr": _chooser(wanted=False, by_attribute=True),
    "reverse": _reverse,
    "round": _round,
    "select": _chooser(wanted=True, by_attribute=False),
    "selectattr": _chooser(wanted=True, by_attribute=True),
    "slice": _slice,
    "sort": _sort,
    "string": lambda _box, value: show(value),
    "sum": _sum,
    "tojson": _tojson,
    "trim": _text(str.strip),
    "truncate": _truncate,
    "unique": _unique,
    "urlencode": _urlencode,
    "wordcount": lambda _box, value: len(show(value).split()),
    "wordwrap": _wordwrap,
}
"""Filter by name; before the functions of Helm and Sprig."""

TOLERANT = frozenset({"default", "d"})
"""Filters that may be given an undefined value."""


def total_size(values: Iterable[Any]) -> int:
    """Return about how many steps it takes to look at every part of `values` once."""
    return sum(
        len(each) >> 4 if isinstance(each, (str, bytes)) else 12 * len(each)
        for each in values
        if isinstance(each, (str, bytes, list, tuple, range, Mapping))
    )
