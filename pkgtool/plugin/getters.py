"""What fetches URLs of schemes that only plugins know: `s3://…`, `secrets://…`."""

from collections.abc import Iterable
from functools import partial

from pkgtool.plugin.model import Plugin
from pkgtool.plugin.run import Starter, run_getter
from pkgtool.repo.fetcher import BUILT_IN, Getter
from pkgtool.repo.http import Credentials


def getters(plugins: Iterable[Plugin], starter: Starter) -> dict[str, Getter]:
    """Return what fetches, by scheme; of two plugins for one scheme the first counts."""
    found: dict[str, Getter] = {}
    for plugin in plugins:
        for scheme in plugin.metadata.protocols:
            if scheme not in BUILT_IN:
                found.setdefault(scheme, partial(_get, plugin, starter))
    return found


def _get(
    plugin: Plugin, starter: Starter, url: str, credentials: Credentials | None = None
) -> bytes:
    return run_getter(plugin, url, credentials or Credentials(), starter)
