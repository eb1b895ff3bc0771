"""Find the functions that templates may call, and call them so that only our errors come out.

A name is looked up in three places: the engine's own functions here, Jinja's harmless globals, and
Helm's and Sprig's in `template.funcs`, whose families are imported when a template first uses
them. Nothing else is callable.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pkgtool.errors import (
    BudgetExceeded,
    FunctionFailed,
    PkgtoolError,
    RequiredValueMissing,
    TemplateRender,
)
from pkgtool.template.funcs import registry
from pkgtool.template.jinja.budget import RANGE, too_many
from pkgtool.template.jinja.filters import items_of
from pkgtool.template.jinja.output import describe
from pkgtool.template.jinja.runtime import (
    Context,
    Namespace,
    Opaque,
    SourceMissing,
    Undefined,
    UndefinedUse,
    missing,
)


class Function(Opaque):
    """A function by the name that templates call it by."""

    __slots__ = ("engine", "name", "target", "tolerant")

    def __init__(
        self, name: str, target: Callable[..., Any], *, engine: bool = False, tolerant: bool = False
    ) -> None:
        self.name = name
        self.target = target
        self.engine = engine
        """Whether it also takes the sandbox and the context, first."""
        self.tolerant = tolerant
        """Whether an undefined argument is passed on as null."""


def find_function(name: str) -> Function | None:
    """Return the global function `name`, importing its family when it is the first of it."""
    if name in _ENGINE:
        return Function(name, _ENGINE[name], engine=True, tolerant=name in _TOLERANT)
    if name in _GLOBALS:
        return Function(name, _GLOBALS[name])
    if name in registry.FUNCTIONS:
        return Function(name, registry.function(name), tolerant=name in _TOLERANT)
    return None


def function_names() -> frozenset[str]:
    """Return the name of every function there is."""
    return frozenset((*_ENGINE, *_GLOBALS, *registry.FUNCTIONS))


PASSED_ON = (PkgtoolError, UndefinedUse, SourceMissing)
"""What a function may raise that says already what is wrong."""


def refused(
    name: str, target: Callable[..., Any], args: tuple[Any, ...], error: Exception
) -> PkgtoolError:
    """Return the error that says why `target` did not take `args`."""
    if isinstance(error, (RecursionError, MemoryError)):
        return BudgetExceeded(f"{name}: the value is too large or too deep")
    if isinstance(error, TypeError) and not _fits(target, args):
        return FunctionFailed(f"{name}: wrong number of arguments or unknown keyword")
    kinds = ", ".join(map(describe, args[-4:])) or "no arguments"
    return FunctionFailed(f"{name}: cannot be applied to {kinds}")


def _fits(target: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    """Whether `target` takes that many arguments."""
    from inspect import signature  # noqa: PLC0415

    try:
        signature(target).bind(*args)
    except (TypeError, ValueError):
        return False
    return True


def _include(box: Any, context: Context | None, name: Any, data: Any = missing) -> str:
    if not isinstance(name, str):
        raise FunctionFailed(f"include: the name must be a string, not {describe(name)}")
    return str(box.tree.include(name, _dot(box, context) if data is missing else data))


def _tpl(box: Any, context: Context | None, text: Any, data: Any = missing) -> str:
    if not isinstance(text, str):
        raise FunctionFailed(f"tpl: the template must be a string, not {describe(text)}")
    given = _dot(box, context) if data is missing else data
    return str(box.tree.render_string(text, given, box.path))


def _dot(box: Any, context: Context | None) -> Any:
    return context.dot if context is not None else box.tree.scope


def _required(box: Any, _context: Any, message: Any, value: Any) -> Any:
    if value is not None and value != "":
        return value
    if box.tree.facts.lint:
        box.tree.facts.warn(f"missing required value: {message}")
        return ""
    raise RequiredValueMissing(str(message), hint="set it in a values file or with --set")


def _fail(box: Any, _context: Any, message: Any) -> str:
    if box.tree.facts.lint:
        box.tree.facts.warn(f"fail: {message}")
        return ""
    raise FunctionFailed(str(message))


def _lookup(box: Any, _context: Any, api_version: str, kind: str, namespace: str, name: str) -> Any:
    for each in (api_version, kind, namespace, name):
        if not isinstance(each, str):
            raise FunctionFailed(f"lookup: takes four strings, not {describe(each)}")
    return box.tree.facts.lookup(api_version, kind, namespace, name)


def _host(box: Any, _context: Any, name: str) -> str:
    return str(box.tree.facts.resolve_host(name))


def _range(box: Any, _context: Any, *bounds: Any) -> range:
    if not bounds or not all(isinstance(each, int) for each in bounds):
        raise FunctionFailed("range: takes one to three whole numbers")
    if len(bounds) == 3 and bounds[2] == 0:
        raise FunctionFailed("range: the step must not be zero")
    numbers = range(*bounds)
    # `len` of a range beyond the machine's word would raise.
    if numbers and abs(numbers[-1] - numbers[0]) // abs(numbers.step) >= RANGE:
        raise too_many(RANGE)
    box.budget.spend(len(numbers) >> 4)
    return numbers


def _dict(_box: Any, _context: Any, *args: Any, **pairs: Any) -> dict[str, Any]:
    """Make a mapping: `dict("a", 1)` as in Sprig, `dict(a=1)` as in Jinja, or both."""
    if len(args) == 1 and isinstance(args[0], Mapping):
        return {**args[0], **pairs}
    made: dict[str, Any] = registry.function("dict")(*args)
    return {**made, **pairs}


def _ternary(_box: Any, _context: Any, yes: Any, no: Any, test: Any) -> Any:
    return yes if test else no


def _len(value: Any) -> int:
    return len(value) if isinstance(value, (str, bytes, Mapping)) else len(items_of(value))


def _namespace(*mappings: Any, **values: Any) -> Namespace:
    for each in mappings:
        if not isinstance(each, Mapping):
            raise TemplateRender(f"namespace: takes mappings and names, not {describe(each)}")
    return Namespace(*mappings, **values)


_ENGINE: Mapping[str, Callable[..., Any]] = {
    "dict": _dict,
    "fail": _fail,
    "getHostByName": _host,
    "include": _include,
    "lookup": _lookup,
    "range": _range,
    "required": _required,
    "tpl": _tpl,
}

_GLOBALS: Mapping[str, Callable[..., Any]] = {
    "len": _len,
    "namespace": _namespace,
}

_TOLERANT = frozenset({"coalesce", "default", "empty", "required", "ternary"})
"""Functions for which an undefined argument is as good as null."""


def as_arguments(args: tuple[Any, ...], *, tolerant: bool) -> tuple[Any, ...]:
    """Return `args` without undefined values.

    Raises:
        UndefinedUse: One is undefined and the function does not take that.
    """
    if not any(isinstance(each, Undefined) for each in args):
        return args
    if not tolerant:
        next(each for each in args if isinstance(each, Undefined)).fail()
    return tuple(None if isinstance(each, Undefined) else each for each in args)
