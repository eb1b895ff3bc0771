"""`repo` and `search`: chart repositories that this user knows."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pkgtool.errors import PkgtoolError, RepoError, RepoNotFound, did_you_mean
from pkgtool.repo.cache import IndexCache
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry, change_repositories, load_repositories
from pkgtool.repo.index import Index
from pkgtool.repo.search import Hit, SearchOptions, search
from pkgtool.repo.urls import shown


class Update(NamedTuple):
    """What came of asking one repository for its index."""

    entry: RepoEntry
    error: PkgtoolError | None = None
    warnings: tuple[str, ...] = ()
    """About entries of the index that cannot be used."""


def add_repository(
    file: Path, repos: RepoClient, entry: RepoEntry, *, force: bool = False
) -> Update | None:
    """Make a repository known, after its index has been fetched.

    Returns:
        What fetching the index brought; `None` when this very repository is known already.

    Raises:
        RepoExists: The name stands for something else.
        RepoError: There is no repository at that URL, or the list of repositories is damaged;
            nothing was stored.
    """
    known = load_repositories(file)
    if entry in known.entries and not force:
        return None
    known.added(entry, force=force)
    try:
        index = repos.update(entry)
    except PkgtoolError as error:
        raise RepoError(
            f'looks like "{shown(entry.url)}" is not a valid chart repository or cannot be '
            f"reached: {error.what}",
            hint=error.hint,
        ) from error
    # Others may have changed the list while the index was on its way.
    change_repositories(file, lambda current: current.added(entry, force=force))
    return Update(entry, warnings=index.warnings)


def remove_repository(file: Path, indexes: Path, name: str) -> None:
    """Forget a repository and its cached index.

    Raises:
        RepoNotFound: There is none of that name.
    """
    change_repositories(file, lambda current: current.removed(name))
    IndexCache(indexes).forget(name)


def update_repositories(repos: RepoClient, names: Sequence[str] = ()) -> list[Update]:
    """Fetch the indexes of all repositories, or of those in `names`.

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
    return [_updated(repos, each) for each in entries if not names or each.name in names]


def _updated(repos: RepoClient, entry: RepoEntry) -> Update:
    try:
        index = repos.update(entry)
    except PkgtoolError as error:
        return Update(entry, error)
    return Update(entry, warnings=index.warnings)


def search_repositories(
    repos: RepoClient, keyword: str, options: SearchOptions
) -> tuple[list[Hit], list[str]]:
    """Find charts in the cached indexes.

    Returns:
        The hits, best first, and warnings about repositories whose index is not there.

    Raises:
        RepoNotFound: No repository is configured.
        InputError: The version constraint or the pattern cannot be used.
    """
    if not repos.repositories.entries:
        raise RepoNotFound("no repositories configured", hint="`pkgtool repo add NAME URL`")
    indexes: dict[str, Index] = {}
    warnings: list[str] = []
    for entry in repos.repositories.entries:
        try:
            indexes[entry.name] = repos.index(entry)
        except PkgtoolError as error:
            warnings.append(
                f"Repo \"{entry.name}\" is corrupt or missing. Try 'pkgtool repo update': "
                f"{error.what}"
            )
    return search(indexes, keyword, options), warnings
