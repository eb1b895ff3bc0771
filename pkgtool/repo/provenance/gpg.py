"""The one door to GnuPG: for its keybox, which only it reads, and for keys that it never gives away."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pkgtool.errors import InputError, KeyUnavailable
from pkgtool.process import run_process

_QUIET = ("--batch", "--no-tty", "--quiet", "--no-autostart", "--lock-never")
_SIGN_TIMEOUT_S = 600.0
"""Its agent may be asking somebody for a passphrase, or for a touch on a token."""


def export_keybox(path: Path, env: Mapping[str, str]) -> bytes:
    """Return the public keys in the keybox `path`, which is not changed.

    Raises:
        KeyUnavailable: GnuPG is missing, or cannot read it.
    """
    with TemporaryDirectory() as home:
        ring = ("--no-default-keyring", "--keyring", str(path.absolute()))
        return _run(["--homedir", home, *_QUIET, *ring, "--export"], env)


def sign_with_agent(text: bytes, fingerprint: str, env: Mapping[str, str], word: str) -> bytes:
    """Return `text` as a message signed by the key of that fingerprint, which GnuPG keeps.

    Args:
        text: What to sign.
        fingerprint: Of the whole key.
        env: The environment, which says where GnuPG keeps its keys.
        word: The passphrase; empty to let GnuPG's agent ask for it.

    Raises:
        KeyUnavailable: GnuPG is missing, has no such secret key, or cannot use it.
    """
    asked = ("--pinentry-mode", "loopback", "--passphrase-fd", "0") if word else ()
    how = ("--batch", "--yes", "--quiet", "--digest-algo", "SHA512", "--local-user", fingerprint)
    with TemporaryDirectory() as folder:
        place = Path(folder, "message")
        place.write_bytes(text)
        return _run(
            [*how, *asked, "--output", "-", "--clearsign", str(place)],
            env,
            data=f"{word}\n".encode(),
        )


def has_secret_key(fingerprint: str, env: Mapping[str, str]) -> bool:
    """Return whether GnuPG is there and keeps the secret part of that key."""
    try:
        _run(["--batch", "--quiet", "--list-secret-keys", fingerprint], env)
    except KeyUnavailable:
        return False
    return True


def _run(arguments: Sequence[str], env: Mapping[str, str], *, data: bytes = b"") -> bytes:
    try:
        ended = run_process(["gpg", *arguments], env=env, data=data, timeout_s=_SIGN_TIMEOUT_S)
    except InputError as error:
        raise KeyUnavailable(f"cannot use GnuPG: {error.what}", hint=error.hint) from error
    if ended.status:
        last = ended.words.rpartition("\n")[2] or f"status {ended.status}"
        raise KeyUnavailable(f"GnuPG refuses: {last.removeprefix('gpg: ')}")
    return ended.out
