"""The cache of compiled templates, for commands that render."""

import click

from pkgtool.cli.current import current_settings
from pkgtool.template.codecache import CodeCache
from pkgtool.wiring.engines import keep_code, open_code_cache


def code_cache() -> CodeCache:
    """Return the cache of compiled templates, written when the command's output is out."""
    cache = open_code_cache(current_settings())
    click.get_current_context().find_root().call_on_close(lambda: keep_code(cache))
    return cache
