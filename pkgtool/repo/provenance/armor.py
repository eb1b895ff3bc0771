"""OpenPGP's base64 with its frame of dashes, read strictly: one text for each content.

Decoders disagree about what they overlook, and what one of them overlooks nobody has signed. So the
base64 must be the one that an encoder writes, and a checksum, where there is one, must be right.
Header lines of the frame (`Version: GnuPG v1`) are signed by nobody and mean nothing.

Source: RFC 9580 §6.
"""

import base64
import binascii

from pkgtool.errors import SignatureInvalid

_LINE = 64
_HEADERS = ("Version", "Comment", "MessageID", "Hash", "Charset")
_CRC_START = 0xB704CE
_CRC_POLYNOMIAL = 0x1864CFB


def decode_armor(inside: bytes) -> bytes:
    r"""Return the content of a frame.

    Args:
        inside: What stands between the lines of dashes, with `\n` as line ends.

    Raises:
        SignatureInvalid: It is not what an encoder writes.
    """
    head, blank, body = (b"\n" + inside).partition(b"\n\n")
    if not blank or not all(map(_is_header, head.split(b"\n")[1:])):
        raise SignatureInvalid("openpgp: invalid data: armor invalid")
    lines = body.split(b"\n")
    checksum = lines.pop() if lines[-1][:1] == b"=" and len(lines[-1]) == 5 else None
    content = _decode(b"".join(lines))
    if checksum is not None and _decode(checksum[1:]) != _crc24(content):
        raise SignatureInvalid("openpgp: invalid data: armor invalid")
    return content


def encode_armor(kind: str, content: bytes) -> bytes:
    """Return `content` in a frame that says `kind`, without a line end behind it."""
    text = base64.b64encode(content)
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return b"\n".join([_dashes("BEGIN", kind), b"", *lines, _dashes("END", kind)])


def _dashes(what: str, kind: str) -> bytes:
    return f"-----{what} PGP {kind}-----".encode()


def _is_header(line: bytes) -> bool:
    key, colon, _ = line.partition(b": ")
    return bool(colon) and key.decode("ascii", "replace") in _HEADERS


def _decode(text: bytes) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SignatureInvalid("openpgp: invalid data: armor invalid") from error
    if base64.b64encode(content) != text:
        raise SignatureInvalid("openpgp: invalid data: armor invalid")
    return content


def _crc24(content: bytes) -> bytes:
    table = [_shifted(byte << 16) for byte in range(256)]
    crc = _CRC_START
    for byte in content:
        crc = (crc << 8 & 0xFFFFFF) ^ table[crc >> 16 ^ byte]
    return crc.to_bytes(3, "big")


def _shifted(crc: int) -> int:
    for _ in range(8):
        crc = crc << 1 ^ (_CRC_POLYNOMIAL if crc & 0x800000 else 0)
    return crc
