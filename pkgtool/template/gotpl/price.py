"""Say what a template costs before it runs.

Source: see `budget`.
"""

from collections.abc import Sequence
from typing import assert_never

from pkgtool.template.gotpl.nodes import (
    Action,
    Break,
    Continue,
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
    return sum(map(_price, nodes))


def _price(node: Node) -> int:
    """Return the steps that a node takes at most, loops inside of it not counted."""
    match node:
        case Text(text):
            return 2 + (len(text) >> 4)
        case Action(pipe):
            return 4 + 4 * len(pipe.commands)
        case If(_, body, other) | With(_, body, other):
            return 6 + max(price_of(body), price_of(other or ()))
        case Range(_, _, other):
            return 8 + price_of(other or ())
        case Invoke() | Break() | Continue():
            return 4
        case _:
            assert_never(node)
