"""Read keyrings in all their forms, and pick a key by the name of its owner.

| form | comes from |
|---|---|
| packets | `gpg --export`, `gpg --export-secret-keys`, GnuPG 1's `pubring.gpg` |
| armored packets, also several blocks | the same with `--armor` |
| keybox | GnuPG 2's `pubring.kbx`; GnuPG itself reads it |

Keys of a kind that is unknown are left out: a ring may hold some of a quarter of a century ago.

Source: Helm v4 `pkg/provenance/sign.go` (`NewFromKeyring`).
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable, KeyUnavailable, SignatureInvalid
from pkgtool.repo.provenance.armor import decode_armor
from pkgtool.repo.provenance.gpg import export_keybox
from pkgtool.repo.provenance.packet import Packet, read_packets
from pkgtool.repo.provenance.sequoia import Key, read_key
from pkgtool.values.setflags import quoted

KEYRING_LIMIT_BYTES = 64 * 1024 * 1024
_SECRET, _PUBLIC = 5, 6
_PARTS = frozenset({2, _SECRET, _PUBLIC, 7, 13, 14, 17})
"""Packets that make a key; GnuPG keeps others beside them."""
_ARMOR = b"-----BEGIN PGP "


class Keyring(NamedTuple):
    """Keys that somebody trusts, or signs with."""

    keys: tuple[Key, ...]
    path: str = ""
    """Where they were found, for messages."""


def read_keyring(path: Path, env: Mapping[str, str]) -> Keyring:
    """Return the keys in the file `path`.

    Where GnuPG's old `pubring.gpg` is missing, the keybox beside it is read.

    Args:
        path: Where.
        env: The environment, for GnuPG.

    Raises:
        KeyUnavailable: It is missing, or holds no keys that can be read.
        FileUnreadable: The disk refuses it.
    """
    data = _content(path)
    if data[8:12] == b"KBXf":
        data = export_keybox(path if path.exists() else _keybox(path), env)
    elif data.lstrip().startswith(_ARMOR):
        data = b"".join(_blocks(data))
    try:
        return Keyring(tuple(_keys(read_packets(data))), str(path))
    except SignatureInvalid as error:
        raise KeyUnavailable(error.what, hint=f"{str(path)!r} is not a keyring") from error


def choose_key(keyring: Keyring, identity: str) -> Key:
    """Return the one key that belongs to `identity`: all of a user id, or a part of only one key's.

    Raises:
        KeyUnavailable: There is none, or more than one.
    """
    exact = [key for key in keyring.keys if identity in key.identities]
    if exact:
        return _with_secret(exact)
    partly = [key for key in keyring.keys if any(identity in each for each in key.identities)]
    if len({key.fingerprint for key in partly}) > 1:
        raise KeyUnavailable(
            f"more than one key contain the id {quoted(identity)}",
            hint="give the whole user id: `Name (comment) <address>`",
        )
    if not partly:
        raise KeyUnavailable(
            "private key not found",
            hint=f"no key in {keyring.path!r} has {identity!r} in a user id",
        )
    return _with_secret(partly)


def _with_secret(keys: Iterable[Key]) -> Key:
    """Return the first of `keys`, but rather one with its secret part."""
    return min(keys, key=lambda key: not key.secret)


def _keybox(path: Path) -> Path:
    return path.with_name("pubring.kbx")


def _content(path: Path) -> bytes:
    place = path
    if path.name == "pubring.gpg" and not path.exists() and _keybox(path).exists():
        place = _keybox(path)
    try:
        return read_file(place, limit_bytes=KEYRING_LIMIT_BYTES)
    except FileUnreadable as error:
        if path.exists():
            raise
        raise KeyUnavailable(
            f"open {path}: no such file or directory",
            hint="`gpg --export > FILE` makes a keyring; name it with --keyring",
        ) from error


def _blocks(data: bytes) -> Iterator[bytes]:
    """Yield the content of all armored blocks."""
    for part in data.replace(b"\r\n", b"\n").split(_ARMOR)[1:]:
        inside, end, _ = part.partition(b"-----\n")[2].partition(b"\n-----END PGP ")
        if not end or b" KEY BLOCK-----" not in part:
            raise KeyUnavailable("openpgp: invalid data: armor invalid")
        try:
            yield decode_armor(inside)
        except SignatureInvalid as error:
            raise KeyUnavailable(error.what) from error


def _keys(packets: Iterable[Packet]) -> Iterator[Key]:
    collected: list[Packet] = []
    for packet in (each for each in packets if each.tag in _PARTS):
        if packet.tag in (_SECRET, _PUBLIC) and collected:
            yield from _key(collected)
            collected = []
        collected.append(packet)
    yield from _key(collected)


def _key(packets: list[Packet]) -> Iterator[Key]:
    if packets:
        secret = packets[0].tag == _SECRET
        key = read_key(b"".join(each.raw for each in packets), secret=secret)
        if key is not None:
            yield key
