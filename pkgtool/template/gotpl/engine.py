"""Render charts whose templates are Go's: `engine: gotpl`, and every chart that says nothing.

Source: Helm v4 `pkg/engine/engine.go` (`renderWithReferences`).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pkgtool.errors import BudgetExceeded, TemplateError, TemplateRender
from pkgtool.template.codecache import CodeCache
from pkgtool.template.gotpl.budget import Room
from pkgtool.template.gotpl.builtins import NO_VALUE
from pkgtool.template.gotpl.faults import Fault, ParseFault, translate
from pkgtool.template.gotpl.linemap import LineMap, Piece
from pkgtool.template.gotpl.runtime import Run, Template, add_templates
from pkgtool.template.gotpl.shelf import Shelf
from pkgtool.template.protocol import Include, RenderedText, Scope


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
        templates: dict[str, Template] = {}
        self._shelf.tidy()
        try:
            with Room():
                for path in sorted(sources, key=lambda each: (each.count("/"), each), reverse=True):
                    add_templates(templates, self._shelf.file(path, sources[path]))
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
        self._run.begin(scope)
        pieces = self._pieces(path, self._run.seen(scope))
        text = "".join([text for _, text in pieces])
        return RenderedText(text.replace(NO_VALUE, ""), LineMap(pieces))

    def include(self, name: str, data: Any) -> str:
        """Render the named template `name` with a copy of `data`.

        Raises:
            TemplateError: As `render`; also when there is no such name.
        """
        self._run.begin(data)
        pieces = self._pieces(name, self._run.received(data))
        return "".join([text for _, text in pieces])

    def _pieces(self, name: str, data: Any) -> Sequence[Piece]:
        run = self._run
        template = run.templates.get(name)
        if template is None:
            raise TemplateRender(f"there is no template {name!r}")
        depth, tpl_depth = run.budget.depth, run.budget.tpl_depth
        nested = dict(run.budget.nested)
        try:
            with Room():
                return run.pieces(template, data)
        except Fault as fault:
            found: TemplateError = translate(fault)
            raise found from found.__cause__
        except BudgetExceeded as error:
            error.where = error.where or template.source.span(0)
            raise
        except (RecursionError, MemoryError):
            raise BudgetExceeded(
                "rendering needs too much memory", where=template.source.span(0)
            ) from None
        finally:
            run.budget.depth, run.budget.tpl_depth = depth, tpl_depth
            run.budget.nested = nested
