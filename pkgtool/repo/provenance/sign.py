"""Sign a package: make its provenance file.

A key whose secret part is in the keyring signs here; any other signs where GnuPG keeps it, in its
agent or on a card.

Source: Helm v4 `pkg/provenance/sign.go` (`ClearSign`), `pkg/action/package.go`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from pkgtool.errors import KeyUnavailable, SignatureInvalid
from pkgtool.repo.provenance.cleartext import read_cleartext, write_cleartext
from pkgtool.repo.provenance.gpg import has_secret_key, sign_with_agent
from pkgtool.repo.provenance.keyring import Keyring, choose_key
from pkgtool.repo.provenance.message import write_message
from pkgtool.repo.provenance.sequoia import Key, Passphrase, sign_cleartext
from pkgtool.repo.provenance.verify import check_signature


class Signer(NamedTuple):
    """A key, and what it takes to use it."""

    key: Key
    passphrase: str | None
    """If it was given; else it is asked for where it is needed."""
    ask: Passphrase
    env: Mapping[str, str]
    """The environment, for GnuPG."""


def find_signer(
    keyring: Keyring,
    identity: str,
    *,
    passphrase: str | None,
    ask: Passphrase,
    env: Mapping[str, str],
) -> Signer:
    """Return who signs in the name of `identity`.

    Raises:
        KeyUnavailable: There is no such key or more than one, or its secret part is nowhere.
    """
    key = choose_key(keyring, identity)
    if not key.secret and not has_secret_key(key.fingerprint, env):
        raise KeyUnavailable(
            "provided key is not a private key. Try providing a keyring with secret keys",
            hint="`gpg --export-secret-keys > FILE` makes one; name it with --keyring",
        )
    return Signer(key, passphrase, ask, env)


def sign_package(data: bytes, filename: str, metadata: bytes, signer: Signer) -> bytes:
    """Return the provenance file of a package.

    Args:
        data: The package, whole.
        filename: What it is called, and must be called when it is verified.
        metadata: What it says of itself, as YAML.
        signer: Whose signature.

    Raises:
        KeyUnavailable: The key cannot be used, or what it makes would not be accepted.
    """
    # Spaces at the ends of lines are not signed, so they are not written either.
    lines = write_message(data, filename, metadata).split(b"\n")
    text = b"\n".join(line.rstrip(b" \t") for line in lines)
    message = read_cleartext(_signed(text, signer))
    try:
        check_signature(message, Keyring((signer.key,)), at=datetime.now(UTC))
    except SignatureInvalid as error:
        raise KeyUnavailable(f"this key's signature is not valid: {error.what}") from error
    return write_cleartext(message)


def _signed(text: bytes, signer: Signer) -> bytes:
    if signer.key.secret:
        word = signer.passphrase
        ask = signer.ask if word is None else lambda _: word
        return sign_cleartext(text, signer.key, ask)
    return sign_with_agent(text, signer.key.fingerprint, signer.env, signer.passphrase or "")
