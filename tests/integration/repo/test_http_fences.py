"""The HTTP client against servers that lie, stall, bomb and mislead."""

import base64
import gzip
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import urllib3

from pkgtool.errors import FetchFailed
from pkgtool.repo.http import Answer, Credentials, HttpClient
from pkgtool.testing.badserver import BadServer, Reply, forever

Make = Callable[..., HttpClient]
ME = Credentials("me", "s3cret")
HEADER = "Basic " + base64.b64encode(b"me:s3cret").decode()


def text_of(error: BaseException) -> str:
    """Return everything that a user could see of an error and its causes."""
    cause = f"\n{text_of(error.__cause__)}" if error.__cause__ is not None else ""
    return f"{error}{cause}" if isinstance(error, FetchFailed) else cause


def test_an_answer_is_its_bytes_and_its_tags(server: BadServer, client: Make) -> None:
    headers = {"ETag": '"1"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
    url = server.on("/a", Reply(b"hello", headers=headers))

    answer = client().fetch(url)

    assert answer == Answer(b"hello", '"1"', "Thu, 01 Jan 2026 00:00:00 GMT")
    assert server.last().headers["User-Agent"] == "pkgtool"
    assert "Authorization" not in server.last().headers


def test_an_empty_answer_is_no_error(server: BadServer, client: Make) -> None:
    assert client().fetch(server.on("/a", Reply(b""))).data == b""


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_credentials_do_not_follow_to_another_origin(
    status: int, server: BadServer, other: BadServer, client: Make
) -> None:
    target = other.on("/b", Reply(b"hello"))
    url = server.redirect("/a", target, status=status)

    assert client().fetch(url, credentials=ME).data == b"hello"

    assert server.last().headers["Authorization"] == HEADER
    assert "Authorization" not in other.last().headers


def test_credentials_stay_at_home_on_the_way_back(
    server: BadServer, other: BadServer, client: Make
) -> None:
    back = server.on("/end", Reply(b"hello"))
    url = server.redirect("/a", other.redirect("/b", back))

    client().fetch(url, credentials=ME)

    assert [each.headers.get("Authorization") for each in server.asked] == [HEADER, HEADER]
    assert "Authorization" not in other.last().headers


def test_credentials_are_for_the_home_not_for_what_is_fetched(
    server: BadServer, other: BadServer, client: Make
) -> None:
    client().fetch(other.on("/a", Reply(b"x")), credentials=ME, home=server.url)
    client().fetch(server.on("/a", Reply(b"x")), credentials=ME, home=server.url)

    assert "Authorization" not in other.last().headers
    assert server.last().headers["Authorization"] == HEADER


def test_credentials_go_everywhere_only_when_told_to(
    server: BadServer, other: BadServer, client: Make
) -> None:
    url = server.redirect("/a", other.on("/b", Reply(b"x")))

    client().fetch(url, credentials=Credentials("me", "s3cret", everywhere=True))

    assert other.last().headers["Authorization"] == HEADER


def test_user_and_password_in_a_url_are_used_there_and_only_there(
    server: BadServer, other: BadServer, client: Make
) -> None:
    server.redirect("/a", other.on("/b", Reply(b"x")))

    client().fetch(f"http://me:s3cret@{server.url[7:]}/a")

    assert server.last().headers["Authorization"] == HEADER
    assert server.last().path == "/a"
    assert "Authorization" not in other.last().headers


def test_a_redirect_cannot_give_us_credentials(
    server: BadServer, other: BadServer, client: Make
) -> None:
    other.on("/b", Reply(b"x"))
    url = server.redirect("/a", f"http://evil:pw@{other.url[7:]}/b")

    client().fetch(url)

    assert "Authorization" not in other.last().headers


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_no_message_holds_a_password_or_token(status: int, server: BadServer, client: Make) -> None:
    server.on("/a", Reply(status=status))

    with pytest.raises(FetchFailed) as caught:
        client().fetch(f"http://me:s3cret@{server.url[7:]}/a?token=t0ken", credentials=ME)

    assert f" : {status} " in str(caught.value)
    for secret in ("s3cret", "t0ken", "me:"):
        assert secret not in text_of(caught.value)


def test_netrc_is_not_read(
    server: BadServer, client: Make, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    client().fetch(server.on("/a", Reply(b"x")))

    assert "Authorization" not in server.last().headers


def test_cookies_are_not_kept(server: BadServer, client: Make) -> None:
    server.on("/a", Reply(b"x", headers={"Set-Cookie": "session=1; Path=/"}))
    asking = client()

    asking.fetch(f"{server.url}/a")
    asking.fetch(f"{server.url}/a")

    assert "Cookie" not in server.last().headers


def test_circles_end(server: BadServer, client: Make) -> None:
    url = server.redirect("/a", "/a")

    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        client().fetch(url)

    assert len(server.asked) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://[::1"])
def test_redirects_leave_http_for_nothing(target: str, server: BadServer, client: Make) -> None:
    with pytest.raises(FetchFailed):
        client().fetch(server.redirect("/a", target))


def test_a_redirect_without_a_target_is_a_failure(server: BadServer, client: Make) -> None:
    with pytest.raises(FetchFailed, match=" : 302"):
        client().fetch(server.on("/a", Reply(status=302)))


def test_an_answer_that_ends_early_is_a_failure(server: BadServer, client: Make) -> None:
    url = server.on("/a", Reply(b"half", announced=8))

    with pytest.raises(FetchFailed, match="the connection broke"):
        client().fetch(url, packed=True)

    assert len(server.asked) == 3


def test_an_answer_that_ended_early_is_asked_for_again(
    server: BadServer, client: Make, slept: list[float]
) -> None:
    url = server.on("/a", Reply(b"half", announced=8), Reply(b"complete"))

    assert client().fetch(url).data == b"complete"
    assert len(slept) == 1


def test_an_announced_length_over_the_limit_is_refused_unread(
    server: BadServer, client: Make
) -> None:
    url = server.on("/a", Reply(b"tiny", announced=10**12))

    with pytest.raises(FetchFailed, match="over 1000 bytes"):
        client().fetch(url, limit_bytes=1000)


def test_a_length_of_a_million_digits_is_no_trouble(server: BadServer, client: Make) -> None:
    url = server.on("/a", Reply(b"", headers={"Content-Length": "9" * 5000}))

    with pytest.raises(FetchFailed):
        client().fetch(url)


def test_more_than_was_announced_is_cut_off(server: BadServer, client: Make) -> None:
    assert client().fetch(server.on("/a", Reply(b"hello world", announced=5))).data == b"hello"


def test_an_endless_answer_is_refused_at_the_limit(server: BadServer, client: Make) -> None:
    url = server.on("/a", Reply(endless=forever(b"x" * 4096)))

    with pytest.raises(FetchFailed, match="over 100000 bytes"):
        client().fetch(url, limit_bytes=100_000)


def test_exactly_the_limit_is_fine(server: BadServer, client: Make) -> None:
    url = server.on("/a", Reply(b"x" * 100))

    assert len(client().fetch(url, limit_bytes=100).data) == 100
    with pytest.raises(FetchFailed):
        client().fetch(url, limit_bytes=99)


def encoded(data: bytes) -> Reply:
    return Reply(gzip.compress(data), headers={"Content-Encoding": "gzip"})


def test_texts_travel_compressed(server: BadServer, client: Make) -> None:
    url = server.on("/a", encoded(b"hello" * 1000))

    assert client().fetch(url).data == b"hello" * 1000
    assert "gzip" in server.last().headers["Accept-Encoding"].split(", ")


def test_tarballs_are_taken_as_they_are(server: BadServer, client: Make) -> None:
    """Some servers call every .tgz a gzip-encoded tar; the digest is of the .tgz."""
    data = gzip.compress(b"a tar")
    url = server.on("/a", Reply(data, headers={"Content-Encoding": "gzip"}))

    assert client().fetch(url, packed=True).data == data
    assert server.last().headers["Accept-Encoding"] == "identity"


def test_a_bomb_is_refused_at_the_limit(server: BadServer, client: Make) -> None:
    bomb = encoded(b"\0" * 50_000_000)
    assert len(bomb.body) < 60_000

    with pytest.raises(FetchFailed, match="over 1000000 bytes"):
        client().fetch(server.on("/a", bomb), limit_bytes=1_000_000)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        pytest.param(b"plain text", "gzip", id="not gzip at all"),
        pytest.param(gzip.compress(b"hello" * 99)[:-6], "gzip", id="truncated"),
        pytest.param(gzip.compress(b"hello") + b"more", "gzip", id="something behind it"),
        pytest.param(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", id="two of them"),
        pytest.param(zlib.compress(b"hello"), "br", id="an encoding nobody asked for"),
    ],
)
def test_an_encoding_that_is_not_what_it_says(
    body: bytes, encoding: str, server: BadServer, client: Make
) -> None:
    url = server.on("/a", Reply(body, headers={"Content-Encoding": encoding}))

    with pytest.raises(FetchFailed, match="encod"):
        client().fetch(url)


def test_a_silent_server_is_given_up(server: BadServer, client: Make) -> None:
    with pytest.raises(FetchFailed, match="timed out"):
        client(timeout_s=0.3).fetch(server.on("/a", Reply(silent=True)))


def test_a_trickle_does_not_stretch_the_deadline(server: BadServer, client: Make) -> None:
    url = server.on("/a", Reply(endless=forever(b"x", pause_s=0.01)))

    with pytest.raises(FetchFailed, match="takes too long"):
        client(timeout_s=0.3).fetch(url)


def test_nobody_there(client: Make, slept: list[float]) -> None:
    with BadServer() as gone:
        url = gone.url

    with pytest.raises(FetchFailed, match="cannot be reached") as caught:
        client().fetch(f"{url}/a")

    assert len(slept) == 2
    assert caught.value.hint == "check the URL, the network and proxies"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(
    status: int, server: BadServer, client: Make, slept: list[float]
) -> None:
    busy = Reply(status=status, headers={"Retry-After": "3"})
    url = server.on("/a", busy, Reply(b"hello"))

    assert client().fetch(url).data == b"hello"
    assert slept == [3.0]


@pytest.mark.parametrize(
    ("said", "waited"),
    [
        pytest.param("86400", 10.0, id="a day"),
        pytest.param("0", 0.4, id="no time"),
        pytest.param("soon", 0.4, id="a word"),
        pytest.param("-5", 0.4, id="the past"),
        pytest.param("9" * 5000, 0.4, id="absurd"),
        pytest.param("Thu, 01 Jan 2026 00:00:00 GMT", 0.4, id="a date"),
    ],
)
def test_how_long_a_server_may_make_us_wait(
    said: str, waited: float, server: BadServer, client: Make, slept: list[float]
) -> None:
    busy = Reply(status=503, headers={"Retry-After": said})

    client().fetch(server.on("/a", busy, Reply(b"x")))

    assert slept == [waited]


def test_a_server_that_stays_busy_is_given_up(server: BadServer, client: Make) -> None:
    with pytest.raises(FetchFailed, match=" : 503 Service Unavailable"):
        client().fetch(server.on("/a", Reply(status=503)))

    assert len(server.asked) == 3


def test_a_refusal_is_not_repeated(server: BadServer, client: Make) -> None:
    with pytest.raises(FetchFailed, match=f"failed to fetch {server.url}/a : 404 Not Found"):
        client().fetch(f"{server.url}/a")

    assert len(server.asked) == 1


def test_what_did_not_change_is_not_sent_again(server: BadServer, client: Make) -> None:
    url = server.on("/a", Reply(status=304))

    answer = client().fetch(url, known=Answer(b"", '"1"', "then"))

    assert answer == Answer(b"", unchanged=True)
    assert server.last().headers["If-None-Match"] == '"1"'
    assert server.last().headers["If-Modified-Since"] == "then"


def test_unchanged_is_no_answer_to_who_has_nothing(server: BadServer, client: Make) -> None:
    with pytest.raises(FetchFailed, match=" : 304"):
        client().fetch(server.on("/a", Reply(status=304)))


def every_exception() -> Iterator[type[Exception]]:
    for module in (requests.exceptions, urllib3.exceptions):
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Exception)
                and not issubclass(value, Warning)
                and value.__module__.startswith(("requests", "urllib3"))
            ):
                yield value


