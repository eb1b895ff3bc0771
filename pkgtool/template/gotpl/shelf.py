"""Keep the templates of texts that were read: from the cache, parsed, or compiled in the meantime.

What the cache has runs as compiled code. Everything else is parsed and evaluated, and compiled when it
is rendered again: to compile takes as long as some twenty renders.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pkgtool.template.codecache import CodeCache
from pkgtool.template.gotpl.compiled import CompiledTemplate, Library
from pkgtool.template.gotpl.entries import OWN_BODY, CodePage
from pkgtool.template.gotpl.runtime.faults import Source
from pkgtool.template.gotpl.runtime.run import TPL_NAME, Template, add_templates

_REMEMBERED_CHARS = 8 * 1024 * 1024
"""Characters of templates that are remembered; each costs some thirty bytes."""
_Read = Callable[[str, str, str], Mapping[str, Template]]
"""Return the templates of a text, given what Go and what excerpts call it."""
_OFTEN = 16
"""How often a text given to `tpl` runs before it is compiled."""


class Tree(NamedTuple):
    """The templates of a chart tree by name."""

    templates: dict[str, Template]
    evaluated: list[Any]
    """Those that may be worth compiling one day."""

    @property
    def exact(self) -> bool:
        """Whether none of them is compiled."""
        return len(self.evaluated) == len(self.templates)


class Shelf:
    """The templates of all texts that an engine has read."""

    def __init__(self, cache: CodeCache | None) -> None:
        self._cache = cache
        self._page: CodePage | None = None
        """Of the tree that was asked for last."""
        self._library = Library()
        self._forget()

    def _forget(self) -> None:
        self._texts: dict[tuple[str, str], dict[str, Template]] = {}
        self._trees: dict[tuple[tuple[str, str], ...], Tree] = {}
        self._last: tuple[Mapping[str, str] | None, Tree | None] = (None, None)
        """The files that were asked for last, which nobody changes, and their templates."""
        self._remembered = 0
        self._parser: Any = None
        """A `parsed.Parser`, once one is needed."""

    def tree(self, files: Mapping[str, str], *, exact: bool) -> Tree:
        """Return what all `files` (text by path) define together; the nearer file wins.

        Args:
            files: The texts.
            exact: Whether all is for the evaluator, and for one render only.

        Raises:
            ParseFault: One does not parse.
        """
        if exact:
            return self._tree(files, self._parsed)
        last, known = self._last
        if files is not last:
            if self._remembered > _REMEMBERED_CHARS:
                self._forget()
            known = self._trees.get(tuple(files.items()))
        if known is None or any(template.runs for template in known.evaluated):
            if self._cache is not None:
                self._page = CodePage(self._cache, files)
            known = self._trees[tuple(files.items())] = self._tree(files, self._read)
        self._last = files, known
        return known

    def _tree(self, files: Mapping[str, str], read: _Read) -> Tree:
        templates: dict[str, Template] = {}
        for path in sorted(files, key=lambda each: (each.count("/"), each), reverse=True):
            add_templates(templates, read(path, files[path], path))
        return Tree(templates, [each for each in templates.values() if each.evaluated])

    def text(self, text: str, *, keep: bool) -> Mapping[str, Template]:
        """Return what a text given to `tpl` defines, its own body under `TPL_NAME`.

        Args:
            text: The text.
            keep: Whether compiled code of it may be on the disk.

        Raises:
            ParseFault: It does not parse.
        """
        return self._read(TPL_NAME, text, "tpl", keep=keep)

    def exact_text(self, text: str) -> Mapping[str, Template]:
        """Do what `text` does, for the evaluator."""
        return self._parsed(TPL_NAME, text, "tpl")

    def _read(
        self, name: str, text: str, label: str, *, keep: bool = True
    ) -> Mapping[str, Template]:
        found = self._texts.get((name, text))
        if found is None:
            cached = self._cached(name, text, label) if keep else None
            found = cached or self._parsed(name, text, label)
            self._texts[name, text] = found
            self._remembered += len(text)
        elif self._parser is not None:
            self._parser.compile_often_used(found, 1 if name != TPL_NAME else _OFTEN)
        return found

    def _cached(self, name: str, text: str, label: str) -> dict[str, Template] | None:
        """Return the templates of `text` from the cache, or ask it to have them next time."""
        entry = self._page.find(text) if self._page is not None else None
        if entry is None:
            return None
        source = Source(name, text, label)
        found: dict[str, Template] = {}
        for written, blank, price, code in entry:
            called = name if written == OWN_BODY else written
            found[called] = CompiledTemplate(called, source, (blank, price, code), self._library)
        return found

    def _parsed(self, name: str, text: str, label: str) -> dict[str, Template]:
        if self._parser is None:
            # With everything in the cache nobody needs the parser.
            from pkgtool.template.gotpl.parsed import Parser  # noqa: PLC0415

            self._parser = Parser(self._library)
        found: dict[str, Template] = self._parser.parse(Source(name, text, label))
        return found
