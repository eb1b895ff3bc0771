"""Charts on this disk: packed with what they depend on, and `charts/` swapped as a whole."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pkgtool import yamlcodec
from pkgtool.chart.files import read_chart
from pkgtool.chart.model import Chart
from pkgtool.errors import DependencyCycle, DependencyUnresolved, FileUnwritable
from pkgtool.ops import tarballs
from pkgtool.ops.dependency import build_dependencies, update_dependencies
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import Repositories
from pkgtool.repo.http import HttpClient
from pkgtool.testing.charts_at_rest import chart_folder, chart_yaml
from pkgtool.testing.crash import run_in_child
from pkgtool.testing.dependencies import dependency_sources

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "ctypes.dlsym"}


def update(folder: Path) -> None:
    cache = folder.parent / "cache"
    client = RepoClient(HttpClient(), Repositories(), indexes=cache, content=cache)
    update_dependencies(folder, dependency_sources(client), at=NOW)


def on(name: str, version: str = "*") -> dict[str, Any]:
    return {"name": name, "version": version, "repository": f"file://../{name}"}


def made(place: Path, name: str, *dependencies: str, version: str = "1.0.0") -> Path:
    wanted = [on(each) for each in dependencies]
    return chart_folder(place / name, name, version, dependencies=wanted)


def tree(chart: Chart) -> list[str]:
    return [path for path, _ in chart.walk()]


def test_what_a_chart_on_this_disk_lacks_is_packed_with_it(tmp_path: Path) -> None:
    made(tmp_path, "c")
    made(tmp_path, "b", "c")
    made(tmp_path, "a", "b")
    folder = made(tmp_path, "app", "a")

    update(folder)

    assert tree(read_chart(folder)) == [
        "app",
        "app/charts/a",
        "app/charts/a/charts/b",
        "app/charts/a/charts/b/charts/c",
    ]
    assert not (tmp_path / "a/charts").exists()


def test_what_it_has_is_taken_as_it_is(tmp_path: Path) -> None:
    made(tmp_path, "b", version="2.0.0")
    folder = made(tmp_path, "app", "a")
    chart_folder(made(tmp_path, "a", "b") / "charts/b", "b", "1.0.0")

    update(folder)

    assert read_chart(folder).dependencies[0].dependencies[0].metadata.version == "1.0.0"


def test_its_own_lock_holds(tmp_path: Path) -> None:
    made(tmp_path, "b")
    folder = made(tmp_path, "app", "a")
    update(made(tmp_path, "a", "b"))
    (tmp_path / "a/charts/b-1.0.0.tgz").unlink()
    (tmp_path / "b/Chart.yaml").write_bytes(chart_yaml("b", "2.0.0"))

    with pytest.raises(DependencyUnresolved, match="can't get a valid version for dependency b"):
        update(folder)


def test_a_circle(tmp_path: Path) -> None:
    made(tmp_path, "a", "b")
    made(tmp_path, "b", "a")

    with pytest.raises(DependencyCycle, match="in a circle: app -> a -> b -> a"):
        update(made(tmp_path, "app", "a"))


def test_a_lock_of_another_version(tmp_path: Path) -> None:
    folder = made(tmp_path, "app", "a")
    made(tmp_path, "a")
    update(folder)
    (tmp_path / "a/Chart.yaml").write_bytes(chart_yaml("a", "2.0.0"))
    client = RepoClient(HttpClient(), Repositories(), indexes=tmp_path, content=tmp_path)

    with pytest.raises(DependencyUnresolved) as caught:
        build_dependencies(folder, dependency_sources(client), at=NOW)

    assert caught.value.what == "can't get a valid version for dependency a"


def before_and_after(place: Path) -> Path:
    """Make a chart with a set of tarballs, after which everything about it changed."""
    for name in ("a", "b", "gone"):
        made(place, name)
    folder = made(place, "app", "a", "b", "gone")
    chart_folder(folder / "charts/own", "own")
    update(folder)
    (folder / "Chart.yaml").write_bytes(chart_yaml("app", "1.0.0", dependencies=[on("a"), on("b")]))
    for name in ("a", "b"):
        (place / name / "Chart.yaml").write_bytes(chart_yaml(name, "2.0.0"))
    return folder


def versions(folder: Path) -> list[str]:
    return sorted(
        f"{each.name} {each.metadata.version}" for each in read_chart(folder).dependencies
    )


OLD = ["a 1.0.0", "b 1.0.0", "gone 1.0.0", "own 1.0.0"]
NEW = ["a 2.0.0", "b 2.0.0", "own 1.0.0"]


def dying(work: Callable[[], None], *, at: int) -> Callable[[], None]:
    """Return `work` in a process that is killed right before its `at`-th change of the disk."""

    def run() -> None:
        count = 0

        def count_change(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal count
            writes = event == "open" and isinstance(arguments[2], int)
            if event in CHANGES or (writes and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
                count += 1
                if count == at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count_change)
        work()

    return run


def test_a_kill_leaves_the_old_charts_or_the_new_ones(tmp_path: Path) -> None:
    seen = []
    for at in range(1, 200):
        (tmp_path / str(at)).mkdir()
        folder = before_and_after(tmp_path / str(at))
        status = run_in_child(dying(lambda folder=folder: update(folder), at=at))  # type: ignore[misc]
        if status == 0:
            break
        assert status == -9
        seen.append(versions(folder))
        assert seen[-1] in (OLD, NEW)
        update(folder)
        assert versions(folder) == NEW
        assert yamlcodec.load((folder / "Chart.lock").read_bytes())["dependencies"][0] == on(
            "a", "2.0.0"
        )
        assert not list(folder.glob("tmpcharts-*"))

    assert OLD in seen
    assert NEW in seen
    assert len(seen) > 8


def test_a_disk_that_cannot_exchange_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = before_and_after(tmp_path)
    monkeypatch.setattr(tarballs, "exchange_folders", lambda fresh, old: False)

    update(folder)

    assert versions(folder) == NEW
    assert not list(folder.glob("tmpcharts-*"))


def test_nothing_is_touched_when_nothing_changes(tmp_path: Path) -> None:
    made(tmp_path, "a")
    folder = made(tmp_path, "app", "a")
    update(folder)
    before = {path: path.lstat() for path in folder.rglob("*")}

    update(folder)

    assert {path: path.lstat() for path in folder.rglob("*")} == before


def test_links_and_folders_stay(tmp_path: Path) -> None:
    folder = before_and_after(tmp_path)
    chart_folder(tmp_path / "elsewhere", "linked")
    (folder / "charts/README").write_text("mine\n")
    (folder / "charts/link").symlink_to("README")

    update(folder)

    assert (folder / "charts/link").readlink() == Path("README")
    assert (folder / "charts/README").read_text() == "mine\n"
    assert (folder / "charts/own/values.yaml").exists()


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    folder = before_and_after(tmp_path)
    (folder / "charts/a-2.0.0.tgz").mkdir()

    with pytest.raises(FileUnwritable, match="a folder is in the way"):
        update(folder)

    assert (folder / "charts/a-1.0.0.tgz").exists()
