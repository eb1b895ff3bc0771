"""Call functions and methods: check and convert arguments as Go does, and blame the right one.

Constants are converted to what the parameter wants when the template is read; everything else is
checked when it is there. The value of a pipe comes last.

Source: Go `text/template` (`exec.go`: `evalFunction`, `evalCall`, `evalArg`, `validateType`).
"""

from collections.abc import Callable, Sequence
from typing import Any

from pkgtool.errors import BudgetExceeded
from pkgtool.template.gotpl.evaluation.closures import (
    RUN,
    Evaluate,
    Frame,
    Previous,
    Surroundings,
    constant,
    failing,
    last_of,
)
from pkgtool.template.gotpl.runtime.access import method_for, walk
from pkgtool.template.gotpl.runtime.budget import LARGE, SIZED
from pkgtool.template.gotpl.runtime.faults import Fault, failed
from pkgtool.template.gotpl.runtime.functions import Callee, find_function, usage
from pkgtool.template.gotpl.runtime.parameters import ANY, FITS, converted, fitted, nil_for
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


def call_function(
    command: Command, name: Function, previous: Previous | None, around: Surroundings
) -> Evaluate:
    """Return what calls the function `name` with the operands of `command` and `previous`."""
    given = command.operands[1:]
    if name.name in ("and", "or"):
        return _short_circuit(name, given, previous, around)
    callee = find_function(name.name)
    wrong = wrong_count(callee, len(given), piped=previous is not None)
    if wrong:
        before = previous.value if previous is not None else None
        return failing(name, wrong, before, hint=count_hint(name.name))
    kinds = parameter_kinds(callee, len(given) + (previous is not None))
    arguments = [
        _weighed(_argument(each, kind, around), callee, command, made=is_made(each))
        for each, kind in zip(given, kinds, strict=False)
    ]
    if previous is None:
        return _applied(callee, command, arguments)
    value = _weighed(previous.value, callee, command, made=is_made(previous.command))
    check = _checking(kinds[-1], last_of(given[-1]) if given else name)
    # Go computes the pipe before the arguments, and looks at its type after them; that makes no
    # difference to constants.
    if all(map(_is_certain, given, kinds)):
        return _applied(callee, command, [*arguments, _checked(value, check)])
    return _applied(callee, command, [*arguments, value], piped=True, check=check)


def _is_certain(node: Operand, kind: str) -> bool:
    """Whether `node` is a constant that a parameter of the type `kind` takes as it is."""
    if isinstance(node, Number) and type(node.value) is int and node.whole is None:
        return False
    return isinstance(node, Literal) and (kind == ANY or FITS[kind](node.value))


def parameter_kinds(callee: Callee, count: int) -> list[str]:
    """Return the types of the parameters that `count` arguments are for."""
    return [*callee.fixed, *[callee.rest or ANY] * (count - len(callee.fixed))][:count]


def wrong_count(callee: Callee, given: int, *, piped: bool) -> str:
    """Return Go's complaint about the number of arguments, or nothing."""
    count = given + piped
    if len(callee.fixed) <= count and (callee.rest is not None or len(callee.fixed) == count):
        return ""
    least = "at least " if callee.rest is not None else ""
    got = given if callee.rest is not None else count
    return f"wrong number of args for {callee.name}: want {least}{len(callee.fixed)} got {got}"


def count_hint(name: str) -> str:
    """Return how the function `name` is written."""
    last = "`.` hands over all data" if name in ("include", "tpl") else "a piped value comes last"
    return f"write `{usage(name)}`; {last}"


def is_made(node: Operand | Command) -> bool:
    """Whether a call made the value of `node`, so that its size was paid for already."""
    match node:
        case Pipe():
            return is_made(node.commands[-1])
        case Command():
            return is_made(node.operands[0])
        case Function(name):
            return name not in ("and", "or") and find_function(name).makes
        case _:
            return isinstance(node, (Literal, Nil))


