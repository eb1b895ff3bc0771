"""Render charts whose templates are Go's: `engine: gotpl`, and every chart that says nothing.

Source: Helm v4 `pkg/engine/engine.go` (`renderWithReferences`).
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from pkgtool.errors import BudgetExceeded, TemplateError, TemplateRender
from pkgtool.template.codecache import CodeCache
from pkgtool.template.gotpl.budget import LINES, Room
from pkgtool.template.gotpl.builtins import NO_VALUE
from pkgtool.template.gotpl.faults import Fault, ParseFault, translate
from pkgtool.template.gotpl.linemap import LineMap
from pkgtool.template.gotpl.runtime import Run, Template
from pkgtool.template.gotpl.shelf import Shelf
from pkgtool.template.protocol import Include, RenderedText, Scope

Made = TypeVar("Made")


class GotplEngine:
    """Go templates; `cache` keeps compiled code between runs."""

    name = "gotpl"

    def __init__(self, cache: CodeCache | None = None) -> None:
        self.cache = cache
        self._shelf = Shelf(cache)

    def compile(self, sources: Mapping[str, str], *, outside: Include) -> "GotplTemplates":
        """Compile all `sources` so that they can include each other.

        Raises:
            TemplateSyntax: A source does not parse; the span marks the token.
        """
        try:
            with Room():
                templates = self._shelf.tree(sources)
        except ParseFault as fault:
            raise fault.error() from None
        return GotplTemplates(Run(templates, read=self._shelf.text, outside=outside))


class GotplTemplates:
    """The compiled Go templates of one chart tree."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @property
    def defines(self) -> Collection[str]:
        """Names that `include` reaches, across all sources; files are among them."""
        return self._run.templates.keys()

    def render(self, path: str, scope: Scope) -> RenderedText:
        """Render the template at `path`.

        Raises:
            TemplateError: With the place of the failing expression; the includes that led to it
                are its causes.
        """
        run = self._run
        run.begin(scope)
        lined = self._guarded(path, run.seen(scope), run.lined)
        text = "".join(lined[1])
        if len(text) > LINES and text.count("\n") > LINES:
            where = run.templates[path].source.span(0)
            raise BudgetExceeded(f"a template writes more than {LINES} lines", where=where)
        return RenderedText(text.replace(NO_VALUE, ""), LineMap(lined))

    def include(self, name: str, data: Any) -> str:
        """Render the named template `name` with a copy of `data`.

        Raises:
            TemplateError: As `render`; also when there is no such name.
        """
        self._run.begin(data)
        return self._guarded(name, self._run.received(data), self._run.text_of)

    def _guarded(self, name: str, data: Any, run: Callable[[Template, Any], Made]) -> Made:
        """Return what `run` makes of the template called `name`, its failures as errors of ours."""
        template = self._run.templates.get(name)
        if template is None:
            raise TemplateRender(f"there is no template {name!r}")
        before = self._run.budget.mark()
        try:
            with Room():
                return run(template, data)
        except Fault as fault:
            found: TemplateError = translate(fault)
            self._run.budget.return_to(before)
            raise found from found.__cause__
        except BudgetExceeded as error:
            self._run.budget.return_to(before)
            error.where = error.where or template.source.span(0)
            raise
        except (RecursionError, MemoryError):
            self._run.budget.return_to(before)
            raise BudgetExceeded(
                "rendering needs too much memory", where=template.source.span(0)
            ) from None
