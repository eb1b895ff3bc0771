"""Fetch the dependencies that were chosen for a chart, several at a time, all or none.

Tarballs are checked against what the index, the registry or the commit promises, and on demand
against their provenance, before anything is handed out. A chart on this disk is packed; what it
lacks in its own `charts/` is fetched into the package, so that nothing is missing further down.

Source: Helm v4 `pkg/downloader/manager.go` (`downloadAll`); ADR 0025.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from pkgtool.chart.archive import read_archive
from pkgtool.chart.deps import missing_dependencies
from pkgtool.chart.load import load_chart
from pkgtool.chart.lock import check_lock
from pkgtool.chart.model import Chart, Dependency
from pkgtool.chart.pack import pack_chart
from pkgtool.errors import (
    ChartInvalid,
    DependencyCycle,
    DependencyUnresolved,
    LockOutOfDate,
    PkgtoolError,
    RepoError,
    SignatureInvalid,
)
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.dependencies import (
    Sources,
    dependency_constraint,
    local_chart,
    local_path,
    named_chart,
    open_registry,
    required_dependencies,
    resolve_dependencies,
)
from pkgtool.repo.git import is_git, parse_git_place, shown_repository
from pkgtool.repo.index import IndexEntry
from pkgtool.repo.indexes import Say
from pkgtool.repo.urls import chart_url, shown
from pkgtool.versions import Version

PROVENANCE_LIMIT_BYTES = 1024 * 1024
_THREADS = 4


class Fetched(NamedTuple):
    """A dependency with the version that was chosen, and its tarball."""

    dependency: Dependency
    """Name, exact version and repository; for a folder in `charts/`, the version as required."""
    filename: str = ""
    """Empty for one that lives unpacked in `charts/`."""
    data: bytes = b""
    notes: tuple[str, ...] = ()
    """What to tell the user about it."""
    asides: tuple[str, ...] = ()
    """What the registry remarks."""


def fetch_locked(
    locked: Sequence[Dependency],
    folder: Path,
    sources: Sources,
    *,
    say: Say,
    above: tuple[Path, ...] = (),
) -> list[Fetched]:
    """Fetch all `locked` dependencies of the chart in `folder`, in their order.

    Args:
        locked: Name, version and repository.
        folder: Where the chart is; nothing is written there.
        sources: Where charts come from.
        say: Told what is fetched, in Helm's words and in the order of `locked`.
        above: Charts on this disk that are being packed.

    Raises:
        ChartError, RepoError: One of them cannot be had, or is not what it should be.
    """
    sources.indexes.look_up((each.repository, each.name) for each in locked if _is_remote(each))
    pool = ThreadPoolExecutor(_THREADS)
    try:
        started: dict[Dependency, Future[Fetched]] = {}
        for each in locked:
            if _is_remote(each) and each not in started:
                started[each] = pool.submit(_fetch, each, sources)
        return list(_in_order(locked, folder, sources, started, say, above))
    except PkgtoolError as error:
        say(f"Save error occurred:  {error.what}")
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(
    locked: Sequence[Dependency],
    folder: Path,
    sources: Sources,
    started: dict[Dependency, "Future[Fetched]"],
    say: Say,
    above: tuple[Path, ...],
) -> list[Fetched]:
    found: dict[Dependency, Fetched] = {}
    result = []
    for each in locked:
        words = f"{each.name} from repo {shown_repository(each.repository)}"
        if not each.repository:
            say(
                f"Dependency {each.name} did not declare a repository. "
                "Assuming it exists in the charts directory"
            )
            result.append(_unpacked(each, folder))
        elif each not in started:
            result.append(_from_disk(each, folder, sources, above))
        elif each in found:
            say(f"Already downloaded {words}")
            result.append(found[each])
        else:
            say(f"Downloading {words}")
            found[each] = started[each].result()
            _tell(found[each], sources, say)
            result.append(found[each])
    return result


def _tell(fetched: Fetched, sources: Sources, say: Say) -> None:
    for line in fetched.asides:
        if sources.note is not None:
            sources.note(line)
    for line in fetched.notes:
        say(line)


def _is_remote(dependency: Dependency) -> bool:
    return bool(dependency.repository) and not dependency.repository.startswith("file://")


def _unpacked(dependency: Dependency, folder: Path) -> Fetched:
    place = folder / "charts" / dependency.name
    try:
        chart = local_chart(dependency, place)
    except PkgtoolError as error:
        raise type(error)(
            f"unable to load chart '{place}': {error.what}", where=error.where, hint=error.hint
        ) from error
    if not dependency_constraint(dependency).check(Version.parse(chart.metadata.version)):
        raise DependencyUnresolved(
            f"dependency {dependency.name} at version {chart.metadata.version} does not satisfy "
            f"the constraint {dependency.version}",
            hint="change the version in Chart.yaml",
        )
    return Fetched(dependency)


def _from_disk(
    dependency: Dependency, folder: Path, sources: Sources, above: tuple[Path, ...]
) -> Fetched:
    place = local_path(dependency.repository, folder)
    chart = local_chart(dependency, place)
    if not dependency_constraint(dependency).check(Version.parse(chart.metadata.version)):
        raise DependencyUnresolved(
            f"can't get a valid version for dependency {dependency.name}",
            hint=f"{str(place)!r} is {chart.metadata.version}; `pkgtool dependency update` locks it",
        )
    filename, data = pack_chart(_completed(chart, place, sources, (*above, folder.resolve())))
    return Fetched(dependency._replace(version=chart.metadata.version), filename, data)


def _completed(chart: Chart, place: Path, sources: Sources, above: tuple[Path, ...]) -> Chart:
    """Return `chart` with what its own `charts/` lacks."""
    missing = missing_dependencies(chart)
    if not missing:
        return chart
    if place.resolve() in above:
        names = " -> ".join(each.name for each in (*above, place.resolve()))
        raise DependencyCycle(
            f"charts depend on each other in a circle: {names}",
            hint="take one of the dependencies out of its Chart.yaml",
        )
    required = required_dependencies(chart, place, sources)
    locked = _locked(chart, required) or resolve_dependencies(required, place, sources)
    wanted = [each for each in locked if each.name in missing]
    fetched = fetch_locked(wanted, place, sources, say=_say_nothing, above=above)
    tarballs = {each.filename: each.data for each in fetched if each.filename}
    more = [load_chart(read_archive(data, name=name), name=name) for name, data in tarballs.items()]
    return chart.with_dependencies((*chart.dependencies, *more))


def _locked(chart: Chart, required: Sequence[Dependency]) -> Sequence[Dependency]:
    """Return what the chart's own lock says, while that holds."""
    if chart.lock is None:
        return ()
    try:
        check_lock(chart.metadata._replace(dependencies=tuple(required)), chart.lock)
    except LockOutOfDate:
        return ()
    return chart.lock.dependencies


