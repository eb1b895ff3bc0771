"""What is listed of dependencies, against what Helm's own command prints."""

import tarfile
from pathlib import Path

import pytest

from pkgtool.ops.dependency import list_dependencies


@pytest.fixture
def fixtures(shared: Path, tmp_path: Path) -> Path:
    """Helm's test charts and outputs, as its tests see them."""
    place = tmp_path / "helm"
    with tarfile.open(shared / "cases" / "helm-cli" / "fixtures.tar.xz") as tar:
        found = [each for each in tar.getmembers() if each.name.startswith("./pkg/cmd/testdata/")]
        tar.extractall(place, members=found, filter="data")
    return place


def test_a_list(fixtures: Path) -> None:
    data = fixtures / "pkg/cmd/testdata"
    lines = (data / "output/dependency-list-archive.txt").read_text().splitlines()
    expected = [[cell.strip() for cell in line.split("\t")] for line in lines[1:] if "\t" in line]

    found = list_dependencies(data / "testcharts/reqtest-0.1.0.tgz").rows

    assert [[*each.dependency[:3], each.status] for each in found] == expected
