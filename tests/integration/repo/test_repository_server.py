"""The server over a real socket, with our own client and with rude ones."""

import gzip
import http.client
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from pkgtool.blob.files import FileBlobs
from pkgtool.digest import Digest
from pkgtool.errors import RepoError
from pkgtool.repo.catalog import Catalog
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.index import parse_index
from pkgtool.server.app import listen, make_app
from pkgtool.testing.charts_at_rest import tarball

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Served:
    """A running server, and a client that sends exactly what it is told."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def ask(
        self, path: str, *, method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (lower-case) and body, undecoded."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in names.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            connection.close()


@contextmanager
def serving(folder: Path, url: str = "") -> Iterator[Served]:
    """Serve `folder` from a thread."""
    place = listen("127.0.0.1", 0)
    blobs = FileBlobs(folder, suffixes=(".tgz",), max_folders=1)
    app = make_app(Catalog(blobs, clock=lambda: NOW, url=url))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
    thread.start()
    try:
        yield Served(place.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        place.close()


def repository(outer: Path) -> Path:
    """Make a folder of one chart, beside a chart that is not for everybody."""
    made = outer / "charts"
    made.mkdir()
    (made / "web-1.0.0.tgz").write_bytes(tarball())
    (outer / "secret.tgz").write_bytes(tarball("secret"))
    return made


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose folder stays as it is."""
    with serving(repository(tmp_path_factory.mktemp("served"))) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of `live`."""
    return repository(tmp_path)


@pytest.fixture
def live(folder: Path) -> Iterator[Served]:
    """A server whose folder changes."""
    with serving(folder) as made:
        yield made


def test_the_index_lists_what_is_there(served: Served) -> None:
    status, headers, body = served.ask("/index.yaml")

    assert status == 200
    assert headers["content-type"] == "application/yaml"
    assert headers["x-content-type-options"] == "nosniff"
    assert parse_index(body, name="i").find("web").urls == ("web-1.0.0.tgz",)


def test_a_tarball_is_served_byte_for_byte(served: Served) -> None:
    status, headers, body = served.ask("/web-1.0.0.tgz", Accept_Encoding="gzip")

    assert (status, body) == (200, tarball())
    assert headers["content-type"] == "application/gzip"
    assert "content-encoding" not in headers
    assert headers["etag"] == f'"{Digest.of(body).hex}"'


@pytest.mark.parametrize("path", ["/index.yaml", "/web-1.0.0.tgz"])
def test_older_guides_look_below_charts(path: str, served: Served) -> None:
    assert served.ask(f"/charts{path}")[2] == served.ask(path)[2]


def test_a_prefix_for_urls(folder: Path) -> None:
    with serving(folder, url="https://cdn.example.com/c/") as served:
        found = parse_index(served.ask("/index.yaml")[2], name="i")

    assert found.find("web").urls == ("https://cdn.example.com/c/web-1.0.0.tgz",)


@pytest.mark.parametrize("path", ["/index.yaml", "/web-1.0.0.tgz"])
def test_what_a_client_has_is_not_sent_again(path: str, served: Served) -> None:
    etag = served.ask(path)[1]["etag"]

    strong = etag.removeprefix("W/")
    for known in (etag, f'"other", {etag}', strong, f"W/{strong}", "*"):
        status, headers, body = served.ask(path, If_None_Match=known)
        assert (status, body, headers["etag"]) == (304, b"", etag)
    assert served.ask(path, If_None_Match='"other"')[0] == 200


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        pytest.param("gzip", True, id="gzip"),
        pytest.param("deflate, GZIP;q=0.5", True, id="among others"),
        pytest.param("*", True, id="anything"),
        pytest.param("gzip;q=0", False, id="refused"),
        pytest.param("gzip; q=0.000, *", False, id="refused, others not"),
        pytest.param("identity", False, id="as it is"),
        pytest.param("", False, id="nothing said"),
        pytest.param("br", False, id="another"),
    ],
)
def test_the_index_is_compressed_for_who_wants_it(
    accepted: str, compressed: bool, served: Served
) -> None:
    plain = served.ask("/index.yaml")[2]

    _, headers, body = served.ask("/index.yaml", Accept_Encoding=accepted)

    assert headers.get("content-encoding") == ("gzip" if compressed else None)
    assert (gzip.decompress(body) if compressed else body) == plain
    assert headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/index.yaml", "/web-1.0.0.tgz", "/health", "/charts/index.yaml"])
def test_head_is_get_without_a_body(path: str, served: Served) -> None:
    status, headers, body = served.ask(path, method="HEAD")

    assert (status, body) == (200, b"")
    assert headers["content-length"] == served.ask(path)[1]["content-length"]


def test_health(served: Served) -> None:
    status, _, body = served.ask("/health")

    assert (status, json.loads(body)) == (200, {"healthy": True})


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/web-2.0.0.tgz",
        "/",
        "/charts",
        "/charts/",
        "/../secret.tgz",
        "/charts/../../secret.tgz",
        "/%2e%2e/secret.tgz",
        "/%2e%2e%2fsecret.tgz",
        "/..%2fsecret.tgz",
        "/%252e%252e%252fsecret.tgz",
        "/..%5csecret.tgz",
        "/..;/secret.tgz",
        "//secret.tgz",
        "/./web-1.0.0.tgz",
        "/web-1.0.0.tgz%00",
        "/web-1.0.0.tgz/",
        "/%c0%ae%c0%ae/secret.tgz",
        "/%ef%bc%8e%ef%bc%8e/secret.tgz",
        "/" + "a" * 5000 + ".tgz",
        "/charts/charts/web-1.0.0.tgz",
    ],
)
def test_what_is_not_there_is_404_as_json(path: str, served: Served) -> None:
    status, headers, body = served.ask(path)

    assert status == 404
    assert headers["content-type"] == "application/json"
    assert set(json.loads(body)) <= {"error", "code"}
    assert len(body) < 600


def test_links_out_of_the_folder_are_not_served(live: Served, folder: Path) -> None:
    (folder / "link-1.0.0.tgz").symlink_to(folder.parent / "secret.tgz")

    assert live.ask("/link-1.0.0.tgz")[0] == 404
    assert b"secret" not in live.ask("/index.yaml")[2]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed(method: str, served: Served) -> None:
    status, headers, body = served.ask("/web-1.0.0.tgz", method=method)

    assert status == 405
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"error": "method not allowed"}


def test_an_accident_tells_the_client_nothing(live: Served, folder: Path) -> None:
    os.truncate(folder / "web-1.0.0.tgz", 200 * 2**20)

    status, headers, body = live.ask("/web-1.0.0.tgz")

    assert (status, json.loads(body)) == (500, {"error": "internal error", "code": "P904"})
    assert headers["content-type"] == "application/json"
    assert str(folder).encode() not in body


def test_our_client_reads_our_server(
    live: Served, folder: Path, repos: Callable[..., RepoClient]
) -> None:
    entry = RepoEntry("local", live.url)
    client = repos(entry)
    client.update(entry).close()
    (folder / "web-1.1.0.tgz").write_bytes(tarball("web", "1.1.0"))
    assert client.find("local/web", "")[1].version == "1.0.0"

    client.update(entry).close()
    place, found = client.find("local/web", "")

    assert found.version == "1.1.0"
    assert client.download(place, found).data == tarball("web", "1.1.0")


def test_a_file_that_grows_is_seen_when_it_is_whole(live: Served, folder: Path) -> None:
    data = tarball("db", "1.0.0")
    with (folder / "db-1.0.0.tgz").open("wb") as file:
        file.write(data[: len(data) // 2])
        file.flush()
        assert "db" not in parse_index(live.ask("/index.yaml")[2], name="i").entries
        file.write(data[len(data) // 2 :])

    assert parse_index(live.ask("/index.yaml")[2], name="i").find("db").version == "1.0.0"


def test_readers_see_whole_indexes_while_charts_come_and_go(live: Served, folder: Path) -> None:
    """Every index that anybody gets parses, and what it lists is there with that digest."""
    problems: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            status, _, body = live.ask("/index.yaml")
            if status != 200:
                problems.append(f"{status}: {body!r}")
                return
            for name, versions in parse_index(body, name="i").entries.items():
                for each in versions:
                    data = live.ask(f"/{each.urls[0]}")[2]
                    if name.startswith("kept") and Digest.of(data).hex != each.digest:
                        problems.append(f"{each.urls[0]} is not what the index says")

    readers = [threading.Thread(target=read) for _ in range(4)]
    for each in readers:
        each.start()
    for number in range(30):
        (folder / f"kept{number}-1.0.0.tgz").write_bytes(tarball(f"kept{number}"))
        (folder / f"gone{number}-1.0.0.tgz").write_bytes(tarball(f"gone{number}"))
        (folder / f"gone{number}-1.0.0.tgz").unlink()
    done.set()
    for each in readers:
        each.join()

    assert problems == []
    assert len(parse_index(live.ask("/index.yaml")[2], name="i").entries) == 31


@pytest.mark.parametrize("address", ["192.0.2.1", "no-such-host.invalid", "x" * 300, "a..b"])
def test_addresses_that_are_not_ours(address: str) -> None:
    with pytest.raises(RepoError, match="cannot listen on") as caught:
        listen(address, 0)

    assert "--address" in caught.value.hint


def test_a_port_in_use() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(RepoError, match=f"cannot listen on 127.0.0.1:{port}: address already"):
            listen("127.0.0.1", port)
