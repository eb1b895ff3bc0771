"""What compiled expressions are: closures over dot and the frame of the running template.

The frame is a map of the template's variables, with the render itself under `RUN`, what takes the
template's texts under `WRITE`, and what takes their lines under `LINE`; names of variables begin with
other characters.

Go remembers which node it saw last and blames that one; `last_of` says which one it will be.

Source: Go `text/template` (`exec.go`: `state.at`).
"""

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from pkgtool.template.gotpl.runtime.faults import Fault
from pkgtool.template.gotpl.syntax.nodes import (
    Chain,
    Command,
    Dot,
    Expression,
    Field,
    Operand,
    Pipe,
    Variable,
)
from pkgtool.template.gotpl.syntax.scope import Scope, is_element

Frame = dict[str, Any]
Evaluate = Callable[[Any, Frame], Any]
"""Compute a value from dot and the frame."""

RUN = "run"
WRITE = "write"
LINE = "line"


class Previous(NamedTuple):
    """The command before another one in a pipe, and what computes its value."""

    command: Command
    value: Evaluate


class Surroundings:
    """What an expression stands in, and how to evaluate the operands inside of it."""

    __slots__ = ("_operand", "element", "scope")

    def __init__(
        self,
        scope: Scope,
        operand: Callable[[Operand, "Surroundings"], Evaluate],
        *,
        element: bool = False,
    ) -> None:
        self.scope = scope
        self.element = element
        """Whether dot is an element of a list or map, so that Go knows a type even for nil."""
        self._operand = operand

    def operand(self, node: Operand) -> Evaluate:
        """Return what computes `node` here."""
        return self._operand(node, self)

    def knows_type_of_nil(self, node: Operand) -> bool:
        """Whether a nil that `node` computes is one of an interface: Go then refuses it as text."""
        match node:
            case Field() | Chain():
                return True
            case Variable(name, names):
                return bool(names) or is_element(self.scope.key(name) or "$")
            case Dot():
                return self.element
            case _:
                return False


def constant(value: Any) -> Evaluate:
    """Return what computes always `value`."""

    def same(_dot: Any, _frame: Frame) -> Any:
        return value

    return same


def failing(
    node: Expression, message: str, before: Evaluate | None = None, *, hint: str = ""
) -> Evaluate:
    """Return what fails with `message` when it is computed, after `before`."""

    def fail(dot: Any, frame: Frame) -> NoReturn:
        if before is not None:
            before(dot, frame)
        raise Fault(node, message, hint=hint)

    return fail


def last_of(node: Operand | Command) -> Expression:
    """Return the node that Go has seen last when it has evaluated `node`."""
    match node:
        case Command():
            return last_of(node.operands[-1])
        case Pipe():
            return last_of(node.commands[-1])
        case Chain():
            return last_of(node.receiver)
        case _:
            return node
