"""The objects that compiled templates work with: contexts, macros, loops, blocks, modules.

Compiled code is made by Jinja's own compiler; what it runs on is here, so that a template never
holds an object of the library or of Python that could lead somewhere, and so that a run with
cached code does not load the library at all. Names with underscores and their arguments are what
the compiler writes into its code.

Each class that templates may look into has `item(name)`: the only way in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn

from pkgtool.errors import TemplateRender
from pkgtool.template.jinja.budget import Budget


class _Missing:
    """The absence of a value, where null is one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "missing"


missing: Any = _Missing()


class SourceMissing(Exception):
    """No template of that name; `{% include … ignore missing %}` catches it."""

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class UndefinedUse(Exception):
    """An undefined value was used; becomes an `UndefinedValue` once the place is known."""

    def __init__(self, undefined: "Undefined") -> None:
        super().__init__(undefined.name)
        self.undefined = undefined


class Undefined:
    """What a name that nothing defines evaluates to: good for `is defined` and `default` only."""

    __slots__ = ("name", "note", "owner")

    def __init__(self, note: str = "", owner: Any = missing, name: Any = "") -> None:
        self.note = note
        self.owner = owner
        """What was asked for `name`; `missing` when it was looked up as a variable."""
        self.name = name

    def fail(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Complain that the value was used."""
        raise UndefinedUse(self)

    def __repr__(self) -> str:
        return "undefined"

    __iter__ = __len__ = __bool__ = __str__ = __contains__ = __getitem__ = __call__ = fail
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = fail
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = fail
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = fail
    __pow__ = __rpow__ = __neg__ = __pos__ = __int__ = __float__ = __index__ = fail


class Opaque:
    """Something that templates may hold and hand on, but not print or turn into data."""

    __slots__ = ()

    def __repr__(self) -> str:
        raise TemplateRender(
            f"a {type(self).__name__.lower()} is no data, it cannot be printed or converted",
            hint="call it, or name one of its items",
        )

    __str__ = __repr__


class Namespace(Opaque):
    """`namespace(count=0)`: the one thing that loops may assign to from inside."""

    __slots__ = ("_values",)

    def __init__(self, *mappings: Mapping[str, Any], **values: Any) -> None:
        self._values: dict[str, Any] = {}
        for mapping in mappings:
            self._values.update(mapping)
        self._values.update(values)

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = value

    def item(self, name: str) -> Any:
        """Return the value assigned to `name`."""
        return self._values.get(name, missing)


class _EvalContext:
    """Settings that compiled code asks for: nothing is escaped, manifests are not HTML."""

    __slots__ = ()
    autoescape = False
    volatile = False


_EVAL_CONTEXT = _EvalContext()

BlockFunction = Callable[["Context"], Iterator[str]]


class Context:
    """The variables of one running template."""

    __slots__ = ("blocks", "exported_vars", "functions", "parent", "vars")

    eval_ctx = _EVAL_CONTEXT

    def __init__(
        self,
        parent: Mapping[str, Any],
        functions: Callable[[str], Any],
        blocks: Mapping[str, BlockFunction],
    ) -> None:
        self.parent = parent
        """What the template was given: the scope's names and `dot`."""
        self.functions = functions
        """The global function of a name, or `missing`."""
        self.vars: dict[str, Any] = {}
        self.exported_vars: set[str] = set()
        self.blocks: dict[str, list[BlockFunction]] = {
            name: [block] for name, block in blocks.items()
        }

    @property
    def dot(self) -> Any:
        """The data that this template, named template or `tpl` was given."""
        return self.parent.get("dot")

    def resolve_or_missing(self, name: str) -> Any:
        """Return the variable or function `name`, or `missing`."""
        if name in self.vars:
            return self.vars[name]
        if name in self.parent:
            return self.parent[name]
        return self.functions(name)

    resolve = resolve_or_missing

    def get_all(self) -> dict[str, Any]:
        """Return all variables; functions are not among them."""
        return {**self.parent, **self.vars}

    def derived(self, assigned: Mapping[str, Any] | None = None) -> "Context":
        """Return a context that also sees the variables of the surrounding loop or block."""
        context = Context(with_locals(self.get_all(), assigned), self.functions, {})
        context.blocks = {name: list(stack) for name, stack in self.blocks.items()}
        return context

    def super(self, name: str, current: BlockFunction) -> Any:
        """Return what `super` means inside the block `current`."""
        stack = self.blocks.get(name, [])
        index = stack.index(current) + 1 if current in stack else 0
        if not 0 < index < len(stack):
            return Undefined(f"there is no parent block called {name!r}", name="super")
        return BlockReference(name, self, index)


def with_locals(variables: dict[str, Any], assigned: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `variables` with those of `assigned` that have a value."""
    if assigned:
        variables.update({k: v for k, v in assigned.items() if v is not missing})
    return variables


class BlockReference(Opaque):
    """`super` or `self.name`: a block that can be called."""

    __slots__ = ("_context", "_depth", "_name")

    def __init__(self, name: str, context: Context, depth: int = 0) -> None:
        self._name = name
        self._context = context
        self._depth = depth

    def item(self, name: str) -> Any:
        """Return `super` of this block."""
        if name != "super" or self._depth + 1 >= len(self._context.blocks[self._name]):
            return missing
        return BlockReference(self._name, self._context, self._depth + 1)

    def __call__(self) -> str:
        """Return the text of the block."""
        return "".join(self._context.blocks[self._name][self._depth](self._context))


class TemplateReference(Opaque):
    """`self`: the blocks of the template."""

    __slots__ = ("_context",)

    def __init__(self, context: Context) -> None:
        self._context = context

    def item(self, name: str) -> Any:
        """Return the block `name`."""
        return BlockReference(name, self._context) if name in self._context.blocks else missing


class TemplateModule(Opaque):
    """What `{% import %}` gives: the macros and variables that a template exports."""

    __slots__ = ("__name__", "_body_stream", "_exported")

    def __init__(self, name: str, body: list[str], exported: Mapping[str, Any]) -> None:
        self.__name__ = name
        self._body_stream = body
        self._exported = exported

    def item(self, name: str) -> Any:
        """Return the exported `name`."""
        return self._exported.get(name, missing)

    def __iter__(self) -> Iterator[str]:
        """Give the names, for the nearest one in a message."""
        return iter(self._exported)


def exported(module: TemplateModule, name: str, default: Any) -> Any:
    """Return what `module` exports as `name`: stands in for `getattr` in compiled code."""
    value = module.item(name)
    return default if value is missing else value


class Macro(Opaque):
    """A `{% macro %}`, or the body of a `{% call %}`."""

    __slots__ = (
        "_budget",
        "_function",
        "_keywords",
        "_takes_caller",
        "_varargs",
        "arguments",
        "name",
    )

    def __init__(
        self,
        environment: Any,
        function: Callable[..., str],
        name: str | None,
        arguments: tuple[str, ...],
        catch_kwargs: bool,
        catch_varargs: bool,
        caller: bool,
        _autoescape: bool,
    ) -> None:
        self._budget: Budget = environment.tree.budget
        self._function = function
        self.name = name or "caller"
        self.arguments = arguments
        self._keywords = catch_kwargs
        self._varargs = catch_varargs
        self._takes_caller = caller and "caller" not in arguments

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        """Return the text that the macro writes."""
        values = self._bind(args, kwargs)
        self._budget.spend(50 + weight_of(self._function))
        self._budget.enter()
        text = self._function(*values)
        self._budget.leave()
        return text

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """Return the arguments in the order in which the compiled function takes them."""
        count = len(self.arguments)
        values = list(args[:count])
        values += [kwargs.pop(name, missing) for name in self.arguments[len(values) :]]
        if self._takes_caller:
            values.append(kwargs.pop("caller", Undefined("there is no caller", name="caller")))
        if self._keywords:
            values.append(kwargs)
        elif kwargs:
            raise TemplateRender(
                f"macro {self.name!r} takes no argument called {next(iter(kwargs))!r}"
            )
        if self._varargs:
            values.append(list(args[count:]))
        elif len(args) > count:
            raise TemplateRender(
                f"macro {self.name!r} takes at most {count} arguments, not {len(args)}"
            )
        return values


def weight_of(function: Callable[..., Any]) -> int:
    """Return about how many steps running `function` once takes, inner loops not counted."""
    code = getattr(function, "__code__", None)
    return len(code.co_code) >> 6 if code is not None else 0


class LoopContext(Opaque):
    """`loop` inside `{% for %}`."""

    __slots__ = ("_iterator", "_seen", "_values", "depth0", "index0", "recurse")

    def __init__(
        self,
        values: Iterable[Any],
        _undefined: Any,
        recurse: Callable[..., str] | None = None,
        depth0: int = 0,
    ) -> None:
        self._values = values if isinstance(values, (list, tuple, range)) else list(values)
        self._iterator = iter(self._values)
        self._seen: Any = missing
        self.recurse = recurse
        self.index0 = -1
        self.depth0 = depth0

    def __iter__(self) -> "LoopContext":
        return self

    def __next__(self) -> tuple[Any, "LoopContext"]:
        value = next(self._iterator)
        self.index0 += 1
        return value, self

    def item(self, name: str) -> Any:
        """Return the fact `name` about the current round."""
        fact = _LOOP_FACTS.get(name)
        return fact(self) if fact is not None else missing

    def neighbour(self, distance: int) -> Any:
        """Return the item `distance` rounds away."""
        index = self.index0 + distance
        if 0 <= index < self.length:
            return self._values[index]
        return Undefined("there is no such item in the loop", name="loop")

    @property
    def length(self) -> int:
        """Number of rounds."""
        return len(self._values)

    def cycle(self, *values: Any) -> Any:
        """Return the one of `values` whose turn it is."""
        if not values:
            raise TemplateRender("`loop.cycle` needs at least one argument")
        return values[self.index0 % len(values)]

    def changed(self, *values: Any) -> bool:
        """Whether `values` differ from those of the last call."""
        different = self._seen is missing or self._seen != values
        self._seen = values
        return different


_LOOP_FACTS: Mapping[str, Callable[[LoopContext], Any]] = {
    "index": lambda loop: loop.index0 + 1,
    "index0": lambda loop: loop.index0,
    "revindex": lambda loop: loop.length - loop.index0,
    "revindex0": lambda loop: loop.length - loop.index0 - 1,
    "first": lambda loop: loop.index0 == 0,
    "last": lambda loop: loop.index0 + 1 == loop.length,
    "length": lambda loop: loop.length,
    "depth": lambda loop: loop.depth0 + 1,
    "depth0": lambda loop: loop.depth0,
    "previtem": lambda loop: loop.neighbour(-1),
    "nextitem": lambda loop: loop.neighbour(1),
}
