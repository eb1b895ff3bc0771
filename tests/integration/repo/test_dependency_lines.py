"""What `dependency update` and `dependency build` say, line by line, in Helm's words."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pkgtool.digest import Digest
from pkgtool.errors import ChartError, DependencyUnresolved, PkgtoolError, SignatureInvalid
from pkgtool.ops.dependency import build_dependencies, update_dependencies
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.dependencies import Packed, Verification
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import chart_folder, index_yaml, tarball
from pkgtool.testing.dependencies import dependency_sources

Make = Callable[..., RepoClient]
NOW = datetime(2026, 1, 2, tzinfo=UTC)
WEB = tarball("web", "1.0.0")


@pytest.fixture
def server(server: BadServer) -> BadServer:
    """A repository of one chart."""
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", WEB))))
    server.on("/web-1.0.0.tgz", Reply(WEB))
    return server


def app(place: Path, *dependencies: dict[str, str]) -> Path:
    return chart_folder(place / "app", "app", dependencies=list(dependencies))


def on(place: str, version: str = "1.0.0", name: str = "web", **fields: str) -> dict[str, str]:
    return {"name": name, "version": version, "repository": place, **fields}


def updated(folder: Path, client: RepoClient) -> list[str]:
    said: list[str] = []
    sources = dependency_sources(client, said=said)
    update_dependencies(folder, sources, at=NOW, say=said.append)
    return said


def test_a_repository_that_is_not_configured(
    tmp_path: Path, server: BadServer, repos: Make
) -> None:
    folder = app(tmp_path, on(server.url))

    assert updated(folder, repos()) == [
        "Getting updates for unmanaged Helm repositories...",
        f'...Successfully got an update from the "{server.url}" chart repository',
        "Saving 1 charts",
        f"Downloading web from repo {server.url}",
        "Deleting outdated charts",
    ]
    name = f"helm-manager-{Digest.of(server.url.encode()).hex}-index.yaml"
    assert (tmp_path / "cache/indexes" / name).exists()


def test_a_configured_repository_one_chart_twice_and_one_in_its_place(
    tmp_path: Path, server: BadServer, repos: Make
) -> None:
    twice = [on("@r", alias="one"), on("@r", alias="two")]
    folder = app(tmp_path, *twice, on("", "*", name="own"))
    chart_folder(folder / "charts/own", "own")

    assert updated(folder, repos(RepoEntry("r", server.url)))[3:] == [
        "Saving 3 charts",
        f"Downloading web from repo {server.url}",
        f"Already downloaded web from repo {server.url}",
        "Dependency own did not declare a repository. Assuming it exists in the charts directory",
        "Deleting outdated charts",
    ]


def test_a_download_that_fails(tmp_path: Path, server: BadServer, repos: Make) -> None:
    server.on("/web-1.0.0.tgz", Reply(status=404))
    said: list[str] = []
    folder = app(tmp_path, on(server.url))

    sources = dependency_sources(repos(), said=said)

    with pytest.raises(PkgtoolError) as caught:
        update_dependencies(folder, sources, at=NOW, say=said.append)

    assert caught.value.what.startswith(f"could not download {server.url}/web-1.0.0.tgz: failed to")
    assert said[-1] == f"Save error occurred:  {caught.value.what}"


def test_a_file_that_is_no_chart_stays(tmp_path: Path, server: BadServer, repos: Make) -> None:
    folder = app(tmp_path, on(server.url))
    (folder / "charts").mkdir()
    (folder / "charts/notes.txt").write_text("mine\n")

    said = updated(folder, repos())

    assert said[-1].startswith(f"Could not verify {folder}/charts/notes.txt for deletion: ")
    assert said[-1].endswith(" (Skipping)")


@pytest.mark.parametrize(
    ("dependency", "words"),
    [
        pytest.param(
            on("", "^2", name="own"),
            "dependency own at version 1.0.0 does not satisfy the constraint ^2",
            id="version of a folder",
        ),
        pytest.param(
            on("stable"),
            "no repository definition for stable. Please add them via 'pkgtool repo add'\n"
            'Note that repositories must be URLs or aliases. For example, to refer to the "example"'
            '\nrepository, use "https://charts.example.com/" or "@example" instead of\n'
            "\"example\". Don't forget to add the repo, too ('pkgtool repo add').",
            id="a bare name",
        ),
        pytest.param(
            on("SERVER", ""),
            'dependency "web" has an invalid version/constraint format: improper constraint: ""',
            id="no version",
        ),
        pytest.param(
            on("SERVER", "^9"),
            'can\'t get a valid version for 1 subchart(s): "web" (repository "SERVER", version '
            '"^9"). Make sure a matching chart version exists in the repo, or change the version '
            "constraint in Chart.yaml",
            id="nothing that matches",
        ),
        pytest.param(
            on("SERVER", name="wbe"), "wbe chart not found in repo SERVER", id="no such chart"
        ),
    ],
)
def test_errors_in_helms_words(
    dependency: dict[str, str], words: str, tmp_path: Path, server: BadServer, repos: Make
) -> None:
    dependency["repository"] = dependency["repository"].replace("SERVER", server.url)
    folder = app(tmp_path, dependency)
    chart_folder(folder / "charts/own", "own")

    with pytest.raises(PkgtoolError) as caught:
        updated(folder, repos())

    assert caught.value.what == words.replace("SERVER", server.url)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        pytest.param("none", "could not find none: stat none: no such file", id="nothing"),
        pytest.param("a.tgz", "only unpacked charts can be updated", id="a tarball"),
        pytest.param("app", '/charts" is not a directory', id="charts is a file"),
    ],
)
def test_what_is_not_a_chart_folder(
    place: str, words: str, tmp_path: Path, repos: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.tgz").write_bytes(WEB)
    (app(tmp_path, on("https://a.example")) / "charts").write_text("")

    with pytest.raises(PkgtoolError) as caught:
        updated(Path(place), repos())

    assert words in caught.value.what


class Shelf:
    """A registry of one chart."""

    def __init__(self, *tags: str) -> None:
        self.listed = tags
        self.asked: list[str] = []

    def tags(self, reference: str) -> list[str]:
        self.asked.append(reference)
        return list(self.listed)

    def pull(self, reference: str, version: str, *, provenance: bool) -> Packed:
        del provenance
        self.asked.append(f"{reference}:{version}")
        return Packed(tarball("web", version), asides=(f"Pulled: {reference}:{version}",))


@pytest.mark.parametrize(
    ("wanted", "chosen", "asked"),
    [
        pytest.param("^1.0.0", "1.2.0", ["oci://a.example/x/web"], id="a range"),
        pytest.param("1.0.7", "1.0.7", [], id="written out, so not asked for"),
        pytest.param("~3.0", "3.0.0+a", ["oci://a.example/x/web"], id="build metadata"),
    ],
)
def test_a_chart_of_a_registry(
    wanted: str, chosen: str, asked: list[str], tmp_path: Path, repos: Make
) -> None:
    shelf = Shelf("1.0.0", "2.0.0", "1.2.0", "latest", "v1.9.0", "3.0.0_a")
    folder = app(tmp_path, on("oci://a.example/x", wanted))
    said: list[str] = []

    sources = dependency_sources(repos(), registry=shelf)._replace(note=said.append)
    update_dependencies(folder, sources, at=NOW, say=said.append)

    assert shelf.asked == [*asked, f"oci://a.example/x/web:{chosen}"]
    assert (folder / f"charts/web-{chosen}.tgz").exists()
    assert said[1:3] == [
        "Downloading web from repo oci://a.example/x",
        f"Pulled: oci://a.example/x/web:{chosen}",
    ]


def test_no_tag_that_matches(tmp_path: Path, repos: Make) -> None:
    folder = app(tmp_path, on("oci://a.example/x", "^9"))

    sources = dependency_sources(repos(), registry=Shelf("1.0.0"))

    with pytest.raises(DependencyUnresolved, match="valid version for 1 subchart"):
        update_dependencies(folder, sources, at=NOW)


def checks(name: str, data: bytes, provenance: bytes) -> None:
    if provenance != b"signed " + name.encode() or data != WEB:
        raise SignatureInvalid("not signed by anybody we know")


@pytest.mark.parametrize(
    ("provenance", "required", "fails"),
    [
        pytest.param(Reply(b"signed web-1.0.0.tgz"), True, False, id="good"),
        pytest.param(Reply(b"forged"), False, True, id="bad is never taken"),
        pytest.param(Reply(status=404), True, True, id="none where it is required"),
        pytest.param(Reply(status=404), False, False, id="none where it is not"),
    ],
)
def test_provenance(
    provenance: Reply, required: bool, fails: bool, tmp_path: Path, server: BadServer, repos: Make
) -> None:
    server.on("/web-1.0.0.tgz.prov", provenance)
    folder = app(tmp_path, on(server.url))
    sources = dependency_sources(repos(), verification=Verification(checks, required))
    said: list[str] = []

    try:
        update_dependencies(folder, sources, at=NOW, say=said.append)
    except SignatureInvalid:
        assert fails
        assert not (folder / "charts").exists()
        return

    assert not fails
    assert (folder / "charts/web-1.0.0.tgz").exists()
    assert any("Verification not found" in line for line in said) == (provenance.status == 404)


def test_a_lock_that_is_out_of_date(tmp_path: Path, server: BadServer, repos: Make) -> None:
    folder = app(tmp_path, on(server.url))
    updated(folder, repos())
    text = (folder / "Chart.yaml").read_text()
    (folder / "Chart.yaml").write_text(text.replace("1.0.0", "1.0.1"))

    with pytest.raises(ChartError) as caught:
        build_dependencies(folder, dependency_sources(repos()), at=NOW)

    assert caught.value.what == (
        "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). "
        "Please update the dependencies with 'pkgtool dependency update'"
    )
