"""Charts on the command line: where they come from, and bringing them here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pkgtool.errors import (
    ChartError,
    ChartNotFound,
    ChartVersionNotFound,
    DigestMismatch,
    FileUnwritable,
    PkgtoolError,
    RepoError,
    RepoNotFound,
)
from pkgtool.ops.charts import ChartSource, open_chart
from pkgtool.ops.pull import pull
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import chart_folder, index_yaml, tarball

Make = Callable[..., RepoClient]
WEB = tarball(files={"templates/a.yaml": "a: 1\n", "charts/x/Chart.yaml": "name: x\nversion: 1\n"})
NEW = tarball("web", "2.0.0-rc.1")


@pytest.fixture
def known(server: BadServer, repos: Make) -> RepoClient:
    """A client with one repository, whose index is there."""
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", WEB), ("web", "2.0.0-rc.1", NEW))))
    server.on("/web-1.0.0.tgz", Reply(WEB))
    server.on("/web-2.0.0-rc.1.tgz", Reply(NEW))
    entry = RepoEntry("r", server.url)
    client = repos(entry)
    client.update(entry).close()
    return client


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize(
    ("version", "devel", "expected"),
    [
        pytest.param("", False, "web-1.0.0.tgz", id="newest stable"),
        pytest.param("", True, "web-2.0.0-rc.1.tgz", id="newest of all"),
        pytest.param("~1", False, "web-1.0.0.tgz", id="range"),
        pytest.param("2.0.0-rc.1", False, "web-2.0.0-rc.1.tgz", id="exact"),
    ],
)
def test_a_tarball_arrives_as_it_is(
    version: str, devel: bool, expected: str, known: RepoClient, tmp_path: Path
) -> None:
    source = ChartSource("r/web", version=version, devel=devel)

    path = pull(source, known, tmp_path / "new" / "folder").path

    assert path == tmp_path / "new" / "folder" / expected
    assert path.read_bytes() == (WEB if expected == "web-1.0.0.tgz" else NEW)


def test_a_chart_of_a_repository_that_is_not_configured(
    server: BadServer, known: RepoClient, repos: Make, tmp_path: Path
) -> None:
    path = pull(ChartSource("web", repo_url=server.url), repos(), tmp_path / "out").path

    assert path.name == "web-1.0.0.tgz"


@pytest.mark.parametrize("place", ["/web-1.0.0.tgz", "/download?file=web", "/%2F..%2Fb"])
def test_a_url_does_not_name_the_file(
    place: str, server: BadServer, repos: Make, tmp_path: Path
) -> None:
    server.on(place.partition("?")[0], Reply(WEB))

    pull(ChartSource(server.url + place), repos(), tmp_path / "out")

    assert left(tmp_path / "out") == ["web-1.0.0.tgz"]


def test_unpacking(known: RepoClient, tmp_path: Path) -> None:
    path = pull(ChartSource("r/web"), known, tmp_path / "out", untar=Path("below")).path

    assert path == tmp_path / "out/below/web"
    assert left(path) == [
        "Chart.yaml",
        "charts",
        "charts/x",
        "charts/x/Chart.yaml",
        "templates",
        "templates/a.yaml",
        "values.yaml",
    ]
    assert left(tmp_path / "out") == ["below", "below/web", *(f"below/web/{p}" for p in left(path))]


def test_unpacking_to_a_full_path(known: RepoClient, tmp_path: Path) -> None:
    path = pull(ChartSource("r/web"), known, Path("unused"), untar=tmp_path / "there").path

    assert path == tmp_path / "there/web"


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_is_there_already_is_not_unpacked_over(
    kind: str, known: RepoClient, tmp_path: Path
) -> None:
    target = tmp_path / "web"
    if kind == "folder":
        target.mkdir()
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileUnwritable, match="already exists"):
        pull(ChartSource("r/web"), known, tmp_path, untar=Path())

    assert not (tmp_path / "elsewhere").exists()
    assert [path for path in left(tmp_path) if path.startswith("web/")] == []


@pytest.mark.parametrize("name", ["..", ".", "../evil", "a/b", ".. ", "a\\b"])
def test_a_chart_whose_name_climbs_is_refused(
    name: str, server: BadServer, repos: Make, tmp_path: Path
) -> None:
    """CVE-2019-1000008, CVE-2026-35206."""
    from pkgtool.chart.pack import write_archive
    from pkgtool.testing.charts_at_rest import chart_yaml

    data = write_archive({"web/Chart.yaml": chart_yaml(name, "1.0.0")})
    url = server.on("/web.tgz", Reply(data))

    for untar in (None, Path()):
        with pytest.raises(ChartError):
            pull(ChartSource(url), repos(), tmp_path / "a" / "b", untar=untar)

    assert [path for path in left(tmp_path) if not path.startswith("cache")] == []


def test_a_download_that_is_refused_leaves_nothing(
    server: BadServer, known: RepoClient, tmp_path: Path
) -> None:
    server.on("/web-1.0.0.tgz", Reply(NEW))

    with pytest.raises(DigestMismatch):
        pull(ChartSource("r/web"), known, tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("reference", "kind", "words"),
    [
        pytest.param("r/none", ChartVersionNotFound, "none", id="unknown chart"),
        pytest.param("s/web", RepoNotFound, "repo s not found", id="unknown repository"),
        pytest.param("./web", ChartNotFound, r'path "\./web" not found', id="no such folder"),
        pytest.param("web.tgz", ChartNotFound, r'path "web\.tgz" not found', id="no such file"),
        pytest.param("web", ChartNotFound, "repo_name/path_to_chart, got: web", id="a word"),
        pytest.param("oci://a.example/web", RepoError, "no OCI registries", id="OCI"),
        pytest.param("a" * 5000, ChartNotFound, "got: aaaa", id="longer than any name"),
        pytest.param("a\0b", ChartNotFound, "got: a", id="NUL"),
    ],
)
def test_references_that_lead_nowhere(
    reference: str, kind: type[PkgtoolError], words: str, known: RepoClient
) -> None:
    with pytest.raises(kind, match=words):
        open_chart(ChartSource(reference), known)


def test_what_is_on_the_disk_comes_first(
    known: RepoClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart_folder(tmp_path / "r/web", "web", "0.0.1")
    monkeypatch.chdir(tmp_path)

    assert open_chart(ChartSource("r/web"), known).metadata.version == "0.0.1"
    assert open_chart(ChartSource("./r/web"), known).metadata.version == "0.0.1"
    with pytest.raises(ChartVersionNotFound):
        open_chart(ChartSource("r/web", repo_url=known.repositories.entries[0].url), known)


def test_a_chart_opens_from_everywhere(
    server: BadServer, known: RepoClient, tmp_path: Path
) -> None:
    (tmp_path / "web.tgz").write_bytes(WEB)
    references = (str(tmp_path / "web.tgz"), "r/web", f"{server.url}/web-1.0.0.tgz")

    opened = [open_chart(ChartSource(each), known) for each in references]

    assert opened == [opened[0]] * 3
