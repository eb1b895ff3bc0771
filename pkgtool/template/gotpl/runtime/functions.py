"""Find the functions that templates may call, with the types of Go that their parameters have.

Names are looked up in three places: Go's own (`builtins`), those that need the running render (here),
and Sprig's and Helm's in `template.funcs`, whose families are imported when a template first calls
one of them.

Source: Go `text/template` (`funcs.go`); Helm v4 `pkg/engine/funcs.go`.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from inspect import CO_VARARGS
from typing import Any, NamedTuple

from pkgtool.errors import FunctionFailed, RequiredValueMissing
from pkgtool.template.funcs import registry
from pkgtool.template.funcs.crypto_budget import COSTS
from pkgtool.template.funcs.golang.signature import parameter_types
from pkgtool.template.funcs.golang.values import Int64, NilList
from pkgtool.template.gotpl.runtime.budget import LARGE, SIZED, room_of
from pkgtool.template.gotpl.runtime.builtins import BUILTINS
from pkgtool.template.gotpl.runtime.faults import Stop
from pkgtool.template.gotpl.runtime.function_prices import (
    PRICES,
    Price,
    flat_price,
    kept_price,
    price_of,
)
from pkgtool.template.gotpl.runtime.parameters import ANY, TEXT


class Callee(NamedTuple):
    """A function and what it takes."""

    name: str
    target: Callable[..., Any]
    fixed: tuple[str, ...]
    rest: str | None
    """The type of further arguments; None when there may be none."""
    returns: str = ""
    """`str`, `bool`, `int`, `int64` or `float` when it never returns anything else."""
    runs: bool = False
    """Whether it also takes the render, first, and pays for its work itself."""
    weighs: frozenset[type] = frozenset()
    """The types of which larger arguments make it take longer."""
    grows: bool = True
    """Whether its result may be larger than its arguments."""

    @property
    def makes(self) -> bool:
        """Whether its result was paid for; a larger one may just be one of its arguments."""
        if self.name == "required":
            return False
        return self.runs or self.grows or self.weighs == SIZED


_LATER = frozenset(
    [
        *("durationDays", "durationHours", "durationMicroseconds", "durationMilliseconds"),
        *("durationMinutes", "durationNanoseconds", "durationRoundTo", "durationSeconds"),
        *("durationTruncateTo", "durationWeeks", "mustToDuration"),
    ]
)
"""Functions that Helm 4.2 does not have yet; charts must not depend on them."""


def is_function(name: str) -> bool:
    """Whether templates can call `name`."""
    return name in ("and", "or") or (
        name in BUILTINS or name in _ENGINE or (name in registry.FUNCTIONS and name not in _LATER)
    )


def function_names() -> list[str]:
    """Return everything that templates can call, in order of the alphabet."""
    names = {"and", "or", *BUILTINS, *_ENGINE, *registry.FUNCTIONS}
    return sorted(names - _LATER)


def usage(name: str) -> str:
    """Return how the function `name` is called: `trunc length text`."""
    if name in _ENGINE:
        target, first = _ENGINE[name][0], 1
    else:
        own = name in BUILTINS and name not in registry.FUNCTIONS
        target, first = (BUILTINS[name] if own else registry.function(name)), 0
    code = getattr(target, "__wrapped__", target).__code__
    names = list(code.co_varnames[first : code.co_argcount])
    if code.co_flags & CO_VARARGS:
        names.append(f"{code.co_varnames[code.co_argcount + code.co_kwonlyargcount]}…")
    return " ".join([name, *(each.strip("_") for each in names)])


@cache
def find_function(name: str) -> Callee:
    """Return the function `name`, which must be one."""
    if name in _ENGINE:
        target, fixed, rest = _ENGINE[name]
        return Callee(name, target, fixed, rest, _returns(target), runs=True, grows=False)
    if name in BUILTINS and name not in registry.FUNCTIONS:
        target = BUILTINS[name]
        if name in PRICES:
            return Callee(name, _paying(name, target), *_types(target), _returns(target), runs=True)
        return _weighed(name, target, *_types(target), _returns(target))
    found = registry.function(name)
    parameters, rest = parameter_types(found)
    fixed = tuple(parameters)
    # The wrapper checks what was checked at the call already.
    target = getattr(found, "__wrapped__", found)
    returns = _returns(target)
    if name in ("duration", "durationRound"):
        target = _of_int64(target)
    if name in _INT64:
        target, returns = _as_int64(target), "int64"
    if name in _NIL:
        target = _as_nil(target)
    if name in _PARAMETERS:
        fixed = _PARAMETERS[name]
    if name in _METERED:
        return Callee(name, partial(_metered, target), fixed, rest, returns, runs=True)
    if name in COSTS or name in PRICES or name in _PRICED_APART:
        return Callee(name, _paying(name, target), fixed, rest, returns, runs=True)
    return _weighed(name, target, fixed, rest, returns)


def _weighed(
    name: str, target: Callable[..., Any], fixed: tuple[str, ...], rest: str | None, returns: str
) -> Callee:
    if name in _LIGHT or name in _READERS:
        weighs = frozenset([str]) if name in _READERS else frozenset()
        return Callee(name, target, fixed, rest, returns, weighs=weighs, grows=False)
    grows = not (name in _SHRINKS or returns in _NUMBERS)
    return Callee(name, target, fixed, rest, returns, weighs=SIZED, grows=grows)


def _returns(target: Callable[..., Any]) -> str:
    found = target.__annotations__.get("return")
    return found.__name__ if found in (str, bool, int, float) else ""


_NUMBERS = ("bool", "int", "int64", "float")
_INT64 = frozenset(
    [
        *("add", "add1", "biggest", "div", "int64", "max", "min", "mod", "mul", "sub", "toDecimal"),
    ]
)
"""Functions whose results Go calls `int64`, which no parameter of type `int` takes."""

_NIL = frozenset(
    ["concat", "mustRegexFindAll", "mustRegexSplit", "regexFindAll", "regexSplit"],
)
"""Functions that Go lets return nil when nothing was found; the others make an empty list."""

_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "ternary": (ANY, ANY, "bool"),
    "urlJoin": ("map[string]interface {}",),
}
"""Types of parameters where the functions' annotations do not say them."""


