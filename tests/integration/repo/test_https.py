"""Certificates: strangers are not trusted, and trust is never wider than told."""

import ssl
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from pkgtool.errors import FetchFailed
from pkgtool.repo.http import Credentials, HttpClient
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.certificate import make_certificate

Make = Callable[..., HttpClient]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody vouches for, with its key."""
    files = make_certificate(tmp_path_factory.mktemp("tls"))
    path = files.certificate.with_name("server.pem")
    path.write_bytes(files.certificate.read_bytes() + files.key.read_bytes())
    return path


@pytest.fixture
def secure(certificate: Path, opened: ExitStack) -> BadServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = opened.enter_context(BadServer(tls=context))
    server.on("/a", Reply(b"hello"))
    return server


def test_a_stranger_is_not_trusted(secure: BadServer, client: Make) -> None:
    with pytest.raises(FetchFailed, match="certificate is not trusted") as caught:
        client().fetch(f"{secure.url}/a")

    assert "--ca-file" in caught.value.hint
    assert secure.asked == []


def test_a_named_ca_is(secure: BadServer, certificate: Path, client: Make) -> None:
    trusting = Credentials(ca_file=str(certificate))

    assert client().fetch(f"{secure.url}/a", credentials=trusting).data == b"hello"


def test_anybody_is_trusted_only_when_told_so_and_only_then(
    secure: BadServer, client: Make
) -> None:
    """One session serves both, so what the first was told must not stick."""
    asking = client()

    assert asking.fetch(f"{secure.url}/a", credentials=Credentials(insecure=True)).data == b"hello"
    with pytest.raises(FetchFailed, match="not trusted"):
        asking.fetch(f"{secure.url}/a")


def test_encryption_is_not_given_up_on_the_way(
    secure: BadServer, server: BadServer, certificate: Path, client: Make
) -> None:
    secure.redirect("/down", server.on("/a", Reply(b"hello")))
    trusting = Credentials("me", "s3cret", ca_file=str(certificate))

    with pytest.raises(FetchFailed, match="from https to http"):
        client().fetch(f"{secure.url}/down", credentials=trusting)

    assert server.asked == []


def test_plain_http_where_https_is_expected(server: BadServer, client: Make) -> None:
    with pytest.raises(FetchFailed, match="no encrypted connection"):
        client().fetch(f"https{server.url[4:]}/a")


@pytest.mark.parametrize("field", ["ca_file", "cert_file"])
def test_a_certificate_file_that_is_not_there_is_named(
    field: str, secure: BadServer, client: Make, tmp_path: Path
) -> None:
    missing = Credentials(**{field: str(tmp_path / "missing.pem")})  # type: ignore[arg-type]

    with pytest.raises(FetchFailed, match=r"missing\.pem") as caught:
        client().fetch(f"{secure.url}/a", credentials=missing)

    assert "--ca-file" in caught.value.hint


def test_a_server_that_wants_a_certificate_gets_it_at_home_only(
    certificate: Path, opened: ExitStack, client: Make
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    strict, stranger = (opened.enter_context(BadServer(tls=context)) for _ in range(2))
    strict.on("/a", Reply(b"hello"))
    strict.redirect("/away", stranger.on("/b", Reply(b"hello")))
    known = Credentials(ca_file=str(certificate), cert_file=str(certificate))

    assert client().fetch(f"{strict.url}/a", credentials=known).data == b"hello"
    for place, who in (
        ("/a", Credentials(ca_file=str(certificate))),
        # What is trusted does not go along either, so the stranger is not even asked.
        ("/away", known),
    ):
        with pytest.raises(FetchFailed):
            client().fetch(f"{strict.url}{place}", credentials=who)
    assert strict.paths() == ["/a", "/away"]
    assert stranger.asked == []
