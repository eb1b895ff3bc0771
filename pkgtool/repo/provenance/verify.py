"""Make sure that a package is what somebody trusted has signed, before anything in it is read.

Source: Helm v4 `pkg/provenance/sign.go` (`Verify`); words of go-crypto's errors.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pkgtool.digest import Digest
from pkgtool.errors import FileUnreadable, KeyUnavailable, SignatureInvalid
from pkgtool.repo.provenance.cleartext import Cleartext, read_cleartext
from pkgtool.repo.provenance.keyring import Keyring, read_keyring
from pkgtool.repo.provenance.message import check_message
from pkgtool.repo.provenance.packet import Signature, read_signature
from pkgtool.repo.provenance.sequoia import Key, find_maker

PROVENANCE_LIMIT_BYTES = 1024 * 1024
"""No provenance file is larger than this."""


class Verified(NamedTuple):
    """Who vouches for a package."""

    signed_by: tuple[str, ...]
    """The user ids of the key."""
    fingerprint: str
    """Of the key, in upper-case hexadecimal digits."""
    digest: Digest
    """Of the package."""

    @property
    def lines(self) -> list[str]:
        """What Helm prints about it."""
        return [
            *(f"Signed by: {name}" for name in self.signed_by),
            f"Using Key With Fingerprint: {self.fingerprint}",
            f"Chart Hash Verified: {self.digest}",
        ]


def read_trusted(path: Path, env: Mapping[str, str]) -> Keyring:
    """Return the keyring `path`, for `verify_package`.

    Raises:
        KeyUnavailable: It cannot be read.
    """
    try:
        return read_keyring(path, env)
    except (FileUnreadable, KeyUnavailable) as error:
        raise KeyUnavailable(f"failed to load keyring: {error.what}", hint=error.hint) from error


def verify_package(data: bytes, filename: str, prov: bytes, keyring: Keyring) -> Verified:
    """Return who signed the package `data`.

    Args:
        data: The package, whole.
        filename: What it is called; a signature is about one name.
        prov: Its provenance file.
        keyring: Whom to trust.

    Raises:
        SignatureInvalid: Nobody in `keyring` vouches for it.
    """
    if len(prov) > PROVENANCE_LIMIT_BYTES:
        raise SignatureInvalid(f"provenance file of more than {PROVENANCE_LIMIT_BYTES} bytes")
    message = read_cleartext(prov)
    key = check_signature(message, keyring, at=datetime.now(UTC))
    digest = check_message(message.text, data, filename)
    return Verified(key.identities, key.fingerprint, digest)


def check_signature(message: Cleartext, keyring: Keyring, *, at: datetime) -> Key:
    """Return the key that signed `message`.

    Args:
        message: What is signed, and by what.
        keyring: Whom to trust.
        at: The time for which the answer counts: a key must not have expired by then.

    Raises:
        SignatureInvalid: It is none of `keyring`, or not valid, or no longer.
    """
    signature = read_signature(message.packet)
    if signature.hash_label not in message.hashes:
        raise SignatureInvalid("the message names another hash function than its signature")
    try:
        fingerprint, part = find_maker(message.signed, signature.raw, keyring.keys)
    except SignatureInvalid as error:
        raise _refusal(signature, keyring) from error
    key = next(key for key in keyring.keys if key.fingerprint == fingerprint)
    if key.revoked:
        raise SignatureInvalid("openpgp: signature made by revoked key")
    if key.expires is not None and key.expires <= at:
        raise SignatureInvalid(
            "openpgp: key expired", hint="ask the author for the key with its new expiry date"
        )
    signature.check_unsigned(message.signed, part)
    return key


def _refusal(signature: Signature, keyring: Keyring) -> SignatureInvalid:
    """Return why no key of `keyring` has made this signature."""
    claimed = [key for key in keyring.keys if signature.names(key.public)]
    if not claimed:
        return SignatureInvalid(
            "openpgp: signature made by unknown entity",
            hint=f"put the author's public key into {keyring.path!r}, if you trust it",
        )
    if any(key.revoked for key in claimed):
        return SignatureInvalid("openpgp: signature made by revoked key")
    return SignatureInvalid(
        f"openpgp: invalid signature: {signature.algorithm} verification failure",
        hint="do not use the package; get it again from its author",
    )
