"""Digests."""

import hashlib

import pytest

from pkgtool.digest import Digest
from pkgtool.errors import DigestMalformed

HELLO = hashlib.sha256(b"hello").hexdigest()


@pytest.mark.parametrize("text", [HELLO, f"sha256:{HELLO}", HELLO.upper(), f" {HELLO}\n"])
def test_forms_of_one_digest_are_equal(text: str) -> None:
    assert Digest.parse(text) == Digest.of(b"hello")


@pytest.mark.parametrize("text", ["", "sha256:", HELLO[:-1], f"{HELLO}0", "g" * 64, "sha1:abc"])
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(DigestMalformed):
        Digest.parse(text)


def test_chunks_digest_as_their_whole() -> None:
    assert Digest.of_chunks([b"he", b"", b"llo"]) == Digest.of(b"hello")


def test_it_prints_with_its_algorithm() -> None:
    assert str(Digest.of(b"hello")) == f"sha256:{HELLO}"
