"""Say what a template costs before it runs.

Source: see `budget`.
"""

from collections.abc import Sequence
from typing import assert_never

from pkgtool.template.gotpl.nodes import (
    Action,
    Break,
    Chain,
    Command,
    Continue,
    Field,
    If,
    Invoke,
    Node,
    Operand,
    Pipe,
    Range,
    Text,
    Variable,
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
        case Action(pipe) | Invoke(_, pipe):
            return 4 + pipe_price(pipe)
        case If(pipe, body, other) | With(pipe, body, other):
            return 6 + pipe_price(pipe) + max(price_of(body), price_of(other or ()))
        case Range(pipe, _, other):
            return 8 + pipe_price(pipe) + price_of(other or ())
        case Break() | Continue():
            return 4
        case _:
            assert_never(node)


def pipe_price(pipe: Pipe | None) -> int:
    """Return the steps of one run of `pipe`, beside those of the functions that it calls."""
    return sum(map(_command_price, pipe.commands)) if pipe is not None else 0


def _command_price(command: Command) -> int:
    return 4 + sum(map(_operand_price, command.operands))


def _operand_price(operand: Operand) -> int:
    match operand:
        case Pipe():
            return pipe_price(operand)
        case Chain(receiver, names):
            return len(names) + _operand_price(receiver)
        case Field(names) | Variable(_, names):
            return len(names)
        case _:
            return 1
