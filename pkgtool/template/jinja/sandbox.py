"""The only things that compiled templates can do: look up items, call allowed functions, print.

A `Sandbox` stands where Jinja has its environment. `a.b` is the item `b` of a mapping and nothing
else: no attribute of a Python object is ever read by a name from a template. Callable are our
functions, macros, blocks and loops, and a few methods of texts and mappings that are functions of
ours too. So the classic ways out (`__class__`, `format`, `mro`, `__globals__`) do not exist
rather than being forbidden.

Source: `spec/reliability.md` §2.5; the method names that the compiler writes into its code.
"""

from collections.abc import Mapping
from typing import Any

from pkgtool.errors import FunctionFailed, TemplateRender
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.jinja.budget import ITEMS, Budget, too_many
from pkgtool.template.jinja.filters import FILTERS, items_of, total_size
from pkgtool.template.jinja.filters import TOLERANT as TOLERANT_FILTERS
from pkgtool.template.jinja.functions import PASSED_ON, Function, as_arguments, refused
from pkgtool.template.jinja.methods import METHODS
from pkgtool.template.jinja.operators import binary, compare, unary
from pkgtool.template.jinja.output import describe, show
from pkgtool.template.jinja.predicates import PREDICATES
from pkgtool.template.jinja.predicates import TOLERANT as TOLERANT_TESTS
from pkgtool.template.jinja.runtime import (
    BlockReference,
    Context,
    LoopContext,
    Macro,
    Namespace,
    TemplateModule,
    TemplateReference,
    Undefined,
    missing,
)
from pkgtool.template.methods import method_of

_OWN = (LoopContext, Namespace, TemplateModule, TemplateReference, BlockReference)
_CALLABLE = (Macro, BlockReference)


