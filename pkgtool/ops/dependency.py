"""`dependency`: what a chart depends on, and getting it into `charts/`.

Source: Helm v4 `pkg/action/dependency.go` and `pkg/downloader/manager.go`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pkgtool.chart.files import read_chart, read_chart_files
from pkgtool.chart.lock import check_lock, dependency_statuses, dump_lock, lock_digest, lock_path
from pkgtool.chart.model import Chart, Dependency, Lock
from pkgtool.diskfile import remove_file, write_file
from pkgtool.repo.client import RepoClient
from pkgtool.repo.dependencies import (
    Fetched,
    fetch_dependencies,
    fetch_locked,
    named_repository,
)


@dataclass(frozen=True, slots=True)
class DependencyRow:
    """A dependency and whether `charts/` has it."""

    dependency: Dependency
    status: str


def list_dependencies(folder: Path) -> list[DependencyRow]:
    """Return the dependencies of the chart in `folder`, in its order.

    Raises:
        ChartError: It is not a chart.
    """
    found = dependency_statuses(read_chart_files(folder), name=str(folder))
    return [DependencyRow(dependency, status) for dependency, status in found]


def update_dependencies(folder: Path, repos: RepoClient, *, at: datetime) -> list[Fetched]:
    """Choose versions anew, fill `charts/` with them and write the lock.

    Raises:
        DependencyUnresolved, RepoError: Nothing was written.
    """
    chart = read_chart(folder)
    fetched = fetch_dependencies(chart, folder, repos)
    _fill(folder, fetched)
    _write_lock(folder, chart, fetched, repos, at)
    return fetched


def build_dependencies(folder: Path, repos: RepoClient, *, at: datetime) -> list[Fetched]:
    """Fill `charts/` with what the lock says; without a lock, update.

    Raises:
        LockOutOfDate: `Chart.yaml` was changed since; nothing was written.
        DependencyUnresolved, RepoError: Nothing was written.
    """
    chart = read_chart(folder)
    if chart.lock is None:
        return update_dependencies(folder, repos, at=at)
    named = replace(chart.metadata, dependencies=tuple(_required(chart, repos)))
    check_lock(named, chart.lock)
    fetched = fetch_locked(chart, chart.lock.dependencies, folder, repos)
    _fill(folder, fetched)
    return fetched


def _required(chart: Chart, repos: RepoClient) -> list[Dependency]:
    return [named_repository(each, repos) for each in chart.metadata.dependencies]


def _fill(folder: Path, fetched: Sequence[Fetched]) -> None:
    """Put the tarballs into `charts/`, then remove other versions of the same charts."""
    charts = folder / "charts"
    wanted = {each.filename for each in fetched if each.filename}
    for each in fetched:
        if each.filename:
            write_file(charts / each.filename, each.data)
    names = {each.dependency.name for each in fetched}
    for old in sorted(charts.glob("*.tgz")) if charts.is_dir() else ():
        if old.name not in wanted and _chart_name(old) in names:
            remove_file(old)


def _chart_name(tarball: Path) -> str:
    return read_chart(tarball).name


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
    lock = Lock(digest, locked, at.isoformat().replace("+00:00", "Z"))
    write_file(folder / lock_path(chart.metadata), dump_lock(lock))
