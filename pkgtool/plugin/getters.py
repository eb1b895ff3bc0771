"""What fetches URLs of schemes that only plugins know: `s3://…`, `secrets://…`.

Schemes that are built in stay built in, whatever plugins say.
"""

from collections.abc import Iterable
from functools import partial
from typing import Protocol

from pkgtool.plugin.model import Plugin
from pkgtool.plugin.run import Starter, run_getter
from pkgtool.repo.http import Credentials

BUILT_IN = frozenset({"http", "https", "oci", "file"})


class Getter(Protocol):
    """Fetches URLs of one scheme."""

    def __call__(self, url: str, credentials: Credentials | None = None) -> bytes:
        """Return what `url` serves.

        Raises:
            PluginFailed: The plugin cannot be started, failed, or took too long.
        """
        ...


def getters(plugins: Iterable[Plugin], starter: Starter) -> dict[str, Getter]:
    """Return what fetches, by scheme; of two plugins for one scheme the first counts."""
    found: dict[str, Getter] = {}
    for plugin in plugins:
        for scheme in plugin.metadata.protocols:
            if scheme not in BUILT_IN:
                found.setdefault(scheme, partial(_get, plugin, starter))
    return found


def scheme_of(url: str) -> str:
    """Return the scheme of `url`, or an empty text when it is none, or one that is built in."""
    scheme, mark, _ = url.partition("://")
    return scheme if mark and scheme not in BUILT_IN else ""


def _get(
    plugin: Plugin, starter: Starter, url: str, credentials: Credentials | None = None
) -> bytes:
    return run_getter(plugin, url, credentials or Credentials(), starter)
