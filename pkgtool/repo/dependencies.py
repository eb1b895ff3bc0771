"""Choose a version for each dependency of a chart.

Each dependency names its repository: a URL (`https:`, `oci:`), `@name` or `alias:name` of a
configured one, `file://PATH` for a chart on this disk, `git+https://…` for one in a git repository,
or nothing for a folder in `charts/`. The highest version that matches wins; nothing is guessed
between repositories. Nothing is written here.

Source: Helm v4 `internal/resolver/resolver.go` and `pkg/downloader/manager.go`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart, Dependency
from pkgtool.errors import (
    ChartInvalid,
    ConstraintInvalid,
    DependencyUnresolved,
    RepoNotFound,
    VersionInvalid,
)
from pkgtool.repo.git import GitCharts, is_git, parse_git_place, shown_repository
from pkgtool.repo.indexes import Indexes, Say
from pkgtool.versions import Constraint, Version, best_match

_ALIASES = ("@", "alias:")


class Packed(NamedTuple):
    """A tarball as a registry hands it out."""

    data: bytes
    provenance: bytes | None = None
    asides: tuple[str, ...] = ()
    """Remarks for the user, line by line: Helm writes them to standard error."""


class Registry(Protocol):
    """Where `oci://` charts are."""

    def tags(self, reference: str) -> Sequence[str]:
        """Return the versions of the chart `oci://HOST/PATH/NAME`.

        Raises:
            RepoError: The registry does not tell.
        """
        ...

    def pull(self, reference: str, version: str, *, provenance: bool) -> Packed:
        """Return one version of the chart `oci://HOST/PATH/NAME`, its digest checked.

        Raises:
            RepoError: It cannot be had.
        """
        ...


class Verification(NamedTuple):
    """How tarballs are held against their provenance."""

    check: Callable[[str, bytes, bytes], None]
    """Takes the name of a tarball, its bytes and its provenance; raises `SignatureInvalid`."""
    required: bool = True
    """Whether a tarball without provenance is refused."""


class Sources(NamedTuple):
    """Where the dependencies of one run come from."""

    indexes: Indexes
    git: GitCharts
    registry: Registry | None = None
    verification: Verification | None = None
    note: Say | None = None
    """Takes remarks of registries."""


def required_dependencies(chart: Chart, folder: Path, sources: Sources) -> tuple[Dependency, ...]:
    """Return what `chart` depends on, `@name` and `alias:name` replaced by what they stand for.

    Raises:
        RepoNotFound: Naming all repositories that are neither URLs nor configured.
        DependencyUnresolved: A chart on this disk is not there.
    """
    named = [_named(each, sources) for each in chart.metadata.dependencies]
    missing = [
        entry.repository if "://" not in entry.repository else shown_repository(entry.repository)
        for entry, found in zip(chart.metadata.dependencies, named, strict=True)
        if found is None
    ]
    if missing:
        raise RepoNotFound(
            f"no repository definition for {', '.join(missing)}. "
            f"Please add them via 'pkgtool repo add'{_note(missing)}"
        )
    for each in named:
        if each is not None and each.repository.startswith("file://"):
            local_path(each.repository, folder)
    return tuple(each for each in named if each is not None)


def local_path(repository: str, folder: Path) -> Path:
    """Return the folder that `file://PATH` stands for in the chart in `folder`.

    Raises:
        DependencyUnresolved: It is not there.
    """
    place = Path(_joined(folder, repository.removeprefix("file://")))
    if not place.exists():
        raise DependencyUnresolved(
            f"directory {place} not found", hint="file:// paths are relative to the chart's folder"
        )
    return place


def local_chart(dependency: Dependency, place: Path) -> Chart:
    """Return the chart in the folder `place`, which must be the one that is depended upon.

    Raises:
        ChartError: It is another one, or none.
    """
    return named_chart(dependency, read_chart_files(place), str(place))


def named_chart(dependency: Dependency, files: dict[str, bytes], place: str) -> Chart:
    """Return the chart that `files` make, which must be the one that is depended upon.

    Raises:
        ChartInvalid: It is another one, or none.
    """
    chart = load_chart(files, name=place)
    if chart.name != dependency.name:
        raise ChartInvalid(
            f"dependency {dependency.name!r}: the chart in {place!r} is called {chart.name!r}",
            hint="`name:` of a dependency is the name in its Chart.yaml; `alias:` renames it",
        )
    return chart


def resolve_dependencies(
    required: Sequence[Dependency], folder: Path, sources: Sources
) -> list[Dependency]:
    """Return `required` with the versions chosen: name, version and repository, in their order.

    Raises:
        DependencyUnresolved: Naming all for which nothing matches.
        ChartError, RepoError: What is there cannot be used.
    """
    found = [_resolved(each, folder, sources) for each in required]
    missing = [
        f'"{each.name}" (repository "{shown_repository(each.repository)}", version "{each.version}")'
        for each, locked in zip(required, found, strict=True)
        if locked is None
    ]
    if missing:
        raise DependencyUnresolved(
            f"can't get a valid version for {len(missing)} subchart(s): {', '.join(missing)}. "
            "Make sure a matching chart version exists in the repo, or change the version "
            "constraint in Chart.yaml"
        )
    return [locked for locked in found if locked is not None]


def dependency_constraint(dependency: Dependency) -> Constraint:
    """Return what the version of `dependency` must be.

    Raises:
        DependencyUnresolved: It says nothing, or what cannot be read.
    """
    try:
        return Constraint.parse(dependency.version, name=f"version of {dependency.name!r}")
    except ConstraintInvalid as error:
        raise DependencyUnresolved(
            f'dependency "{dependency.name}" has an invalid version/constraint format: '
            f"{error.what}",
            where=error.where if dependency.version else None,
            hint="`*` means any version" if not dependency.version else error.hint,
        ) from error


def _named(dependency: Dependency, sources: Sources) -> Dependency | None:
    place = dependency.repository
    for prefix in _ALIASES:
        if place.startswith(prefix):
            for entry in sources.indexes.repos.repositories.entries:
                if entry.name == place.removeprefix(prefix):
                    return dependency._replace(repository=entry.url)
            return None
    return dependency if not place or ":" in place or place.startswith("/") else None


def _note(missing: Sequence[str]) -> str:
    if all("//" in each or each.startswith(_ALIASES) for each in missing):
        return ""
    return (
        '\nNote that repositories must be URLs or aliases. For example, to refer to the "example"\n'
        'repository, use "https://charts.example.com/" or "@example" instead of\n'
        "\"example\". Don't forget to add the repo, too ('pkgtool repo add')."
    )


def _joined(folder: Path, path: str) -> str:
    import os.path  # noqa: PLC0415

    # Both are cleaned as Go does it, links not looked at.
    return os.path.normpath(path if path.startswith("/") else folder / path)


def _resolved(dependency: Dependency, folder: Path, sources: Sources) -> Dependency | None:
    """Return the chosen version, or `None` when none matches."""
    place = dependency.repository
    if not place:
        local_path(f"file://charts/{dependency.name}", folder)
        return _locked(dependency, dependency.version)
    constraint = dependency_constraint(dependency)
    if place.startswith("file://"):
        chart = local_chart(dependency, local_path(place, folder))
        return _matching(dependency, constraint, chart.metadata.version)
    if is_git(place):
        found = sources.git.fetch(parse_git_place(place))
        chart = named_chart(dependency, found.files, shown_repository(str(found.place)))
        locked = dependency._replace(repository=str(found.place))
        return _matching(locked, constraint, chart.metadata.version)
    if place.startswith("oci://"):
        return _in_registry(dependency, constraint, sources)
    return _in_index(dependency, constraint, sources)


def _matching(dependency: Dependency, constraint: Constraint, version: str) -> Dependency | None:
    return _locked(dependency, version) if constraint.check(Version.parse(version)) else None


def _locked(dependency: Dependency, version: str) -> Dependency:
    return Dependency(dependency.name, version, dependency.repository)


def _in_registry(
    dependency: Dependency, constraint: Constraint, sources: Sources
) -> Dependency | None:
    try:
        Version.parse(dependency.version)
    except VersionInvalid:
        registry = open_registry(dependency, sources)
        tags = registry.tags(f"{dependency.repository.rstrip('/')}/{dependency.name}")
        best = best_match(_versions(tags), constraint)
        return _locked(dependency, best.original) if best is not None else None
    # One that is written out is taken as it is: registries need not list their tags.
    return _locked(dependency, dependency.version)


def open_registry(dependency: Dependency, sources: Sources) -> Registry:
    """Return where `oci://` charts are.

    Raises:
        DependencyUnresolved: Nowhere.
    """
    if sources.registry is None:
        raise DependencyUnresolved(
            f"dependency {dependency.name!r}: no registry client for {shown_repository(dependency.repository)}"
        )
    return sources.registry


def _versions(tags: Sequence[str]) -> list[Version]:
    """Return the tags that are versions to the letter; `_` stands for `+`, which no tag may hold."""
    found = []
    for tag in tags:
        try:
            found.append(Version.parse_strict(tag.replace("_", "+")))
        except VersionInvalid:
            continue
    return found


def _in_index(
    dependency: Dependency, constraint: Constraint, sources: Sources
) -> Dependency | None:
    place = dependency.repository
    if not sources.indexes.repos.fetcher.knows(place):
        raise DependencyUnresolved(
            f"could not find protocol handler for: {urlsplit(place).scheme or shown_repository(place)}",
            hint="repositories are https:, oci:, file:, git+https:, or @name of a configured one",
        )
    versions = sources.indexes.versions(place, dependency.name)
    if not versions:
        raise DependencyUnresolved(
            f"{dependency.name} chart not found in repo {shown_repository(place)}",
            hint="`pkgtool search repo` shows what configured repositories have",
        )
    for entry in versions:
        if constraint.check(Version.parse(entry.version)):
            return _locked(dependency, entry.version)
    return None
