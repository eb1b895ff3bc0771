"""Render charts whose templates are Go's: `engine: gotpl`, and every chart that says nothing.

Source: Helm v4 `pkg/engine/engine.go` (`renderWithReferences`).
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from sys import getrecursionlimit
from typing import Any, TypeVar

from pkgtool.errors import BudgetExceeded, TemplateRender
from pkgtool.template.calm import FRAMES, Room
from pkgtool.template.codecache import CodeCache
from pkgtool.template.gotpl.runtime.budget import LINES
from pkgtool.template.gotpl.runtime.builtins import NO_VALUE
from pkgtool.template.gotpl.runtime.faults import Fault, ParseFault, translate
from pkgtool.template.gotpl.runtime.linemap import LineMap
from pkgtool.template.gotpl.runtime.run import Run, Template
from pkgtool.template.gotpl.shelf import Shelf
from pkgtool.template.protocol import Include, RenderedText, Scope
from pkgtool.template.scopes import ChartScope

Made = TypeVar("Made")


class GotplEngine:
    """Go templates; `cache` keeps compiled code between runs."""

    name = "gotpl"

    def __init__(self, cache: CodeCache | None = None) -> None:
        self.cache = cache
        self._shelf = Shelf(cache)

    def compile(
        self,
        sources: Mapping[str, str],
        *,
        outside: Include,
        lined: bool = False,
        private: bool = True,
    ) -> "GotplTemplates":
        """Compile all `sources` so that they can include each other.

        Raises:
            TemplateSyntax: A source does not parse; the span marks the token.
        """

        def run(*, exact: bool) -> Run:
            try:
                tree = self._shelf.tree(sources, exact=exact)
            except ParseFault as fault:
                raise fault.error() from None
            read = self._shelf.exact_text if exact else partial(self._shelf.text, keep=not private)
            return Run(tree.templates, read=read, outside=outside, exact=tree.exact)

        return GotplTemplates(run, lined=lined)


class GotplTemplates:
    """The compiled Go templates of one chart tree."""

    def __init__(self, make_run: Callable[..., Run], *, lined: bool) -> None:
        self._make_run = make_run
        self._lined = lined
        self._run = make_run(exact=lined)
        self._done: list[tuple[str, ChartScope, Any]] = []
        """What was rendered by compiled code so far, with what `Template` was."""

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
        lined = None
        if self._lined:
            lined = self._guarded(path, scope, Run.seen, Run.lined)
            text = "".join(lined[1])
        else:
            text = self._guarded(path, scope, Run.seen, Run.text_of)
        if len(text) > LINES and text.count("\n") > LINES:
            where = self._run.templates[path].source.span(0)
            raise BudgetExceeded(f"a template writes more than {LINES} lines", where=where)
        if not self._run.exact and type(scope) is ChartScope:
            self._done.append((path, scope, scope.get("Template")))
        if NO_VALUE in text:
            text = text.replace(NO_VALUE, "")
        return RenderedText(text, None if lined is None else LineMap(lined))

    def include(self, name: str, data: Any) -> str:
        """Render the named template `name` with a copy of `data`.

        Raises:
            TemplateError: As `render`; also when there is no such name.
        """
        return self._guarded(name, data, Run.received, Run.text_of)

    def _guarded(
        self,
        name: str,
        data: Any,
        receive: Callable[[Run, Any], Any],
        work: Callable[[Run, Any, Any], Made],
    ) -> Made:
        """Return what `work` makes of the template called `name`, its failures as errors of ours."""
        if getrecursionlimit() < FRAMES:
            with Room():
                return self._guarded(name, data, receive, work)
        run = self._run
        run.begin(data)
        template = run.templates.get(name)
        if template is None:
            raise TemplateRender(f"there is no template {name!r}")
        before = run.budget.mark()
        try:
            made = work(run, template, receive(run, data))
        except Exception as error:  # noqa: BLE001 - the evaluator finds out what it means
            run.budget.return_to(before)
            if run.exact:
                found = _translated(error, template)
                raise found from found.__cause__
            self._start_again()
        else:
            # What is included from the other language may have started again.
            if run is self._run:
                return made
        return self._guarded(name, data, receive, work)

    def _start_again(self) -> None:
        """Let the evaluator do all that was done: what templates changed has changed again then.

        Compiled code knows no reasons; and it may fail where Go does not.
        """
        before, self._run = self._run, self._make_run(exact=True)
        self._run.repeats(before)
        done, self._done = self._done, []
        for path, scope, place in done:
            now = scope.get("Template")
            scope["Template"] = place
            self.render(path, scope)
            scope["Template"] = now


def _translated(error: Exception, template: Template) -> Exception:
    if isinstance(error, Fault):
        return translate(error)
    if isinstance(error, BudgetExceeded):
        error.where = error.where or template.source.span(0)
    elif isinstance(error, (RecursionError, MemoryError)):
        where = template.source.span(0)
        return BudgetExceeded("rendering needs too much memory", where=where)
    return error
