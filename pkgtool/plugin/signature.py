"""Who signed a plugin, as far as that is known without and with a keyring.

Source: Helm v4 `internal/plugin/signing_info.go`.
"""

from typing import NamedTuple

from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable
from pkgtool.plugin.install import kept_files
from pkgtool.plugin.model import Plugin

_LIMIT_BYTES = 1024 * 1024
_BEGIN = b"-----BEGIN PGP SIGNED MESSAGE-----"
_END = b"-----BEGIN PGP SIGNATURE-----"


class Verified(NamedTuple):
    """A signature that is good."""

    signed_by: tuple[str, ...]
    """The names in the key."""
    fingerprint: str
    """Of the key, in upper-case hexadecimal digits."""
    file_hash: str
    """`sha256:…` of the tarball."""


def provenance_status(plugin: Plugin) -> str:
    """Return what is known of an installed plugin's signature, in one of Helm's words.

    No key is asked: `signed` says only that there is a signature, and that it lists files.
    """
    if plugin.folder.is_symlink():
        return "local dev"
    try:
        data = read_file(kept_files(plugin)[1], limit_bytes=_LIMIT_BYTES)
    except FileUnreadable:
        return "unsigned"
    _, begin, rest = data.partition(_BEGIN)
    text, end, _ = rest.partition(_END)
    if not begin or not end:
        return "invalid provenance"
    _, listed, files = text.partition(b"\n...\n")
    return "signed" if listed and b"sha256:" in files else "mismatched provenance"
