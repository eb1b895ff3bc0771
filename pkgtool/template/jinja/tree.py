"""Hold the compiled templates of one chart tree together while they render.

The tree knows which template a path means, which body a defined name has, and how deep the running
render is. A template is found relative to its chart's `templates/`, to its chart, or as
`<chart>/templates/…` in `charts/` of its own chart or of one above; never outside the tree.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType
from typing import Any

from pkgtool.errors import TemplateRender, did_you_mean
from pkgtool.template.funcs.crypto_budget import CryptoBudget
from pkgtool.template.jinja.budget import Budget
from pkgtool.template.jinja.functions import find_function, function_names
from pkgtool.template.jinja.runtime import (
    BlockFunction,
    Context,
    LoopContext,
    Macro,
    Namespace,
    SourceMissing,
    TemplateModule,
    TemplateReference,
    exported,
    missing,
    weight_of,
    with_locals,
)
from pkgtool.template.jinja.sandbox import Sandbox
from pkgtool.template.protocol import Include
from pkgtool.template.scopes import Facts, facts_of

_NAMES: Mapping[str, Any] = {
    "__builtins__": {"isinstance": isinstance, "len": len, "slice": slice},
    "LoopContext": LoopContext,
    "Macro": Macro,
    "Namespace": Namespace,
    "TemplateNotFound": SourceMissing,
    "TemplateReference": TemplateReference,
    "TemplateRuntimeError": TemplateRender,
    "Undefined": lambda _note: "",
    "getattr": exported,
    "identity": lambda text: text,
    "missing": missing,
}
"""Everything that compiled code can name, apart from its own `environment`."""

LoadCode = Callable[[str, str], CodeType]
"""Compile a text (first argument) that errors call by a name (second), or find it compiled."""


class Template:
    """One compiled template; the compiler's code calls its methods by these names."""

    __slots__ = ("blocks", "defines", "root_render_func", "sandbox")

    def __init__(self, sandbox: Sandbox, code: CodeType) -> None:
        names: dict[str, Any] = {**_NAMES, "environment": sandbox}
        # The code was made by our compiler from template text, and sees only these names.
        exec(code, names)  # noqa: S102
        self.sandbox = sandbox
        self.root_render_func: BlockFunction = names["root"]
        self.blocks: Mapping[str, BlockFunction] = names["blocks"]
        self.defines: Mapping[str, tuple[BlockFunction, bool]] = names["defines"]

    def new_context(
        self, variables: dict[str, Any], _shared: bool, assigned: Mapping[str, Any] | None
    ) -> Context:
        """Return the context of an `{% include %}`: the variables of where it stands."""
        return Context(with_locals(variables, assigned), self.sandbox.tree.function, self.blocks)

    def context(self, variables: Mapping[str, Any]) -> Context:
        """Return a fresh context."""
        return Context(variables, self.sandbox.tree.function, self.blocks)

    def make_module(
        self, variables: dict[str, Any], shared: bool, assigned: Mapping[str, Any] | None
    ) -> TemplateModule:
        """Return what `{% import … with context %}` gives."""
        return self._module(self.new_context(variables, shared, assigned))

    def _get_default_module(self, context: Context | None = None) -> TemplateModule:
        tree = self.sandbox.tree
        dot = context.dot if context is not None else tree.scope
        key = (self.sandbox.path, id(dot))
        if key not in tree.modules:
            # The data is kept beside the module, so that its id stays its own.
            tree.modules[key] = (self._module(self.context(variables_of(dot))), dot)
        module: TemplateModule = tree.modules[key][0]
        return module

    def _module(self, context: Context) -> TemplateModule:
        budget = self.sandbox.budget
        budget.spend(10 + weight_of(self.root_render_func))
        budget.enter()
        body = list(self.root_render_func(context))
        budget.leave()
        names = {name: context.vars[name] for name in context.exported_vars}
        return TemplateModule(self.sandbox.path, body, names)


def variables_of(data: Any) -> dict[str, Any]:
    """Return the variables of a template that is given `data`: its keys, and `dot`."""
    if not isinstance(data, Mapping):
        return {"dot": data}
    return {**{key: item for key, item in data.items() if isinstance(key, str)}, "dot": data}


