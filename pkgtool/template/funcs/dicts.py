"""Make, read, change and merge maps.

`set`, `unset` and the merges change the map they are given first, as templates expect, and return
it. A map may come to contain itself, as when a chart puts `$` into a part of its values; only what
goes through all of it refuses it then. Keys and values are sorted by key, where Sprig leaves their
order to chance.

Source: Sprig `dict.go`; `dario.cat/mergo` for the merges; `mitchellh/copystructure`.
"""

from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.budget import Allowance
from pkgtool.template.funcs.casts import to_string
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.golang.values import Map, NilMap, type_name
from pkgtool.template.funcs.logic import is_true


@go_function("dict")
def dict_(*pairs: Any) -> Map:
    """Return a map of keys and values in turn; a last key without value gets empty text.

    >>> dict_("a", 1, "b")
    {'a': 1, 'b': ''}
    """
    values = [*pairs, ""] if len(pairs) % 2 else pairs
    return {to_string(values[at]): values[at + 1] for at in range(0, len(values), 2)}


@go_function("get")
def get(source: Map, key: str) -> Any:
    """Return the value under `key`, or empty text.

    >>> get({"a": 1}, "a"), get({}, "a")
    (1, '')
    """
    return source.get(key, "")


@go_function("set")
def set_(target: Map, key: str, value: Any) -> Map:
    """Put `value` under `key` into `target`, and return it.

    Raises:
        FunctionFailed: `target` is a nil map; nothing was changed.
    """
    if isinstance(target, NilMap):
        raise FunctionFailed("assignment to entry in nil map", hint="make one first, with `dict`")
    target[key] = value
    return target


@go_function("unset")
def unset(target: Map, key: str) -> Map:
    """Remove `key` from `target`, and return it."""
    target.pop(key, None)
    return target


@go_function("hasKey")
def has_key(source: Map, key: str) -> bool:
    """Tell whether `source` has `key`, whatever its value."""
    return key in source


@go_function("pluck")
def pluck(key: str, *sources: Map) -> list[Any]:
    """Return the values under `key` of all maps that have it.

    >>> pluck("a", {"a": 1}, {"b": 2}, {"a": 3})
    [1, 3]
    """
    return [source[key] for source in sources if key in source]


@go_function("keys")
def keys(*sources: Map) -> list[str]:
    """Return the keys of each map, sorted.

    >>> keys({"b": 1, "a": 2})
    ['a', 'b']
    """
    return [key for source in sources for key in sorted(map(to_string, source))]


@go_function("values")
def values(source: Map) -> list[Any]:
    """Return the values of a map, sorted by key."""
    return [source[key] for key in sorted(source, key=to_string)]


@go_function("pick")
def pick(source: Map, *wanted: str) -> Map:
    """Return a new map with only the keys `wanted`.

    >>> pick({"a": 1, "b": 2}, "a")
    {'a': 1}
    """
    return {key: source[key] for key in wanted if key in source}


@go_function("omit")
def omit(source: Map, *unwanted: str) -> Map:
    """Return a new map without the keys `unwanted`."""
    gone = frozenset(unwanted)
    return {key: value for key, value in source.items() if key not in gone}


@go_function("dig")
def dig(*path_default_source: Any) -> Any:
    """Return what is under a path of keys in the map that comes last, or the value before it.

    >>> dig("user", "name", "nobody", {"user": {"name": "root"}}), dig("a", "none", {})
    ('root', 'none')

    Raises:
        FunctionFailed: A key is not text, or something on the way is not a map.
    """
    if len(path_default_source) < 3:
        raise FunctionFailed("dig needs at least three arguments")
    *path, default, source = path_default_source
    if not _is_table(source):
        raise _not_a(source, "map[string]interface {}")
    for key in path:
        if not isinstance(key, str):
            raise _not_a(key, "string")
    for key in path:
        if not _is_table(source):
            raise _not_a(source, "map[string]interface {}")
        if key not in source:
            return default
        source = source[key]
    return source


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and not isinstance(value, Struct)


def _not_a(value: Any, wanted: str) -> FunctionFailed:
    got = "nil" if value is None else type_name(value)
    return FunctionFailed(
        f"interface conversion: interface {{}} is {got}, not {wanted}",
        hint="`dig` takes keys, then a default, then the map",
    )


@go_function("merge")
def merge(target: Map, *sources: Map) -> Map:
    """Put what `sources` have and `target` has not, or has empty, into it, and return it.

    >>> merge({"a": 1, "b": {"c": ""}}, {"a": 2, "b": {"c": 3, "d": 4}})
    {'a': 1, 'b': {'c': 3, 'd': 4}}

    Raises:
        BudgetExceeded: The maps are too large or too deep; `target` may be partly merged.
    """
    target = _made(target)
    for source in sources:
        _merge(target, source, Allowance("merge"), overwrite=False)
    return target


@go_function("mergeOverwrite")
def merge_overwrite(target: Map, *sources: Map) -> Map:
    """Put all that `sources` have into `target`, and return it; later ones win.

    >>> merge_overwrite({"a": 1, "b": {"c": 1}}, {"a": 2, "b": {"d": 4}})
    {'a': 2, 'b': {'c': 1, 'd': 4}}

    Raises:
        BudgetExceeded: The maps are too large or too deep; `target` may be partly merged.
    """
    target = _made(target)
    for source in sources:
        _merge(target, source, Allowance("mergeOverwrite"), overwrite=True)
    return target


def _made(target: Map) -> Map:
    return {} if isinstance(target, NilMap) else target


def _merge(
    target: Map, source: Map, allowance: Allowance, *, overwrite: bool, depth: int = 0
) -> None:
    allowance.spend(1 + len(source), depth)
    for key, value in list(source.items()):
        current = target.get(key)
        if isinstance(value, dict) and isinstance(current, dict):
            _merge(current, value, allowance, overwrite=overwrite, depth=depth + 1)
            if current:
                continue
        if overwrite or (value is not None and not is_true(current)):
            target[key] = value


@go_function("deepCopy")
def deep_copy(value: Any) -> Any:
    """Return a copy of `value` that shares no map or list with it.

    Raises:
        BudgetExceeded: `value` has more than a million items, or contains itself.
        FunctionFailed: `value` is null.
    """
    if value is None:
        raise FunctionFailed(
            "reflect: call of reflect.Value.Type on zero Value",
            hint="a missing value or null cannot be copied; `default dict` helps",
        )
    return _copied(value, Allowance("deepCopy"), 0)


def _copied(value: Any, allowance: Allowance, depth: int) -> Any:
    if _is_table(value):
        allowance.spend(1 + len(value), depth)
        return {key: _copied(each, allowance, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        allowance.spend(1 + len(value), depth)
        return [_copied(each, allowance, depth + 1) for each in value]
    return value
