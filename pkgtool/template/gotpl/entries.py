"""Find the compiled code of a text of templates in the cache, and make it ahead of its use.

An entry has all definitions of a text, the code of each as bytes of its own, so that only what runs
is loaded. The text's own body has a name that no template can have: the same text is the same entry
whatever its file is called.
"""

from collections.abc import Iterator
from functools import cache
from os.path import dirname
from typing import NamedTuple

from pkgtool.template.codecache import CodeCache, code_key
from pkgtool.template.stamp import sources_in, stamp_of

SORT = "gotpl"
"""What the cache calls texts of Go templates."""
OWN_BODY = "\0"
"""What entries call the body of the text itself."""
WORTH = 256
"""Characters of a text given to `tpl` from which on it is worth a look into the cache."""
_VERSION = 1
"""Raised when compiled code of an earlier version must not run any more."""


class Definition(NamedTuple):
    """A named template in an entry."""

    name: str
    blank: bool
    price: int
    code: bytes


Entry = tuple[Definition, ...]
Stored = tuple[tuple[str, bool, int, bytes], ...]
"""An entry as it comes from the cache: the parts of each `Definition`."""


def find_entry(cache: CodeCache, text: str) -> Stored | None:
    """Return the entry of `text`, or None."""
    found = cache.get(code_key(SORT, _stamp(), text))
    return found if isinstance(found, tuple) else None


def compile_ahead(cache: CodeCache) -> Iterator[None]:
    """Compile what `cache` wants, as far as it is ours, and put it there; yields after each text."""
    # Whoever has time for this has time to load the compiler.
    from pkgtool.template.gotpl.compiler import compile_text  # noqa: PLC0415

    for sort, text in cache.wanted():
        key = code_key(sort, _stamp(), text)
        # Another command may have been faster.
        if sort == SORT and cache.get(key) is None:
            entry = compile_text(text)
            if entry is not None:
                cache.put(key, tuple(map(tuple, entry)))
            yield


@cache
def _stamp() -> str:
    """Return a text that changes whenever the same template may compile to other code."""
    folder = dirname(__file__)  # noqa: PTH120 - a path object would cost more than the answer
    functions = f"{dirname(folder)}/funcs"  # noqa: PTH120
    folders = [folder, f"{folder}/compiler", functions]
    return stamp_of(_VERSION, [path for each in folders for path in sources_in(each)])