def _weighed(value: Evaluate, callee: Callee, command: Expression, *, made: bool) -> Evaluate:
    """Return `value` so that handing over a large one is paid for."""
    weighs = callee.weighs
    if made or not weighs:
        return value

    def weighed(dot: Any, frame: Frame) -> Any:
        found = value(dot, frame)
        if type(found) in weighs and len(found) > LARGE:
            try:
                frame[RUN].budget.weigh(found)
            except BudgetExceeded as error:
                raise failed(error, command, callee.name) from None
        return found

    return weighed


def _short_circuit(
    name: Function, given: Sequence[Operand], previous: Previous | None, around: Surroundings
) -> Evaluate:
    """Return what computes `and` and `or`: the first argument that decides, or the last."""
    arguments = [around.operand(each) for each in given]
    if previous is not None:
        arguments.append(previous.value)
    if not arguments or not given:
        if not arguments:
            return failing(name, f"wrong number of args for {name}: want at least 1 got 0")
        return arguments[0]
    decides = name.name == "or"
    *front, last = arguments

    def choose(dot: Any, frame: Frame) -> Any:
        for each in front:
            value = each(dot, frame)
            if bool(value) is decides:
                return value
        return last(dot, frame)

    if previous is None:
        return choose

    def choose_after(dot: Any, frame: Frame) -> Any:
        piped = last(dot, frame)
        for each in front:
            value = each(dot, frame)
            if bool(value) is decides:
                return value
        return piped

    return choose_after


def _argument(node: Operand, kind: str, around: Surroundings) -> Evaluate:
    """Return what computes `node` as an argument for a parameter of the type `kind`."""
    if kind == ANY:
        return around.operand(node)
    if isinstance(node, Nil):
        # A map is a new one at each call: the function may change it.
        return lambda _dot, _frame: nil_for(node, kind)
    if isinstance(node, Literal):
        try:
            return constant(converted(node, kind))
        except Fault as fault:
            return failing(node, fault.message)
    if isinstance(node, Chain) and not isinstance(node.receiver, Nil):
        return _field_argument(node, kind, around)
    value = around.operand(node)
    fits, blamed, typed = FITS[kind], last_of(node), _typed_nil(node, around)

    def argument(dot: Any, frame: Frame) -> Any:
        found = value(dot, frame)
        if fits(found):
            return found
        return fitted(found, kind, blamed, typed=found is None and typed(dot, frame))

    return argument


def _typed_nil(node: Operand, around: Surroundings) -> Callable[[Any, Frame], bool]:
    """Return what tells whether Go knows a type for the nil that `node` just gave.

    It knows one for what is missing from a map, but not for the fields of a nil without a type.
    """
    known = around.knows_type_of_nil(node)
    if not known or isinstance(node, Dot):
        return lambda _dot, _frame: known
    start: Operand = Dot(node.at)
    if isinstance(node, Variable):
        start = Variable(node.at, node.name, ())
    value, element = around.operand(start), around.knows_type_of_nil(start)
    return lambda dot, frame: element or value(dot, frame) is not None


def _field_argument(node: Chain, kind: str, around: Surroundings) -> Evaluate:
    """Return what computes `(…).a` as an argument, the pipe once."""
    receiver = around.operand(node.receiver)
    fits, blamed = FITS[kind], last_of(node)

    def argument(dot: Any, frame: Frame) -> Any:
        owner = receiver(dot, frame)
        found = walk(owner, node.names, blamed, element=False)
        return found if fits(found) else fitted(found, kind, blamed, typed=owner is not None)

    return argument


_Check = Callable[[Any], Any]
"""Return what Go makes of the value of a pipe, or fail for one of a wrong type."""


def _checking(kind: str, blamed: Expression) -> _Check | None:
    """Return how to check the value of a pipe; None where all values do."""
    if kind == ANY:
        return None
    fits = FITS[kind]
    return lambda found: found if fits(found) else fitted(found, kind, blamed, typed=False)


def _checked(previous: Evaluate, check: _Check | None) -> Evaluate:
    if check is None:
        return previous
    return lambda dot, frame: check(previous(dot, frame))


