"""Check the arguments of template functions, in Go's words, from the functions' annotations.

A template may call any function with anything. `@go_function("trunc")` makes a function refuse
a wrong number of arguments and values of wrong types the way Go's templates do, so that its body
can trust its own signature. The annotations that mean something are `str`, `int`, `float`, `Map`
and `datetime`; `Any` takes everything. Keyword-only parameters are for engines (a clock, a source
of randomness) and not for templates.

Source: Go `text/template` `exec.go` (`evalCall`, `validateType`).
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.golang.values import MAX_INT64, MIN_INT64, Duration, Map, type_name

P = ParamSpec("P")
R = TypeVar("R")

_EXPECTED: dict[object, tuple[type, str]] = {
    str: (str, "string"),
    int: (int, "int"),
    float: (float, "float64"),
    Map: (dict, "map[string]interface {}"),
    datetime: (datetime, "time.Time"),
}

_TAKES_MORE = 0x04
"""The flag of a code object whose function has `*args`."""


def go_function(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function check its positional arguments as Go's templates would.

    >>> @go_function("double")
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> double("2")
    Traceback (most recent call last):
        ...
    pkgtool.errors.FunctionFailed: wrong type for value; expected int; got string (argument 1 ...

    Args:
        name: What templates call it.

    Raises:
        FunctionFailed: From the function, at each call that does not fit.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        fixed, rest = _parameters(function)
        checks = [(index, *each) for index, each in enumerate(fixed) if each]
        count = len(fixed)

        @wraps(function)
        def checked(*args: P.args, **options: P.kwargs) -> R:
            if len(args) != count and (rest is None or len(args) < count):
                raise _wrong_count(name, count, len(args), variadic=rest is not None)
            for index, kind, word in checks:
                if kind is int or type(args[index]) is not kind:
                    _check(args[index], kind, word, f"argument {index + 1} of {name}")
            if rest:
                for index in range(count, len(args)):
                    _check(args[index], *rest, f"argument {index + 1} of {name}")
            return function(*args, **options)

        return checked

    return decorate


def parameter_types(function: Callable[..., Any]) -> tuple[list[str], str | None]:
    """Return Go's types of the parameters of a `@go_function`, and of its `...` if it has one.

    Go's templates convert constants, and a nil map, to the type of the parameter they are for.

    >>> @go_function("pick")
    ... def pick(source: Map, *wanted: str) -> Map:
    ...     return {key: source[key] for key in wanted}
    >>> parameter_types(pick)
    (['map[string]interface {}'], 'string')
    """
    fixed, rest = _parameters(getattr(function, "__wrapped__", function))
    return [_word(each) for each in fixed], None if rest is None else _word(rest)


def _word(check: "_Check") -> str:
    return check[1] if check else "interface {}"


_Check = tuple[type, str] | tuple[()]
"""What a parameter takes; an empty one takes everything."""


def _parameters(function: Callable[..., Any]) -> tuple[list[_Check], _Check | None]:
    """Return what the positional parameters take, and `*args`, or None without `*args`."""
    code = function.__code__
    hints = function.__annotations__
    fixed = [_EXPECTED.get(hints[each], ()) for each in code.co_varnames[: code.co_argcount]]
    if not code.co_flags & _TAKES_MORE:
        return fixed, None
    more = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
    return fixed, _EXPECTED.get(hints[more], ())


def _wrong_count(name: str, want: int, got: int, *, variadic: bool) -> FunctionFailed:
    least = "at least " if variadic else ""
    return FunctionFailed(f"wrong number of args for {name}: want {least}{want} got {got}")


def _check(value: object, kind: type, word: str, place: str) -> None:
    # Python counts bool and Duration among the ints, Go does not.
    if isinstance(value, kind) and not (kind is int and isinstance(value, (bool, Duration))):
        _check_range(value, place)
        return
    if value is None:
        raise FunctionFailed(
            f"invalid value; expected {word} ({place})",
            hint="the value is missing or null: set it, or give it one with `default`",
        )
    got = type_name(value)
    raise FunctionFailed(
        f"wrong type for value; expected {word}; got {got} ({place})", hint=_cast_hint(word)
    )


def _check_range(value: object, place: str) -> None:
    if isinstance(value, int) and not MIN_INT64 <= value <= MAX_INT64:
        raise FunctionFailed(f"the number does not fit into 64 bits ({place})")


def _cast_hint(word: str) -> str:
    casts = {"string": "toString", "int": "int", "float64": "float64", "time.Time": "toDate"}
    return f"convert it with `{casts[word]}`" if word in casts else ""
