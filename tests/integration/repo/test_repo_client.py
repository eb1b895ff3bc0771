"""Configured repositories: what is cached, what is believed, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pkgtool.digest import Digest
from pkgtool.errors import (
    ArchiveUnsafe,
    ChartInvalid,
    ChartNotFound,
    ChartVersionNotFound,
    DigestMismatch,
    FetchFailed,
    IndexInvalid,
    PkgtoolError,
    RepoError,
    RepoNotFound,
    RepoUnreachable,
)
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.http import Credentials
from pkgtool.repo.indexdb import IndexDb
from pkgtool.testing.badserver import BadServer, Reply, forever
from pkgtool.testing.charts_at_rest import index_yaml, tarball

Make = Callable[..., RepoClient]
WEB = tarball()
INDEX = index_yaml(("web", "1.0.0", WEB))
ME = Credentials("me", "s3cret")


def entry(server: BadServer, **options: Credentials) -> RepoEntry:
    return RepoEntry("r", server.url, **options)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def newest(index: IndexDb) -> str:
    """Return the newest version of `web`, and close the index."""
    with index:
        return index.find("web").version


def test_an_index_is_asked_for_again_only_if_it_changed(server: BadServer, repos: Make) -> None:
    newer = index_yaml(("web", "1.1.0", WEB))
    server.on(
        "/index.yaml",
        Reply(INDEX, headers={"ETag": '"1"'}),
        Reply(status=304),
        Reply(newer, headers={"ETag": '"2"'}),
    )
    known = entry(server)
    client = repos(known)

    found = [newest(client.update(known)) for _ in range(3)]

    assert found == ["1.0.0", "1.0.0", "1.1.0"]
    said = [each.headers.get("If-None-Match") for each in server.asked]
    assert said == [None, '"1"', '"1"']
    assert newest(client.index(known)) == "1.1.0"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(status=500), id="ill server"),
        pytest.param(Reply(b"<html>welcome"), id="web page"),
        pytest.param(Reply(b"a: ["), id="not YAML"),
        pytest.param(Reply(b""), id="nothing"),
        pytest.param(Reply(INDEX, announced=10**6), id="half of it"),
        pytest.param(Reply(index_yaml(("web", "1.0.0", WEB), ("web", "1.0.0", b""))), id="twice"),
        pytest.param(Reply(status=302, headers={"Location": "/index.yaml"}), id="circle"),
        pytest.param(Reply(status=301, headers={"Location": "file:///etc/passwd"}), id="file"),
        pytest.param(Reply(INDEX, headers={"Content-Encoding": "br"}), id="unknown encoding"),
        pytest.param(Reply(INDEX, headers={"Content-Encoding": "gzip"}), id="no such encoding"),
        pytest.param(Reply(endless=forever(b"#" * 2**20)), id="endless"),
        pytest.param(Reply(WEB, headers={"Content-Type": "text/yaml"}), id="a tarball"),
        pytest.param(Reply(b"\xff\xfe" + INDEX), id="not UTF-8"),
    ],
)
def test_a_failed_update_leaves_the_cached_index(
    reply: Reply, server: BadServer, repos: Make, tmp_path: Path
) -> None:
    server.on("/index.yaml", Reply(INDEX), reply)
    known = entry(server)
    client = repos(known)
    client.update(known)
    before = files(tmp_path)

    with pytest.raises(PkgtoolError):
        client.update(known)

    assert files(tmp_path) == before
    assert client.find("r/web", "")[1].version == "1.0.0"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(silent=True), id="silent"),
        pytest.param(Reply(INDEX[:50], announced=len(INDEX), stalls=True), id="stalls"),
        pytest.param(Reply(endless=forever(b"#", pause_s=0.01)), id="trickles"),
    ],
)
def test_a_server_that_takes_too_long_leaves_the_cached_index(
    reply: Reply, server: BadServer, repos: Make, tmp_path: Path
) -> None:
    server.on("/index.yaml", Reply(INDEX), reply)
    known = entry(server)
    client = repos(known)
    client.update(known)
    before = files(tmp_path)
    client.http.end_within(0.3)

    with pytest.raises(FetchFailed):
        client.update(known)

    assert files(tmp_path) == before


def test_a_cached_index_that_was_damaged_is_fetched_whole(
    server: BadServer, repos: Make, tmp_path: Path
) -> None:
    server.on("/index.yaml", Reply(INDEX, headers={"ETag": '"1"'}))
    known = entry(server)
    client = repos(known)
    client.update(known).close()
    (tmp_path / "cache/indexes/r-index.yaml").write_text("apiVersion: v1\nentries: 5\n")

    with pytest.raises(IndexInvalid):
        client.index(known)
    client.update(known).close()

    assert "If-None-Match" not in server.last().headers
    assert newest(client.index(known)) == "1.0.0"


def test_tags_of_another_repository_are_not_used(
    server: BadServer, other: BadServer, repos: Make
) -> None:
    for each in (server, other):
        each.on("/index.yaml", Reply(INDEX, headers={"ETag": '"1"'}))
    repos().update(entry(server)).close()

    repos().update(entry(other)).close()

    assert "If-None-Match" not in other.last().headers


def test_an_index_that_helm_cached_is_read(repos: Make, tmp_path: Path) -> None:
    known = RepoEntry("r", "https://charts.example.com")
    (tmp_path / "cache/indexes").mkdir(parents=True)
    (tmp_path / "cache/indexes/r-index.yaml").write_bytes(INDEX)

    assert repos(known).find("r/web", "1.0.0")[1].version == "1.0.0"


def test_what_is_cached_is_what_was_served(server: BadServer, repos: Make, tmp_path: Path) -> None:
    """So that Helm reads it, with all that only Helm knows; `NAME-charts.txt` is for its shells."""
    served = index_yaml(("web", "1.0.0", WEB), ("db", "1.0.0", WEB))
    server.on("/index.yaml", Reply(served))

    repos().update(entry(server)).close()

    assert (tmp_path / "cache/indexes/r-index.yaml").read_bytes() == served
    assert (tmp_path / "cache/indexes/r-charts.txt").read_text() == "db\nweb\n"


def test_a_tarball_is_downloaded_once(server: BadServer, repos: Make) -> None:
    server.on("/index.yaml", Reply(INDEX))
    server.on("/web-1.0.0.tgz", Reply(WEB))
    known = entry(server)
    client = repos(known)
    client.update(known)

    downloads = [client.download(*client.find("r/web", "")) for _ in range(2)]

    assert [each.data for each in downloads] == [WEB, WEB]
    assert downloads[0].filename == "web-1.0.0.tgz"
    assert server.paths() == ["/index.yaml", "/web-1.0.0.tgz"]


def test_a_cached_tarball_that_was_damaged_is_downloaded_again(
    server: BadServer, repos: Make, tmp_path: Path
) -> None:
    server.on("/index.yaml", Reply(INDEX))
    server.on("/web-1.0.0.tgz", Reply(WEB))
    known = entry(server)
    client = repos(known)
    client.update(known)
    client.download(*client.find("r/web", ""))
    digest = Digest.of(WEB).hex
    (tmp_path / f"cache/content/{digest[:2]}/{digest}.chart").write_bytes(tarball("evil"))

    assert client.download(*client.find("r/web", "")).data == WEB


def test_a_tarball_with_another_digest_is_discarded(
    server: BadServer, repos: Make, tmp_path: Path
) -> None:
    server.on("/index.yaml", Reply(INDEX))
    server.on("/web-1.0.0.tgz", Reply(tarball(description="other")))
    known = entry(server)
    client = repos(known)
    client.update(known)

    with pytest.raises(DigestMismatch, match="was promised"):
        client.download(*client.find("r/web", ""))

    assert not (tmp_path / "cache/content").exists()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(tarball("evil"), ChartInvalid, id="another chart"),
        pytest.param(tarball("web", "6.6.6"), ChartInvalid, id="another version"),
        pytest.param(b"<html>", ArchiveUnsafe, id="no archive"),
    ],
)
def test_a_tarball_must_be_what_the_index_calls_it(
    data: bytes, kind: type[PkgtoolError], server: BadServer, repos: Make
) -> None:
    """The digest is right: it is the index that lies."""
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", data))))
    server.on("/web-1.0.0.tgz", Reply(data))
    known = entry(server)
    client = repos(known)
    client.update(known)

    with pytest.raises(kind):
        client.download(*client.find("r/web", ""))


def test_another_spelling_of_a_version_is_the_same_version(server: BadServer, repos: Make) -> None:
    server.on("/index.yaml", Reply(index_yaml(("web", "v1.0.0", WEB))))
    server.on("/web-v1.0.0.tgz", Reply(WEB))
    known = entry(server)
    client = repos(known)
    client.update(known)

    assert client.download(*client.find("r/web", "1.0.0")).filename == "web-1.0.0.tgz"


def test_a_chart_elsewhere_is_fetched_without_credentials(
    server: BadServer, other: BadServer, repos: Make
) -> None:
    place = other.on("/web.tgz", Reply(WEB))
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", WEB), urls=[place])))
    known = entry(server, credentials=ME)
    client = repos(known)
    client.update(known)

    client.download(*client.find("r/web", ""))

    assert "Authorization" in server.last().headers
    assert "Authorization" not in other.last().headers
    assert other.last().headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "oci://127.0.0.1/x", "http://[::1"]
)
def test_a_chart_is_fetched_over_http_or_not_at_all(
    url: str, server: BadServer, repos: Make
) -> None:
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", WEB), urls=[url])))
    known = entry(server)
    client = repos(known)
    client.update(known)

    with pytest.raises(FetchFailed):
        client.download(*client.find("r/web", ""))


def test_a_token_behind_the_repository_is_sent_with_its_charts(
    server: BadServer, repos: Make
) -> None:
    server.on("/index.yaml", Reply(INDEX))
    server.on("/web-1.0.0.tgz", Reply(WEB))
    known = RepoEntry("r", f"{server.url}?token=1")
    client = repos(known)
    client.update(known)

    client.download(*client.find("r/web", ""))

    assert server.paths() == ["/index.yaml?token=1", "/web-1.0.0.tgz?token=1"]


def test_a_repository_need_not_be_configured(server: BadServer, repos: Make) -> None:
    server.on("/index.yaml", Reply(INDEX))
    client = repos()

    for _ in range(2):
        _, found = client.find_at(f"{server.url}/", "web", "", credentials=Credentials())
        assert found.version == "1.0.0"

    assert server.paths() == ["/index.yaml"]
    with pytest.raises(ChartVersionNotFound, match='chart "web" version "9" not found in http'):
        client.find_at(f"{server.url}/", "web", "9", credentials=Credentials())


def test_credentials_of_a_configured_repository_are_used_at_its_url(
    server: BadServer, repos: Make
) -> None:
    server.on("/index.yaml", Reply(INDEX))
    client = repos(entry(server, credentials=ME))

    client.find_at(f"{server.url}/", "web", "", credentials=Credentials())
    assert server.last().headers["Authorization"] == "Basic bWU6czNjcmV0"
    repos(entry(server, credentials=ME)).find_at(
        server.url, "web", "", credentials=Credentials("you", "pw")
    )

    assert server.last().headers["Authorization"] == "Basic eW91OnB3"


def test_a_failure_does_not_show_the_password_of_a_repository(
    server: BadServer, repos: Make
) -> None:
    server.on("/index.yaml", Reply(b"- nothing"))

    with pytest.raises(RepoUnreachable) as caught:
        repos().find_at(
            f"http://me:s3cret@{server.url[7:]}?token=t0ken", "web", "", credentials=Credentials()
        )

    assert "s3cret" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("reference", "kind", "words"),
    [
        pytest.param("web", ChartNotFound, "path_to_chart, got: web", id="no repository"),
        pytest.param("r/", ChartNotFound, "path_to_chart, got: r/", id="no chart"),
        pytest.param("/web", ChartNotFound, "path_to_chart, got: /web", id="no name"),
        pytest.param("s/web", RepoNotFound, "repo s not found", id="unknown repository"),
        pytest.param(
            "r/wbe",
            ChartVersionNotFound,
            r'^chart "wbe" matching  not found in r index\. \(try \'pkgtool repo update\'\): '
            "no chart name found ",
            id="chart",
        ),
    ],
)
def test_references_that_stand_for_nothing(
    reference: str, kind: type[PkgtoolError], words: str, server: BadServer, repos: Make
) -> None:
    server.on("/index.yaml", Reply(INDEX))
    client = repos(entry(server))
    client.update(entry(server)).close()

    with pytest.raises(kind, match=words):
        client.find(reference, "")


def test_an_index_that_was_never_fetched(repos: Make) -> None:
    client = repos(RepoEntry("r", "https://charts.example.com"))

    with pytest.raises(RepoError, match="no cached repo found") as caught:
        client.find("r/web", "")

    assert caught.value.hint == "`pkgtool repo update r` fetches the index"


def test_a_cache_that_cannot_be_written_costs_only_time(
    server: BadServer, repos: Make, tmp_path: Path
) -> None:
    server.on("/index.yaml", Reply(INDEX))
    server.on("/web-1.0.0.tgz", Reply(WEB))
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/content").write_text("a file in the way")
    known = entry(server)
    client = repos(known)
    client.update(known)

    assert client.download(*client.find("r/web", "")).data == WEB


def test_a_tarball_without_a_promised_digest_is_taken(
    server: BadServer, repos: Make, tmp_path: Path
) -> None:
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", WEB), digest=None)))
    server.on("/web-1.0.0.tgz", Reply(WEB))
    known = entry(server)
    client = repos(known)
    client.update(known)

    assert client.download(*client.find("r/web", "")).data == WEB
    assert client.download_url(f"{server.url}/web-1.0.0.tgz", credentials=ME).data == WEB
    kept = [path.name for path in (tmp_path / "cache/content").rglob("*.chart")]
    assert kept == [f"{Digest.of(WEB).hex}.chart"]
