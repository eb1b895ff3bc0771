"""Give each template language the numbers that it knows: Go's floats, or exact ones.

Values are exact everywhere else: `80` is a whole number wherever it was written. Helm reads values
as JSON, which turns every number of a file into a float; only those of `--set` stay whole. Go
templates print, compare and convert the two differently, so charts depend on it. What passes from
one language to the other is copied in between.

Source: `spec/helm-behaviour.md` §3.1.
"""

from collections.abc import Collection
from typing import Any

from pkgtool.template.funcs.golang.values import Int64
from pkgtool.template.scopes import ChartScope
from pkgtool.values.setflags import SetNumber

_EXACT = float(1 << 53)


class GoNumbers:
    """Makes the floats of one render; what is shared before is shared afterwards.

    A subchart's values are a part of its parent's, and what one template sets there the others see.
    """

    def __init__(self) -> None:
        self._scopes: dict[int, tuple[ChartScope, ChartScope]] = {}
        """What was made of which scope, by its `id`; holding the scope keeps the `id` its own."""

    def scope(self, scope: ChartScope) -> ChartScope:
        """Return `scope` as Go templates see it; for one scope it is always the same map."""
        known = self._scopes.get(id(scope))
        made = known[1] if known is not None else self._new_scope(scope)
        template = scope.get("Template")
        if template is not None:
            made["Template"] = template
        return made

    def data(self, value: Any) -> Any:
        """Return a copy of what another language hands over."""
        if not isinstance(value, ChartScope):
            return go_numbers(value)
        if "Values" in value and "Template" in value:
            return self.scope(value)
        return ChartScope({name: go_numbers(each) for name, each in value.items()}, value.facts)

    def _new_scope(self, scope: ChartScope) -> ChartScope:
        made = ChartScope(scope, scope.facts)
        self._scopes[id(scope)] = (scope, made)
        if scope.parent is None:
            made["Values"] = go_numbers(scope.get("Values"))
        else:
            parent, name = scope.parent
            values = self.scope(parent)["Values"].get(name)
            made["Values"] = values if isinstance(values, dict) else {}
        subcharts = scope.get("Subcharts")
        if subcharts:
            made["Subcharts"] = {name: self.scope(each) for name, each in subcharts.items()}
        return made


def go_numbers(value: Any) -> Any:
    """Return a copy of `value` with the numbers that Helm makes of values.

    >>> go_numbers({"port": 80, "set": SetNumber(80)})
    {'port': 80.0, 'set': 80}
    """
    kind = type(value)
    if kind is dict:
        return _go_map(value)
    if kind is list:
        return [go_numbers(each) for each in value]
    if kind is int:
        return float(value)
    return Int64(value) if kind is SetNumber else value


def _go_map(value: dict[str, Any]) -> dict[str, Any]:
    # Nearly everything stays as it is, and copying that is fast.
    copy = value.copy()
    for key, each in value.items():
        kind = type(each)
        if kind is dict:
            copy[key] = _go_map(each)
        elif kind in _CHANGES:
            copy[key] = go_numbers(each)
    return copy


_CHANGES = frozenset([int, list, SetNumber])


def exact_numbers(value: Any) -> Any:
    """Return a copy of what a Go template hands over, its whole floats as whole numbers.

    >>> exact_numbers({"port": 80.0, "ratio": 0.5, "big": 1e300})
    {'port': 80, 'ratio': 0.5, 'big': 1e+300}
    """
    return _exact(value, {})


def _exact(value: Any, made: dict[int, Any]) -> Any:
    """Return the copy; `made` has those of maps and lists by `id`, for they may meet again."""
    kind = type(value)
    if kind is ChartScope or kind is dict or kind is list:
        if id(value) in made:
            return made[id(value)]
        copy: Any = ChartScope({}, value.facts) if kind is ChartScope else kind()
        made[id(value)] = copy
        if kind is list:
            copy.extend([_exact(each, made) for each in value])
        else:
            copy.update({key: _exact(each, made) for key, each in value.items()})
        return copy
    if kind is Int64 or (kind is float and value.is_integer() and abs(value) < _EXACT):
        return int(value)
    return value


def count_values(value: Any, limit: int = 1_000_000) -> int:
    """Return how many values are in `value`, at all depths; at most about `limit`.

    What contains itself is not followed again, anything else as often as it is met.

    >>> circle = {"a": 1}
    >>> circle["root"] = circle
    >>> count_values([1, [2]]), count_values(circle)
    (4, 3)
    """
    waiting = [value]
    above: list[int] = []
    open_: set[int] = set()
    count = 0
    while waiting and count < limit:
        each = waiting.pop()
        if each is _LEFT:
            open_.discard(above.pop())
            continue
        count += 1
        inside: Collection[Any] = ()
        if isinstance(each, dict):
            inside = each.values()
        elif isinstance(each, (list, tuple)):
            inside = each
        if inside and id(each) not in open_:
            above.append(id(each))
            open_.add(id(each))
            waiting.append(_LEFT)
            waiting.extend(inside)
    return count


_LEFT = object()
"""Stands where the values in a map or list end."""
