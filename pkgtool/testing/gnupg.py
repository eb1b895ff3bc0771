"""The real GnuPG in a home of its own, for tests of signatures."""

import shutil
import tempfile
from pathlib import Path
from typing import Self

from pkgtool.process import run_process

_GPG = ("gpg", "--batch", "--quiet", "--yes", "--pinentry-mode", "loopback")


class Gnupg:
    """Makes keys, keyrings and signatures; at the end of the block all of it is gone."""

    def __init__(self) -> None:
        # Sockets need a short path.
        self.home = Path(tempfile.mkdtemp(prefix="gpg-"))

    @staticmethod
    def installed() -> bool:
        """Whether GnuPG can be run here."""
        return shutil.which("gpg") is not None

    @property
    def env(self) -> dict[str, str]:
        """The environment in which this home is GnuPG's."""
        return {"GNUPGHOME": str(self.home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}

    def add(
        self,
        owner: str,
        *,
        passphrase: str = "",
        kind: str = "ed25519",
        until: str = "never",
        at: str = "",
    ) -> None:
        """Make a key.

        Args:
            owner: Its user id.
            passphrase: What locks it.
            kind: The algorithm.
            until: When it expires, in GnuPG's words: `never`, `30d`.
            at: What GnuPG believes that the time is: `20200101T000000`.
        """
        clock = ("--faked-system-time", f"{at}!") if at else ()
        self.run(*clock, "--passphrase", passphrase, "--quick-gen-key", owner, kind, "sign", until)

    def export(self, path: Path, *owners: str, secret: bool = False, armor: bool = False) -> Path:
        """Write a keyring with the keys of `owners`, or of all, and return where."""
        what = ("--passphrase", "secret", "--export-secret-keys") if secret else ("--export",)
        path.write_bytes(self.run(*(("--armor",) if armor else ()), *what, *owners))
        return path

    def clearsign(self, text: bytes, owner: str, *, digest: str = "SHA512", at: str = "") -> bytes:
        """Return `text` as a signed message."""
        clock = ("--faked-system-time", f"{at}!") if at else ()
        return self.run(*clock, "--digest-algo", digest, "-u", owner, "--clearsign", data=text)

    def revoke(self, owner: str) -> None:
        """Withdraw a key for good."""
        listed = self.run("--with-colons", "--list-keys", owner).decode()
        fingerprint = next(line for line in listed.splitlines() if line.startswith("fpr"))
        file = self.home / "openpgp-revocs.d" / f"{fingerprint.split(':')[9]}.rev"
        self.run("--import", data=file.read_bytes().replace(b":-----", b"-----"))

    def run(self, *arguments: str, data: bytes = b"") -> bytes:
        """Run `gpg` and return what it prints."""
        done = run_process([*_GPG, *arguments], env=self.env, data=data)
        assert done.status == 0, done.words
        return done.out

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        run_process(["gpgconf", "--kill", "all"], env=self.env)
        shutil.rmtree(self.home, ignore_errors=True)
