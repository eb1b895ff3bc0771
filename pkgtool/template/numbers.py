"""Give each template language the numbers that it knows: Go's floats, or exact ones.

Values are exact everywhere else: `80` is a whole number wherever it was written. Helm reads values
as JSON, which turns every number of a file into a float; only those of `--set` stay whole. Go
templates print, compare and convert the two differently, so charts depend on it. What passes from
one language to the other is copied in between.

Source: `spec/helm-behaviour.md` §3.1.
"""

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
        self._made: dict[int, tuple[Any, Any]] = {}
        """What was made of which value, by its `id`; holding the value keeps the `id` its own."""

    def scope(self, scope: ChartScope) -> ChartScope:
        """Return `scope` as Go templates see it; for one scope it is always the same map."""
        known = self._made.get(id(scope))
        if known is not None:
            made: ChartScope = known[1]
        else:
            made = ChartScope(scope, scope.facts)
            self._made[id(scope)] = (scope, made)
            made["Values"] = self._converted(scope.get("Values"), self._made)
            made["Subcharts"] = {
                name: self.scope(child) if isinstance(child, ChartScope) else child
                for name, child in (scope.get("Subcharts") or {}).items()
            }
        if "Template" in scope:
            made["Template"] = scope["Template"]
        return made

    def data(self, value: Any) -> Any:
        """Return a copy of what another language hands over."""
        if not isinstance(value, ChartScope):
            return self._converted(value, {})
        made = ChartScope({}, value.facts)
        for name, each in value.items():
            # The values of a chart are handed over again and again.
            made[name] = self._converted(each, self._made if name == "Values" else {})
        return made

    def _converted(self, value: Any, made: dict[int, tuple[Any, Any]]) -> Any:
        kind = type(value)
        if kind is int:
            return float(value)
        if kind is SetNumber:
            return Int64(value)
        if kind is ChartScope:
            return self.scope(value)
        if kind is not dict and kind is not list:
            return value
        known = made.get(id(value))
        if known is not None:
            return known[1]
        copy: Any = {} if kind is dict else []
        made[id(value)] = (value, copy)
        if kind is dict:
            for key, each in value.items():
                copy[key] = each if type(each) is str else self._converted(each, made)
        else:
            copy.extend([self._converted(each, made) for each in value])
        return copy


def exact_numbers(value: Any) -> Any:
    """Return a copy of what a Go template hands over, its whole floats as whole numbers.

    >>> exact_numbers({"port": 80.0, "ratio": 0.5, "big": 1e300})
    {'port': 80, 'ratio': 0.5, 'big': 1e+300}
    """
    if isinstance(value, ChartScope):
        return ChartScope({key: exact_numbers(each) for key, each in value.items()}, value.facts)
    if type(value) is dict:
        return {key: exact_numbers(each) for key, each in value.items()}
    if type(value) is list:
        return [exact_numbers(each) for each in value]
    if type(value) is Int64 or (
        type(value) is float and value.is_integer() and abs(value) < _EXACT
    ):
        return int(value)
    return value


def count_values(value: Any, limit: int = 1_000_000) -> int:
    """Return how many values are in `value`, at all depths; at most about `limit`."""
    waiting = [value]
    count = 0
    while waiting and count < limit:
        each = waiting.pop()
        count += 1
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, (list, tuple)):
            waiting.extend(each)
    return count
