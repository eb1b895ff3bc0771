"""Open the template engines, and the cache of what they compile."""

import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module

from pkgtool import template
from pkgtool.settings import Settings
from pkgtool.template.codecache import CodeCache
from pkgtool.template.notebook import CacheNotebook
from pkgtool.template.protocol import Engine
from pkgtool.wiring.afterwards import run_afterwards

ENGINES = {
    "gotpl": ("pkgtool.template.gotpl", "GotplEngine"),
    "jinja2": ("pkgtool.template.jinja", "JinjaEngine"),
}
"""Where template engines are, by the name that charts use."""


class _Engines(Mapping[str, Engine]):
    """All engines, each imported when a chart first needs it."""

    def __init__(self, cache: CodeCache | None) -> None:
        self._cache = cache
        self._made: dict[str, Engine] = {}

    def __getitem__(self, name: str) -> Engine:
        if name not in self._made:
            module, kind = ENGINES[name]
            self._made[name] = getattr(import_module(module), kind)(cache=self._cache)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(ENGINES)

    def __len__(self) -> int:
        return len(ENGINES)

    def __contains__(self, name: object) -> bool:
        # Asking whether there is one makes none.
        return name in ENGINES


def open_engines(cache: CodeCache | None = None) -> Mapping[str, Engine]:
    """Return all template engines by the name that charts use."""
    return _Engines(cache)


def open_code_cache(settings: Settings) -> CodeCache:
    """Return the cache of compiled templates; the caller flushes it when its output is out."""
    return CodeCache(settings.code_cache)


def open_notebook(cache: CodeCache) -> CacheNotebook:
    """Return what remembers parsed YAML in `cache`; the caller flushes it before the cache."""
    return CacheNotebook(cache)


def keep_code(cache: CodeCache) -> None:
    """Write what was compiled to `cache`, and have compiled what it wants; the output is out."""
    cache.flush()
    if cache.wanted():
        run_afterwards(lambda: _compile_wanted(cache))


def compile_modules(folder: str) -> None:
    """Compile the modules in `folder` that have no bytecode yet, unless none is to be written.

    Functions of templates are imported inside the fence, where nothing can be written, and not every
    installer compiles what it installs.
    """
    if not sys.dont_write_bytecode:
        import_module("compileall").compile_dir(folder, quiet=2)


def _compile_wanted(cache: CodeCache) -> None:
    compile_modules(os.path.dirname(template.__file__))  # noqa: PTH120
    # Imported by the process that has time for it.
    compile_ahead = import_module("pkgtool.template.gotpl.entries").compile_ahead
    for count, _ in enumerate(compile_ahead(cache), 1):
        if count % _AT_ONCE == 0:
            cache.flush()
    cache.flush()


_AT_ONCE = 32
"""How many compiled texts are written at once: what is written is not lost."""
