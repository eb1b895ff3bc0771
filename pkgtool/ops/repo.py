"""`repo` and `search`: chart repositories that this user knows."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from pkgtool.errors import PkgtoolError, RepoError, RepoNotFound, did_you_mean
from pkgtool.repo.cache import IndexCache
from pkgtool.repo.client import RepoClient, unreachable
from pkgtool.repo.config import RepoEntry, change_repositories, load_repositories
from pkgtool.repo.index import IndexEntry
from pkgtool.repo.indexdb import IndexDb
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.tags import registry_versions
from pkgtool.repo.search import Hit, SearchOptions, search

_MOVED = {
    "//kubernetes-charts.storage.googleapis.com": "https://charts.helm.sh/stable",
    "//kubernetes-charts-incubator.storage.googleapis.com": "https://charts.helm.sh/incubator",
}
"""Repositories that old documents name, and where their charts are now."""

_AT_ONCE = 8
"""How many repositories are asked at the same time."""


class RepositoryList(NamedTuple):
    """Where `repositories.yaml` is."""

    file: Path
    """The one that is written."""
    found: Path
    """The one that is read: Helm's, as long as `file` is not there."""


class Update(NamedTuple):
    """What came of asking one repository for its index."""

    entry: RepoEntry
    error: PkgtoolError | None = None
    warnings: tuple[str, ...] = ()
    """About entries of the index that cannot be used."""


def add_repository(
    known: RepositoryList,
    repos: RepoClient,
    entry: RepoEntry,
    *,
    force: bool = False,
    allow_deprecated: bool = False,
) -> Update | None:
    """Make a repository known, after its index has been fetched.

    Returns:
        What fetching the index brought; `None` when this very repository is known already.

    Raises:
        RepoExists: The name stands for something else.
        RepoError: There is no repository at that URL, or the list of repositories is damaged;
            nothing was stored.
    """
    if not allow_deprecated:
        _refuse_deprecated(entry.url)
    current = load_repositories(known.found)
    if entry in current.entries and not force:
        return None
    current.added(entry, force=force)
    try:
        with repos.update(entry) as index:
            warnings = index.warnings
    except PkgtoolError as error:
        raise unreachable(entry.url, error) from error
    # Others may have changed the list while the index was on its way.
    change_repositories(
        known.file, lambda others: others.added(entry, force=force), found=known.found
    )
    return Update(entry, warnings=warnings)


def _refuse_deprecated(url: str) -> None:
    for old, new in _MOVED.items():
        if old in url:
            raise RepoError(
                f'repo "{url}" is no longer available; try "{new}" instead',
                hint="--allow-deprecated-repos takes it all the same",
            )


def remove_repository(known: RepositoryList, indexes: Path, name: str) -> None:
    """Forget a repository and its cached index.

    Raises:
        RepoNotFound: There is none of that name.
    """
    change_repositories(known.file, lambda current: current.removed(name), found=known.found)
    IndexCache(indexes).forget(name)


def update_repositories(repos: RepoClient, names: Sequence[str] = ()) -> Iterator[Update]:
    """Fetch the indexes of all repositories, or of those in `names`, several at a time.

    Returns:
        What came of each, in the order in which they are configured, as it comes in.

    Raises:
        RepoNotFound: None is configured, or not that one.
    """
    entries = repos.repositories.entries
    if not entries:
        raise RepoNotFound("no repositories found. You must add one before updating")
    known = [entry.name for entry in entries]
    for name in names:
        if name not in known:
            raise RepoNotFound(
                f"no repositories found matching '{name}'.  Nothing will be updated",
                hint=did_you_mean(name, known),
            )
    return _updates(repos, [each for each in entries if not names or each.name in names])


def _updates(repos: RepoClient, entries: Sequence[RepoEntry]) -> Iterator[Update]:
    # Imported here: it costs milliseconds, and only this verb waits for several servers.
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(min(_AT_ONCE, len(entries))) as pool:
        yield from pool.map(lambda entry: _updated(repos, entry), entries)


def _updated(repos: RepoClient, entry: RepoEntry) -> Update:
    try:
        with repos.update(entry) as index:
            return Update(entry, warnings=index.warnings)
    except PkgtoolError as error:
        return Update(entry, error)


def search_repositories(
    repos: RepoClient, keyword: str, options: SearchOptions
) -> tuple[list[Hit], list[Update]]:
    """Find charts in the cached indexes.

    Returns:
        The hits, best first, and the repositories whose index is not there.

    Raises:
        RepoNotFound: No repository is configured.
        InputError: The version constraint or the pattern cannot be used.
    """
    if not repos.repositories.entries:
        raise RepoNotFound("no repositories configured", hint="`pkgtool repo add NAME URL`")
    indexes: dict[str, IndexDb] = {}
    missing: list[Update] = []
    with ExitStack() as opened:
        for entry in repos.repositories.entries:
            try:
                indexes[entry.name] = opened.enter_context(repos.index(entry))
            except PkgtoolError as error:
                missing.append(Update(entry, error))
        return search(indexes, keyword, options), missing


def search_registry(
    repos: RepoClient, reference: str, options: SearchOptions, *, plain_http: bool = False
) -> list[Hit]:
    """Find the versions of a chart in an OCI registry, newest first.

    Args:
        repos: Opens registries.
        reference: `oci://HOST/PATH`, where the last part of the path is the chart's name.
        options: Which versions; the newest only, unless all are asked for.
        plain_http: Whether it is spoken to without encryption.

    Raises:
        RepoError: The registry has no such chart, or cannot be reached.
    """
    registries = repos.registries(Access(plain_http=plain_http))
    versions = registry_versions(registries, reference, version=options.wanted, devel=options.devel)
    name = reference.rpartition("/")[2]
    shown = versions if options.all_versions else versions[:1]
    return [Hit(reference, IndexEntry({"name": name, "version": each}), 0) for each in shown]