class Sandbox:
    """What the code of one template works with."""

    __slots__ = ("budget", "label", "path", "source", "tree", "undefined")

    def __init__(self, tree: Any, path: str, source: str, label: str) -> None:
        self.tree = tree
        """All templates of the compilation, and the state of the running render."""
        self.path = path
        """Full path of the template: where includes start from."""
        self.source = source
        self.label = label
        """What errors call the template."""
        self.budget: Budget = tree.budget
        self.undefined = _undefined

    def getattr(self, owner: Any, name: str) -> Any:
        """Return the item `name` of `owner`, for `owner.name`."""
        if type(owner) is dict:
            return owner[name] if name in owner else Undefined("", owner, name)
        if isinstance(owner, Mapping):
            return self._item(owner, name)
        if isinstance(owner, _OWN):
            found = owner.item(name)
            return Undefined("", owner, name) if found is missing else found
        if isinstance(owner, Undefined):
            owner.fail()
        return Undefined("", owner, name)

    def getitem(self, owner: Any, key: Any, /) -> Any:
        """Return `owner[key]` of a mapping, a list or a text."""
        if isinstance(owner, Undefined):
            owner.fail()
        if isinstance(key, Undefined):
            key.fail()
        if isinstance(owner, Mapping):
            return self._item(owner, key)
        if isinstance(owner, (list, tuple, str, range, bytes)) and isinstance(key, (int, slice)):
            return self._element(owner, key)
        if isinstance(key, str):
            return self.getattr(owner, key)
        return Undefined("", owner, key)

    def _item(self, owner: Mapping[Any, Any], key: Any) -> Any:
        try:
            found = owner[key]
        except KeyError:
            return Undefined("", owner, key)
        except TypeError as error:
            raise TemplateRender(f"{describe(key)} cannot be a key") from error
        if isinstance(owner, Struct) and callable(found):
            raise TemplateRender(f"{key!r} is a function", hint=f"call it: `{key}()`")
        return found

    def _element(self, owner: Any, key: Any) -> Any:
        try:
            found = owner[key]
        except IndexError:
            return Undefined(f"there is no item {key} in {describe(owner)}", owner, key)
        except (TypeError, ValueError) as error:
            raise TemplateRender("positions are whole numbers, and steps are not zero") from error
        return list(found) if isinstance(found, (tuple, range)) else found

    def call(self, context: Context, target: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call `target`, for `f(…)` where `f` is any expression."""
        if isinstance(target, Function):
            return self._apply(context, target, args, kwargs)
        if isinstance(target, _CALLABLE):
            return self._invoke(target, args, kwargs)
        if isinstance(target, LoopContext):
            return self._recurse(target, *args)
        if isinstance(target, Undefined):
            target.fail()
        raise TemplateRender(f"{describe(target)} is not a function")

    def call_name(
        self, context: Context, target: Any, name: str, /, *args: Any, **kwargs: Any
    ) -> Any:
        """Call the variable `name`, or the function of that name when the variable is data."""
        if not isinstance(target, (Function, *_CALLABLE, LoopContext)):
            function = self.tree.function(name)
            if function is not missing:
                target = function
        return self.call(context, target, *args, **kwargs)

    def call_method(
        self, context: Context, owner: Any, name: str, /, *args: Any, **kwargs: Any
    ) -> Any:
        """Call `name` of `owner`, for `owner.name(…)`."""
        if isinstance(owner, Undefined):
            owner.fail()
        if isinstance(owner, LoopContext) and name in ("cycle", "changed"):
            return (owner.cycle if name == "cycle" else owner.changed)(*args)
        method = method_of(owner, name)
        if method is not None:
            return self._apply(context, Function(name, method), args, kwargs)
        if isinstance(owner, _OWN):
            return self.call(context, self.getattr(owner, name), *args, **kwargs)
        for kind, methods in METHODS:
            if isinstance(owner, kind) and name in methods:
                return self._apply(context, Function(name, methods[name]), (owner, *args), kwargs)
        raise self._no_method(owner, name)

    def _no_method(self, owner: Any, name: str) -> TemplateRender:
        hint = f"filters and functions are written `x | {name}`, or `{name}(x)`"
        if name in ("append", "extend", "insert", "update"):
            hint = "values do not change; make a new one: `{% set xs = xs + [x] %}`"
        return TemplateRender(f"{describe(owner)} has no method {name!r}", hint=hint)

    def _recurse(self, loop: LoopContext, values: Any = missing, *_more: Any) -> str:
        if loop.recurse is None:
            raise TemplateRender("only a loop marked `recursive` can be called")
        if values is missing or _more:
            raise TemplateRender("`loop` takes one argument, the items to go through")
        self.budget.enter()
        text = loop.recurse(self.iterate(values, 10), loop.recurse, depth=loop.depth0 + 1)
        self.budget.leave()
        return text

    def _invoke(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        if isinstance(target, BlockReference):
            if args or kwargs:
                raise TemplateRender("a block takes no arguments")
            self.budget.spend(10)
            self.budget.enter()
            text = target()
            self.budget.leave()
        else:
            text = target(*args, **kwargs)
        self.budget.produce(len(text))
        return text

    def _apply(
        self,
        context: Context | None,
        function: Function,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        given = as_arguments(args, tolerant=function.tolerant)
        self.budget.spend(20 + total_size(given))
        self.tree.crypto.spend(function.name, *args)
        if function.engine:
            given = (self, context, *given)
        try:
            result = function.target(*given, **kwargs)
        except PASSED_ON:
            raise
        except Exception as error:
            raise refused(function.name, function.target, given, error) from error
        return self._measured(result)

    def _measured(self, result: Any) -> Any:
        if isinstance(result, str):
            self.budget.produce(len(result))
        elif isinstance(result, (list, tuple)):
            if len(result) > ITEMS:
                raise too_many(ITEMS)
            self.budget.spend(len(result) >> 4)
        return result

    def apply_filter(
        self, context: Context | None, name: str, value: Any, /, *args: Any, **kwargs: Any
    ) -> Any:
        """Return `value | name(…)`."""
        own = FILTERS.get(name)
        if own is None:
            function = self.tree.function(name.removeprefix("sprig:"))
            if function is missing:
                raise TemplateRender(f"there is no filter {name!r}")
            return self._apply(context, function, (*args, value), kwargs)
        if isinstance(value, Undefined) and name not in TOLERANT_FILTERS:
            value.fail()
        as_arguments(args, tolerant=False)
        self.budget.spend(20 + total_size((value, *args)))
        try:
            return self._measured(own(self, value, *args, **kwargs))
        except PASSED_ON:
            raise
        except Exception as error:
            raise refused(name, own, (self, value, *args), error) from error

    def apply_test(self, name: str, value: Any, /, *args: Any) -> bool:
        """Return `value is name(…)`."""
        test = PREDICATES.get(name)
        if test is None:
            raise TemplateRender(f"there is no test {name!r}")
        if isinstance(value, Undefined) and name not in TOLERANT_TESTS:
            value.fail()
        try:
            return bool(test(value, *as_arguments(args, tolerant=False)))
        except (TypeError, AttributeError, ZeroDivisionError) as error:
            raise FunctionFailed(f"`is {name}` cannot be asked of {describe(value)}") from error

    def call_binop(self, _context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return `left operator right`."""
        return binary(self.budget, operator, left, right)

    def call_unop(self, _context: Context, operator: str, operand: Any) -> Any:
        """Return `operator operand`."""
        return unary(operator, operand)

    def compare(self, left: Any, *rest: tuple[str, Any]) -> bool:
        """Return whether `left < a <= b …`, each given as operator and operand."""
        for operator, right in rest:
            if not compare(self.budget, operator, left, right):
                return False
            left = right
        return True

    def iterate(self, values: Any, weight: int) -> Any:
        """Return `values` for a loop whose body takes `weight` steps, all of them paid."""
        if not isinstance(values, (list, tuple, range)):
            values = items_of(values)
        self.budget.spend(len(values) * weight)
        return values

    def show(self, value: Any) -> str:
        """Return `value` as the template prints it."""
        text = show(value)
        self.budget.produce(len(text))
        return text

    def concat(self, pieces: list[str]) -> str:
        """Join what a macro or a `set` block wrote."""
        self.budget.produce(sum(map(len, pieces)))
        return "".join(pieces)

    def join(self, values: tuple[Any, ...]) -> str:
        """Return `a ~ b`."""
        return self.concat([show(each) for each in values])

    def get_template(self, name: Any, _parent: Any = None) -> Any:
        """Return the template that `include`, `import` or `extends` names."""
        return self.tree.find(name, self.path)

    def select_template(self, names: Any, _parent: Any = None) -> Any:
        """Return the first of `names` that there is."""
        return self.tree.find_first(items_of(names), self.path)

    def get_or_select_template(self, name: Any, _parent: Any = None) -> Any:
        """Return the template called `name`, or the first there is of a list of names."""
        if isinstance(name, (list, tuple)):
            return self.select_template(name)
        return self.get_template(name)


def _undefined(note: str = "", owner: Any = missing, name: Any = "") -> Undefined:
    return Undefined(note, owner, name)
