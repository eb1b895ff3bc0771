"""What we pack unpacks to Helm's own stream, byte for byte but for times."""

import gzip
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.pack import pack_chart
from pkgtool.chart.unpack import unpack_files
from pkgtool.ops.package import PackageOptions, package

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("helm_python") is None, reason="needs helm-python-sdk"
)
ODD = {
    "Chart.yaml": b"# lost\nname: web\nversion: 1.0.0\napiVersion: v2\nappVersion: '1.10'\n"
    b"annotations: {b: 'x\n\n y', a: '1'}\nmaintainers: [{name: Jo, email: jo@example.com}]\n",
    "Chart.lock": b"digest: sha256:00\ngenerated: '2020-01-02T03:04:05.600Z'\n"
    b"dependencies: [{name: db, version: 1.0.0, repository: 'https://example.com'}]\n",
    "values.yaml": b"\xef\xbb\xbfa: 1 # stays\n",
    "values.schema.json": b'{"type": "object"}',
    "templates/a.yaml": b"a: 1\n",
    "templates/a/b.yaml": b"",
    "templates/NOTES.txt": b"Hi\n",
    "README.md": b"x" * 512,
    "files/" + "longer/" * 20 + "name": b"y" * 513,
    "files/" + "z" * 120: b"",
    "files/é/" + "u" * 90: b"z",
    "é": b"",
    "charts/db/Chart.yaml": b"name: db\nversion: 1.0.0\nengine: gotpl\n",
    "charts/db/requirements.yaml": b"dependencies: []\n",
}


def members(packed: bytes) -> Iterator[bytes]:
    """Yield each member with its header, without time and checksum, then what is behind them."""
    stream, at = gzip.decompress(packed), 0
    while stream[at : at + 512].strip(b"\0"):
        size = int(stream[at + 124 : at + 135], 8)
        end = at + 512 + size + -size % 512
        yield stream[at : at + 136] + stream[at + 156 : end]
        at = end
    yield stream[at:]


def theirs(folder: Path, out: Path) -> bytes:
    import helm_python

    return Path(helm_python.package(folder, destination=out)).read_bytes()


def test_the_streams_are_equal(tmp_path: Path) -> None:
    folder = tmp_path / "web"
    unpack_files(ODD, folder)

    ours = pack_chart(load_chart(read_chart_files(folder), name="web"))[1]

    helms = theirs(folder, tmp_path)
    assert list(members(ours)) == list(members(helms))
    assert ours[:58] == helms[:58]


def test_changed_versions_are_written_as_helm_writes_them(tmp_path: Path) -> None:
    import helm_python

    folder = tmp_path / "web"
    unpack_files(ODD, folder)
    options = PackageOptions("v2", "007")

    ours = package(folder, tmp_path / "ours", options)

    helms = helm_python.package(folder, destination=tmp_path, version="v2", app_version="007")
    assert ours.name == Path(helms).name
    assert list(members(ours.read_bytes())) == list(members(Path(helms).read_bytes()))


def test_streams_of_charts_of_others_are_equal(shared: Path, tmp_path: Path) -> None:
    """A sample; Helm writes dependencies in an order of chance, so members are compared sorted."""
    charts = sorted((shared / "corpus" / "charts").glob("*.tgz"))[::25]
    assert charts
    for number, chart in enumerate(charts):
        folder = tmp_path / str(number)
        unpack_files(read_chart_files(chart), folder)
        ours = pack_chart(load_chart(read_chart_files(folder), name=chart.name))[1]
        assert sorted(members(ours)) == sorted(members(theirs(folder, tmp_path))), chart.name
