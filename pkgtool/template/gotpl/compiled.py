"""Run templates that were compiled to Python; the functions see the names here and nothing else."""

import builtins
import marshal
from collections.abc import Sequence
from functools import partial
from types import CodeType, FunctionType
from typing import Any, NoReturn

from pkgtool.template.funcs.golang.values import NilMap
from pkgtool.template.gotpl.runtime.access import method_for, walk
from pkgtool.template.gotpl.runtime.budget import LARGE, SIZED
from pkgtool.template.gotpl.runtime.builtins import shown, spoken
from pkgtool.template.gotpl.runtime.faults import Fault, Source
from pkgtool.template.gotpl.runtime.function_prices import PRICES, flat_price
from pkgtool.template.gotpl.runtime.functions import find_function
from pkgtool.template.gotpl.runtime.parameters import fitted
from pkgtool.template.gotpl.runtime.run import WriteText

_PLAIN = ("bool", "dict", "float", "int", "len", "str", "type")
_CALLS = "f_"
"""What the names of template functions begin with."""
_QUOTE_STEPS = flat_price(PRICES["quote"], 1)


def stop() -> NoReturn:
    """Fail: the evaluator knows what is wrong.

    Raises:
        Fault: Always.
    """
    raise Fault(None)


def quoted(run: Any, value: Any) -> Any:
    """Return what `quote` makes of `value`; raises as that."""
    if (
        type(value) is str
        and len(value) <= LARGE
        and value.isascii()
        and value.isprintable()
        and '"' not in value
        and "\\" not in value
    ):
        run.budget.steps -= _QUOTE_STEPS
        return f'"{value}"'
    return find_function("quote").target(run, value)


def called(owner: Any, names: Sequence[str], element: bool, *arguments: Any) -> Any:
    """Return what the method that `names` of `owner` lead to makes of `arguments`; see `method_for`.

    Raises:
        Fault: There is no such method, or an argument does not fit.
    """
    *front, _ = names
    if front:
        owner = walk(owner, front, None, element=element)
    function, kinds = method_for(owner, names, None, len(arguments), element=element or bool(front))
    fit = (
        fitted(each, kind, None, typed=True) for each, kind in zip(arguments, kinds, strict=True)
    )
    return function(*fit)


class Library:
    """The names that compiled functions see; template functions are looked up when first called."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {
            "__builtins__": {name: getattr(builtins, name) for name in _PLAIN},
            "NilMap": NilMap,
            "SIZED": SIZED,
            "called": called,
            "field": partial(walk, node=None, element=False),
            "fitted": fitted,
            "item": partial(walk, node=None, element=True),
            "quoted": quoted,
            "shown": shown,
            "spoken": spoken,
            "stop": stop,
        }

    def function(self, code: CodeType) -> FunctionType:
        """Return `code` as a function."""
        for name in code.co_names:
            if name.startswith(_CALLS) and name not in self.names:
                self.names[name] = self._later(name)
        return FunctionType(code, self.names)

    def _later(self, name: str) -> Any:
        """Return what stands in for a template function until it is called."""

        def call(*arguments: Any) -> Any:
            target = find_function(name.removeprefix(_CALLS)).target
            self.names[name] = target
            return target(*arguments)

        return call


class CompiledTemplate:
    """A named template as a Python function, which is loaded when it first runs."""

    __slots__ = ("_code", "_library", "blank", "name", "price", "source", "text")
    evaluated = False

    def __init__(self, name: str, source: Source, entry: "Entry", library: Library) -> None:
        self.name = name
        self.source = source
        self.blank, self.price, self._code = entry
        self._library = library
        self.text: WriteText | None = None

    def loaded(self) -> WriteText:
        """Return what `text` is from now on."""
        code = self._code
        loaded = marshal.loads(code) if isinstance(code, bytes) else code  # noqa: S302
        self.text = self._library.function(loaded)
        return self.text


Entry = tuple[bool, int, CodeType | bytes]
"""Of a compiled template: whether it is blank, its price, and its code or the bytes of that."""
