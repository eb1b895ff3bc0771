"""Indexes of what dependencies name: each is read once, and none stays open."""

import gc
import sqlite3
from pathlib import Path

import pytest

from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry, Repositories
from pkgtool.repo.http import HttpClient
from pkgtool.repo.indexes import Indexes
from pkgtool.testing.charts_at_rest import index_yaml


def open_databases() -> int:
    count = 0
    for each in gc.get_objects():
        if isinstance(each, sqlite3.Connection):
            try:
                each.execute("SELECT 1")
            except sqlite3.ProgrammingError:
                continue
            count += 1
    return count


@pytest.mark.parametrize("chart", ["web", "nothing"])
def test_indexes_are_closed(chart: str, tmp_path: Path) -> None:
    """From Python 3.13 on, one that is not is a warning."""
    url = "https://charts.example.com"
    (tmp_path / "r-index.yaml").write_bytes(index_yaml(("web", "1.0.0", b"")))
    known = Repositories((RepoEntry("r", url),))
    repos = RepoClient(HttpClient(), known, indexes=tmp_path, content=tmp_path)
    before = open_databases()

    found = Indexes(repos, refresh=False, say=lambda line: None).versions(url, chart)

    assert [each.version for each in found] == (["1.0.0"] if chart == "web" else [])
    assert open_databases() == before


def test_several_charts_are_looked_up_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://charts.example.com"
    (tmp_path / "r-index.yaml").write_bytes(index_yaml(("a", "1.0.0", b""), ("b", "2.0.0", b"")))
    known = Repositories((RepoEntry("r", url),))
    repos = RepoClient(HttpClient(), known, indexes=tmp_path, content=tmp_path)
    indexes = Indexes(repos, refresh=False, say=lambda line: None)
    before = open_databases()

    indexes.look_up([(url, "a"), (url, "b"), (url, "nothing"), ("https://other.example", "c")])

    assert open_databases() == before
    monkeypatch.setattr(RepoClient, "index", None)
    found = [indexes.versions(url, name) for name in ("a", "b", "nothing")]
    assert [[each.version for each in versions] for versions in found] == [["1.0.0"], ["2.0.0"], []]
