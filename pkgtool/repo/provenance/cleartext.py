r"""Read and write a text with an OpenPGP signature below it.

```
message   = begin { hash } "" { line } begin-signature armor end-signature
hash      = "Hash: " name { "," name }
line      = "- " any | any that does not begin with "-"
```

What is signed are the lines, without the spaces at their ends, with `\r\n` between them. Nothing
may stand before or behind the message, for it would look signed. Helm overlooks such things.

Source: RFC 9580 §7; Helm v4 `pkg/provenance/sign.go`.
"""

from typing import NamedTuple

from pkgtool.errors import SignatureInvalid
from pkgtool.repo.provenance.armor import decode_armor, encode_armor

_BEGIN = b"-----BEGIN PGP SIGNED MESSAGE-----\n"
_SIGNATURE = b"\n-----BEGIN PGP SIGNATURE-----\n"
_END = b"\n-----END PGP SIGNATURE-----"


class Cleartext(NamedTuple):
    """A text and its signature."""

    text: bytes
    r"""The lines with `\n` between them, and without spaces at their ends."""
    hashes: tuple[str, ...]
    """Hash functions that the message says it needs."""
    packet: bytes
    """The signature, as it stands in the armor."""

    @property
    def signed(self) -> bytes:
        """What the signature is about."""
        return self.text.replace(b"\n", b"\r\n")


def read_cleartext(data: bytes) -> Cleartext:
    """Return what the signed message `data` says.

    Raises:
        SignatureInvalid: It is none, or there is something beside it.
    """
    message = _with_plain_line_ends(data)
    if not message.startswith(_BEGIN):
        raise SignatureInvalid("signature block not found")
    head, blank, rest = message.removeprefix(_BEGIN).partition(b"\n\n")
    lines, mark, armor = rest.partition(_SIGNATURE)
    inside, end, behind = armor.partition(_END)
    if not (blank and mark and end):
        raise SignatureInvalid("signature block not found")
    if behind.strip(b"\n"):
        raise SignatureInvalid("something stands behind the signature")
    text = b"\n".join(map(_plain_line, lines.split(b"\n")))
    return Cleartext(text, tuple(_hashes(head)), decode_armor(inside))


def write_cleartext(message: Cleartext) -> bytes:
    """Return `message` as a file, in the form that Helm gives it: no line end at the end."""
    lines = (b"- " + line if line.startswith(b"-") else line for line in message.text.split(b"\n"))
    head = _BEGIN + b"".join(f"Hash: {each}\n".encode() for each in message.hashes) + b"\n"
    return head + b"\n".join(lines) + b"\n" + encode_armor("SIGNATURE", message.packet)


def _with_plain_line_ends(data: bytes) -> bytes:
    r"""Return `data` with `\n` for `\r\n`, if it has that everywhere."""
    if data.count(b"\r\n") == data.count(b"\n"):
        data = data.replace(b"\r\n", b"\n")
    if b"\r" in data or b"\0" in data:
        raise SignatureInvalid("a signed message with mixed line ends")
    return data


def _hashes(head: bytes) -> list[str]:
    found = []
    for line in head.split(b"\n"):
        key, colon, names = line.partition(b": ")
        if key != b"Hash" or not colon:
            raise SignatureInvalid("a signed message without the names of its hash functions")
        found += names.decode("ascii", "replace").split(",")
    return found


def _plain_line(line: bytes) -> bytes:
    if line.startswith(b"-") and not line.startswith(b"- "):
        raise SignatureInvalid("a signed message inside a signed message")
    return line.removeprefix(b"- ").rstrip(b" \t")
