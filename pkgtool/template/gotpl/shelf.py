"""Keep the templates of texts that were read: from the cache, parsed, or compiled in the meantime.

What the cache has runs as compiled code. Everything else is parsed and evaluated, and compiled when it
is rendered again: to compile takes as long as some twenty renders.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pkgtool.template.codecache import CodeCache
from pkgtool.template.gotpl.compiled import CompiledTemplate, Library
from pkgtool.template.gotpl.entries import FILE, OWN_BODY, TPL, WORTH, find_entry
from pkgtool.template.gotpl.faults import Source
from pkgtool.template.gotpl.runtime import TPL_NAME, Template, add_templates

_REMEMBERED_CHARS = 8 * 1024 * 1024
"""Characters of templates that are remembered; each costs some thirty bytes."""
_OFTEN = 16
"""How often a text given to `tpl` runs before it is compiled."""


class _Tree(NamedTuple):
    """The templates of a chart tree, and those of them that may be worth compiling one day."""

    templates: dict[str, Template]
    evaluated: list[Any]


class Shelf:
    """The templates of all texts that an engine has read."""

    def __init__(self, cache: CodeCache | None) -> None:
        self._cache = cache
        self._library = Library()
        self._texts: dict[tuple[str, str], dict[str, Template]] = {}
        self._trees: dict[tuple[tuple[str, str], ...], _Tree] = {}
        self._remembered = 0
        self._parser: Any = None
        """A `parsed.Parser`, once one is needed."""

    def tree(self, files: Mapping[str, str]) -> dict[str, Template]:
        """Return what all `files` (text by path) define together; the nearer file wins.

        Raises:
            ParseFault: One does not parse.
        """
        if self._remembered > _REMEMBERED_CHARS:
            self._texts.clear()
            self._trees.clear()
            self._parser = None
            self._remembered = 0
        key = tuple(files.items())
        known = self._trees.get(key)
        if known is None or any(template.runs for template in known.evaluated):
            templates: dict[str, Template] = {}
            for path in sorted(files, key=lambda each: (each.count("/"), each), reverse=True):
                add_templates(templates, self._read(path, files[path], path))
            known = self._trees[key] = _Tree(
                templates,
                [each for each in templates.values() if not isinstance(each, CompiledTemplate)],
            )
        return known.templates

    def text(self, text: str) -> Mapping[str, Template]:
        """Return what a text given to `tpl` defines, its own body under `TPL_NAME`.

        Raises:
            ParseFault: It does not parse.
        """
        return self._read(TPL_NAME, text, "tpl")

    def _read(self, name: str, text: str, label: str) -> Mapping[str, Template]:
        found = self._texts.get((name, text))
        if found is None:
            source = Source(name, text, label)
            found = self._cached(source) or self._parsed(source)
            self._texts[name, text] = found
            self._remembered += len(text)
        elif self._parser is not None:
            self._parser.compile_often_used(found, 1 if name != TPL_NAME else _OFTEN)
        return found

    def _cached(self, source: Source) -> dict[str, Template] | None:
        """Return the templates of `source` from the cache, or ask it to have them next time."""
        is_file = source.name != TPL_NAME
        if self._cache is None or (not is_file and len(source.text) < WORTH):
            return None
        sort = FILE if is_file else TPL
        entry = find_entry(self._cache, sort, source.text)
        if entry is None:
            self._cache.want(sort, source.text)
            return None
        found: dict[str, Template] = {}
        for name, blank, price, code in entry:
            own = name == OWN_BODY
            name = source.name if own else name
            parts = (blank, price, code)
            found[name] = CompiledTemplate(
                name, source, parts, self._library, lined=own and is_file
            )
        return found

    def _parsed(self, source: Source) -> dict[str, Template]:
        if self._parser is None:
            # With everything in the cache nobody needs the parser.
            from pkgtool.template.gotpl.parsed import Parser  # noqa: PLC0415

            self._parser = Parser(self._library)
        found: dict[str, Template] = self._parser.parse(source)
        return found
