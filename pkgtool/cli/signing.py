"""The flags that say who signs, for everything that makes packages.

Source: Helm v4 `pkg/cmd/package.go`, `pkg/action/package.go`; messages are Helm's.
"""

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import click

from pkgtool.cli.params import option_group
from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable, KeyUnavailable, UsageError
from pkgtool.ops.package import Sign
from pkgtool.places import Places
from pkgtool.settings import Settings

_LIMIT_BYTES = 64 * 1024

signing_options = option_group(
    click.option("--key", default="", metavar="NAME", help="Whose key signs."),
    click.option("--keyring", default=None, metavar="PATH", help="Where the key is."),
    click.option(
        "--passphrase-file",
        default="",
        metavar="PATH",
        help="Its first line unlocks the key; - reads it from standard input.",
    ),
)
"""See `chosen_signature`."""


def chosen_signature(flags: Mapping[str, Any], settings: Settings) -> Sign:
    """Return what signs packages as the flags say.

    Raises:
        UsageError: The flags do not say enough.
        KeyUnavailable: There is no such key, or no way to use it.
    """
    if not flags["key"]:
        raise UsageError("--key is required for signing a package")
    if flags["keyring"] == "":
        raise UsageError("--keyring is required for signing a package")
    # Imported here: most packages are not signed.
    from pkgtool.repo.provenance import find_signer, read_keyring, sign_package  # noqa: PLC0415

    keyring = Path(flags["keyring"]) if flags["keyring"] else Places(settings).keyring
    signer = find_signer(
        read_keyring(keyring, settings.environ),
        flags["key"],
        passphrase=_passphrase(flags["passphrase_file"]),
        ask=cache(_ask),
        env=settings.environ,
    )
    return lambda data, filename, metadata: sign_package(data, filename, metadata, signer)


def _passphrase(place: str) -> str | None:
    """Return the first line of a file, or of standard input; None if neither is named."""
    if not place:
        return None
    if place == "-":
        return _first_line(_standard_input())
    try:
        return _first_line(read_file(Path(place), limit_bytes=_LIMIT_BYTES))
    except FileUnreadable as error:
        if Path(place).exists():
            raise
        raise KeyUnavailable(f"open {place}: no such file or directory") from error


def _standard_input() -> bytes:
    if sys.stdin.isatty():
        raise KeyUnavailable(
            "specified reading passphrase from stdin, without input on stdin",
            hint="pipe the passphrase into the command, or let it ask",
        )
    return sys.stdin.buffer.readline(_LIMIT_BYTES)


def _first_line(data: bytes) -> str:
    if not data:
        raise KeyUnavailable("EOF", hint="there is no passphrase in the file")
    return data.partition(b"\n")[0].removesuffix(b"\r").decode("utf-8", "surrogateescape")


def _ask(name: str) -> str:
    if not sys.stdin.isatty():
        raise KeyUnavailable(
            "inappropriate ioctl for device",
            hint="nobody can be asked for the passphrase: name a file with --passphrase-file",
        )
    # Imported here: only locked keys need it.
    from getpass import getpass  # noqa: PLC0415

    return getpass(f'Password for key "{name}" >  ')
