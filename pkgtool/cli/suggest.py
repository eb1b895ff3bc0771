"""What a shell may complete: names of releases, charts of repositories, paths.

Completion must never get in the way: whatever goes wrong, there is just nothing to suggest.
"""

import os
from contextlib import suppress

import click
from click.shell_completion import CompletionItem

from pkgtool.errors import PkgtoolError
from pkgtool.settings import Settings, read_settings


def release_names(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Return the releases of the namespace that begin with `incomplete`."""
    from pkgtool.cli.output import note  # noqa: PLC0415
    from pkgtool.ops.list import ListOptions, list_releases  # noqa: PLC0415
    from pkgtool.wiring.releases import open_session  # noqa: PLC0415

    names: list[str] = []
    with suppress(PkgtoolError):
        settings = _settings(ctx)
        if settings.cluster_file.exists():
            session = open_session(settings, say=note)
            found = list_releases(session, settings.namespace, ListOptions()).releases
            names = [each.name for each in found]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def chart_references(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Return paths, and the charts of known repositories that begin with `incomplete`."""
    from pkgtool.ops.repo import search_repositories  # noqa: PLC0415
    from pkgtool.repo.search import SearchOptions  # noqa: PLC0415
    from pkgtool.wiring.repos import open_repos  # noqa: PLC0415

    names: list[str] = []
    with suppress(PkgtoolError):
        hits, _ = search_repositories(open_repos(_settings(ctx)), "", SearchOptions())
        names = [hit.name for hit in hits]
    charts = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return [*charts, CompletionItem(incomplete, type="file")]


def _settings(ctx: click.Context) -> Settings:
    return read_settings(os.environ, **ctx.find_root().ensure_object(dict))
