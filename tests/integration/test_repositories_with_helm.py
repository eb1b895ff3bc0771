"""Helm reads our list of repositories and our cached indexes, and we read Helm's.

The SDK keeps its files in a temporary folder while it updates dependencies. The server that it asks
looks into that folder meanwhile.
"""

import base64
import importlib.util
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pkgtool.repo.cache import IndexCache
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import (
    RepoEntry,
    Repositories,
    load_repositories,
    save_repositories,
)
from pkgtool.repo.http import Credentials, HttpClient
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import chart_folder, index_yaml, tarball

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("helm_python") is None, reason="needs helm-python-sdk"
)
WEB = tarball(description="Pages")
INDEX = index_yaml(("web", "1.0.0", WEB), ("web", "0.9.0", WEB), ("db", "2.0.0", WEB))
ASK = "import sys, helm_python; helm_python.dependency_update(sys.argv[1])"


def helm_updates(chart: Path, temporary: Path) -> None:
    """Let Helm update the dependencies of `chart`, in a process whose environment is set."""
    homes = {f"HELM_{kind}_HOME": str(temporary) for kind in ("CACHE", "CONFIG", "DATA")}
    subprocess.run(
        [sys.executable, "-c", ASK, str(chart)],
        env={**os.environ, **homes, "TMPDIR": str(temporary)},
        check=True,
        timeout=60,
    )


def test_both_read_the_list_of_the_other(tmp_path: Path) -> None:
    """While Helm fetches the index, its list is written again by us, with credentials."""
    read: list[RepoEntry] = []
    same: list[bool] = []

    def write_anew() -> None:
        (path,) = (tmp_path / "tmp").rglob("repositories.yaml")
        (entry,) = load_repositories(path).entries
        read.append(entry)
        before = path.read_text().partition("repositories:")[2]
        save_repositories(path, Repositories((entry,)))
        same.append(path.read_text().partition("repositories:")[2] == before)
        named = RepoEntry(entry.name, entry.url, Credentials("me", "s3cret"))
        save_repositories(path, Repositories((named,)))

    (tmp_path / "tmp").mkdir()
    with BadServer() as server:
        server.on("/index.yaml", Reply(INDEX, meanwhile=write_anew))
        server.on("/web-1.0.0.tgz", Reply(WEB))
        wanted = [{"name": "web", "version": "^1", "repository": server.url}]
        helm_updates(chart_folder(tmp_path / "app", "app", dependencies=wanted), tmp_path / "tmp")

        assert [each.url for each in read] == [server.url]
        assert same == [True]
        header = "Basic " + base64.b64encode(b"me:s3cret").decode()
        assert server.paths() == ["/index.yaml", "/web-1.0.0.tgz"]
        assert server.last().headers["Authorization"] == header


def test_we_read_the_index_that_helm_cached(tmp_path: Path) -> None:
    kept: dict[str, bytes] = {}

    def copy() -> None:
        for path in (tmp_path / "tmp").rglob("*"):
            if path.parent.name == "repository":
                kept[path.name] = path.read_bytes()

    (tmp_path / "tmp").mkdir()
    with BadServer() as server:
        server.on("/index.yaml", Reply(INDEX))
        server.on("/web-1.0.0.tgz", Reply(WEB, meanwhile=copy))
        wanted = [{"name": "web", "version": "^1", "repository": server.url}]
        helm_updates(chart_folder(tmp_path / "app", "app", dependencies=wanted), tmp_path / "tmp")
    (name,) = (each.removesuffix("-index.yaml") for each in kept if each.endswith(".yaml"))
    for each, data in kept.items():
        (tmp_path / each).write_bytes(data)

    with closing(IndexCache(tmp_path).open(RepoEntry(name, "http://x.example"))) as found:
        assert found.names() == ["db", "web"]
        assert found.find("web").version == "1.0.0"
    assert sorted(kept[f"{name}-charts.txt"].decode().split()) == ["db", "web"]


def test_helm_reads_the_index_that_we_cached(tmp_path: Path) -> None:
    import helm_python

    with BadServer() as server:
        server.on("/index.yaml", Reply(INDEX))
        entry = RepoEntry("r", server.url)
        http = HttpClient()
        repos = RepoClient(
            http, Repositories((entry,)), indexes=tmp_path / "i", content=tmp_path / "c"
        )
        repos.update(entry).close()
        http.close()
        server.on("/index.yaml", Reply((tmp_path / "i/r-index.yaml").read_bytes()))

        theirs = helm_python.repo_index(server.url)

    assert sorted(theirs["entries"]) == ["db", "web"]
    assert json.loads(json.dumps(theirs))["entries"]["web"][0]["version"] == "1.0.0"