def _as_int64(target: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: Int64(target(*arguments))


def _as_nil(target: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments, **options: target(*arguments, **options) or NilList()


def _of_int64(target: Callable[..., Any]) -> Callable[..., Any]:
    """Return `target` without its way of reading whole numbers: in Go they are not `int64`."""
    return lambda value: target("" if type(value) is int else value)


def _types(target: Callable[..., Any]) -> tuple[tuple[str, ...], str | None]:
    fixed, rest = parameter_types(target)
    return tuple(fixed), rest


_PRICED_APART = frozenset(["printf", "trimAll", "trimall"])
"""Functions whose arguments do not all cost the same."""

_METERED = frozenset(
    f"{must}{name}"
    for must in ("regex", "mustRegex")
    for name in ("Find", "FindAll", "Match", "ReplaceAll", "ReplaceAllLiteral", "Split")
)
"""Functions that take a `meter`."""

_LIGHT = frozenset(
    [
        *("default", "dict", "empty", "first", "get", "hasKey", "hasPrefix", "hasSuffix", "kindOf"),
        *("last", "list", "not", "set", "ternary", "tuple", "typeOf", "unset"),
    ]
)
"""Functions that take no longer with larger arguments."""

_READERS = frozenset(
    [
        *("eq", "index", "kindIs", "len", "ne", "trimPrefix", "trimSuffix", "trunc", "typeIs"),
        "typeIsLike",
    ]
)
"""Functions that take longer with longer texts only, and return nothing larger than these."""

_SHRINKS = frozenset(
    [
        *("base", "clean", "dir", "ext", "nospace", "sha1sum", "sha256sum", "sha512sum"),
        *("substr", "trim"),
    ]
)
"""Functions whose results are no larger than their arguments, about."""

_NUMERIC = frozenset([int, float, bool, type(None), Int64])


def _paying(name: str, target: Callable[..., Any]) -> Callable[..., Any]:
    """Return `target` so that it takes the render and pays: flat for what is short, as usual."""
    # A short format is as cheap as any other call.
    price = Price(0, 0) if name == "printf" else PRICES.get(name)
    if name in COSTS:
        return partial(_pay_for_crypto, name, target)
    if price is None:
        return partial(_pay, name, target)
    flat = [flat_price(price, count) for count in range(9)]
    if not (price.text or price.value):
        return partial(_pay_flat, name, target, price.call)

    def paying(run: Any, *arguments: Any) -> Any:
        for each in arguments:
            kind = type(each)
            if (kind is not str or len(each) > LARGE) and kind not in _NUMERIC:
                return _pay(name, target, run, *arguments)
        budget = run.budget
        budget.steps -= flat[min(len(arguments), 8)]
        if budget.steps < 0:
            budget.spend(0)
        result = target(*arguments)
        if type(result) is str and len(result) <= LARGE:
            return result
        return _paid(name, result, budget)

    return paying


def _pay_flat(name: str, target: Callable[..., Any], price: int, run: Any, *arguments: Any) -> Any:
    """Call `target`, which costs the same for all arguments, and more for what it makes."""
    budget = run.budget
    budget.steps -= price * (len(arguments) or 1)
    if budget.steps < 0:
        budget.spend(0)
    return _paid(name, target(*arguments), budget)


def _pay_for_crypto(name: str, target: Callable[..., Any], run: Any, *arguments: Any) -> Any:
    run.budget.encrypt(name, *arguments)
    return _pay(name, partial(run.make_key, name, target), run, *arguments)


def _pay(name: str, target: Callable[..., Any], run: Any, *arguments: Any) -> Any:
    """Call `target` after paying for the work that it will be."""
    budget = run.budget
    budget.spend(price_of(name, arguments))
    return _paid(name, target(*arguments), budget)


def _paid(name: str, result: Any, budget: Any) -> Any:
    """Return `result` after paying for its size."""
    if isinstance(result, str):
        if len(result) > LARGE:
            made = PRICES[name].made if name in PRICES else 0
            budget.spend(len(result) * made >> 4)
            budget.produce(room_of(result))
    elif isinstance(result, (dict, list)):
        budget.spend(kept_price(name, result))
    return result


def _metered(target: Callable[..., Any], run: Any, *arguments: Any) -> Any:
    """Call `target`, which pays for its work while it is at it."""
    budget = run.budget
    result = target(*arguments, meter=budget)
    if isinstance(result, str):
        budget.produce(room_of(result))
    elif isinstance(result, list):
        budget.spend(kept_price("", result))
    return result


def _include(run: Any, name: str, data: Any) -> str:
    return str(run.include(name, data))


def _tpl(run: Any, text: str, data: Any) -> str:
    return str(run.tpl(text, data))


def _required(run: Any, message: str, value: Any) -> Any:
    if value is not None and value != "":
        return value
    if run.facts.lint:
        run.facts.warn(f"missing required value: {message}")
        return ""
    hint = "set it in a values file or with --set"
    raise Stop(RequiredValueMissing(message, hint=hint))


def _fail(run: Any, message: str) -> str:
    if run.facts.lint:
        run.facts.warn(f"fail: {message}")
        return ""
    raise Stop(FunctionFailed(message, hint="the chart itself refuses this: change the values"))


def _lookup(run: Any, api_version: str, kind: str, namespace: str, name: str) -> Any:
    return run.facts.lookup(api_version, kind, namespace, name)


def _host(run: Any, name: str) -> str:
    return str(run.facts.resolve_host(name))


_ENGINE: Mapping[str, tuple[Callable[..., Any], tuple[str, ...], None]] = {
    "fail": (_fail, (TEXT,), None),
    "getHostByName": (_host, (TEXT,), None),
    "include": (_include, (TEXT, ANY), None),
    "lookup": (_lookup, (TEXT, TEXT, TEXT, TEXT), None),
    "required": (_required, (TEXT, ANY), None),
    "tpl": (_tpl, (TEXT, ANY), None),
}
"""Functions that need the running render."""
