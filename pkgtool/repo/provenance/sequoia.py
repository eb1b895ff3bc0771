"""The one door to the library that computes OpenPGP signatures, which is imported on first use."""

from collections.abc import Callable, Sequence
from datetime import datetime
from types import ModuleType
from typing import NamedTuple

from pkgtool.errors import KeyUnavailable, SignatureInvalid

Passphrase = Callable[[str], str]
"""Asks for the passphrase of the key of that name."""


class Key(NamedTuple):
    """A key of a ring."""

    fingerprint: str
    """In upper-case hexadecimal digits."""
    identities: tuple[str, ...]
    """User ids that the key itself has confirmed and not withdrawn."""
    revoked: bool
    expires: datetime | None
    public: bytes
    secret: bytes
    """Empty if it is not in the ring."""


def read_key(data: bytes, *, secret: bool) -> Key | None:
    """Return the key that the packets `data` are; None for one that is broken or of a kind unknown."""
    library = _library()
    try:
        certificate = (
            library.Tsk.from_bytes(data).extract_certificate()
            if secret
            else library.Cert.from_bytes(data)
        )
        return Key(
            certificate.fingerprint.upper(),
            tuple(map(str, certificate.user_ids)),
            certificate.is_revoked,
            certificate.expiration,
            bytes(certificate),
            data if secret else b"",
        )
    except RuntimeError:
        return None


def find_maker(text: bytes, signature: bytes, keys: Sequence[Key]) -> tuple[str, str]:
    """Return the fingerprints of the key that signed `text`, and of its part that did.

    Raises:
        SignatureInvalid: None of `keys` did.
    """
    library = _library()
    try:
        known = [library.Cert.from_bytes(key.public) for key in keys]
        checked = library.verify(text, lambda _: known, signature=library.Sig.from_bytes(signature))
    except RuntimeError as error:
        raise SignatureInvalid("no valid signature") from error
    (valid,) = checked.valid_sigs
    return valid.certificate.upper(), valid.signing_key.upper()


def sign_cleartext(text: bytes, key: Key, passphrase: Passphrase) -> bytes:
    """Return `text` as a signed message; the passphrase is only asked for where it is needed.

    Raises:
        KeyUnavailable: The key cannot sign, or the passphrase is wrong.
    """
    library = _library()
    try:
        secret = library.Tsk.from_bytes(key.secret)
        signer = _signer(secret, key, passphrase)
        return bytes(library.sign(signer, text, mode=library.SignatureMode.CLEAR))
    except RuntimeError as error:
        raise KeyUnavailable(f"cannot sign with this key: {_reason(error)}") from error


def _signer(secret: object, key: Key, passphrase: Passphrase) -> object:
    make: Callable[..., object] = secret.signer  # type: ignore[attr-defined]
    try:
        return make()
    except RuntimeError as error:
        if "is encrypted" not in _reason(error):
            raise
    word = passphrase(next(iter(key.identities), "Unknown"))
    try:
        return make(word)
    except RuntimeError as error:
        raise KeyUnavailable("openpgp: invalid data: private key checksum failure") from error


def _library() -> ModuleType:
    try:
        import pysequoia  # noqa: PLC0415
    except ImportError as error:
        raise KeyUnavailable(
            "signatures need the library pysequoia, which is not installed",
            hint="pip install 'pkgtool[sign]'",
        ) from error
    return pysequoia


def _reason(error: RuntimeError) -> str:
    """Return what went wrong, without the library's stack."""
    return str(error).partition("\n")[0]