def _say_nothing(line: str) -> None:
    del line


def _fetch(dependency: Dependency, sources: Sources) -> Fetched:
    if is_git(dependency.repository):
        return _from_git(dependency, sources)
    if dependency.repository.startswith("oci://"):
        return _from_registry(dependency, sources)
    return _from_repository(dependency, sources)


def _from_git(dependency: Dependency, sources: Sources) -> Fetched:
    found = sources.git.fetch(parse_git_place(dependency.repository))
    chart = named_chart(dependency, found.files, shown_repository(str(found.place)))
    filename, data = pack_chart(_whole(chart, dependency))
    _check_version(dependency, chart)
    _refuse_unsigned(dependency, sources)
    return Fetched(dependency, filename, data)


def _whole(chart: Chart, dependency: Dependency) -> Chart:
    if missing := missing_dependencies(chart):
        raise DependencyUnresolved(
            f"dependency {dependency.name!r}: {', '.join(missing)} not committed to its charts/",
            hint="commit what it depends on, or depend on a packed chart",
        )
    return chart


def _from_registry(dependency: Dependency, sources: Sources) -> Fetched:
    reference = f"{dependency.repository.rstrip('/')}/{dependency.name}"
    verification = sources.verification
    registry = open_registry(dependency, sources)
    try:
        pulled = registry.pull(reference, dependency.version, provenance=verification is not None)
    except RepoError as error:
        raise _not_downloaded(f"{reference}:{dependency.version}", error) from error
    chart = load_chart(read_archive(pulled.data, name=reference), name=reference)
    if chart.name != dependency.name:
        raise ChartInvalid(
            f"{reference} is called {chart.name!r}", hint="the registry serves another chart there"
        )
    _check_version(dependency, chart)
    filename = f"{chart.name}-{chart.metadata.version}.tgz"
    notes = _verified(dependency, filename, pulled.data, pulled.provenance, sources)
    return Fetched(dependency, filename, pulled.data, notes, pulled.asides)


