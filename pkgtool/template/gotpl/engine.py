"""Render charts whose templates are Go's: `engine: gotpl`, and every chart that says nothing.

Source: Helm v4 `pkg/engine/engine.go` (`renderWithReferences`).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pkgtool.errors import BudgetExceeded, TemplateError, TemplateRender
from pkgtool.template.codecache import CodeCache
from pkgtool.template.gotpl.budget import Room
from pkgtool.template.gotpl.builtins import NO_VALUE
from pkgtool.template.gotpl.clauses import Clause, parse_clause
from pkgtool.template.gotpl.compiled import CompiledTemplate, Library
from pkgtool.template.gotpl.evaluator import EvaluatedTemplate
from pkgtool.template.gotpl.faults import Fault, ParseFault, Source, translate
from pkgtool.template.gotpl.linemap import LineMap, Piece
from pkgtool.template.gotpl.parser import parse_file
from pkgtool.template.gotpl.runtime import TPL_NAME, Run, Template, add_templates
from pkgtool.template.protocol import Include, RenderedText, Scope

_REMEMBERED_CHARS = 8 * 1024 * 1024
"""Characters of templates that an engine remembers; each costs some thirty bytes."""

_OFTEN = 16
"""How often a text given to `tpl` runs before it is compiled."""


class GotplEngine:
    """Go templates, evaluated exactly; what was parsed once is remembered."""

    name = "gotpl"

    def __init__(self, cache: CodeCache | None = None) -> None:
        self.cache = cache
        self._clauses: dict[str, Clause] = {}
        self._files: dict[tuple[str, str], dict[str, Template]] = {}
        self._remembered = 0
        self._library = Library()

    def compile(self, sources: Mapping[str, str], *, outside: Include) -> "GotplTemplates":
        """Compile all `sources` so that they can include each other.

        Raises:
            TemplateSyntax: A source does not parse; the span marks the token.
        """
        templates: dict[str, Template] = {}
        if self._remembered > _REMEMBERED_CHARS:
            self._files.clear()
            self._clauses.clear()
            self._remembered = 0
        try:
            with Room():
                for path in sorted(sources, key=lambda each: (each.count("/"), each), reverse=True):
                    add_templates(templates, self._read_file(path, sources[path], path))
        except ParseFault as fault:
            raise fault.error() from None
        return GotplTemplates(Run(templates, read=self._read_text, outside=outside))

    def _read_text(self, text: str) -> Mapping[str, Template]:
        return self._read_file(TPL_NAME, text, "tpl")

    def _read_file(self, name: str, text: str, label: str) -> Mapping[str, Template]:
        """Return the templates that a file defines, its own body under `name`."""
        found = self._files.get((name, text))
        if found is None:
            source = Source(name, text, label)
            definitions = parse_file(source, self._read_clause)
            found = {
                each.name: EvaluatedTemplate(each.name, each.body, source, blank=each.blank)
                for each in definitions
            }
            self._files[name, text] = found
            self._remembered += len(text)
        else:
            often = _OFTEN if name == TPL_NAME else 1
            for template in found.values():
                if isinstance(template, EvaluatedTemplate) and template.runs >= often:
                    found[template.name] = self._compiled(template)
        return found

    def _compiled(self, template: EvaluatedTemplate) -> Template:
        """Return `template` compiled, if it can be."""
        # Only what is rendered again is worth it: compiling takes some twenty renders.
        from pkgtool.template.gotpl.compiler import compile_definition  # noqa: PLC0415

        lined = template.name == template.source.name != TPL_NAME
        code = compile_definition(template.body, lined=lined)
        if code is None:
            return template
        entry = (template.blank, template.price, code)
        return CompiledTemplate(template.name, template.source, entry, self._library, lined=lined)

    def _read_clause(self, action: str, closed: bool) -> Clause:
        clause = self._clauses.get(action) if closed else None
        if clause is None:
            clause = parse_clause(action, closed=closed)
            if closed:
                self._clauses[action] = clause
        return clause


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
