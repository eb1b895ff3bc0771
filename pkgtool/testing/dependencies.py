"""Where the dependencies of charts come from in tests: real repositories and git, no registry."""

import os

from pkgtool.repo.client import RepoClient
from pkgtool.repo.dependencies import Registry, Sources, Verification
from pkgtool.repo.git import GitCharts
from pkgtool.repo.indexes import Indexes


def dependency_sources(
    client: RepoClient,
    *,
    refresh: bool = True,
    said: list[str] | None = None,
    registry: Registry | None = None,
    verification: Verification | None = None,
) -> Sources:
    """Return where charts come from; lines about indexes go to `said`."""
    say = (said if said is not None else []).append
    indexes = Indexes(client, refresh=refresh, say=say)
    return Sources(indexes, GitCharts(os.environ), registry, verification)
