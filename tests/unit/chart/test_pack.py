"""Packing: the same bytes every time, and what is packed loads again."""

import gzip
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
    "Chart.lock": b"dependencies: [{name: db, version: 1.0.0}]\ndigest: sha256:00\n"
    b"generated: '2020-01-02T03:04:05Z'\n",
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


def names_in(data: bytes) -> list[tuple[str, str]]:
    """Return prefix and name of each header, as they stand there."""
    stream, found, at = gzip.decompress(data), [], 0
    while stream[at : at + 512].strip(b"\0"):
        header = stream[at : at + 512]
        found.append((header[345:500].rstrip(b"\0").decode(), header[:100].rstrip(b"\0").decode()))
        size = int(header[124:135], 8)
        at += 512 + size + -size % 512
    return found


def test_members_stand_in_helms_order() -> None:
    """What Helm knows by name, templates, other files, dependencies; folders where they sort."""
    mixed = web(**{"templates/a/b.yaml": b"", "templates/a.b": b"", ".helmignore": b"#"})

    names = ["/".join(each).lstrip("/") for each in names_in(pack_chart(mixed)[1])]

    assert names[:8] == [
        "web/Chart.yaml",
        "web/Chart.lock",
        "web/values.yaml",
        "web/values.schema.json",
        "web/templates/_b.tpl",
        "web/templates/a/b.yaml",
        "web/templates/a.b",
        "web/templates/a.yaml",
    ]
    assert names[8] == "web/.helmignore"
    assert names[-1] == "web/charts/db/requirements.yaml"


def test_long_and_foreign_names_are_written_as_go_writes_them() -> None:
    """The longest prefix that fits; else the whole name stands in a member before."""
    long, foreign = "longer/" * 16 + "end", "é/b"

    (parted,) = names_in(write_archive({f"top/{long}": b""}))
    before, after = names_in(write_archive({f"top/{foreign}": b""}))

    assert parted == (f"top/{long}".removesuffix("/end"), "end")
    assert (before, after) == (("", "top//PaxHeaders.0/b"), ("", "top//b"))


def test_the_header_says_helm_and_no_time() -> None:
    data = pack_chart(web())[1]

    assert data[:10] == b"\x1f\x8b\x08\x14\x00\x00\x00\x00\x00\xff"
    assert data[12:58] == b"+aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=Helm\0"


def test_the_usual_engine_is_not_written() -> None:
    """Helm knows the key no more; `gotpl` is what its absence means."""
    old = load_chart({"Chart.yaml": b"name: w\nversion: 1.0.0\nengine: gotpl\n"}, name="w")

    assert b"engine" not in read_archive(pack_chart(old)[1], name="w")["Chart.yaml"]


@pytest.mark.parametrize(
    ("written", "packed"),
    [
        ("2020-01-02T03:04:05.600Z", "2020-01-02T03:04:05.6Z"),
        ("2020-01-02T03:04:05.000+02:00", "2020-01-02T03:04:05+02:00"),
        ("2020-01-02T03:04:05-00:00", "2020-01-02T03:04:05Z"),
        ("", "0001-01-01T00:00:00Z"),
    ],
)
def test_times_of_locks_are_written_as_helm_writes_them(written: str, packed: str) -> None:
    """An empty one, or none, is none that Helm would read."""
    chart = web(**{"Chart.lock": f"digest: x\ngenerated: '{written}'\n".encode()})

    lock = unpacked(pack_chart(chart)[1]).lock

    assert lock is not None
    assert lock.generated == packed
