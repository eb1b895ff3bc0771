"""Packing: the same bytes every time, and what is packed loads again."""

import subprocess
import sys
from dataclasses import replace

import pytest

from pkgtool.chart.archive import read_archive
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.chart.pack import pack_chart, write_archive
from pkgtool.errors import ArchiveUnsafe, ChartInvalid, DependencyMissing

META = b"apiVersion: v2\nname: web\nversion: 1.0.0+build.1\nengine: jinja2\n"
FILES = {
    "Chart.yaml": META + b"dependencies: [{name: db, version: 1.x, alias: store}]\n",
    "Chart.lock": b"dependencies: [{name: db, version: 1.0.0}]\ndigest: sha256:00\n",
    "values.yaml": b"# comments stay\na: 1\n",
    "values.schema.json": b"{}",
    "templates/a.yaml": b"a: 1\n",
    "templates/_b.tpl": b"",
    "README.md": "é\n".encode(),
    "files/" + "longer/" * 25 + "name": b"x",
    "files/é": b"y",
    "files/" + "a" * 150 + ".txt": b"no place to part the name",
    "charts/db/Chart.yaml": b"apiVersion: v1\nname: db\nversion: 1.0.0\n",
    "charts/db/requirements.yaml": b"dependencies: []\n",
    "charts/db/values.yaml": b"port: 1\n",
}


def web(**changed: bytes) -> Chart:
    return load_chart({**FILES, **changed}, name="web")


def unpacked(data: bytes) -> Chart:
    return load_chart(read_archive(data, name="web.tgz"), name="web.tgz")


def test_what_is_packed_loads_to_an_equal_chart() -> None:
    name, data = pack_chart(web())

    assert name == "web-1.0.0+build.1.tgz"
    assert unpacked(data) == web()


def test_values_without_a_file_get_one() -> None:
    """A chart out of a release's record has its values, but not their text."""
    recorded = replace(web(), raw={})

    assert unpacked(pack_chart(recorded)[1]).values == {"a": 1}


def test_packed_dependencies_become_folders() -> None:
    """How a dependency was packed does not show in the result."""
    db = {path.removeprefix("charts/"): data for path, data in FILES.items() if "charts/" in path}
    rest = {path: data for path, data in FILES.items() if not path.startswith("charts/")}
    nested = load_chart({**rest, "charts/db-1.0.0.tgz": write_archive(db)}, name="web")

    assert pack_chart(nested)[1] == pack_chart(web())[1]


def test_two_versions_of_one_dependency_stay_apart() -> None:
    second = b"apiVersion: v1\nname: db\nversion: 2.0.0\n"
    both = load_chart({**FILES, "charts/other/Chart.yaml": second}, name="web")

    assert unpacked(pack_chart(both)[1]) == both


def test_the_order_of_files_does_not_matter() -> None:
    backwards = load_chart(dict(reversed(FILES.items())), name="web")

    assert pack_chart(backwards)[1] == pack_chart(web())[1]


def test_another_process_makes_the_same_bytes() -> None:
    script = (
        "import sys; from pkgtool.chart.load import load_chart; "
        "from pkgtool.chart.pack import pack_chart; "
        f"sys.stdout.buffer.write(pack_chart(load_chart({FILES!r}, name='web'))[1])"
    )

    made = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert made.stdout == pack_chart(web())[1]


def test_a_given_time_is_in_every_member() -> None:
    assert pack_chart(web(), epoch_s=1)[1] != pack_chart(web())[1]
    assert unpacked(pack_chart(web(), epoch_s=2**33 - 1)[1]) == web()


def test_a_v1_chart_keeps_its_requirements_in_their_file() -> None:
    files = {
        "Chart.yaml": b"name: old\nversion: 1.0.0\n",
        "requirements.yaml": b"dependencies: [{name: db}]\n",
        "requirements.lock": b"digest: x\n",
        "charts/db/Chart.yaml": b"name: db\nversion: 1.0.0\n",
    }
    old = load_chart(files, name="old")

    inside = read_archive(pack_chart(old)[1], name="old.tgz")

    assert b"dependencies" not in inside["Chart.yaml"]
    assert "Chart.lock" not in inside
    assert load_chart(inside, name="old") == old


def test_missing_dependencies_stop_the_packing() -> None:
    with pytest.raises(DependencyMissing):
        pack_chart(web(**{"Chart.yaml": META + b"dependencies: [{name: gone}]\n"}))


def test_a_schema_that_is_no_json_stops_the_packing() -> None:
    with pytest.raises(ChartInvalid, match=r"invalid JSON in values\.schema\.json"):
        pack_chart(web(**{"values.schema.json": b"{"}))


@pytest.mark.parametrize("path", ["a:b", "con.yaml", "A/x", "a\nb"])
def test_what_no_reader_would_take_is_not_packed(path: str) -> None:
    with pytest.raises(ArchiveUnsafe):
        pack_chart(web(**{path: b"", "a/x": b""}))
