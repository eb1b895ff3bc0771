"""Resolve the dependencies of a chart and fetch them.

Each dependency names its repository: a URL, `@name` or `alias:name` of a configured one,
`file://PATH` for a chart on this disk, or nothing for a folder in `charts/`. The highest version
that matches wins; nothing is guessed between repositories. Nothing is written here.

Source: Helm v4 `pkg/downloader/manager.go` and `internal/resolver/resolver.go`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart, Dependency
from pkgtool.chart.pack import pack_chart
from pkgtool.errors import (
    ChartError,
    ChartInvalid,
    ChartVersionNotFound,
    DependencyUnresolved,
    LockOutOfDate,
    RepoError,
    RepoNotFound,
)
from pkgtool.repo.client import Download, Refresh, RepoClient
from pkgtool.repo.http import Credentials
from pkgtool.versions import Constraint, Version


class Fetched(NamedTuple):
    """A dependency with the version that was chosen, and its tarball."""

    dependency: Dependency
    """As in the chart, but with the exact version."""
    filename: str = ""
    """Empty for one that lives unpacked in `charts/`."""
    data: bytes = b""


def named_repository(dependency: Dependency, repos: RepoClient) -> Dependency:
    """Return `dependency` with `@name` and `alias:name` replaced by the URL they stand for.

    Raises:
        RepoNotFound: No repository of that name is configured.
    """
    place = dependency.repository
    for prefix in ("@", "alias:"):
        if place.startswith(prefix):
            return dependency._replace(repository=repos.repositories.find(place[len(prefix) :]).url)
    return dependency


def fetch_dependencies(
    chart: Chart, folder: Path, repos: RepoClient, *, refresh: Refresh = "always"
) -> list[Fetched]:
    """Choose and fetch all dependencies of `chart`, in its order.

    Raises:
        DependencyUnresolved, ChartError, RepoError: Naming the dependency.
    """
    return [
        fetch_dependency(named_repository(each, repos), folder, repos, refresh=refresh)
        for each in chart.metadata.dependencies
    ]


def fetch_locked(
    chart: Chart,
    locked: Sequence[Dependency],
    folder: Path,
    repos: RepoClient,
    *,
    refresh: Refresh = "missing",
) -> list[Fetched]:
    """Fetch exactly the `locked` versions of the dependencies of `chart`.

    The lock lists them in the order of the chart: one name may be there more than once, under
    several aliases.

    Raises:
        LockOutOfDate: The lock lists others.
        DependencyUnresolved, ChartError, RepoError: Naming the dependency.
    """
    named = [named_repository(each, repos) for each in chart.metadata.dependencies]
    if [each.name for each in named] != [each.name for each in locked]:
        raise LockOutOfDate(
            "the lock file does not list the dependencies of the chart",
            hint="`pkgtool dependency update` resolves them anew",
        )
    return [
        fetch_dependency(each._replace(version=lock.version), folder, repos, refresh=refresh)
        for each, lock in zip(named, locked, strict=True)
    ]


def fetch_dependency(
    dependency: Dependency, folder: Path, repos: RepoClient, *, refresh: Refresh
) -> Fetched:
    """Choose the version of one dependency of the chart in `folder` and fetch it.

    Raises:
        DependencyUnresolved: There is no such chart, or no version that matches.
        ChartError: What is there is not that chart.
        RepoError: The repository cannot be used.
    """
    if not dependency.repository:
        return Fetched(_unpacked(dependency, folder))
    if dependency.repository.startswith("file://"):
        return _from_disk(dependency, folder)
    if dependency.repository.startswith("oci://"):
        raise DependencyUnresolved(
            f"dependency {dependency.name!r}: OCI registries are not supported yet",
            hint="use an https:// repository, or put the chart into charts/",
        )
    return _from_repository(dependency, repos, refresh)


def _unpacked(dependency: Dependency, folder: Path) -> Dependency:
    place = folder / "charts" / dependency.name
    if not place.is_dir():
        raise DependencyUnresolved(
            f"dependency {dependency.name!r} has no repository, and there is no folder "
            f"{str(place)!r}",
            hint="give it a `repository:`, or put the chart there",
        )
    return dependency._replace(version=_local(dependency, place).metadata.version)


def _from_disk(dependency: Dependency, folder: Path) -> Fetched:
    place = folder / dependency.repository.removeprefix("file://")
    if not place.is_dir():
        raise DependencyUnresolved(
            f"dependency {dependency.name!r}: directory {str(place)!r} not found",
            hint="file:// paths are relative to the chart's folder",
        )
    chart = _local(dependency, place)
    filename, data = pack_chart(chart)
    return Fetched(dependency._replace(version=chart.metadata.version), filename, data)


def _local(dependency: Dependency, place: Path) -> Chart:
    """Return the chart in the folder `place`, which must be the one that is depended upon."""
    chart = load_chart(read_chart_files(place), name=str(place))
    if chart.name != dependency.name:
        raise ChartInvalid(
            f"dependency {dependency.name!r}: the chart in {str(place)!r} is called {chart.name!r}",
            hint="`name:` of a dependency is the name in its Chart.yaml; `alias:` renames it",
        )
    wanted = dependency.version or "*"
    exact = wanted == chart.metadata.version
    if not exact and not Constraint.parse(wanted).check(Version.parse(chart.metadata.version)):
        raise DependencyUnresolved(
            f"can't get a valid version for dependency {dependency.name!r}: {str(place)!r} is "
            f"{chart.metadata.version}, wanted {wanted}",
            hint="change the version in Chart.yaml",
        )
    return chart


def _from_repository(dependency: Dependency, repos: RepoClient, refresh: Refresh) -> Fetched:
    try:
        fetched = _download(dependency, repos, refresh)
    except ChartVersionNotFound as error:
        raise DependencyUnresolved(
            f"can't get a valid version for dependency {dependency.name!r} "
            f'(repository "{dependency.repository}", version "{dependency.version}"): {error.what}',
            hint=error.hint or "change the version in Chart.yaml",
        ) from error
    except (RepoError, ChartError) as error:
        raise type(error)(
            f"dependency {dependency.name!r}: {error.what}", where=error.where, hint=error.hint
        ) from error
    version = fetched.chart.metadata.version
    return Fetched(dependency._replace(version=version), fetched.filename, fetched.data)


def _download(dependency: Dependency, repos: RepoClient, refresh: Refresh) -> Download:
    url, name, wanted = dependency.repository, dependency.name, dependency.version
    if not url.startswith(("http://", "https://")):
        raise RepoNotFound(
            f"no repository definition for {url}",
            hint="use a URL, `@name` of a configured repository, or file://PATH",
        )
    known = repos.configured(url)
    if known is not None:
        return repos.download(known, repos.find_in(known, name, wanted, refresh=refresh))
    return repos.download(*repos.find_at(url, name, wanted, credentials=Credentials()))
