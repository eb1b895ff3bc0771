"""Do the arithmetic of templates with a limit on what it may make.

A text of a gigabyte is one multiplication away, a number of a million digits one power; both are
refused before they are made.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pkgtool.errors import BudgetExceeded, TemplateRender
from pkgtool.template.jinja.budget import ITEMS, NUMBER_BITS, TEXT_CHARS, Budget, too_long, too_many
from pkgtool.template.jinja.filling import fill
from pkgtool.template.jinja.output import check_number, describe
from pkgtool.template.jinja.runtime import Undefined


def binary(budget: Budget, operator: str, left: Any, right: Any) -> Any:
    """Return `left operator right`.

    Raises:
        TemplateRender: The operands do not go together, or divide by zero.
        BudgetExceeded: The result would be too large.
    """
    for each in (left, right):
        if isinstance(each, Undefined):
            each.fail()
    try:
        return _BINARY[operator](budget, left, right)
    except (TypeError, ArithmeticError) as error:
        raise TemplateRender(
            _complaint(operator, left, right, error), hint=_hint(operator)
        ) from error


def compare(budget: Budget, operator: str, left: Any, right: Any) -> bool:
    """Return whether `left operator right` holds.

    Raises:
        TemplateRender: The operands have no order.
        BudgetExceeded: They are too large to be compared.
    """
    for each in (left, right):
        if isinstance(each, Undefined):
            each.fail()
        if isinstance(each, (list, tuple, Mapping)):
            _pay_for(budget, each)
        elif isinstance(each, str):
            budget.spend(len(each) >> 6)
    try:
        return bool(_COMPARISONS[operator](left, right))
    except TypeError as error:
        raise TemplateRender(
            f"cannot compare {describe(left)} with {describe(right)}",
            hint="numbers have an order among themselves, and texts among themselves",
        ) from error


_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "lt": lambda left, right: left < right,
    "lteq": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "gteq": lambda left, right: left >= right,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


def _pay_for(budget: Budget, value: Any) -> None:
    """Take a step for each value inside `value`: one that holds itself twice is never through."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Mapping):
            inner = inner.values()
        budget.spend(16 + 2 * len(inner))
        waiting += [each for each in inner if isinstance(each, (list, tuple, Mapping))]


def unary(operator: str, operand: Any) -> Any:
    """Return `-operand` or `+operand`.

    Raises:
        TemplateRender: `operand` is no number.
    """
    if isinstance(operand, Undefined):
        operand.fail()
    if not isinstance(operand, (int, float)):
        raise TemplateRender(f"cannot apply `{operator}` to {describe(operand)}")
    return -operand if operator == "-" else +operand


def _complaint(operator: str, left: Any, right: Any, error: Exception) -> str:
    if isinstance(error, ZeroDivisionError):
        return "division by zero"
    if isinstance(error, ArithmeticError):
        return f"the result of `{operator}` is too large"
    return f"cannot apply `{operator}` to {describe(left)} and {describe(right)}"


def _hint(operator: str) -> str:
    return "`~` joins any two values as text" if operator == "+" else ""


def _add(budget: Budget, left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        budget.produce(len(left) + len(right))
    elif isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        _check_items(budget, len(left) + len(right))
        return [*left, *right]
    else:
        _numbers(left, right)
    return left + right


def _multiply(budget: Budget, left: Any, right: Any) -> Any:
    if isinstance(right, (str, list, tuple)):
        left, right = right, left
    if isinstance(left, str) and isinstance(right, int):
        _check_chars(budget, len(left) * right)
    elif isinstance(left, (list, tuple)) and isinstance(right, int):
        _check_items(budget, len(left) * right)
        return list(left) * right
    else:
        _numbers(left, right)
    return _checked(left * right)


def _power(_budget: Budget, left: Any, right: Any) -> Any:
    _numbers(left, right)
    if isinstance(left, int) and isinstance(right, int) and right > 0:
        bits = left.bit_length() * right
        if bits > NUMBER_BITS:
            raise BudgetExceeded(f"a whole number of more than {NUMBER_BITS} bits")
    result = left**right
    if not isinstance(result, (int, float)):
        # A root of a negative number.
        raise OverflowError
    return result


def _remainder(budget: Budget, left: Any, right: Any) -> Any:
    if isinstance(left, str):
        args = right if isinstance(right, (list, tuple)) else (right,)
        text = fill(left, args)
        budget.produce(len(text))
        return text
    _numbers(left, right)
    return left % right


def _subtract(_budget: Budget, left: Any, right: Any) -> Any:
    _numbers(left, right)
    return _checked(left - right)


def _divide(_budget: Budget, left: Any, right: Any) -> Any:
    _numbers(left, right)
    return left / right


def _divide_down(_budget: Budget, left: Any, right: Any) -> Any:
    _numbers(left, right)
    return left // right


_BINARY: Mapping[str, Callable[[Budget, Any, Any], Any]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "//": _divide_down,
    "%": _remainder,
    "**": _power,
}


def _numbers(left: Any, right: Any) -> None:
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        raise TypeError
    if isinstance(left, int):
        check_number(left)


def _checked(value: Any) -> Any:
    return check_number(value) if type(value) is int else value


def _check_chars(budget: Budget, chars: int) -> None:
    if chars > TEXT_CHARS:
        raise too_long()
    budget.produce(max(chars, 0))


def _check_items(budget: Budget, items: int) -> None:
    if items > ITEMS:
        raise too_many(ITEMS)
    budget.spend(max(items, 0) >> 2)
