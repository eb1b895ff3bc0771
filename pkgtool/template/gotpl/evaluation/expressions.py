"""Turn the tree of an expression into a closure that computes its value.

What can be decided before the template runs is decided here: where a variable is kept, what a
function is and wants, whether a nil is one of which Go knows the type.

Source: Go `text/template` (`exec.go`: `evalPipeline`, `evalCommand`, `evalArg`).
"""

from itertools import pairwise
from typing import Any, assert_never

from pkgtool.template.gotpl.evaluation.calls import call_function, call_method
from pkgtool.template.gotpl.evaluation.closures import (
    Evaluate,
    Frame,
    Previous,
    Surroundings,
    constant,
    failing,
    last_of,
)
from pkgtool.template.gotpl.runtime.access import walk
from pkgtool.template.gotpl.runtime.faults import Fault
from pkgtool.template.gotpl.runtime.values import VALUES_METHODS
from pkgtool.template.gotpl.syntax.nodes import (
    Chain,
    Command,
    Dot,
    Expression,
    Field,
    Function,
    Literal,
    Nil,
    Number,
    Operand,
    Pipe,
    Variable,
)
from pkgtool.template.gotpl.syntax.scope import Scope, is_certain, is_element
from pkgtool.template.scopes import ChartScope


def evaluate_pipe(pipe: Pipe, around: Surroundings) -> Evaluate:
    """Return what computes `pipe`, without its own declaration; the scope knows nested ones."""
    if pipe.nested:
        return _commands(pipe, around)
    key = (around.element, *map(around.scope.key, pipe.used))
    made = pipe.compiled.get(key)
    if made is None:
        made = pipe.compiled[key] = _commands(pipe, around)
    return made


def _commands(pipe: Pipe, around: Surroundings) -> Evaluate:
    previous: Previous | None = None
    blamed: Expression = pipe
    for command in pipe.commands:
        previous = Previous(command, _command(command, previous, blamed, around))
        blamed = last_of(command)
    return previous.value if previous is not None else constant(None)


def declare(pipe: Pipe, value: Evaluate, around: Surroundings, mark: str = "") -> Evaluate:
    """Return what computes `value` and puts it into the variables that `pipe` names."""
    scope = around.scope
    for name in pipe.declared:
        key = scope.key(name) if pipe.assigns else scope.declare(name, mark)
        if key is None:
            return failing(last_of(pipe), f"undefined variable: {name}", value)
        if pipe.assigns and not is_certain(key):
            value = _declared(value, key, name, last_of(pipe))
        value = _keeping(value, key)
    return value


def _declared(value: Evaluate, key: str, name: str, blamed: Expression) -> Evaluate:
    """Return what computes `value`, but fails where the variable was not declared before."""

    def compute(dot: Any, frame: Frame) -> Any:
        found = value(dot, frame)
        if key not in frame:
            raise Fault(blamed, f"undefined variable: {name}")
        return found

    return compute


def _keeping(value: Evaluate, key: str) -> Evaluate:
    def keep(dot: Any, frame: Frame) -> Any:
        found = frame[key] = value(dot, frame)
        return found

    return keep


def operand(node: Operand, around: Surroundings) -> Evaluate:
    """Return what computes an operand that stands alone, as an argument does."""
    match node:
        case Dot():
            return _dot
        case Nil():
            return constant(None)
        case Literal():
            return _literal(node)
        case Field(names):
            return _fields(names, node, element=around.element)
        case Variable(name, names):
            return _variable(name, names, node, around.scope)
        case Chain(receiver, names):
            return _chain(receiver, names, node, around)
        case Function():
            return call_function(Command(node.at, [node]), node, None, around)
        case Pipe():
            return nested_pipe(node, around)
        case _:
            assert_never(node)


def nested_pipe(pipe: Pipe, around: Surroundings) -> Evaluate:
    """Return what computes a pipe in parentheses, which may declare variables, too."""
    value = evaluate_pipe(pipe, around)
    # A short-circuit may skip it.
    return declare(pipe, value, around, "?") if pipe.declared else value


