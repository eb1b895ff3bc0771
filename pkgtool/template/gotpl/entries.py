"""Find the compiled code of the templates of a chart in the cache, and make it ahead of its use.

A page of the cache has the code of one chart: for each of its texts, by a hash of it, all definitions in
that text, the code of each as bytes of its own, so that only what runs is loaded. Who edits one template
finds the others again. A text's own body has a name that no template can have: the same text is the same
entry whatever its file is called.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from os.path import dirname
from typing import NamedTuple

from pkgtool.template.codecache import CodeCache, code_key, text_key
from pkgtool.template.stamp import sources_in, stamp_of

OWN_BODY = "\0"
"""What entries call the body of the text itself."""
_SORT = "gotpl "
"""What the cache calls texts of Go templates, before the key of their page."""
_VERSION = 2
"""Raised when compiled code of an earlier version must not run any more."""
_AT_ONCE = 32
"""How many texts are compiled before the page is put into the cache."""


class Definition(NamedTuple):
    """A named template in an entry."""

    name: str
    blank: bool
    price: int
    code: bytes


Entry = tuple[Definition, ...]
Stored = tuple[tuple[str, bool, int, bytes], ...]
"""An entry as it comes from the cache: the parts of each `Definition`; empty for what only the
evaluator can run."""


class CodePage:
    """The compiled code of the chart whose templates are called as they are."""

    def __init__(self, cache: CodeCache, paths: Iterable[str]) -> None:
        self._cache = cache
        self._key = code_key(_SORT, _stamp(), "\0".join(sorted(paths)))
        self._entries = _stored(cache, self._key)
        self._found: list[str] = []
        self._wanting = False

    def find(self, text: str) -> Stored | None:
        """Return the entry of `text`; None when there is none.

        Then the whole page is wanted: every text that was and will be asked for this time.
        """
        entry = self._entries.get(text_key(text))
        self._found.append(text)
        if entry is None or self._wanting:
            for each in self._found:
                self._cache.want(f"{_SORT}{self._key}", each)
            self._found.clear()
            self._wanting = True
        return entry or None


def compile_ahead(cache: CodeCache) -> Iterator[None]:
    """Compile what `cache` wants, as far as it is ours, and put it there; yields after each text."""
    # Whoever has time for this has time to load the compiler.
    from pkgtool.template.gotpl.compiler import compile_text  # noqa: PLC0415

    texts: dict[str, list[str]] = {}
    for sort, text in cache.wanted():
        if sort.startswith(_SORT):
            texts.setdefault(sort.removeprefix(_SORT), []).append(text)
    for key, wanted in texts.items():
        # Another command may have been faster.
        entries = dict(_stored(cache, key))
        for count, text in enumerate(wanted, 1):
            name = text_key(text)
            known = entries.pop(name, None)
            entries[name] = _compiled(compile_text(text)) if known is None else known
            if count % _AT_ONCE == 0:
                cache.put(key, entries)
            yield
        # The other half is of the chart as it was, or of another version, which may come back.
        cache.put(key, dict(list(entries.items())[-2 * len(wanted) :]))


def _compiled(entry: Entry | None) -> Stored:
    return tuple([(each.name, each.blank, each.price, each.code) for each in entry or ()])


def _stored(cache: CodeCache, key: str) -> Mapping[bytes, Stored]:
    found = cache.get(key)
    return found if isinstance(found, dict) else {}


@cache
def _stamp() -> str:
    """Return a text that changes whenever the same template may compile to other code."""
    folder = dirname(__file__)  # noqa: PTH120 - a path object would cost more than the answer
    functions = f"{dirname(folder)}/funcs"  # noqa: PTH120
    parts = [f"{folder}/{part}" for part in ("syntax", "evaluation", "compiler", "runtime")]
    return stamp_of(
        _VERSION, [path for each in (folder, *parts, functions) for path in sources_in(each)]
    )
