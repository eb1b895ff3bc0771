"""Base64 in a frame: one text for each content."""

import pytest

from pkgtool.errors import SignatureInvalid
from pkgtool.repo.provenance.armor import decode_armor, encode_armor

CONTENT = bytes(range(100))


def inside(kind: str = "SIGNATURE") -> bytes:
    text = encode_armor(kind, CONTENT)
    return text.removeprefix(b"-----BEGIN PGP SIGNATURE-----\n").removesuffix(
        b"\n-----END PGP SIGNATURE-----"
    )


def test_what_is_written_reads_back() -> None:
    assert decode_armor(inside()) == CONTENT


def test_lines_are_as_long_as_helms() -> None:
    assert [len(line) for line in inside().split(b"\n")] == [0, 64, 64, 8]


def test_a_checksum_and_a_remark_may_stand_there() -> None:
    assert decode_armor(b"Version: GnuPG v1" + b"\n" + inside() + b"\n=ojIo") == CONTENT


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(inside()[1:], id="no empty line"),
        pytest.param(b"Author: me\n" + inside(), id="unknown header"),
        pytest.param(inside() + b"\n=AAAA", id="wrong checksum"),
        pytest.param(inside().replace(b"AAEC", b"AA EC", 1), id="space"),
        pytest.param(inside()[:-3] + b"x==", id="free bits"),
        pytest.param(inside()[:-1], id="short"),
    ],
)
def test_anything_else_is_refused(text: bytes) -> None:
    with pytest.raises(SignatureInvalid, match="armor invalid"):
        decode_armor(text)
