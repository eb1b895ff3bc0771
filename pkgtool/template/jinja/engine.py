"""Render charts whose templates are Jinja2: `engine: jinja2`, and every file called `*.j2`.

The dialect is described in `docs/reference/jinja.md`.
"""

from collections.abc import Collection, Mapping
from functools import partial
from types import CodeType, GeneratorType
from typing import Any

from pkgtool.errors import BudgetExceeded, TemplateRender
from pkgtool.source import Span
from pkgtool.template.codecache import CodeCache, code_key
from pkgtool.template.jinja.budget import LINES, OUTPUT_CHARS
from pkgtool.template.jinja.faults import TEMPLATE_FAULTS, translate
from pkgtool.template.jinja.stamp import compiler_stamp
from pkgtool.template.jinja.tree import Template, Tree, variables_of
from pkgtool.template.numbers import count_values, exact_numbers
from pkgtool.template.protocol import Include, RenderedText, Scope


class JinjaEngine:
    """Jinja2 in a sandbox; `cache` keeps compiled code between runs."""

    name = "jinja2"

    def __init__(self, cache: CodeCache | None = None) -> None:
        self.cache = cache
        self._compiled: dict[str, CodeType] = {}
        self._stamp = ""

    def compile(
        self,
        sources: Mapping[str, str],
        *,
        outside: Include,
        lined: bool = False,
        private: bool = True,
    ) -> "JinjaTemplates":
        """Compile all `sources` so that they can include each other; lines are always known.

        Raises:
            TemplateSyntax: A source does not parse; the span marks the token.
        """
        del lined
        plain = {path: _plain(text) for path, text in sources.items()}
        load_text = partial(self._load, keep=not private)
        return JinjaTemplates(Tree(plain, load=self._load, load_text=load_text, outside=outside))

    def _load(self, text: str, label: str, *, keep: bool = True) -> CodeType:
        """Return the code of `text`: from memory, from the cache, or compiled now.

        With `keep` it may be on the disk.
        """
        if not self._stamp:
            self._stamp = compiler_stamp()
        key = code_key(self.name, self._stamp, text)
        code = self._compiled.get(key)
        if code is None and self.cache is not None:
            code = self.cache.get(key)
        if not isinstance(code, CodeType):
            # Imported here: with a warm cache nobody needs the compiler.
            from pkgtool.template.jinja.compiler import compile_template  # noqa: PLC0415

            code = compile_template(text, label)
            if self.cache is not None and keep:
                self.cache.put(key, code)
        self._compiled[key] = code
        return code


def _plain(text: str) -> str:
    """Return `text` with the line ends that Jinja would make of it."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class JinjaTemplates:
    """The compiled Jinja2 templates of one chart tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    @property
    def defines(self) -> Collection[str]:
        """Names that `include` reaches, across all sources; files are among them."""
        return {*self._tree.templates, *self._tree.defines}

    def render(self, path: str, scope: Scope) -> RenderedText:
        """Render the template at `path`.

        Raises:
            TemplateError: With the place of the failing expression; the includes that led to it
                are its causes.
        """
        tree = self._tree
        template = tree.templates.get(path)
        if template is None:
            raise TemplateRender(f"there is no template {path!r}")
        tree.begin(scope)
        depth = tree.budget.depth
        try:
            return _written(template, scope)
        except TEMPLATE_FAULTS as error:
            found = translate(error)
            raise found from found.__cause__
        finally:
            tree.budget.depth = depth

    def include(self, name: str, data: Any) -> str:
        """Render the named template `name` with a copy of `data`.

        Raises:
            TemplateError: As `render`; also when there is no such name.
        """
        tree = self._tree
        tree.begin(data)
        depth = tree.budget.depth
        tree.budget.spend(count_values(data))
        try:
            return tree.include(name, exact_numbers(data))
        except TEMPLATE_FAULTS as error:
            found = translate(error)
            raise found from found.__cause__
        finally:
            tree.budget.depth = depth


def _written(template: Template, scope: Scope) -> RenderedText:
    """Run `template`, noting for each line of its text the line that it came from."""
    running: Any = template.root_render_func(template.context(variables_of(scope)))
    places = _Places(running.gi_frame.f_globals)
    pieces: list[str] = []
    lines: list[int] = []
    left = OUTPUT_CHARS
    at_start = True
    for piece in running:
        if not piece:
            continue
        line, last = places.of(running)
        ends = piece.count("\n")
        left -= len(piece)
        if left < 0 or len(lines) + ends > LINES:
            raise _too_much(template, line)
        if at_start:
            lines.append(line)
        at_start = piece[-1] == "\n"
        if ends:
            _extend(lines, line, last, ends - at_start)
        pieces.append(piece)
    return RenderedText("".join(pieces), tuple(lines))


def _too_much(template: Template, line: int) -> BudgetExceeded:
    sandbox = template.sandbox
    return BudgetExceeded(
        f"a template writes more than {OUTPUT_CHARS} characters or {LINES} lines",
        where=Span.at_line(sandbox.label, sandbox.source, line),
    )


def _extend(lines: list[int], line: int, last: int, count: int) -> None:
    """Add the `count` lines that start inside one piece: each its own, or all from one place."""
    if last > line:
        lines.extend(range(line + 1, line + 1 + count))
    else:
        lines.extend([line] * count)


class _Places:
    """Where in the template a running generator is."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._tables: dict[CodeType, list[tuple[int, int]]] = {}

    def of(self, running: Any) -> tuple[int, int]:
        """Return first and last line of what was yielded last, as far as this template knows."""
        innermost = running
        inner = running.gi_yieldfrom
        while type(inner) is GeneratorType:
            # A block may come from the template that this one extends: that is not our line.
            if inner.gi_frame is not None and inner.gi_frame.f_globals is self._names:
                innermost = inner
            inner = inner.gi_yieldfrom
        code = innermost.gi_code
        table = self._tables.get(code)
        if table is None:
            table = [(line or 1, last or 1) for line, last, _, _ in code.co_positions()]
            self._tables[code] = table
        place: tuple[int, int] = table[innermost.gi_frame.f_lasti // 2]
        return place
