"""Remember parsed YAML in the cache of compiled templates, under the same rules.

A page is one entry: for each text a hash of it, and what it means as bytes, from which values are
made anew each time, so that whoever changes them changes nothing here. A page is written when a text
was new to it, with the texts that were asked for this time and no others: it does not grow.

What users wrote, and what was rendered with it, is not for these pages: there are passwords in it.

Source: `docs/adr/0028-parsed-yaml-is-remembered.md`.
"""

import marshal
import sys
from functools import cache
from os.path import dirname
from typing import Any

from pkgtool import yamlcodec
from pkgtool.template.codecache import CodeCache, code_key
from pkgtool.template.stamp import sources_in, stamp_of

_KIND = "yaml"
_VERSION = 1
"""Raised when what was remembered by an earlier version must not be used any more."""
_LARGEST = 8 * 1024 * 1024
"""Bytes of a page from which on nothing more is kept on it."""


class CacheNotebook:
    """Pages in `cache`, which has them from `flush` on."""

    def __init__(self, cache: CodeCache) -> None:
        self._cache = cache
        self._pages: dict[str, CachePage] = {}

    def page(self, *about: str) -> "CachePage":
        """Return the page of the texts that belong to `about`; see `yamlcodec.notebook`."""
        key = code_key(_KIND, _stamp(), "\0".join(about))
        if key not in self._pages:
            self._pages[key] = CachePage(self._cache.get(key))
        return self._pages[key]

    def flush(self) -> None:
        """Put pages with something new into the cache.

        Not before the fenced child of a render is over: it would send back all that is new there.
        """
        for key, page in self._pages.items():
            if page.fresh:
                self._cache.put(key, page.used | page.fresh)


class CachePage:
    """What texts mean, as bytes by a hash of the text."""

    def __init__(self, stored: Any) -> None:
        self.known: dict[str, bytes] = stored if isinstance(stored, dict) else {}
        """What was there."""
        self.used: dict[str, bytes] = {}
        """What was recalled of it."""
        self.fresh: dict[str, bytes] = {}
        """What was kept."""
        self._size = 0

    def recall(self, sort: str, text: str) -> Any:
        """Return what `text` means as a `sort`, or None."""
        name = code_key(sort, "", text)
        data = self.fresh.get(name) or self.known.get(name)
        if data is None:
            return None
        try:
            meaning = marshal.loads(data)  # noqa: S302 - only from a folder that is ours alone
        except (ValueError, EOFError, TypeError):
            return None
        if name in self.known and name not in self.used:
            self.used[name] = data
            self._size += len(data)
        return meaning

    def keep(self, sort: str, text: str, meaning: Any) -> None:
        """Remember `meaning`, unless it is too large or no plain data, which parsers rarely make."""
        try:
            data = marshal.dumps(meaning)
        except ValueError:
            return
        self._size += len(data)
        if self._size <= _LARGEST:
            self.fresh[code_key(sort, "", text)] = data


@cache
def _stamp() -> str:
    """Return a text that changes whenever the same text may be read as something else."""
    folder = dirname(yamlcodec.__file__)  # noqa: PTH120 - a path object would cost more
    library = [f"{each}/yaml/__init__.py" for each in sys.path]
    return stamp_of(_VERSION, [*sources_in(folder), *library])
