"""Cut OpenPGP data into packets, and look at a signature so closely that no bit is free.

Part of a signature is not signed: which key made it (as a hint), the first bytes of the digest, how
long its numbers are. Libraries overlook errors there, and before 2021 Helm's wrote numbers in a way
that other libraries refuse. So a signature is read here, checked against the key that it turned out
to be of, and written anew for the library.

Source: RFC 9580 §4.2 and §5.2; go-crypto `openpgp/packet` for what Helm writes.
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from pkgtool.errors import SignatureInvalid

SIGNATURE = 2
_MPI_ALGORITHMS = {1: "RSA", 3: "RSA", 17: "DSA", 19: "ECDSA", 22: "EdDSA"}
_RAW_ALGORITHMS = {27: "Ed25519", 28: "Ed448"}
_HASHES = {8: "sha256", 9: "sha384", 10: "sha512", 11: "sha224", 12: "sha3_256", 14: "sha3_512"}
_NAMES = {"sha3_256": "SHA3-256", "sha3_512": "SHA3-512"}
_OVER_TEXT = (0, 1)
_ISSUERS = (16, 33)
"""Subpackets: a key id, a fingerprint."""
_KEYS = (6, 14)
"""Packets: a key, a part of a key."""


class Packet(NamedTuple):
    """One packet."""

    tag: int
    body: bytes
    raw: bytes
    """With its header."""


class Signature(NamedTuple):
    """A signature of version 4 over a text."""

    algorithm: str
    hash_name: str
    """As `hashlib` calls it."""
    trailer: bytes
    """What is hashed behind the text."""
    quick: bytes
    """The first two bytes of the digest."""
    issuers: tuple[bytes, ...]
    """Key ids, and version and fingerprint, of the key that it says it is of."""
    hints: tuple[bytes, ...]
    """Those of them in the part that is not signed."""
    raw: bytes
    """As a packet, numbers in their shortest form."""

    @property
    def hash_label(self) -> str:
        """The hash function, as the head of a message calls it."""
        return _NAMES.get(self.hash_name, self.hash_name.upper())

    def check_unsigned(self, signed: bytes, fingerprint: str) -> None:
        """Make sure that what is not signed is true, given what and by which key was signed.

        Raises:
            SignatureInvalid: It is not.
        """
        digest = hashlib.new(self.hash_name, signed + self.trailer).digest()
        if digest[:2] != self.quick:
            raise SignatureInvalid("openpgp: invalid signature: hash tag doesn't match")
        if not _names_of(bytes.fromhex(fingerprint)).issuperset(self.hints):
            raise SignatureInvalid("openpgp: invalid signature: it names another key")

    def names(self, key: bytes) -> bool:
        """Return whether it says that it is of the public `key` or a part of it."""
        parts = (each for each in read_packets(key) if each.tag in _KEYS)
        return any(
            not _names_of(_fingerprint(each.body)).isdisjoint(self.issuers) for each in parts
        )


def read_packets(data: bytes) -> Iterator[Packet]:
    """Yield the packets of `data`.

    Raises:
        SignatureInvalid: It is not a sequence of packets.
    """
    at = 0
    while at < len(data):
        tag, start, size = _header(data, at)
        body = data[start : start + size]
        if start > len(data) or len(body) < size:
            raise SignatureInvalid("openpgp: invalid data: unexpected EOF")
        yield Packet(tag, body, data[at : start + size])
        at = start + size


def read_signature(data: bytes) -> Signature:
    """Return the one signature that `data` is.

    Raises:
        SignatureInvalid: It is none, more than one, or of a kind that nobody should trust.
    """
    packets = list(read_packets(data))
    if len(packets) != 1 or packets[0].tag != SIGNATURE:
        raise SignatureInvalid("there must be exactly one signature")
    body = packets[0].body
    if len(body) < 10 or body[0] != 4 or body[1] not in _OVER_TEXT:
        raise SignatureInvalid("openpgp: unsupported feature: this kind of signature")
    if body[3] not in _HASHES:
        raise SignatureInvalid(
            "openpgp: invalid signature: its hash function is broken or unknown",
            hint="ask the author to sign with SHA-256 or better",
        )
    hashed, rest = _area(body, 4)
    unhashed, rest = _area(body, rest)
    hints = tuple(_hints(unhashed))
    numbers = _numbers(body[2], body[rest + 2 :])
    return Signature(
        _MPI_ALGORITHMS.get(body[2]) or _RAW_ALGORITHMS[body[2]],
        _HASHES[body[3]],
        body[: 6 + len(hashed)] + b"\x04\xff" + (6 + len(hashed)).to_bytes(4, "big"),
        body[rest : rest + 2],
        tuple(value for kind, value in _subpackets(hashed) if kind & 0x7F in _ISSUERS) + hints,
        hints,
        _packet(SIGNATURE, body[: rest + 2] + numbers),
    )


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Return the tag of a packet, where its body starts, and how long that is."""
    first, more = data[at], data[at + 1 : at + 6].ljust(5, b"\0")
    if not first & 0x80:
        raise SignatureInvalid("openpgp: invalid data: tag byte does not have MSB set")
    if not first & 0x40:
        width = (1, 2, 4, 0)[first & 3]
        size = int.from_bytes(more[:width], "big") if width else len(data) - at - 1
        return first >> 2 & 0xF, at + 1 + width, size
    if more[0] < 192:
        return first & 0x3F, at + 2, more[0]
    if more[0] < 224:
        return first & 0x3F, at + 3, (more[0] - 192 << 8) + more[1] + 192
    if more[0] < 255:
        raise SignatureInvalid("openpgp: unsupported feature: partial lengths")
    return first & 0x3F, at + 6, int.from_bytes(more[1:], "big")


