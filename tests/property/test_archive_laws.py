"""Laws of packing and reading: nothing is lost, and no bytes do more than be refused."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkgtool.chart.archive import read_archive
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart, Dependency, Maintainer, Metadata
from pkgtool.chart.pack import chart_files, pack_chart, write_archive
from pkgtool.errors import PkgtoolError

pytestmark = pytest.mark.property

NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-é", min_size=1, max_size=60).map("f{}".format)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
TEXTS = st.text(max_size=40).map(lambda text: "".join(c if c.isprintable() else "" for c in text))
CONTENT = st.binary(max_size=1500).filter(lambda data: not data.startswith(b"\xef\xbb\xbf"))
VERSIONS = st.from_regex(
    r"(0|[1-9][0-9]{0,3})\.[0-9]\.[0-9](-rc\.[1-9])?(\+b[0-9])?", fullmatch=True
)


def metadata(dependencies: tuple[Dependency, ...] = ()) -> st.SearchStrategy[Metadata]:
    return st.builds(
        Metadata,
        name=st.text("abcdefghijkl-", min_size=1, max_size=9),
        version=VERSIONS,
        api_version=st.just("v2"),
        type=st.sampled_from(["", "application", "library"]),
        description=TEXTS,
        app_version=TEXTS,
        engine=st.sampled_from(["", "gotpl", "jinja2"]),
        keywords=st.lists(TEXTS, max_size=2).map(tuple),
        maintainers=st.lists(st.builds(Maintainer, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
        deprecated=st.booleans(),
        annotations=st.dictionaries(TEXTS.filter(bool), TEXTS, max_size=2),
        dependencies=st.just(dependencies),
    )


@st.composite
def charts(draw: st.DrawFn, depth: int = 2) -> Chart:
    children: list[Chart] = []
    if depth:
        children = draw(st.lists(charts(depth - 1), max_size=2, unique_by=lambda child: child.name))
    listed = tuple(Dependency(child.name, "*") for child in children)
    files = draw(st.dictionaries(PATHS.map("files/{}".format), CONTENT, max_size=3))
    templates = draw(st.dictionaries(PATHS.map("templates/{}".format), CONTENT, max_size=3))
    made = Chart(draw(metadata(listed)), {}, templates, files, dependencies=tuple(children))
    try:
        # What a name clash or a file in the place of a folder makes impossible is not packed.
        read_archive(pack_chart(made)[1], name="x")
        return load_chart(chart_files(made), name="made")
    except PkgtoolError:
        return load_chart({"Chart.yaml": b"{apiVersion: v2, name: a, version: 1.0.0}"}, name="made")


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(charts())
def test_what_is_packed_loads_to_an_equal_chart(chart: Chart) -> None:
    name, data = pack_chart(chart)
    again = load_chart(read_archive(data, name=name), name=name)

    assert again == chart
    assert pack_chart(again)[1] == data


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(PATHS, st.binary(max_size=2000), min_size=1, max_size=6))
def test_archives_give_back_their_files(files: dict[str, bytes]) -> None:
    data = write_archive({f"top/{path}": content for path, content in files.items()})
    try:
        found = read_archive(data, name="x.tgz")
    except PkgtoolError as error:
        assert "the same file" in error.what  # noqa: PT017
    else:
        assert found == files


SEED = write_archive(
    {
        "web/Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.0.0\nkeywords: [a]\n",
        "web/values.yaml": b"a: &x {b: 1}\nc: *x\n",
        "web/values.schema.json": b'{"type": "object"}',
        "web/templates/a.yaml": b"a: {{ .Values.a }}\n" * 20,
        "web/templates/" + "long/" * 25 + "é.yaml": b"x",
        "web/charts/db-1.0.0.tgz": write_archive(
            {"db/Chart.yaml": b"apiVersion: v1\nname: db\nversion: 1.0.0\n"}
        ),
        "web/requirements.yaml": b"dependencies: [{name: db, tags: [a], import-values: [x]}]\n",
    }
)


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Return `data` with bytes changed, cut, doubled or swapped."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(made) or 1)
        length = chance.choice([1, 2, 8, 100, 512])
        match chance.randrange(5):
            case 0:
                made[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[place : place + length]
            case 2:
                made[place:place] = made[place : place + length]
            case 3:
                made[place:place] = chance.choice([b"\0", b"\xff", b"../", b"9" * 20, b"[" * 300])
            case _:
                made[place : place + length] = bytes(length)
    return bytes(made)


@pytest.mark.parametrize("packed", [True, False], ids=["compressed", "inside"])
def test_mutated_archives_are_read_or_refused(packed: bool) -> None:
    """Mutations of the compressed bytes, and of the tar inside an intact compression."""
    import gzip
    import time

    chance = random.Random(4)
    accepted = 0
    for _ in range(2000):
        inner = SEED if packed else gzip.decompress(SEED)
        data = mutate(inner, chance)
        data = data if packed else gzip.compress(data, 1)
        began = time.process_time()
        try:
            load_chart(read_archive(data, name="x.tgz"), name="x.tgz")
            accepted += 1
        except PkgtoolError as error:
            assert str(error)  # noqa: PT017
        assert time.process_time() - began < 1

    assert accepted < 2000


@pytest.mark.parametrize("path", ["Chart.yaml", "values.yaml", "requirements.yaml"])
def test_mutated_descriptions_are_read_or_refused(path: str) -> None:
    chance = random.Random(5)
    files = read_archive(SEED, name="x.tgz")

    for _ in range(1000):
        try:
            load_chart({**files, path: mutate(files[path], chance)}, name="x")
        except PkgtoolError as error:
            assert str(error)  # noqa: PT017
