"""Signed messages: what is in them, and nothing beside them."""

import pytest

from pkgtool.errors import SignatureInvalid
from pkgtool.repo.provenance.cleartext import Cleartext, read_cleartext, write_cleartext

MESSAGE = Cleartext(b"a: 1\n- x\n-----\n...\n", ("SHA512",), b"packet")
WRITTEN = b"""-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

a: 1
- - x
- -----
...

-----BEGIN PGP SIGNATURE-----

cGFja2V0
-----END PGP SIGNATURE-----"""


def test_a_message_is_written_as_helm_writes_it() -> None:
    assert write_cleartext(MESSAGE) == WRITTEN


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
def test_a_message_reads_back(end: bytes) -> None:
    assert read_cleartext(WRITTEN + end) == MESSAGE


def test_line_ends_of_other_systems_mean_the_same() -> None:
    assert read_cleartext(WRITTEN.replace(b"\n", b"\r\n")) == MESSAGE


def test_spaces_at_the_ends_of_lines_are_not_signed() -> None:
    assert read_cleartext(WRITTEN.replace(b"a: 1", b"a: 1 \t")) == MESSAGE


def test_lines_are_signed_with_their_own_ends() -> None:
    assert MESSAGE.signed == b"a: 1\r\n- x\r\n-----\r\n...\r\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"-----BEGIN PGP SIGNED", b"\n-----BEGIN PGP SIGNED", "signature block not found"),
        (b"-----BEGIN PGP SIGNATURE", b"-----BEGIN PGP MESSAGE", "signature block not found"),
        (b"-----END PGP", b"---- END PGP", "signature block not found"),
        (b"SIGNATURE-----", b"SIGNATURE-----\nfiles: {}", "behind the signature"),
        (b"- - x", b"-x", "inside a signed message"),
        (b"Hash: ", b"Hush: ", "hash functions"),
        (b"a: 1\n", b"a: 1\r\n", "mixed line ends"),
        (b"a: 1\n", b"a:\0 1\n", "mixed line ends"),
    ],
)
def test_what_is_no_single_message_is_refused(old: bytes, new: bytes, words: str) -> None:
    start, found, end = WRITTEN.rpartition(old)
    with pytest.raises(SignatureInvalid, match=words):
        read_cleartext(start + new + end if found else WRITTEN)


def test_a_second_message_behind_the_first_is_refused() -> None:
    with pytest.raises(SignatureInvalid, match="behind the signature"):
        read_cleartext(WRITTEN + b"\n" + WRITTEN)
