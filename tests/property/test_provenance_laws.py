"""No byte of a package or of its provenance file can be changed: every one of them is tried."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from pkgtool.chart.pack import write_archive
from pkgtool.errors import SignatureInvalid
from pkgtool.repo.provenance import (
    Keyring,
    find_signer,
    read_keyring,
    sign_package,
    verify_package,
)
from pkgtool.repo.provenance.message import write_message
from pkgtool.testing.gnupg import Gnupg

pytestmark = [
    pytest.mark.property,
    pytest.mark.skipif(not Gnupg.installed(), reason="needs gnupg"),
    pytest.mark.skipif(importlib.util.find_spec("pysequoia") is None, reason="needs pysequoia"),
]

METADATA = b"apiVersion: v2\nname: web\nversion: 1.0.0\n"
NAME = "web-1.0.0.tgz"
DATA = write_archive({"web/Chart.yaml": METADATA})
KINDS = ("rsa2048", "ed25519", "nistp256")
TELLING = frozenset(b" \t\r\n-=:#\0")


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gnupg]:
    with Gnupg() as made:
        for kind in KINDS:
            made.add(kind, kind=kind)
        yield made


@pytest.fixture(scope="module")
def ring(gpg: Gnupg, tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    path = gpg.export(tmp_path_factory.mktemp("ring") / "secret.gpg", secret=True)
    return read_keyring(path, gpg.env)


def ours(gpg: Gnupg, ring: Keyring, kind: str) -> bytes:
    signer = find_signer(ring, kind, passphrase=None, ask=str, env=gpg.env)
    return sign_package(DATA, NAME, METADATA, signer)


def gnupgs(gpg: Gnupg, ring: Keyring, kind: str) -> bytes:
    return gpg.clearsign(write_message(DATA, NAME, METADATA), kind)


def helms(gpg: Gnupg, ring: Keyring, kind: str) -> bytes:
    helm = pytest.importorskip("helm_python", reason="needs helm-python-sdk")
    package = Path(ring.path).with_name(NAME)
    package.write_bytes(DATA)
    return Path(helm.sign(package, key=kind, keyring=ring.path)).read_bytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("made", [ours, gnupgs, helms], ids=lambda made: made.__name__)
def test_no_changed_byte_is_accepted(made: object, kind: str, gpg: Gnupg, ring: Keyring) -> None:
    assert callable(made)
    prov = made(gpg, ring, kind)
    assert verify_package(DATA, NAME, prov, ring).signed_by == (kind,)
    accepted = []
    for place, byte in enumerate(prov):
        for other in {byte ^ (1 << bit) for bit in range(8)} | TELLING - {byte}:
            changed = prov[:place] + bytes([other]) + prov[place + 1 :]
            if is_accepted(DATA, changed, ring):
                accepted.append((place, byte, other))
    for place, byte in enumerate(DATA):
        for other in (byte ^ (1 << bit) for bit in range(8)):
            changed = DATA[:place] + bytes([other]) + DATA[place + 1 :]
            if is_accepted(changed, prov, ring):
                accepted.append((place, byte, other))
    assert accepted == []


def test_no_shortened_or_doubled_file_is_accepted(gpg: Gnupg, ring: Keyring) -> None:
    prov = ours(gpg, ring, "ed25519")

    cut = [prov[:end] for end in range(len(prov))] + [prov[start:] for start in range(1, len(prov))]

    assert not any(is_accepted(DATA, each, ring) for each in [*cut, prov + prov, b""])


def is_accepted(data: bytes, prov: bytes, ring: Keyring) -> bool:
    """Whether it verifies; any error but the one that is promised ends the test."""
    try:
        verify_package(data, NAME, prov, ring)
    except SignatureInvalid:
        return False
    return True
