"""The cache of compiled templates and parsed YAML, for commands that load charts."""

import click

from pkgtool.cli.current import current_settings
from pkgtool.template.codecache import CodeCache
from pkgtool.template.notebook import CacheNotebook
from pkgtool.wiring.engines import keep_code, open_code_cache, open_notebook

_CODE = "pkgtool.code"
_YAML = "pkgtool.yaml"


def code_cache() -> CodeCache:
    """Return the cache of compiled templates, written when the command's output is out."""
    root = click.get_current_context().find_root()
    if _CODE not in root.meta:
        cache = root.meta[_CODE] = open_code_cache(current_settings())
        root.call_on_close(lambda: keep_code(cache))
    found: CodeCache = root.meta[_CODE]
    return found


def yaml_notebook() -> CacheNotebook:
    """Return what remembers parsed YAML, in the same cache and written with it."""
    root = click.get_current_context().find_root()
    if _YAML not in root.meta:
        notebook = root.meta[_YAML] = open_notebook(code_cache())
        # Called before the cache is written, for that was said earlier.
        root.call_on_close(notebook.flush)
    found: CacheNotebook = root.meta[_YAML]
    return found