def _command(
    command: Command, previous: Previous | None, blamed: Expression, around: Surroundings
) -> Evaluate:
    """Return what applies the first operand of `command` to the others and to `previous`."""
    first = command.operands[0]
    applied = len(command.operands) > 1 or previous is not None
    before = previous.value if previous is not None else None
    match first:
        case Function():
            return call_function(command, first, previous, around)
        case Field() | Chain():
            if not applied:
                return operand(first, around)
            return call_method(command, first, previous, around)
        case Variable(_, names) if names:
            if not applied:
                return operand(first, around)
            return call_method(command, first, previous, around)
        case Pipe():
            blame = blamed
        case _:
            blame = first
    if applied:
        return failing(blame, f"can't give argument to non-function {first}", before)
    if isinstance(first, Nil):
        return failing(first, "nil is not a command")
    return operand(first, around)


def _dot(dot: Any, _frame: Frame) -> Any:
    return dot


def _literal(node: Literal) -> Evaluate:
    if isinstance(node, Number) and isinstance(node.value, int) and node.whole is None:
        return failing(node, f"{node} overflows int")
    return constant(node.value)


def _fields(names: tuple[str, ...], node: Expression, *, element: bool) -> Evaluate:
    if may_be_method(names):
        return lambda dot, _frame: walk(dot, names, node, element=element)
    if len(names) == 1:
        return _one_field(names[0], node, element=element)
    if len(names) == 2:
        return _two_fields(names, node, element=element)
    if len(names) == 3:
        return _three_fields(names, node, element=element)
    *front, last = names

    def many(dot: Any, _frame: Frame) -> Any:
        receiver = dot
        try:
            for name in front:
                receiver = receiver[name]
        except (KeyError, TypeError, IndexError):
            return walk(dot, names, node, element=element)
        if type(receiver) is dict:
            return receiver.get(last)
        return walk(dot, names, node, element=element)

    return many


def may_be_method(names: tuple[str, ...]) -> bool:
    """Whether `names` could lead to a method of a plain map, which only `.Values` has."""
    if VALUES_METHODS.keys().isdisjoint(names):
        return False
    return any(name in VALUES_METHODS and before == "Values" for before, name in pairwise(names))


def _one_field(name: str, node: Expression, *, element: bool) -> Evaluate:
    names = (name,)

    def one(dot: Any, _frame: Frame) -> Any:
        kind = type(dot)
        if kind is dict or kind is ChartScope:
            return dot.get(name)
        return walk(dot, names, node, element=element)

    return one


def _two_fields(names: tuple[str, ...], node: Expression, *, element: bool) -> Evaluate:
    first, last = names

    def two(dot: Any, _frame: Frame) -> Any:
        try:
            receiver = dot[first]
        except (KeyError, TypeError, IndexError):
            return walk(dot, names, node, element=element)
        if type(receiver) is dict:
            return receiver.get(last)
        return walk(dot, names, node, element=element)

    return two


def _three_fields(names: tuple[str, ...], node: Expression, *, element: bool) -> Evaluate:
    first, second, last = names

    def three(dot: Any, _frame: Frame) -> Any:
        try:
            receiver = dot[first][second]
        except (KeyError, TypeError, IndexError):
            return walk(dot, names, node, element=element)
        if type(receiver) is dict:
            return receiver.get(last)
        return walk(dot, names, node, element=element)

    return three


def _variable(name: str, names: tuple[str, ...], node: Expression, scope: Scope) -> Evaluate:
    key = scope.key(name)
    if key is None:
        return failing(node, f"undefined variable: {name}")
    value = _kept(key) if is_certain(key) else _declared(_perhaps_kept(key), key, name, node)
    if not names:
        return value
    inner = _fields(names, node, element=is_element(key))

    def of_variable(dot: Any, frame: Frame) -> Any:
        return inner(value(dot, frame), frame)

    return of_variable


def _kept(key: str) -> Evaluate:
    def kept(_dot: Any, frame: Frame) -> Any:
        return frame[key]

    return kept


def _perhaps_kept(key: str) -> Evaluate:
    return lambda _dot, frame: frame.get(key)


def _chain(
    receiver: Operand, names: tuple[str, ...], node: Chain, around: Surroundings
) -> Evaluate:
    if isinstance(receiver, Nil):
        return failing(node, f"indirection through explicit nil in {node}")
    value = operand(receiver, around)
    inner = _fields(names, last_of(receiver), element=False)

    def of_value(dot: Any, frame: Frame) -> Any:
        return inner(value(dot, frame), frame)

    return of_value
