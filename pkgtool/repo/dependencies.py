"""Resolve the dependencies of a chart and fetch them, with a lock of what was chosen.

Each dependency names its repository: a URL, `@name` or `alias:name` of a configured one,
`file://PATH` for a chart on this disk, or nothing for a folder in `charts/`. The highest version
that matches wins; nothing is guessed between repositories.

Source: Helm v4 `pkg/downloader/manager.go` and `internal/resolver/resolver.go`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pkgtool.chart.archive import read_archive
from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart, Dependency
from pkgtool.chart.pack import pack_chart
from pkgtool.errors import ChartInvalid, DependencyUnresolved, PkgtoolError, RepoNotFound
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.http import Credentials
from pkgtool.repo.index import IndexEntry
from pkgtool.versions import Constraint, Version


@dataclass(frozen=True, slots=True)
class Fetched:
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
            return replace(dependency, repository=repos.repositories.find(place[len(prefix) :]).url)
    return dependency


def fetch_dependency(dependency: Dependency, folder: Path, repos: RepoClient) -> Fetched:
    """Choose the version of one dependency of the chart in `folder` and fetch it.

    Raises:
        DependencyUnresolved: There is no such chart, or no version that matches.
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
    return _from_repository(dependency, repos)


def fetch_dependencies(chart: Chart, folder: Path, repos: RepoClient) -> list[Fetched]:
    """Choose and fetch all dependencies of `chart`, in its order.

    Raises:
        DependencyUnresolved, RepoError: Nothing was written.
    """
    return [
        fetch_dependency(named_repository(each, repos), folder, repos)
        for each in chart.metadata.dependencies
    ]


def fetch_locked(
    chart: Chart, locked: Sequence[Dependency], folder: Path, repos: RepoClient
) -> list[Fetched]:
    """Fetch exactly the `locked` versions of the dependencies of `chart`.

    Raises:
        DependencyUnresolved, RepoError: Nothing was written.
    """
    versions = {(each.name, each.repository): each.version for each in locked}
    result = []
    for each in chart.metadata.dependencies:
        named = named_repository(each, repos)
        version = versions.get((named.name, named.repository)) or named.version
        result.append(fetch_dependency(replace(named, version=version), folder, repos))
    return result


def _unpacked(dependency: Dependency, folder: Path) -> Dependency:
    place = folder / "charts" / dependency.name
    if not place.is_dir():
        raise DependencyUnresolved(
            f"dependency {dependency.name!r} has no repository, and there is no folder "
            f"{str(place)!r}",
            hint="give it a `repository:`, or put the chart there",
        )
    return replace(dependency, version=_local(dependency, place).metadata.version)


def _from_disk(dependency: Dependency, folder: Path) -> Fetched:
    place = (folder / dependency.repository.removeprefix("file://")).resolve()
    if not place.is_dir():
        raise DependencyUnresolved(
            f"dependency {dependency.name!r}: directory {str(place)!r} not found",
            hint="file:// paths are relative to the chart's folder",
        )
    chart = _local(dependency, place)
    filename, data = pack_chart(chart)
    return Fetched(replace(dependency, version=chart.metadata.version), filename, data)


def _local(dependency: Dependency, place: Path) -> Chart:
    chart = load_chart(read_chart_files(place), name=str(place))
    wanted = dependency.version or "*"
    if not Constraint.parse(wanted).check(Version.parse(chart.metadata.version)):
        raise DependencyUnresolved(
            f"can't get a valid version for dependency {dependency.name!r}: {str(place)!r} is "
            f"{chart.metadata.version}, wanted {wanted}",
            hint="change the version in Chart.yaml",
        )
    return chart


def _from_repository(dependency: Dependency, repos: RepoClient) -> Fetched:
    try:
        place, entry = _locate(dependency, repos)
        fetched = repos.download(place, entry)
        chart = load_chart(read_archive(fetched.data, name=fetched.filename), name=fetched.filename)
    except PkgtoolError as error:
        raise DependencyUnresolved(
            f"can't get a valid version for dependency {dependency.name!r} "
            f'(repository "{dependency.repository}", version "{dependency.version}"): {error.what}',
            hint=error.hint,
        ) from error
    if chart.name != dependency.name:
        raise ChartInvalid(
            f"{dependency.repository} serves a chart called {chart.name!r} as {dependency.name!r}"
        )
    version = chart.metadata.version
    filename = f"{chart.name}-{version}.tgz"
    return Fetched(replace(dependency, version=version), filename, fetched.data)


def _locate(dependency: Dependency, repos: RepoClient) -> tuple[RepoEntry, IndexEntry]:
    url = dependency.repository.rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise RepoNotFound(
            f"no repository definition for {dependency.repository}",
            hint="use a URL, `@name` of a configured repository, or file://PATH",
        )
    for entry in repos.repositories.entries:
        if entry.url.rstrip("/") == url:
            return entry, repos.index(entry).find(dependency.name, dependency.version)
    return repos.find_at(url, dependency.name, dependency.version, credentials=Credentials())