def _applied(
    callee: Callee,
    command: Expression,
    arguments: list[Evaluate],
    *,
    piped: bool = False,
    check: _Check | None = None,
) -> Evaluate:
    """Return what calls `callee` with `arguments`, of which a piped one is computed first."""
    if len(arguments) == 2 and check is None:
        make = _running_two if callee.runs else _with_two
        return make(callee, command, *arguments, piped=piped)
    compute = _in_order(arguments, piped=piped, check=check)
    target, grows, runs = callee.target, callee.grows and not callee.runs, callee.runs

    def call(dot: Any, frame: Frame) -> Any:
        values = compute(dot, frame)
        try:
            result = target(frame[RUN], *values) if runs else target(*values)
            if grows and type(result) in SIZED and len(result) > LARGE:
                frame[RUN].budget.count(result)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is translated
            raise failed(error, command, callee.name) from None
        return result

    return call


def _in_order(
    arguments: list[Evaluate], *, piped: bool, check: _Check | None
) -> Callable[[Any, Frame], list[Any]]:
    if not piped:
        return lambda dot, frame: [each(dot, frame) for each in arguments]
    *front, last = arguments

    def compute(dot: Any, frame: Frame) -> list[Any]:
        value = last(dot, frame)
        values = [each(dot, frame) for each in front]
        return [*values, value if check is None else check(value)]

    return compute


def _with_two(
    callee: Callee, command: Expression, first: Evaluate, second: Evaluate, *, piped: bool
) -> Evaluate:
    target, grows = callee.target, callee.grows

    def call(dot: Any, frame: Frame) -> Any:
        if piped:
            two = second(dot, frame)
            one = first(dot, frame)
        else:
            one = first(dot, frame)
            two = second(dot, frame)
        try:
            result = target(one, two)
            if grows and type(result) in SIZED and len(result) > LARGE:
                frame[RUN].budget.count(result)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is translated
            raise failed(error, command, callee.name) from None
        return result

    return call


def _running_two(
    callee: Callee, command: Expression, first: Evaluate, second: Evaluate, *, piped: bool
) -> Evaluate:
    """As `_with_two`, for functions that take the render first.

    Written out, because templates include each other deeply and this keeps off the C stack.
    """
    target = callee.target

    def call(dot: Any, frame: Frame) -> Any:
        if piped:
            two = second(dot, frame)
            one = first(dot, frame)
        else:
            one = first(dot, frame)
            two = second(dot, frame)
        try:
            return target(frame[RUN], one, two)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is translated
            raise failed(error, command, callee.name) from None

    return call


def call_method(
    command: Command,
    target: Field | Chain | Variable,
    previous: Previous | None,
    around: Surroundings,
) -> Evaluate:
    """Return what calls a method with arguments: `.Files.Get "x"`."""
    *front, name = target.names
    receiver, element, blamed = _receiver(target, around)
    given = command.operands[1:]
    # Which method it is shows only when the owner is there.
    ways = {kind: [_argument(each, kind, around) for each in given] for kind in (ANY, *FITS)}
    last = last_of(given[-1]) if given else blamed

    def call(dot: Any, frame: Frame) -> Any:
        piped = [] if previous is None else [previous.value(dot, frame)]
        owner = receiver(dot, frame)
        if owner is None and not element:
            return None
        if front:
            owner = walk(owner, front, blamed, element=element)
        count = len(given) + len(piped)
        typed = element or bool(front)
        function, parameters = method_for(owner, target.names, blamed, count, element=typed)
        values = [ways[kind][at](dot, frame) for at, kind in enumerate(parameters[: len(given)])]
        for each in piped:
            check = _checking(parameters[-1], last)
            values.append(each if check is None else check(each))
        try:
            return function(*values)
        except Exception as error:  # noqa: BLE001 - whatever a method raises is translated
            raise failed(error, target, name) from None

    return call


def _receiver(
    target: Field | Chain | Variable, around: Surroundings
) -> tuple[Evaluate, bool, Expression]:
    """Return what the fields are fields of, whether nil there has a type, and whom to blame."""
    if isinstance(target, Chain):
        return around.operand(target.receiver), False, last_of(target.receiver)
    if isinstance(target, Variable):
        variable = Variable(target.at, target.name, ())
        return around.operand(variable), around.knows_type_of_nil(variable), target
    return _dot_of, around.element, target


def _dot_of(dot: Any, _frame: Frame) -> Any:
    return dot
