"""Run templates that were compiled to Python.

The functions see the names here and nothing else. When a line fails, the file is parsed and written
as Python once more, which says whose line it is; that takes its time, but only in a render that fails.
"""

import builtins
import marshal
from functools import partial
from types import CodeType, FunctionType
from typing import Any

from pkgtool.errors import BudgetExceeded
from pkgtool.template.funcs.golang.values import NilMap
from pkgtool.template.gotpl.access import method_for, walk
from pkgtool.template.gotpl.budget import LARGE, SIZED
from pkgtool.template.gotpl.builtins import shown, spoken
from pkgtool.template.gotpl.faults import Fault, Source, failed, own
from pkgtool.template.gotpl.functions import find_function
from pkgtool.template.gotpl.parameters import fitted
from pkgtool.template.gotpl.rounds import price_of_all, rounds_of

_PLAIN = ("bool", "dict", "float", "int", "len", "str", "type")
_CALLS = "f_"
"""What the names of template functions begin with."""


def stop(message: str, hint: str) -> None:
    """Fail with `message`.

    Raises:
        Fault: Always.
    """
    raise Fault(None, message, hint=hint)


class Library:
    """The names that compiled functions see; template functions are looked up when first called."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {
            "__builtins__": {name: getattr(builtins, name) for name in _PLAIN},
            "LARGE": LARGE,
            "NO_MAP": (AttributeError, IndexError, KeyError, TypeError),
            "NilMap": NilMap,
            "SIZED": SIZED,
            "UNSET": object(),
            "field": partial(walk, node=None, element=False),
            "fitted": fitted,
            "item": partial(walk, node=None, element=True),
            "method_for": method_for,
            "price_of_all": price_of_all,
            "rounds_of": rounds_of,
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
    """A named template as a Python function."""

    __slots__ = ("_call", "_code", "_library", "blank", "lined", "name", "price", "source")

    def __init__(
        self, name: str, source: Source, entry: "Entry", library: Library, *, lined: bool
    ) -> None:
        self.name = name
        self.source = source
        self.lined = lined
        self.blank, self.price, self._code = entry
        self._library = library
        self._call: FunctionType | None = None

    def output(self, data: Any, run: Any) -> Any:
        """Return what the template writes with `data` as dot.

        Raises:
            Fault: An expression failed.
        """
        call = self._call
        if call is None:
            code = self._code
            loaded = marshal.loads(code) if isinstance(code, bytes) else code  # noqa: S302
            call = self._call = self._library.function(loaded)
        try:
            return call(data, run)
        except Exception as error:
            fault = self._fault(error)
            if fault is None:
                raise
            raise fault from fault.__cause__

    def _fault(self, error: Exception) -> Fault | None:
        """Return the fault that the evaluator would raise; None for `error` itself."""
        here = error.__traceback__
        failing = here.tb_next if here is not None else None
        if failing is None:
            return None
        # Only a render that fails needs the compiler.
        from pkgtool.template.gotpl.compiler.blame import blame_for  # noqa: PLC0415

        blame = blame_for(self.source, self.name, failing.tb_lineno, lined=self.lined)
        if blame is None:
            return None
        if blame.function:
            return failed(error, blame.node, blame.function).place(
                self.name, self.source, blame.base
            )
        if blame.invokes and isinstance(error, Fault):
            return error.called(self.source, blame.base + blame.node.at)
        if not isinstance(error, (Fault, BudgetExceeded)):
            return None
        if isinstance(error, Fault):
            error.node = blame.node
        return own(error, blame.node).place(self.name, self.source, blame.base)


Entry = tuple[bool, int, CodeType | bytes]
"""Of a compiled template: whether it is blank, its price, and its code or the bytes of that."""
