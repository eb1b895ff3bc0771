"""`repo` and `search`: chart repositories that this user knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pkgtool.diskfile import remove_file
from pkgtool.errors import PkgtoolError, RepoError, RepoNotFound
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import (
    RepoEntry,
    load_repositories,
    save_repositories,
)
from pkgtool.repo.index import Hit, Index, search
from pkgtool.versions import Constraint, Version


def add_repository(file: Path, repos: RepoClient, entry: RepoEntry, *, force: bool = False) -> bool:
    """Make a repository known, after its index has been fetched.

    Returns:
        Whether anything changed: the same again is fine.

    Raises:
        RepoExists: The name stands for something else.
        RepoError: There is no repository at that URL; nothing was stored.
    """
    known = load_repositories(file)
    if entry in known.entries and not force:
        return False
    changed = known.added(entry, force=force)
    try:
        repos.update(entry)
    except PkgtoolError as error:
        raise RepoError(
            f'looks like "{entry.url}" is not a valid chart repository or cannot be reached: '
            f"{error.what}",
            hint=error.hint,
        ) from error
    save_repositories(file, changed)
    return True


def remove_repository(file: Path, indexes: Path, name: str) -> None:
    """Forget a repository and its cached index.

    Raises:
        RepoNotFound: There is none of that name.
    """
    known = load_repositories(file)
    if not known.entries:
        raise RepoNotFound("no repositories configured")
    save_repositories(file, known.removed(name))
    for suffix in (".yaml", ".tags"):
        remove_file(indexes / f"{name}-index{suffix}")


@dataclass(frozen=True, slots=True)
class Update:
    """What came of asking one repository for its index."""

    entry: RepoEntry
    error: PkgtoolError | None = None


def update_repositories(repos: RepoClient, names: Sequence[str] = ()) -> list[Update]:
    """Fetch the indexes of all repositories, or of those in `names`.

    Raises:
        RepoNotFound: None is configured, or not that one.
    """
    known = repos.repositories
    if not known.entries:
        raise RepoNotFound("no repositories found. You must add one before updating")
    for name in names:
        if all(entry.name != name for entry in known.entries):
            raise RepoNotFound(f"no repositories found matching {name!r}.  Nothing will be updated")
    return [_updated(repos, each) for each in known.entries if not names or each.name in names]


def _updated(repos: RepoClient, entry: RepoEntry) -> Update:
    try:
        repos.update(entry)
    except PkgtoolError as error:
        return Update(entry, error)
    return Update(entry)


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Which charts a search shows."""

    all_versions: bool = False
    devel: bool = False
    wanted: str = ""
    """A version constraint."""


def search_repositories(
    repos: RepoClient, keyword: str, options: SearchOptions
) -> tuple[list[Hit], list[str]]:
    """Find charts in the cached indexes.

    Returns:
        The hits, best first, and warnings about repositories whose index is not there.

    Raises:
        RepoNotFound: No repository is configured.
    """
    if not repos.repositories.entries:
        raise RepoNotFound("no repositories configured", hint="`pkgtool repo add NAME URL`")
    indexes: dict[str, Index] = {}
    warnings: list[str] = []
    for entry in repos.repositories.entries:
        try:
            indexes[entry.name] = _matching(repos.index(entry), options)
        except PkgtoolError as error:
            warnings.append(f'Repo "{entry.name}" is corrupt or missing: {error.what}')
    return search(indexes, keyword, all_versions=options.all_versions), warnings


def _matching(index: Index, options: SearchOptions) -> Index:
    """Return the part of `index` whose versions are asked for."""
    constraint = Constraint.parse(options.wanted or (">0.0.0-0" if options.devel else ">0.0.0"))
    kept = {
        name: tuple(each for each in versions if constraint.check(Version.parse(each.version)))
        for name, versions in index.entries.items()
    }
    return Index({name: versions for name, versions in kept.items() if versions})
