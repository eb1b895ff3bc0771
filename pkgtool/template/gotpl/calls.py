"""Call functions and methods: check and convert arguments as Go does, and blame the right one.

Constants are converted to what the parameter wants when the template is read; everything else is
checked when it is there. The value of a pipe comes last.

Source: Go `text/template` (`exec.go`: `evalFunction`, `evalCall`, `evalArg`, `validateType`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NoReturn

from pkgtool.errors import BudgetExceeded, FunctionFailed, PkgtoolError
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.gotpl.access import Method, find_method, is_map, shown_type, walk
from pkgtool.template.gotpl.budget import LARGE
from pkgtool.template.gotpl.closures import (
    RUN,
    Evaluate,
    Frame,
    Surroundings,
    constant,
    failing,
    last_of,
)
from pkgtool.template.gotpl.faults import Fault, MissingTemplate, Stop, TplFault
from pkgtool.template.gotpl.functions import ANY, Callee, find_function
from pkgtool.template.gotpl.nodes import (
    Chain,
    Command,
    Expression,
    Field,
    Function,
    Literal,
    Nil,
    Number,
    Operand,
    Variable,
)

_EXPECTED = {"string": "string", "int": "integer", "float64": "float", "bool": "bool"}
_SIZED = (str, dict, list)


def call_function(
    command: Command, name: Function, previous: Evaluate | None, around: Surroundings
) -> Evaluate:
    """Return what calls the function `name` with the operands of `command` and `previous`."""
    given = command.operands[1:]
    if name.name in ("and", "or"):
        return _short_circuit(name, given, previous, around)
    callee = find_function(name.name)
    count = len(given) + (previous is not None)
    if len(callee.fixed) > count or (callee.rest is None and len(callee.fixed) < count):
        return _wrong_count(name, callee, len(given) if callee.rest is not None else count)
    kinds = _kinds(callee, count)
    arguments = [_argument(each, kind, around) for each, kind in zip(given, kinds, strict=False)]
    if previous is not None:
        blamed = last_of(given[-1]) if given else name
        arguments.append(_piped(previous, kinds[-1], blamed))
    # Go computes the pipe before the arguments, which makes no difference to constants.
    piped = previous is not None and not all(isinstance(each, Literal) for each in given)
    return _applied(callee, command, arguments, piped=piped)


def _kinds(callee: Callee, count: int) -> list[str]:
    return [*callee.fixed, *[callee.rest or ANY] * (count - len(callee.fixed))][:count]


def _wrong_count(name: Function, callee: Callee, got: int) -> Evaluate:
    least = "at least " if callee.rest is not None else ""
    want = f"{least}{len(callee.fixed)}"
    return failing(name, f"wrong number of args for {name}: want {want} got {got}")


def _short_circuit(
    name: Function, given: Sequence[Operand], previous: Evaluate | None, around: Surroundings
) -> Evaluate:
    """Return what computes `and` and `or`: the first argument that decides, or the last."""
    arguments = [around.operand(each) for each in given]
    if previous is not None:
        arguments.append(previous)
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
        piped = previous(dot, frame)
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
        return _nil(node, kind)
    if isinstance(node, Literal):
        return _converted(node, kind)
    value = around.operand(node)
    fits, blamed, typed = _FITS[kind], last_of(node), around.knows_type_of_nil(node)

    def checked(dot: Any, frame: Frame) -> Any:
        found = value(dot, frame)
        if fits(found):
            return found
        return _unfit(found, kind, blamed, typed=typed)

    return checked


def _piped(previous: Evaluate, kind: str, blamed: Expression) -> Evaluate:
    if kind == ANY:
        return previous
    fits = _FITS[kind]

    def checked(dot: Any, frame: Frame) -> Any:
        found = previous(dot, frame)
        if fits(found):
            return found
        return _unfit(found, kind, blamed, typed=False)

    return checked


def _nil(node: Nil, kind: str) -> Evaluate:
    if kind.startswith("map"):
        return lambda _dot, _frame: {}
    return failing(node, f"cannot assign nil to {kind}")


def _converted(node: Literal, kind: str) -> Evaluate:
    """Return the constant `node` as Go converts it, or a fault about it."""
    if kind == "string" and isinstance(node.value, str):
        return constant(node.value)
    if kind == "bool" and isinstance(node.value, bool):
        return constant(node.value)
    if isinstance(node, Number):
        if kind == "int" and node.whole is not None:
            return constant(node.whole)
        if kind == "float64" and not isinstance(node.value, complex):
            return constant(float(node.value))
    if kind in _EXPECTED:
        return failing(node, f"expected {_EXPECTED[kind]}; found {node}")
    return failing(node, f"can't handle {node} for arg of type {kind}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return type(value) is int


def _is_flag(value: Any) -> bool:
    return type(value) is bool


def _is_real(value: Any) -> bool:
    return type(value) is float


def _is_table(value: Any) -> bool:
    return type(value) is dict or (is_map(value) and not isinstance(value, Struct))


def _is_moment(value: Any) -> bool:
    return isinstance(value, datetime)


_FITS: dict[str, Callable[[Any], bool]] = {
    "string": _is_text,
    "int": _is_whole,
    "float64": _is_real,
    "bool": _is_flag,
    "map[string]interface {}": _is_table,
    "time.Time": _is_moment,
}


def _unfit(value: Any, kind: str, blamed: Expression, *, typed: bool) -> Any:
    """Return what Go makes of a value of another type, or fail."""
    if value is not None:
        shown = shown_type(value)
        raise Fault(blamed, f"wrong type for value; expected {kind}; got {shown}")
    if typed:
        raise Fault(blamed, f"wrong type for value; expected {kind}; got interface {{}}")
    if kind.startswith("map"):
        return {}
    raise Fault(blamed, f"invalid value; expected {kind}")


def _applied(
    callee: Callee, command: Expression, arguments: list[Evaluate], *, piped: bool
) -> Evaluate:
    """Return what calls `callee` with `arguments`, of which a piped one is computed first."""
    if len(arguments) == 2:
        make = _running_two if callee.runs else _with_two
        return make(callee, command, *arguments, piped=piped)
    if callee.runs:
        return _running(callee, command, _in_order(arguments, piped=piped))
    if len(arguments) == 1:
        return _with_one(callee, command, arguments[0])
    target = callee.target
    compute = _in_order(arguments, piped=piped)

    def call(dot: Any, frame: Frame) -> Any:
        values = compute(dot, frame)
        if not callee.light:
            _weigh(values, frame)
        try:
            result = target(*values)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is translated
            _blame(error, command, callee.name)
        if type(result) in _SIZED and len(result) > LARGE:
            _count(result, frame)
        return result

    return call


def _in_order(arguments: list[Evaluate], *, piped: bool) -> Callable[[Any, Frame], list[Any]]:
    if not piped:
        return lambda dot, frame: [each(dot, frame) for each in arguments]
    *front, last = arguments

    def compute(dot: Any, frame: Frame) -> list[Any]:
        value = last(dot, frame)
        return [*[each(dot, frame) for each in front], value]

    return compute


def _with_one(callee: Callee, command: Expression, argument: Evaluate) -> Evaluate:
    target = callee.target
    weighed = () if callee.light else _SIZED

    def call(dot: Any, frame: Frame) -> Any:
        value = argument(dot, frame)
        if type(value) in weighed and len(value) > LARGE:
            frame[RUN].budget.weigh(value)
        try:
            result = target(value)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is translated
            _blame(error, command, callee.name)
        if type(result) in _SIZED and len(result) > LARGE:
            _count(result, frame)
        return result

    return call


def _with_two(
    callee: Callee, command: Expression, first: Evaluate, second: Evaluate, *, piped: bool
) -> Evaluate:
    target = callee.target
    weighed = () if callee.light else _SIZED

    def call(dot: Any, frame: Frame) -> Any:
        if piped:
            two = second(dot, frame)
            one = first(dot, frame)
        else:
            one = first(dot, frame)
            two = second(dot, frame)
        if type(one) in weighed and len(one) > LARGE:
            frame[RUN].budget.weigh(one)
        if type(two) in weighed and len(two) > LARGE:
            frame[RUN].budget.weigh(two)
        try:
            result = target(one, two)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is translated
            _blame(error, command, callee.name)
        if type(result) in _SIZED and len(result) > LARGE:
            _count(result, frame)
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
            _blame(error, command, callee.name)

    return call


def _running(
    callee: Callee, command: Expression, compute: Callable[[Any, Frame], list[Any]]
) -> Evaluate:
    target = callee.target

    def call(dot: Any, frame: Frame) -> Any:
        values = compute(dot, frame)
        try:
            return target(frame[RUN], *values)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is translated
            _blame(error, command, callee.name)

    return call


def _weigh(values: Sequence[Any], frame: Frame) -> None:
    for value in values:
        if type(value) in _SIZED and len(value) > LARGE:
            frame[RUN].budget.weigh(value)


def _count(result: Any, frame: Frame) -> None:
    budget = frame[RUN].budget
    if type(result) is str:
        budget.produce(len(result))
    else:
        budget.spend(len(result))


def _blame(error: Exception, command: Expression, name: str) -> NoReturn:
    """Raise the fault that says that the function `name` failed."""
    if isinstance(error, (Fault, TplFault, MissingTemplate, Stop, PkgtoolError)):
        raise Fault(command, function=name, cause=error) from None
    if isinstance(error, (RecursionError, MemoryError)):
        raise Fault(command, function=name, cause=_too_much(name)) from None
    refused = FunctionFailed(f"{name} cannot be applied to these arguments")
    raise Fault(command, function=name, cause=refused) from error


def _too_much(name: str) -> BudgetExceeded:
    return BudgetExceeded(f"{name}: the value is too large or too deep")


def call_method(
    command: Command,
    target: Field | Chain | Variable,
    previous: Evaluate | None,
    around: Surroundings,
) -> Evaluate:
    """Return what calls a method with arguments: `.Files.Get "x"`."""
    *front, name = target.names
    receiver, element, blamed = _receiver(target, tuple(front), around)
    given = command.operands[1:]
    # Which method it is shows only when the owner is there.
    ways = {kind: [_argument(each, kind, around) for each in given] for kind in (ANY, *_FITS)}
    last = last_of(given[-1]) if given else blamed

    def call(dot: Any, frame: Frame) -> Any:
        piped = [] if previous is None else [previous(dot, frame)]
        owner = receiver(dot, frame)
        if owner is None and not element:
            return None
        function, parameters = _method_of(owner, front, name, blamed, element=element)
        count = len(given) + len(piped)
        if len(parameters) != count:
            message = f"wrong number of args for {name}: want {len(parameters)} got {count}"
            raise Fault(blamed, message)
        values = [ways[kind][at](dot, frame) for at, kind in enumerate(parameters[: len(given)])]
        values += [_piped(constant(each), parameters[-1], last)(dot, frame) for each in piped]
        try:
            return function(*values)
        except Exception as error:  # noqa: BLE001 - whatever a method raises is translated
            _blame(error, target, name)

    return call


def _method_of(
    owner: Any, front: Sequence[str], name: str, blamed: Expression, *, element: bool
) -> Method:
    """Return the method `name` of `owner`, or fail for what has no such method."""
    if owner is None:
        raise Fault(blamed, f"nil pointer evaluating interface {{}}.{name}")
    method = find_method(owner, name, front[-1] if front else "")
    if method is not None:
        return method
    if is_map(owner):
        raise Fault(blamed, f"{name} is not a method but has arguments")
    if isinstance(owner, Struct) and name in owner:
        raise Fault(blamed, f"{name} has arguments but cannot be invoked as function")
    shown = "interface {}" if element else shown_type(owner)
    raise Fault(blamed, f"can't evaluate field {name} in type {shown}")


def _receiver(
    target: Field | Chain | Variable, front: tuple[str, ...], around: Surroundings
) -> tuple[Evaluate, bool, Expression]:
    """Return what computes the owner of the method, whether nil there has a type, and a node."""
    blamed: Expression = target
    if isinstance(target, Field):
        start: Evaluate = _dot_of
        element = around.element
    elif isinstance(target, Variable):
        start = around.operand(Variable(target.at, target.name, ()))
        element = around.knows_type_of_nil(Variable(target.at, target.name, ()))
    else:
        start = around.operand(target.receiver)
        element = False
        blamed = last_of(target.receiver)
    if not front:
        return start, element, blamed

    def owner(dot: Any, frame: Frame) -> Any:
        return walk(start(dot, frame), front, blamed, element=element)

    return owner, True, blamed


def _dot_of(dot: Any, _frame: Frame) -> Any:
    return dot
