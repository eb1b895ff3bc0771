"""A registry with a certificate that nobody vouches for, and one that wants to see ours."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from pkgtool.errors import FetchFailed
from pkgtool.repo.http import Credentials, HttpClient
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.loginfile import LoginFile, Logins
from pkgtool.repo.oci.registries import Registries
from pkgtool.testing.certificate import make_certificate
from pkgtool.testing.real_registry import real_registry, real_registry_installed

pytestmark = pytest.mark.skipif(
    not real_registry_installed(), reason="needs docker-registry (apt-get install docker-registry)"
)


class Pair(NamedTuple):
    certificate: str
    key: str


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    files = make_certificate(tmp_path_factory.mktemp("tls"))
    return Pair(str(files.certificate), str(files.key))


@pytest.fixture(scope="module")
def host(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An encrypted registry that lets only those in who show the certificate."""
    tls = {"certificate": pair.certificate, "key": pair.key, "clientcas": [pair.certificate]}
    with real_registry(tmp_path_factory.mktemp("registry"), tls=tls) as place:
        yield place


def ping(host: str, tmp_path: Path, credentials: Credentials) -> None:
    http = HttpClient(sleep=lambda seconds: None)
    logins = Logins(LoginFile(tmp_path / "config.json", {}))
    try:
        Registries(http, logins, Access(credentials=credentials)).at(host).ping()
    finally:
        http.close()


def test_who_trusts_and_is_trusted_is_let_in(host: str, pair: Pair, tmp_path: Path) -> None:
    shown = Credentials(cert_file=pair.certificate, key_file=pair.key)

    ping(host, tmp_path, replace(shown, ca_file=pair.certificate))
    ping(host, tmp_path, replace(shown, insecure=True))


def test_strangers_are_not_trusted(host: str, pair: Pair, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="certificate is not trusted"):
        ping(host, tmp_path, Credentials(cert_file=pair.certificate, key_file=pair.key))


def test_who_shows_no_certificate_stays_outside(host: str, pair: Pair, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed):
        ping(host, tmp_path, Credentials(ca_file=pair.certificate))
