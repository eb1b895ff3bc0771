"""`dependency`: what a chart depends on, and getting it into `charts/`.

Everything is fetched and checked before the first file is written.

Source: Helm v4 `pkg/action/dependency.go` and `pkg/downloader/manager.go`.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pkgtool.chart.archive import read_archive
from pkgtool.chart.files import read_chart, read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.lock import check_lock, dependency_statuses, dump_lock, lock_digest, lock_path
from pkgtool.chart.model import Chart, Dependency, Lock
from pkgtool.diskfile import remove_file, write_file
from pkgtool.errors import FileUnwritable, PkgtoolError
from pkgtool.repo.client import Refresh, RepoClient
from pkgtool.repo.dependencies import (
    Fetched,
    fetch_dependencies,
    fetch_locked,
    named_repository,
)
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


def list_dependencies(folder: Path) -> DependencyList:
    """Return the dependencies of the chart in `folder`, in its order.

    Raises:
        ChartError: It is not a chart.
    """
    files = read_chart_files(folder)
    found = dependency_statuses(files, name=str(folder))
    rows = tuple(DependencyRow(dependency, status) for dependency, status in found)
    listed = {dependency.name for dependency, _ in found}
    return DependencyList(rows, tuple(_strays(files, folder, listed)) if rows else ())


def update_dependencies(
    folder: Path, repos: RepoClient, *, at: datetime, refresh: Refresh = "always"
) -> list[Fetched]:
    """Choose versions anew, fill `charts/` with them and write the lock.

    Raises:
        DependencyUnresolved, ChartError, RepoError: Nothing was written.
        FileUnwritable: `charts/` and the lock are as they were.
    """
    chart = _own_chart(folder)
    if not chart.metadata.dependencies:
        return []
    _check_lock_file(folder, chart)
    fetched = fetch_dependencies(chart, folder, repos, refresh=refresh)
    _fill(folder, fetched)
    _write_lock(folder, chart, fetched, repos, at)
    return fetched


def build_dependencies(
    folder: Path, repos: RepoClient, *, at: datetime, refresh: Refresh = "missing"
) -> list[Fetched]:
    """Fill `charts/` with what the lock says; without a lock, update.

    Raises:
        LockOutOfDate: `Chart.yaml` was changed since; nothing was written.
        DependencyUnresolved, ChartError, RepoError: Nothing was written.
        FileUnwritable: `charts/` is as it was.
    """
    chart = _own_chart(folder)
    if chart.lock is None:
        again: Refresh = "never" if refresh == "never" else "always"
        return update_dependencies(folder, repos, at=at, refresh=again)
    named = chart.metadata._replace(dependencies=tuple(_required(chart, repos)))
    check_lock(named, chart.lock)
    fetched = fetch_locked(chart, chart.lock.dependencies, folder, repos, refresh=refresh)
    _fill(folder, fetched)
    return fetched


def _own_chart(folder: Path) -> Chart:
    """Return the chart without what is in `charts/`: that may be the damage to be repaired."""
    files = read_chart_files(folder)
    own = {path: data for path, data in files.items() if not path.startswith("charts/")}
    return load_chart(own, name=str(folder))


def _required(chart: Chart, repos: RepoClient) -> list[Dependency]:
    return [named_repository(each, repos) for each in chart.metadata.dependencies]


def _fill(folder: Path, fetched: Sequence[Fetched]) -> None:
    """Put the tarballs into `charts/`, then remove other versions of the same charts."""
    charts = folder / "charts"
    tarballs = {each.filename: each.data for each in fetched if each.filename}
    written: list[Path] = []
    try:
        for name, data in tarballs.items():
            if not os.path.lexists(charts / name):
                written.append(charts / name)
            write_file(charts / name, data)
    except FileUnwritable:
        for path in written:
            remove_file(path)
        raise
    names = {each.dependency.name for each in fetched if each.filename}
    for old in sorted(charts.glob("*.tgz")):
        if old.name not in tarballs and _chart_name(old) in names:
            remove_file(old)


def _chart_name(tarball: Path) -> str:
    """Return the name of the chart in a tarball; of one that is none, an empty string."""
    try:
        return read_chart(tarball).name
    except PkgtoolError:
        return ""


def _check_lock_file(folder: Path, chart: Chart) -> None:
    """Refuse a lock that is a symbolic link before anything else is written (CVE-2025-53547)."""
    path = folder / lock_path(chart.metadata)
    if path.is_symlink():
        raise FileUnwritable(
            f"refusing to write through the symbolic link {str(path)!r}",
            hint="a lock is a plain file: remove the link",
        )


def _write_lock(
    folder: Path, chart: Chart, fetched: Sequence[Fetched], repos: RepoClient, at: datetime
) -> None:
    """Write the lock unless it says the same already."""
    locked = tuple(
        Dependency(each.dependency.name, each.dependency.version, each.dependency.repository)
        for each in fetched
    )
    digest = lock_digest(_required(chart, repos), locked)
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
