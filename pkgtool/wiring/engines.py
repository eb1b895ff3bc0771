"""Open the template engines, and the cache of what they compile."""

from collections.abc import Mapping

from pkgtool.settings import Settings
from pkgtool.template.codecache import CodeCache
from pkgtool.template.jinja import JinjaEngine
from pkgtool.template.protocol import Engine

ENGINES = {"jinja2": JinjaEngine}
"""Template engines by the name that charts use."""


def open_engines(cache: CodeCache | None = None) -> Mapping[str, Engine]:
    """Return all template engines by the name that charts use."""
    return {name: make(cache=cache) for name, make in ENGINES.items()}


def open_code_cache(settings: Settings) -> CodeCache:
    """Return the cache of compiled templates; the caller flushes it when its output is out."""
    return CodeCache(settings.code_cache)
