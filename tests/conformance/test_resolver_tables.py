"""The resolver of dependencies against the tables of Helm's own tests."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pkgtool.chart.metadata import parse_requirements
from pkgtool.chart.model import Dependency, Metadata
from pkgtool.errors import PkgtoolError
from pkgtool.ops.dependency import list_dependencies
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry, Repositories
from pkgtool.repo.dependencies import local_path, resolve_dependencies
from pkgtool.repo.http import HttpClient
from pkgtool.testing.dependencies import dependency_sources
from pkgtool.versions import is_range

UNLIKE_HELM = {
    "cache index failure": "a repository whose index was never fetched is an error, and not a "
    "version that is taken on trust: downloading would fail all the same",
}
"""Rows of the resolver's table that say otherwise, and why."""


def rows(shared: Path, function: str) -> list[dict[str, Any]]:
    found = json.loads((shared / "cases" / "helm-unit-tables.json").read_text())
    return [row for table in found if table["func"] == function for row in table["rows"]]


@pytest.fixture
def fixtures(shared: Path, tmp_path: Path) -> Path:
    """Helm's test charts and outputs, as its tests see them."""
    place = tmp_path / "helm"
    tops = ("./internal/resolver/", "./pkg/cmd/testdata/")
    with tarfile.open(shared / "cases" / "helm-cli" / "fixtures.tar.xz") as tar:
        found = [each for each in tar.getmembers() if each.name.startswith(tops)]
        tar.extractall(place, members=found, filter="data")
    return place


def dependencies(stated: list[dict[str, Any]]) -> list[Dependency]:
    return [Dependency(each["Name"], each["Version"], each["Repository"]) for each in stated]


def test_resolving(shared: Path, fixtures: Path) -> None:
    home = fixtures / "internal/resolver/testdata"
    known = Repositories((RepoEntry("kubernetes-charts", "http://example.com"),))
    table = rows(shared, "TestResolve")

    for row in table:
        client = RepoClient(HttpClient(), known, indexes=home / "repository", content=home)
        sources = dependency_sources(client, refresh=False)
        required = dependencies(row["req"])
        if row.get("err") or row["name"] in UNLIKE_HELM:
            with pytest.raises(PkgtoolError):
                resolve_dependencies(required, home / "chartpath", sources)
            continue
        found = resolve_dependencies(required, home / "chartpath", sources)
        assert found == dependencies(row["expect"]["Dependencies"]), row["name"]

    assert len(table) == 11


def test_folders(shared: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fixtures / "internal/resolver")

    for row in rows(shared, "TestGetLocalPath"):
        folder = Path(row.get("chartpath", ""))
        if row.get("err"):
            with pytest.raises(PkgtoolError, match=r"directory .* not found"):
                local_path(row["repo"], folder)
        else:
            assert str(local_path(row["repo"], folder)).replace("//", "/") == row["expect"], row


def test_ranges(shared: Path) -> None:
    for row in rows(shared, "TestIsVersionRange"):
        assert is_range(row["version"]) is row["expected"], row


def test_dependencies_of_old_charts(shared: Path) -> None:
    expected = dependencies(rows(shared, "TestLoadDependency"))
    listed = [each._asdict() for each in expected]
    keys = ("name", "version", "repository")
    text = json.dumps({"dependencies": [{key: each[key] for key in keys} for each in listed]})

    found = parse_requirements(text.encode(), Metadata("a", "1.0.0"), name="requirements.yaml")

    assert list(found.dependencies) == expected


def test_a_list(fixtures: Path) -> None:
    data = fixtures / "pkg/cmd/testdata"
    lines = (data / "output/dependency-list-archive.txt").read_text().splitlines()
    expected = [[cell.strip() for cell in line.split("\t")] for line in lines[1:] if "\t" in line]

    found = list_dependencies(data / "testcharts/reqtest-0.1.0.tgz").rows

    assert [[*each.dependency[:3], each.status] for each in found] == expected
