"""Helm itself reads what we publish, serve and lock, and we read what it does."""

import importlib.util
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from pkgtool import yamlcodec
from pkgtool.blob.files import FileBlobs
from pkgtool.ops.dependency import build_dependencies, list_dependencies, update_dependencies
from pkgtool.repo.catalog import Catalog
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import Repositories
from pkgtool.repo.http import HttpClient
from pkgtool.repo.index import parse_index
from pkgtool.repo.publish import index_folder, merge_index, write_index
from pkgtool.server.app import listen, make_app
from pkgtool.testing.charts_at_rest import chart_folder, tarball
from pkgtool.testing.dependencies import dependency_sources

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("helm_python") is None, reason="needs helm-python-sdk"
)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep Helm's caches in the test's folder."""
    for name in ("CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"HELM_{name}_HOME", str(tmp_path / "helm" / name.lower()))


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "old").mkdir(parents=True)
    (folder / "web-1.0.0.tgz").write_bytes(tarball(description="Pages"))
    (folder / "web-1.1.0+b.1.tgz").write_bytes(tarball("web", "1.1.0+b.1", keywords=["a"]))
    (folder / "web-2.0.0-rc.1.tgz").write_bytes(tarball("web", "2.0.0-rc.1", appVersion="1.10"))
    (folder / "old" / "db-0.1.0.tgz").write_bytes(tarball("db", "0.1.0", deprecated=True))
    (folder / "broken-1.0.0.tgz").write_bytes(b"nothing")
    return folder


@pytest.fixture
def url(dist: Path) -> Iterator[str]:
    """Where our server serves `dist`."""
    with listen("127.0.0.1", 0) as place:
        blobs = FileBlobs(dist, suffixes=(".tgz",), max_folders=1)
        app = make_app(Catalog(blobs, clock=lambda: NOW))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
        thread.start()
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def repos(tmp_path: Path) -> Iterator[RepoClient]:
    http = HttpClient()
    yield RepoClient(http, Repositories(), indexes=tmp_path / "i", content=tmp_path / "c")
    http.close()


def helm() -> Any:
    import helm_python

    return helm_python


def without_dates(entries: dict[str, Any]) -> dict[str, Any]:
    # Helm does not know `engine`, and leaves it out.
    hidden = ("created", "engine")
    return {
        name: [
            {key: value for key, value in each.items() if key not in hidden} for each in versions
        ]
        for name, versions in entries.items()
    }


def test_helm_makes_the_same_index(dist: Path) -> None:
    ours = index_folder(dist, url="https://charts.example.com/c/", at=NOW).document()

    theirs = helm().repo_index_generate(dist, base_url="https://charts.example.com/c/")

    assert without_dates(theirs["entries"]) == without_dates(ours["entries"])


def test_helm_merges_the_same(dist: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "web-1.0.0.tgz").write_bytes(tarball(description="Other"))
    (tmp_path / "before" / "web-0.9.0.tgz").write_bytes(tarball("web", "0.9.0"))
    write_index(tmp_path / "before", index_folder(tmp_path / "before", at=NOW))
    (tmp_path / "before" / "index.yaml").rename(old)
    ours = merge_index(index_folder(dist, at=NOW), old).document()

    theirs = helm().repo_index_generate(dist, merge=old)

    assert without_dates(theirs["entries"]) == without_dates(ours["entries"])


@pytest.mark.parametrize("as_json", [False, True])
def test_we_read_the_index_that_helm_makes(dist: Path, as_json: bool) -> None:
    theirs = helm().repo_index_generate(dist, json_index=as_json)

    read = parse_index((dist / "index.yaml").read_bytes(), name="index.yaml")

    assert read.warnings == ()
    assert read.document()["entries"] == theirs["entries"]


def test_helm_reads_the_index_that_we_serve(url: str) -> None:
    entries = helm().repo_index(url)["entries"]

    assert [each["version"] for each in entries["web"]] == ["2.0.0-rc.1", "1.1.0+b.1", "1.0.0"]
    assert entries["db"][0]["urls"] == ["old/db-0.1.0.tgz"]


@pytest.mark.parametrize(
    ("chart", "version", "file"),
    [
        pytest.param("web", None, "web-1.1.0+b.1.tgz", id="newest stable"),
        pytest.param("web", "~1.0", "web-1.0.0.tgz", id="range"),
        pytest.param("db", "0.1.0", "old/db-0.1.0.tgz", id="in a folder"),
    ],
)
@pytest.mark.parametrize("below", ["", "/charts"])
def test_helm_pulls_what_we_serve(
    chart: str, version: str | None, file: str, below: str, url: str, dist: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()

    helm().pull(chart, repo_url=url + below, version=version, destination=tmp_path / "out")

    (pulled,) = (tmp_path / "out").iterdir()
    assert pulled.name == file.rpartition("/")[2]
    assert pulled.read_bytes() == (dist / file).read_bytes()


def app(tmp_path: Path, url: str) -> Path:
    """Make a chart whose dependencies use most of what they may say."""
    chart_folder(tmp_path / "lib", "lib", "0.3.0")
    wanted = [
        {"name": "web", "version": "^1.0.0", "repository": url, "alias": "front", "tags": ["a"]},
        {"name": "web", "version": "1.0.0", "repository": url, "condition": "back.enabled"},
        {
            "name": "db",
            "version": "*",
            "repository": url,
            "import-values": ["x", {"child": "a", "parent": "b"}],
        },
        {"name": "lib", "version": ">0.1.0", "repository": "file://../lib"},
    ]
    return chart_folder(tmp_path / "app", "app", dependencies=wanted)


def emptied(folder: Path) -> list[str]:
    """Remove the tarballs from `charts/` and return their names."""
    names = sorted(path.name for path in (folder / "charts").iterdir())
    for name in names:
        (folder / "charts" / name).unlink()
    return names


Fill = Callable[[Path, RepoClient], object]


def ours_updates(folder: Path, repos: RepoClient) -> object:
    return update_dependencies(folder, dependency_sources(repos), at=NOW)


def helm_updates(folder: Path, repos: RepoClient) -> object:
    del repos
    return helm().dependency_update(folder)


def ours_builds(folder: Path, repos: RepoClient) -> object:
    return build_dependencies(folder, dependency_sources(repos), at=NOW)


def helm_builds(folder: Path, repos: RepoClient) -> object:
    del repos
    return helm().dependency_build(folder)


@pytest.mark.parametrize(
    ("update", "build"),
    [
        pytest.param(ours_updates, helm_builds, id="Helm builds from our lock"),
        pytest.param(helm_updates, ours_builds, id="we build from Helm's lock"),
    ],
)
def test_locks_are_understood_by_both(
    update: Fill, build: Fill, tmp_path: Path, url: str, repos: RepoClient
) -> None:
    folder = app(tmp_path, url)
    update(folder, repos)
    lock = (folder / "Chart.lock").read_bytes()
    chosen = emptied(folder)

    build(folder, repos)

    assert emptied(folder) == chosen
    assert "web-1.0.0.tgz" in chosen
    assert (folder / "Chart.lock").read_bytes() == lock


def test_both_lock_the_same(tmp_path: Path, url: str, repos: RepoClient) -> None:
    folder = app(tmp_path, url)
    helm_updates(folder, repos)
    theirs = yamlcodec.load((folder / "Chart.lock").read_bytes())
    (folder / "Chart.lock").unlink()

    ours_updates(folder, repos)

    ours = yamlcodec.load((folder / "Chart.lock").read_bytes())
    assert {**ours, "generated": ""} == {**theirs, "generated": ""}


def test_both_say_the_same_of_what_is_there(tmp_path: Path, url: str, repos: RepoClient) -> None:
    folder = app(tmp_path, url)
    ours_updates(folder, repos)
    (folder / "charts" / "db-0.1.0.tgz").unlink()
    (folder / "charts" / "lib-0.3.0.tgz").write_bytes(tarball("lib", "0.0.1"))

    theirs = [(each["name"], each["status"]) for each in helm().dependency_list(folder)]

    assert [(row.dependency.name, row.status) for row in list_dependencies(folder).rows] == theirs