def _area(body: bytes, at: int) -> tuple[bytes, int]:
    """Return an area of subpackets, and where it ends."""
    end = at + 2 + int.from_bytes(body[at : at + 2], "big")
    if end > len(body):
        raise SignatureInvalid("openpgp: invalid data: signature subpacket truncated")
    return body[at + 2 : end], end


def _hints(area: bytes) -> Iterator[bytes]:
    """Yield what names the key, in an area that may hold nothing else."""
    for kind, value in _subpackets(area):
        if kind not in _ISSUERS:
            raise SignatureInvalid("a signature with parts that nobody has signed")
        yield value


def _subpackets(area: bytes) -> Iterator[tuple[int, bytes]]:
    while area:
        first, more = area[0], area[1:5].ljust(4, b"\0")
        size, start = first, 1
        if first == 255:
            size, start = int.from_bytes(more, "big"), 5
        elif first >= 192:
            size, start = (first - 192 << 8) + more[0] + 192, 2
        if size == 0 or start + size > len(area):
            raise SignatureInvalid("openpgp: invalid data: signature subpacket truncated")
        yield area[start], area[start + 1 : start + size]
        area = area[start + size :]


def _names_of(fingerprint: bytes) -> set[bytes]:
    return {fingerprint[-8:], b"\x04" + fingerprint}


def _fingerprint(key: bytes) -> bytes:
    whole = b"\x99" + len(key).to_bytes(2, "big") + key
    return hashlib.sha1(whole, usedforsecurity=False).digest()


def _numbers(algorithm: int, data: bytes) -> bytes:
    """Return the numbers at the end of a signature, each as short as it can be."""
    if algorithm in _RAW_ALGORITHMS:
        return data
    if algorithm not in _MPI_ALGORITHMS:
        raise SignatureInvalid("openpgp: unsupported feature: public key algorithm")
    written = b""
    while data:
        bits = int.from_bytes(data[:2], "big")
        digits, data = data[2 : 2 + (bits + 7) // 8], data[2 + (bits + 7) // 8 :]
        number = int.from_bytes(digits, "big")
        # Helm once wrote whole bytes where bits are meant.
        if len(digits) * 8 < bits or bits not in (number.bit_length(), len(digits) * 8):
            raise SignatureInvalid("openpgp: invalid data: signature truncated")
        written += number.bit_length().to_bytes(2, "big") + number.to_bytes(
            (number.bit_length() + 7) // 8, "big"
        )
    return written


def _packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 255]) + len(body).to_bytes(4, "big") + body
