"""Packets, and signatures without a free bit."""

import pytest

from pkgtool.errors import SignatureInvalid
from pkgtool.repo.provenance.packet import read_packets, read_signature

KEY_ID = bytes(range(8))
FINGERPRINT = bytes(12) + KEY_ID


def body(
    *,
    version: int = 4,
    kind: int = 1,
    algorithm: int = 1,
    digest: int = 10,
    unhashed: bytes = b"\x09\x10" + KEY_ID,
    numbers: bytes = b"\x00\x09\x01\xff",
) -> bytes:
    hashed = b"\x05\x02\x00\x00\x00\x01"
    return (
        bytes([version, kind, algorithm, digest])
        + (len(hashed).to_bytes(2, "big") + hashed)
        + (len(unhashed).to_bytes(2, "big") + unhashed)
        + b"\xab\xcd"
        + numbers
    )


def packet(content: bytes) -> bytes:
    return b"\xc2" + bytes([len(content)]) + content


@pytest.mark.parametrize(
    "header",
    [b"\x88\x03", b"\x89\x00\x03", b"\x8a\x00\x00\x00\x03", b"\xc2\x03", b"\xc2\xff\0\0\0\3"],
)
def test_every_form_of_a_header_is_read(header: bytes) -> None:
    first, second = read_packets(header + b"abc" + header + b"def")

    assert (first.tag, first.body, second.body) == (2, b"abc", b"def")
    assert first.raw == header + b"abc"


def test_lengths_of_two_bytes_are_read() -> None:
    (found,) = read_packets(b"\xc2\xc0\x08" + bytes(200))

    assert len(found.body) == 200


@pytest.mark.parametrize("data", [b"text", b"\xc2", b"\xc2\x05abc", b"\xc2\xe0abc"])
def test_what_is_no_packet_is_refused(data: bytes) -> None:
    with pytest.raises(SignatureInvalid, match=r"^openpgp: "):
        list(read_packets(data))


def test_a_signature_says_who_made_it() -> None:
    signature = read_signature(packet(body()))

    assert (signature.algorithm, signature.hash_label) == ("RSA", "SHA512")
    assert signature.hints == (KEY_ID,)


def test_numbers_that_helm_once_wrote_are_made_shorter() -> None:
    """Nine bits in two bytes, said to be sixteen: strict libraries refuse that."""
    sloppy = read_signature(packet(body(numbers=b"\x00\x10\x01\xff")))

    assert sloppy.raw == read_signature(packet(body())).raw


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(packet(body()) * 2, "exactly one", id="two signatures"),
        pytest.param(b"", "exactly one", id="none"),
        pytest.param(b"\xcb" + packet(body())[1:], "exactly one", id="no signature"),
        pytest.param(packet(body(version=3)), "this kind", id="version"),
        pytest.param(packet(body(kind=0x10)), "this kind", id="not over a text"),
        pytest.param(packet(body(digest=2)), "broken or unknown", id="SHA-1"),
        pytest.param(packet(body(algorithm=99)), "public key algorithm", id="algorithm"),
        pytest.param(packet(body(numbers=b"\x00\x0b\x01\xff")), "truncated", id="bits"),
        pytest.param(packet(body(numbers=b"\x00\x09\x01")), "truncated", id="short"),
        pytest.param(packet(body(unhashed=b"\x05\x02\0\0\0\1")), "nobody has signed", id="time"),
        pytest.param(packet(body(unhashed=b"\x09\x90" + KEY_ID)), "nobody", id="critical"),
        pytest.param(packet(body(unhashed=b"\x19\x10" + KEY_ID)), "truncated", id="length"),
        pytest.param(packet(body())[:12], "EOF", id="cut"),
    ],
)
def test_anything_unusual_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(SignatureInvalid, match=words):
        read_signature(data)


def test_what_is_not_signed_must_be_true() -> None:
    signature = read_signature(packet(body()))

    with pytest.raises(SignatureInvalid, match="hash tag"):
        signature.check_unsigned(b"text", FINGERPRINT.hex())


def test_a_hint_at_another_key_is_refused() -> None:
    from hashlib import sha512

    signature = read_signature(packet(body()))
    right = signature._replace(quick=sha512(b"text" + signature.trailer).digest()[:2])

    right.check_unsigned(b"text", FINGERPRINT.hex())
    with pytest.raises(SignatureInvalid, match="another key"):
        right.check_unsigned(b"text", bytes(20).hex())
