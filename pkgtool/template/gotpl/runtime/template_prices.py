"""Say what a template costs before it runs.

Source: see `budget`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pkgtool.template.gotpl.syntax.nodes import (
    Action,
    Break,
    Continue,
    Control,
    If,
    Invoke,
    Node,
    Range,
    Text,
    With,
)


def template_price(body: Sequence[Node]) -> int:
    """Return the steps that one run of a template takes, loops not counted."""
    return 20 + price_of(body)


def price_of(nodes: Sequence[Node]) -> int:
    """Return the steps that `nodes` take at most, loops inside of them not counted."""
    return sum([_PRICES[type(node)](node) for node in nodes])


def _choice(node: Control) -> int:
    body, other = price_of(node.body), price_of(node.other) if node.other else 0
    return 6 + node.written.price + max(body, other)


_PRICES: Mapping[type[Node], Callable[[Any], int]] = {
    Text: lambda node: 2 + (len(node.text) >> 4),
    Action: lambda node: 4 + node.written.price,
    If: _choice,
    With: _choice,
    Range: lambda node: 8 + node.written.price + (price_of(node.other) if node.other else 0),
    Invoke: lambda node: 4 + (node.written.price if node.written is not None else 0),
    Break: lambda _node: 4,
    Continue: lambda _node: 4,
}
