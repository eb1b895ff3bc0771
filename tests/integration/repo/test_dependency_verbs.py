"""Dependencies: chosen, locked, fetched, and nothing half-done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pkgtool import yamlcodec
from pkgtool.chart.files import read_chart
from pkgtool.errors import (
    ChartInvalid,
    DependencyUnresolved,
    DigestMismatch,
    FetchFailed,
    FileUnwritable,
    LockOutOfDate,
    PkgtoolError,
    RepoError,
    RepoNotFound,
)
from pkgtool.ops.dependency import build_dependencies, list_dependencies, update_dependencies
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.fetching import Fetched
from pkgtool.repo.http import Credentials
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import chart_folder, chart_yaml, index_yaml, tarball
from pkgtool.testing.dependencies import dependency_sources

Make = Callable[..., RepoClient]
NOW = datetime(2026, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WEBS = {version: tarball("web", version) for version in ("1.0.0", "1.1.0", "2.0.0-rc.1", "2.0.0")}


@pytest.fixture
def server(server: BadServer) -> BadServer:
    """A repository of four versions of `web` and one of `db`."""
    tarballs = [("web", version, data) for version, data in WEBS.items()]
    server.on("/index.yaml", Reply(index_yaml(*tarballs, ("db", "0.1.0", tarball("db", "0.1.0")))))
    for name, version, data in (*tarballs, ("db", "0.1.0", tarball("db", "0.1.0"))):
        server.on(f"/{name}-{version}.tgz", Reply(data))
    return server


@pytest.fixture
def app(tmp_path: Path) -> Callable[..., Path]:
    """Write a chart that depends on the given charts."""

    def make(*dependencies: dict[str, Any], **fields: Any) -> Path:
        path = tmp_path / "app"
        if path.exists():
            content = chart_yaml("app", "1.0.0", dependencies=list(dependencies), **fields)
            (path / "Chart.yaml").write_bytes(content)
            return path
        return chart_folder(path, "app", dependencies=list(dependencies), **fields)

    return make


def update(
    folder: Path,
    client: RepoClient,
    *,
    at: datetime,
    refresh: bool = True,
    said: list[str] | None = None,
) -> list[Fetched]:
    lines = said if said is not None else []
    found = dependency_sources(client, refresh=refresh, said=lines)
    return update_dependencies(folder, found, at=at, say=lines.append)


def build(
    folder: Path,
    client: RepoClient,
    *,
    at: datetime,
    refresh: bool = True,
    said: list[str] | None = None,
) -> list[Fetched]:
    lines = said if said is not None else []
    found = dependency_sources(client, refresh=refresh, said=lines)
    return build_dependencies(folder, found, at=at, say=lines.append)


def on(place: str, version: str = "*", name: str = "web", **fields: str) -> dict[str, Any]:
    return {"name": name, "version": version, "repository": place, **fields}


def charts(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "charts").glob("*"))


def lock(folder: Path, name: str = "Chart.lock") -> Any:
    return yamlcodec.load((folder / name).read_bytes())


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        pytest.param("*", "2.0.0", id="star"),
        pytest.param("1.0.0", "1.0.0", id="exact"),
        pytest.param("~1.0", "1.0.0", id="patches"),
        pytest.param("^1.0.0", "1.1.0", id="minors"),
        pytest.param(">=1.0.0 <2.0.0", "1.1.0", id="two bounds"),
        pytest.param("2.0.0-rc.1", "2.0.0-rc.1", id="pre-release"),
    ],
)
def test_the_highest_version_that_matches_is_locked(
    wanted: str, chosen: str, server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on(server.url, wanted))

    fetched = update(folder, repos(), at=NOW)

    assert [each.dependency.version for each in fetched] == [chosen]
    assert charts(folder) == [f"web-{chosen}.tgz"]
    assert (folder / "charts" / f"web-{chosen}.tgz").read_bytes() == WEBS[chosen]
    assert lock(folder)["dependencies"] == [on(server.url, chosen)]
    assert lock(folder)["generated"] == "2026-01-02T00:00:00Z"
    assert [child.metadata.version for child in read_chart(folder).dependencies] == [chosen]


@pytest.mark.parametrize("prefix", ["@", "alias:"])
def test_repositories_go_by_their_name(
    prefix: str, server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on(f"{prefix}r", "1.0.0", alias="front"))
    known = RepoEntry("r", server.url)

    update(folder, repos(known), at=NOW)

    assert lock(folder)["dependencies"] == [on(server.url, "1.0.0")]
    build(folder, repos(known), at=NOW)
    with pytest.raises(RepoNotFound, match=r"for (@|alias:)r\. Please add them"):
        build(folder, repos(), at=NOW)


def test_an_index_is_refreshed_unless_told_otherwise(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    known = RepoEntry("r", server.url)
    repos(known).update(known)
    fresh = tarball("web", "3.0.0")
    server.on("/index.yaml", Reply(index_yaml(("web", "3.0.0", fresh))))
    server.on("/web-3.0.0.tgz", Reply(fresh))
    folder = app(on("@r"))

    old = update(folder, repos(known), at=NOW, refresh=False)
    new = update(folder, repos(known), at=NOW)

    assert [old[0].dependency.version, new[0].dependency.version] == ["2.0.0", "3.0.0"]
    assert charts(folder) == ["web-3.0.0.tgz"]


def test_building_from_the_cache_asks_nobody(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    known = RepoEntry("r", server.url)
    folder = app(on("@r", "^1"), on("@r", name="db"))
    update(folder, repos(known), at=NOW)
    for each in (folder / "charts").iterdir():
        each.unlink()
    asked = len(server.asked)

    build(folder, repos(known), at=LATER, refresh=False)

    assert charts(folder) == ["db-0.1.0.tgz", "web-1.1.0.tgz"]
    assert len(server.asked) == asked
    assert lock(folder)["generated"] == "2026-01-02T00:00:00Z"


def test_building_takes_the_locked_version_although_there_are_newer_ones(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on(server.url, "*"))
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", WEBS["1.0.0"]))))
    update(folder, repos(), at=NOW)
    both = [("web", version, WEBS[version]) for version in ("1.0.0", "1.1.0")]
    server.on("/index.yaml", Reply(index_yaml(*both)))

    fetched = build(folder, repos(), at=NOW)

    assert fetched[0].dependency.version == "1.0.0"
    assert charts(folder) == ["web-1.0.0.tgz"]


def test_building_without_a_lock_is_updating(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on(server.url, "1.0.0"))

    build(folder, repos(), at=NOW)

    assert lock(folder)["dependencies"][0]["version"] == "1.0.0"


def test_a_lock_of_other_dependencies_is_out_of_date(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    update(app(on(server.url, "1.0.0")), repos(), at=NOW)
    folder = app(on(server.url, "^1"))
    before = snapshot(folder)

    with pytest.raises(LockOutOfDate, match=r"Chart\.lock.*out of sync.*Chart\.yaml"):
        build(folder, repos(), at=NOW)

    assert snapshot(folder) == before


@pytest.mark.parametrize("kept", [0, 2], ids=["one less", "one more"])
def test_a_lock_that_lists_others_is_out_of_date(
    kept: int, server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    """Even one with the right digest: somebody made it so."""
    from pkgtool.chart.lock import lock_digest
    from pkgtool.chart.model import Dependency

    folder = app(on(server.url, "1.0.0"))
    required = read_chart(folder).metadata.dependencies
    locked = [Dependency("web", "1.0.0", server.url)] * kept
    content = {
        "dependencies": [on(server.url, "1.0.0")] * kept,
        "digest": lock_digest(required, locked),
        "generated": "",
    }
    (folder / "Chart.lock").write_text(yamlcodec.dump(content))

    with pytest.raises(LockOutOfDate):
        build(folder, repos(), at=NOW)

    assert charts(folder) == []


def test_one_chart_may_be_there_twice_under_aliases(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on(server.url, "^1", alias="old"), on(server.url, "^2", alias="new"))

    update(folder, repos(), at=NOW)
    build(folder, repos(), at=NOW)

    assert charts(folder) == ["web-1.1.0.tgz", "web-2.0.0.tgz"]
    assert server.paths().count("/index.yaml") == 2


def test_an_old_chart_has_its_lists_in_files_of_their_own(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(apiVersion="v1")
    wanted = yamlcodec.dump({"dependencies": [on(server.url, "~1.0")]})
    (folder / "requirements.yaml").write_text(wanted)

    update(folder, repos(), at=NOW)

    assert lock(folder, "requirements.lock")["dependencies"] == [on(server.url, "1.0.0")]
    assert not (folder / "Chart.lock").exists()
    build(folder, repos(), at=NOW)
    (folder / "requirements.yaml").write_text(wanted.replace("~1.0", "~1.1"))
    with pytest.raises(LockOutOfDate, match=r"requirements\.lock.*requirements\.yaml"):
        build(folder, repos(), at=NOW)


def test_a_lock_is_written_anew_only_when_it_changes(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on(server.url, "^1"))

    update(folder, repos(), at=NOW)
    update(folder, repos(), at=LATER)
    assert lock(folder)["generated"] == "2026-01-02T00:00:00Z"
    update(app(on(server.url, "^2")), repos(), at=LATER)

    assert lock(folder)["generated"] == "2026-01-03T00:00:00Z"


def test_a_chart_on_this_disk_is_packed(
    tmp_path: Path, repos: Make, app: Callable[..., Path]
) -> None:
    chart_folder(tmp_path / "shared/lib", "lib", "0.3.0")
    folder = app(on("file://../shared/lib", ">=0.1.0", name="lib"))

    update(folder, repos(), at=NOW)

    assert charts(folder) == ["lib-0.3.0.tgz"]
    assert lock(folder)["dependencies"] == [on("file://../shared/lib", "0.3.0", name="lib")]
    first = (folder / "charts/lib-0.3.0.tgz").read_bytes()
    build(folder, repos(), at=LATER)
    assert (folder / "charts/lib-0.3.0.tgz").read_bytes() == first


def test_a_chart_on_this_disk_by_its_full_path(
    tmp_path: Path, repos: Make, app: Callable[..., Path]
) -> None:
    place = chart_folder(tmp_path / "shared/lib", "lib", "0.3.0")

    update(app(on(f"file://{place}", name="lib")), repos(), at=NOW)

    assert charts(tmp_path / "app") == ["lib-0.3.0.tgz"]


def test_a_chart_in_its_place_needs_no_repository(repos: Make, app: Callable[..., Path]) -> None:
    folder = app(on("", "^1", name="own"))
    chart_folder(folder / "charts/own", "own", "1.2.0")

    update(folder, repos(), at=NOW)

    assert charts(folder) == ["own"]
    assert lock(folder)["dependencies"] == [on("", "^1", name="own")]


@pytest.mark.parametrize(
    ("dependency", "kind", "words"),
    [
        pytest.param(on("file://../none"), DependencyUnresolved, "not found", id="no folder"),
        pytest.param(on("file://../lib"), ChartInvalid, "is called 'lib'", id="other name"),
        pytest.param(
            on("file://../lib", "^9", name="lib"),
            DependencyUnresolved,
            r"can't get a valid version for 1 subchart\(s\)",
            id="version",
        ),
        pytest.param(
            on(""), DependencyUnresolved, "directory .*web not found", id="not in charts/"
        ),
        pytest.param(on("oci://a.example/x"), DependencyUnresolved, "no registry", id="OCI"),
        pytest.param(on("stable"), RepoNotFound, "no repository definition", id="a bare name"),
        pytest.param(
            on("ftp://a.example"), DependencyUnresolved, "no.* protocol handler for: ftp", id="ftp"
        ),
        pytest.param(on("@none"), RepoNotFound, "no repository definition", id="unknown name"),
        pytest.param(on("SERVER", "^9"), DependencyUnresolved, "can't get a valid", id="too new"),
        pytest.param(
            on("SERVER", name="wbe"),
            DependencyUnresolved,
            "wbe chart not found",
            id="no such chart",
        ),
        pytest.param(
            on("SERVER", "latest"),
            DependencyUnresolved,
            'format: improper constraint: "latest"',
            id="no constraint",
        ),
        pytest.param(
            on("SERVER/none"), RepoError, "no cached repository for helm-m", id="no index"
        ),
        pytest.param(on("SERVER", name="../web"), ChartInvalid, "invalid", id="name climbs"),
        pytest.param(on("SERVER", alias="../w"), ChartInvalid, "disallowed", id="alias climbs"),
    ],
)
def test_what_cannot_be_had_changes_nothing(
    dependency: dict[str, Any],
    kind: type[PkgtoolError],
    words: str,
    tmp_path: Path,
    server: BadServer,
    repos: Make,
    app: Callable[..., Path],
) -> None:
    chart_folder(tmp_path / "lib", "lib")
    dependency["repository"] = dependency["repository"].replace("SERVER", server.url)
    folder = app(on(server.url, "1.0.0", name="web", alias="first"), dependency)
    before = snapshot(tmp_path / "app")

    with pytest.raises(kind, match=words):
        update(folder, repos(), at=NOW)

    assert snapshot(tmp_path / "app") == before


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(Reply(tarball("db", "0.1.0", home="x")), DigestMismatch, id="other bytes"),
        pytest.param(Reply(status=404), FetchFailed, id="not there"),
        pytest.param(Reply(tarball("db", "0.1.0"), announced=10**6), FetchFailed, id="half"),
    ],
)
def test_a_download_that_fails_leaves_charts_as_they_were(
    reply: Reply,
    kind: type[PkgtoolError],
    server: BadServer,
    repos: Make,
    app: Callable[..., Path],
) -> None:
    folder = app(on(server.url, "^1"), on(server.url, name="db"))
    (folder / "charts").mkdir()
    (folder / "charts/web-1.0.0.tgz").write_bytes(WEBS["1.0.0"])
    server.on("/db-0.1.0.tgz", reply)

    with pytest.raises(kind, match=r"could not download .*/db-0\.1\.0\.tgz"):
        update(folder, repos(), at=NOW)

    assert charts(folder) == ["web-1.0.0.tgz"]
    assert not (folder / "Chart.lock").exists()


def test_a_chart_under_another_name_is_refused(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    evil = tarball("evil", "1.0.0")
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", evil))))
    server.on("/web-1.0.0.tgz", Reply(evil))

    with pytest.raises(ChartInvalid, match="serves 'evil'"):
        update(app(on(server.url)), repos(), at=NOW)


def test_a_file_that_cannot_be_written_undoes_the_others(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on(server.url, "^1"), on(server.url, name="db"))
    (folder / "charts/db-0.1.0.tgz").mkdir(parents=True)

    with pytest.raises(FileUnwritable):
        update(folder, repos(), at=NOW)

    assert charts(folder) == ["db-0.1.0.tgz"]
    assert not (folder / "Chart.lock").exists()


def test_a_lock_is_never_written_through_a_link(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    """CVE-2025-53547: the link may lead to a file that a shell runs."""
    folder = app(on(server.url, "1.0.0"))
    (folder / "profile").write_text("dependencies: []\n")
    (folder / "Chart.lock").symlink_to(folder / "profile")
    before = snapshot(folder)

    with pytest.raises(FileUnwritable, match=r"Chart\.lock file is a symlink to"):
        update(folder, repos(), at=NOW)

    assert snapshot(folder) == before


def test_all_other_tarballs_that_are_charts_are_removed(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on(server.url, "^1"), on("", name="own"))
    chart_folder(folder / "charts/own", "own")
    mine = {
        "web-0.9.0.tgz": tarball("web", "0.9.0"),
        "web-9.0.0.tgz": tarball("web", "9.0.0"),
        "other-1.0.0.tgz": tarball("other"),
        "own-0.9.0.tgz": tarball("own", "0.9.0"),
        "web-notes.txt": b"keep",
    }
    for name, data in mine.items():
        (folder / "charts" / name).write_bytes(data)

    update(folder, repos(), at=NOW)

    assert charts(folder) == ["own", "own-0.9.0.tgz", "web-1.1.0.tgz", "web-notes.txt"]


def test_a_broken_tarball_is_repaired(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on(server.url, "1.0.0"))
    update(folder, repos(), at=NOW)
    (folder / "charts/web-1.0.0.tgz").write_bytes(b"half")

    build(folder, repos(), at=NOW)

    assert (folder / "charts/web-1.0.0.tgz").read_bytes() == WEBS["1.0.0"]


def test_a_password_in_the_list_of_repositories_does_not_reach_the_lock(
    server: BadServer, repos: Make, app: Callable[..., Path]
) -> None:
    folder = app(on("@r", "1.0.0"))
    known = RepoEntry("r", server.url, Credentials("me", "s3cret"))

    update(folder, repos(known), at=NOW)

    assert "s3cret" not in (folder / "Chart.lock").read_text()
    assert "Authorization" in server.last().headers


def test_words_of_the_list(repos: Make, server: BadServer, app: Callable[..., Path]) -> None:
    names = ("web", "old", "own", "none", "bad", "two", "odd")
    folder = app(*(on("https://a.example", "^1", name=name) for name in names))
    (folder / "charts").mkdir()
    content = {
        "web-1.1.0.tgz": WEBS["1.1.0"],
        "old-0.1.0.tgz": tarball("old", "0.1.0"),
        "bad-1.0.0.tgz": b"nothing",
        "two-1.0.0.tgz": tarball("two", "1.0.0"),
        "two-1.1.0.tgz": tarball("two", "1.1.0"),
        "odd-1.0.0.tgz": tarball("even", "1.0.0"),
    }
    for name, data in content.items():
        (folder / "charts" / name).write_bytes(data)
    chart_folder(folder / "charts/own", "own", "1.0.0")
    chart_folder(folder / "charts/stray", "stray", "1.0.0")

    found = list_dependencies(folder)

    assert [(row.dependency.name, row.status) for row in found.rows] == [
        ("web", "ok"),
        ("old", "wrong version"),
        ("own", "unpacked"),
        ("none", "missing"),
        ("bad", "corrupt"),
        ("two", "too many matches"),
        ("odd", "misnamed"),
    ]
    assert [text.rpartition("/")[2] for text in found.warnings] == [
        'bad-1.0.0.tgz" is not a chart.',
        'odd-1.0.0.tgz" is not in Chart.yaml.',
        'stray" is not in Chart.yaml.',
    ]


def test_a_chart_without_dependencies_has_nothing_to_list(app: Callable[..., Path]) -> None:
    folder = app()
    chart_folder(folder / "charts/stray", "stray")

    assert list_dependencies(folder).rows == ()
    assert list_dependencies(folder).warnings == ()