class Tree:
    """The templates of one compilation, and the render that is going on in them."""

    def __init__(
        self,
        sources: Mapping[str, str],
        *,
        load: LoadCode,
        load_text: LoadCode,
        outside: Include,
    ) -> None:
        self.budget = Budget()
        self.crypto = CryptoBudget()
        self.facts = Facts()
        self.scope: Any = None
        """What the running render was given."""
        self.modules: dict[tuple[str, int], tuple[TemplateModule, Any]] = {}
        self.templates: dict[str, Template] = {}
        self.defines: dict[str, BlockFunction] = {}
        self._functions: dict[str, Any] = {}
        self._load_text = load_text
        self._outside = outside
        for path in sorted(sources, key=lambda each: (each.count("/"), each), reverse=True):
            self.templates[path] = self._link(path, sources[path], path, load)

    def _link(self, path: str, source: str, label: str, load: LoadCode) -> Template:
        template = Template(Sandbox(self, path, source, label), load(source, label))
        self.defines.update(_new_defines(template, self.defines))
        return template

    def begin(self, scope: Any) -> None:
        """Start counting afresh for a render with `scope`, unless one is going on."""
        if self.budget.depth == 0:
            self.budget.reset()
            self.crypto = CryptoBudget()
            self.modules.clear()
            self.scope = scope
            self.facts = facts_of(scope)

    def function(self, name: str) -> Any:
        """Return the global function `name`, or `missing`."""
        if name not in self._functions:
            self._functions[name] = find_function(name) or missing
        return self._functions[name]

    def known_names(self, context: Context | None) -> Iterator[str]:
        """Yield what can be written where `context` is: variables and functions."""
        if context is not None:
            yield from context.get_all()
        yield from function_names()

    def include(self, name: str, data: Any) -> str:
        """Render the named template or file `name` with `data`."""
        body, blocks = self.defines.get(name), _NO_BLOCKS
        if body is None:
            file = self.templates.get(name)
            if file is None:
                return self._outside(name, data)
            body, blocks = file.root_render_func, file.blocks
        self.budget.spend(50 + weight_of(body))
        self.budget.enter()
        text = "".join(body(Context(variables_of(data), self.function, blocks)))
        self.budget.leave()
        return text

    def render_string(self, text: str, data: Any, path: str) -> str:
        """Render `text` as `tpl` does: names that it defines are gone afterwards."""
        self.budget.spend(1000 + len(text))
        self.budget.enter()
        before = self.defines
        self.defines = dict(before)
        try:
            template = self._link(path, text, f"{path} (tpl)", self._load_text)
            result = "".join(template.root_render_func(template.context(variables_of(data))))
        finally:
            self.defines = before
        self.budget.leave()
        return result

    def find(self, name: Any, parent: str) -> Template:
        """Return the template that `name` means in the template at `parent`.

        Raises:
            SourceMissing: There is none.
        """
        for path in _candidates(name, parent):
            template = self.templates.get(path)
            if template is not None:
                self.budget.spend(20 + weight_of(template.root_render_func))
                return template
        raise SourceMissing(
            f"there is no template {name!r}",
            hint=did_you_mean(str(name), _short_names(self.templates, parent)),
        )

    def find_first(self, names: Iterable[Any], parent: str) -> Template:
        """Return the first template of `names` that there is."""
        tried = list(names)
        for name in tried:
            try:
                return self.find(name, parent)
            except SourceMissing:
                continue
        raise SourceMissing(f"there is none of the templates {tried!r}")


_NO_BLOCKS: Mapping[str, BlockFunction] = {}


def _new_defines(
    template: Template, known: Mapping[str, BlockFunction]
) -> dict[str, BlockFunction]:
    """Return the names that `template` defines; an empty body does not replace another."""
    return {
        name: body
        for name, (body, empty) in template.defines.items()
        if not (empty and name in known)
    }


def chart_of(path: str) -> str:
    """Return the full path of the chart that the template `path` belongs to.

    `web/charts/db/templates/a.yaml` belongs to `web/charts/db`.
    """
    parts = path.split("/")
    end = 1
    while parts[end : end + 1] == ["charts"]:
        end += 2
    return "/".join(parts[:end])


def _candidates(name: Any, parent: str) -> Iterator[str]:
    """Yield the paths that `name` may mean in the template `parent`, nearest first."""
    if not isinstance(name, str) or any(each in ("", ".", "..") for each in name.split("/")):
        return
    chart = chart_of(parent)
    yield f"{chart}/templates/{name}"
    yield f"{chart}/{name}"
    while chart:
        yield f"{chart}/charts/{name}"
        base, _, _ = chart.rpartition("/charts/")
        if name.startswith(f"{chart.rpartition('/')[2]}/"):
            yield f"{base}/charts/{name}" if base else name
        chart = base


def _short_names(paths: Iterable[str], parent: str) -> list[str]:
    prefix = f"{chart_of(parent)}/templates/"
    return [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]