class Failing(requests.adapters.BaseAdapter):
    """Raises instead of sending."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        raise self.error

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize(
    "kind", dict.fromkeys(every_exception()), ids=lambda kind: kind.__qualname__
)
def test_no_exception_of_the_library_passes_its_door(kind: type[Exception], client: Make) -> None:
    # Their constructors all differ, and none of them matters here.
    error = kind.__new__(kind, "https://me:s3cret@a.example")
    failing = client(adapter=Failing(error))

    with pytest.raises(FetchFailed) as caught:
        failing.fetch("https://a.example/x", credentials=ME)

    assert "s3cret" not in text_of(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://" + "a" * 70 + ".example/",
        "http://a b.example/",
        "http://.example/",
        "http://exa\udc80mple/",
        "http://\u2100.example/",
        "https://a.example:99999/",
        "web",
    ],
)
def test_what_is_no_url_is_a_failure(url: str, client: Make) -> None:
    refusing = client(adapter=Failing(requests.exceptions.InvalidURL()))

    with pytest.raises(FetchFailed):
        refusing.fetch(url)


def zstandard() -> Any:
    from pkgtool.repo.body import _zstd

    if _zstd() is None:
        pytest.skip("there is no Zstandard before Python 3.14 without backports.zstd")
    return _zstd()


def test_zstandard_is_taken_where_python_has_it(server: BadServer, client: Make) -> None:
    zstd = zstandard()
    body = zstd.compress(b"hello" * 1000)
    url = server.on("/a", Reply(body, headers={"Content-Encoding": "zstd"}))

    assert client().fetch(url).data == b"hello" * 1000
    assert server.last().headers["Accept-Encoding"] == "gzip, zstd"


@pytest.mark.parametrize("damage", ["cut", "more", "noise", "bomb"])
def test_damaged_zstandard_is_refused(damage: str, server: BadServer, client: Make) -> None:
    zstd = zstandard()
    body = zstd.compress(b"hello" * 1000)
    bodies = {
        "cut": body[:-3],
        "more": body + b"x",
        "noise": b"x" * 99,
        "bomb": zstd.compress(b"\0" * 50_000_000),
    }
    url = server.on("/a", Reply(bodies[damage], headers={"Content-Encoding": "zstd"}))

    with pytest.raises(FetchFailed, match="over 1000000 bytes" if damage == "bomb" else "damaged"):
        client().fetch(url, limit_bytes=1_000_000)


def test_zstandard_is_not_asked_for_where_it_cannot_be_read(
    server: BadServer, client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pkgtool.repo import body

    monkeypatch.setattr(body, "_zstd", lambda: None)
    url = server.on("/a", Reply(b"x", headers={"Content-Encoding": "zstd"}))

    with pytest.raises(FetchFailed, match="which was not asked for"):
        client().fetch(url)

    assert server.last().headers["Accept-Encoding"] == "gzip"


def test_an_endless_answer_that_unfolds_to_nothing_is_refused(
    server: BadServer, client: Make
) -> None:
    """Empty blocks of gzip: any number of bytes that mean none."""
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    empty = b"\0\0\0\xff\xff" * 10_000

    def pieces() -> Iterator[bytes]:
        yield head
        while True:
            yield empty

    url = server.on("/a", Reply(endless=pieces, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(FetchFailed, match="over 1000 bytes"):
        client().fetch(url, limit_bytes=1000)


def test_a_server_that_stops_in_the_middle_is_given_up(server: BadServer, client: Make) -> None:
    url = server.on("/a", Reply(b"half", announced=8, stalls=True))

    with pytest.raises(FetchFailed, match=r"timed out|broke"):
        client(timeout_s=0.3).fetch(url)


def test_everything_together_has_a_deadline(server: BadServer, client: Make) -> None:
    """`--timeout` is for the command, however many answers it needs."""
    now = [0.0]
    asking = client(clock=lambda: now[0], timeout_s=100.0)
    asking.end_within(10.0)
    url = server.on("/a", Reply(b"x"))

    assert asking.fetch(url).data == b"x"
    now[0] = 9.0
    assert asking.fetch(url).data == b"x"
    now[0] = 11.0
    with pytest.raises(FetchFailed):
        asking.fetch(url)


def test_pauses_grow(server: BadServer, client: Make, slept: list[float]) -> None:
    with pytest.raises(FetchFailed):
        client().fetch(server.on("/a", Reply(status=503)))

    assert slept == [0.4, 0.8]


def test_a_proxy_of_the_environment_is_used(
    server: BadServer, client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", server.url)
    server.on("http://charts.example.invalid/a", Reply(b"by proxy"))

    assert client().fetch("http://charts.example.invalid/a", credentials=ME).data == b"by proxy"

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert client().fetch(server.on("/a", Reply(b"direct"))).data == b"direct"


def test_tarballs_are_asked_for_as_helm_does(server: BadServer, client: Make) -> None:
    client().fetch(server.on("/a", Reply(b"x")), packed=True)

    assert server.last().headers["Accept"] == "application/gzip,application/octet-stream"


def test_one_client_serves_several_threads(server: BadServer, client: Make) -> None:
    from concurrent.futures import ThreadPoolExecutor

    asking = client()
    urls = [server.on(f"/{n}", Reply(str(n).encode())) for n in range(20)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda url: asking.fetch(url).data, urls))

    assert found == [str(n).encode() for n in range(20)]


def test_several_threads_share_one_session(client: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each session that is lost would keep its connections open."""
    made: list[object] = []

    def new_session(adapter: object) -> object:
        made.append(adapter)
        # Whoever asks meanwhile has to wait.
        waiting.wait(0.05)
        return requests.Session()

    waiting = threading.Event()
    monkeypatch.setattr("pkgtool.repo.http._new_session", new_session)
    asking = client()
    threads = [threading.Thread(target=asking._open_session) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1
