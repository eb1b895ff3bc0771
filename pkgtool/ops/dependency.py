"""`dependency`: what a chart depends on, and getting it into `charts/`.

Everything is fetched and checked before the first file is written; then `charts/` changes as a
whole, and the lock after it, only if its digest did.

Source: Helm v4 `pkg/action/dependency.go` and `pkg/downloader/manager.go`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pkgtool.chart.archive import read_archive
from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.lock import check_lock, dependency_statuses, dump_lock, lock_digest, lock_path
from pkgtool.chart.model import Chart, Dependency, Lock
from pkgtool.diskfile import write_file
from pkgtool.errors import ChartInvalid, ChartNotFound, FileUnwritable, LockOutOfDate, PkgtoolError
from pkgtool.ops.session import say_nothing
from pkgtool.ops.tarballs import check_charts_folder, replace_tarballs
from pkgtool.repo.dependencies import Sources, required_dependencies, resolve_dependencies
from pkgtool.repo.fetching import Fetched, fetch_locked
from pkgtool.repo.git import is_git, parse_git_place
from pkgtool.repo.indexes import Say
from pkgtool.repo.publish import stamp


class DependencyRow(NamedTuple):
    """A dependency and whether `charts/` has it."""

    dependency: Dependency
    status: str


class DependencyList(NamedTuple):
    """What a chart depends on, and what else is in `charts/`."""

    rows: tuple[DependencyRow, ...]
    warnings: tuple[str, ...]
    """About charts that are there though nothing lists them."""


def list_dependencies(path: Path) -> DependencyList:
    """Return the dependencies of the chart at `path`, a folder or an archive, in its order.

    Raises:
        ChartError: It is not a chart.
    """
    if not path.exists():
        raise ChartNotFound(f"stat {path}: no such file or directory")
    files = read_chart_files(path)
    found = dependency_statuses(files, name=str(path), packed=not path.is_dir())
    rows = tuple(DependencyRow(dependency, status) for dependency, status in found)
    listed = {dependency.name for dependency, _ in found}
    shows_strays = bool(rows) and path.is_dir()
    return DependencyList(rows, tuple(_strays(files, path, listed)) if shows_strays else ())


def update_dependencies(
    folder: Path, sources: Sources, *, at: datetime, say: Say = say_nothing
) -> list[Fetched]:
    """Choose versions anew, fill `charts/` with them and write the lock.

    Args:
        folder: Of the chart.
        sources: Where charts come from.
        at: What the lock says when it was made.
        say: Told what happens, in Helm's words.

    Raises:
        DependencyUnresolved, ChartError, RepoError: Nothing was written.
        FileUnwritable: `charts/` and the lock are as they were.
    """
    chart = _own_chart(folder)
    if not chart.metadata.dependencies:
        return []
    _check_lock_file(folder, chart)
    check_charts_folder(folder)
    required = required_dependencies(chart, folder, sources)
    sources.indexes.refresh(_indexed(required, sources))
    locked = resolve_dependencies(required, folder, sources)
    fetched = _fill(folder, locked, sources, say)
    _write_lock(folder, chart, required, fetched, at)
    return fetched


def build_dependencies(
    folder: Path, sources: Sources, *, at: datetime, say: Say = say_nothing
) -> list[Fetched]:
    """Fill `charts/` with what the lock says; without a lock, update.

    Raises:
        LockOutOfDate: `Chart.yaml` was changed since; nothing was written.
        DependencyUnresolved, ChartError, RepoError: Nothing was written.
        FileUnwritable: `charts/` is as it was.
    """
    chart = _own_chart(folder)
    if chart.lock is None:
        return update_dependencies(folder, sources, at=at, say=say)
    check_charts_folder(folder)
    required = required_dependencies(chart, folder, sources)
    _check_lock(chart, chart.lock, required)
    sources.indexes.refresh(_indexed(chart.lock.dependencies, sources))
    return _fill(folder, chart.lock.dependencies, sources, say)


def _own_chart(folder: Path) -> Chart:
    """Return the chart without what is in `charts/`: that may be the damage to be repaired."""
    if not folder.exists():
        raise ChartNotFound(f"could not find {folder}: stat {folder}: no such file or directory")
    if not folder.is_dir():
        raise ChartInvalid("only unpacked charts can be updated", hint="unpack it first")
    files = read_chart_files(folder)
    own = {path: data for path, data in files.items() if not path.startswith("charts/")}
    return load_chart(own, name=str(folder))


def _indexed(dependencies: Sequence[Dependency], sources: Sources) -> list[str]:
    """Return the repositories that have an index."""
    found = [each.repository for each in dependencies]
    fetcher = sources.indexes.repos.fetcher
    return [place for place in found if not is_git(place) and fetcher.knows(place)]


def _check_lock(chart: Chart, lock: Lock, required: Sequence[Dependency]) -> None:
    """Make sure that the lock is of these dependencies, whoever made it."""
    if chart.metadata.api_version != "v1" or not _fits_as_listed(chart, lock):
        check_lock(chart.metadata._replace(dependencies=tuple(required)), lock)
    if [_source(each) for each in required] != [_source(each) for each in lock.dependencies]:
        raise LockOutOfDate(
            "the lock file does not list the dependencies of the chart",
            hint="`pkgtool dependency update` resolves them anew",
        )


def _fits_as_listed(chart: Chart, lock: Lock) -> bool:
    """Tell whether Helm 2 made the lock, which put `@name` and not its URL into the digest."""
    try:
        check_lock(chart.metadata, lock)
    except LockOutOfDate:
        return False
    return True


def _source(dependency: Dependency) -> tuple[str, str]:
    """Return what a lock may not change: a commit stands for any reference of its repository."""
    if not is_git(dependency.repository):
        return dependency.name, ""
    return dependency.name, str(parse_git_place(dependency.repository)._replace(ref=""))


def _fill(folder: Path, locked: Sequence[Dependency], sources: Sources, say: Say) -> list[Fetched]:
    say(f"Saving {len(locked)} charts")
    fetched = fetch_locked(locked, folder, sources, say=say)
    tarballs = {each.filename: each.data for each in fetched if each.filename}
    keep = {each.dependency.name for each in fetched if not each.filename}
    replace_tarballs(folder, tarballs, keep=keep, say=say)
    return fetched


def _check_lock_file(folder: Path, chart: Chart) -> None:
    """Refuse a lock that is a symbolic link before anything else is written (CVE-2025-53547)."""
    path = folder / lock_path(chart.metadata)
    if path.is_symlink():
        raise FileUnwritable(
            f'the {path.name} file is a symlink to "{path.readlink()}"',
            hint="a lock is a plain file: remove the link",
        )


def _write_lock(
    folder: Path,
    chart: Chart,
    required: Sequence[Dependency],
    fetched: Sequence[Fetched],
    at: datetime,
) -> None:
    """Write the lock unless it says the same already."""
    locked = tuple(each.dependency for each in fetched)
    digest = lock_digest(required, locked)
    if chart.lock is not None and chart.lock.digest == digest:
        return
    write_file(folder / lock_path(chart.metadata), dump_lock(Lock(digest, locked, stamp(at))))


def _strays(files: Mapping[str, bytes], folder: Path, listed: set[str]) -> list[str]:
    """Return a warning for each chart in `charts/` that is none, or that nothing lists."""
    inside: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        name, slash, rest = path.removeprefix("charts/").partition("/")
        if path.startswith("charts/") and (slash or name.endswith(".tgz")):
            inside.setdefault(name, {})[rest] = data
    warnings = []
    for name, parts in sorted(inside.items()):
        place = str(folder / "charts" / name)
        try:
            found = load_chart(
                read_archive(parts[""], name=name) if "" in parts else parts, name=name
            )
        except PkgtoolError:
            warnings.append(f'"{place}" is not a chart.')
            continue
        if found.name not in listed:
            warnings.append(f'"{place}" is not in Chart.yaml.')
    return warnings