def _from_repository(dependency: Dependency, sources: Sources) -> Fetched:
    entry = sources.indexes.entry(dependency.repository)
    version = _versioned(dependency, sources)
    url = chart_url(entry.url, version.urls[0])
    try:
        download = sources.indexes.repos.download(entry, version)
    except RepoError as error:
        raise _not_downloaded(url, error) from error
    provenance = _provenance(entry, url, sources)
    notes = _verified(dependency, download.filename, download.data, provenance, sources)
    return Fetched(dependency, download.filename, download.data, notes)


def _versioned(dependency: Dependency, sources: Sources) -> IndexEntry:
    wanted = Version.parse(dependency.version)
    versions = sources.indexes.versions(dependency.repository, dependency.name)
    for entry in versions:
        if entry.version == dependency.version or Version.parse(entry.version) == wanted:
            return entry
    why = "no matching version" if versions else "entry not found"
    raise DependencyUnresolved(
        f"could not find {dependency.name} {dependency.version} in "
        f"{shown_repository(dependency.repository)}: {why}",
        hint="`pkgtool dependency update` chooses among the versions that there are",
    )


def _not_downloaded(url: str, error: RepoError) -> RepoError:
    return type(error)(
        f"could not download {shown(url)}: {error.what}", where=error.where, hint=error.hint
    )


def _check_version(dependency: Dependency, chart: Chart) -> None:
    found = chart.metadata.version
    if found != dependency.version and Version.parse(found) != Version.parse(dependency.version):
        raise ChartInvalid(
            f"dependency {dependency.name!r}: {shown_repository(dependency.repository)} serves {found} as "
            f"{dependency.version}",
            hint="`pkgtool dependency update` locks what is there",
        )


def _provenance(entry: RepoEntry, url: str, sources: Sources) -> bytes | None:
    """Return the provenance beside the tarball at `url`, where it is asked for and there."""
    if sources.verification is None:
        return None
    parts = urlsplit(url)
    place = parts._replace(path=f"{parts.path}.prov").geturl()
    try:
        return sources.indexes.repos.fetcher.fetch(
            place,
            credentials=entry.credentials,
            home=entry.url,
            limit_bytes=PROVENANCE_LIMIT_BYTES,
            packed=True,
        ).data
    except RepoError as error:
        if sources.verification.required:
            raise SignatureInvalid(
                f"failed to fetch provenance {shown(place)!r}", hint=error.what
            ) from error
        return None


def _verified(
    dependency: Dependency,
    filename: str,
    data: bytes,
    provenance: bytes | None,
    sources: Sources,
) -> tuple[str, ...]:
    """Hold a tarball against its provenance; return a warning when there is none to be had."""
    verification = sources.verification
    if verification is None:
        return ()
    if provenance is None:
        _refuse_unsigned(dependency, sources)
        return (f"WARNING: Verification not found for {filename}: it has no provenance",)
    verification.check(filename, data, provenance)
    return ()


def _refuse_unsigned(dependency: Dependency, sources: Sources) -> None:
    if sources.verification is not None and sources.verification.required:
        raise SignatureInvalid(
            f"failed to fetch provenance of {dependency.name!r} {dependency.version}",
            hint="have it signed, or leave out --verify",
        )
