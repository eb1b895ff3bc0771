"""Decode base64 and base32 as strictly as Go does, and say at which byte the text goes wrong.

Line ends are skipped, other spaces are not; padding is required; spare bits at the end may be set.

Source: Go packages `encoding/base64` and `encoding/base32`.
"""

import binascii
import re


class RadixError(Exception):
    """The text is not what it should be; the message is Go's."""


def decode_base64(text: str) -> bytes:
    """Return the bytes of base64 `text`.

    >>> decode_base64("aGk=")
    b'hi'

    Raises:
        RadixError: With the place of the first wrong byte.
    """
    compact = text.replace("\n", "").replace("\r", "") if "\n" in text or "\r" in text else text
    if len(compact) % 4 == 0 and compact.isascii():
        try:
            return binascii.a2b_base64(compact, strict_mode=True)
        except binascii.Error:
            pass
    raise RadixError(f"illegal base64 data at input byte {_base64_fault(_to_bytes(text))}")


def _base64_fault(data: bytes) -> int:
    end = len(data)
    place = _prefix(rb"[A-Za-z0-9+/\r\n]*", data, 0)
    filled = len(data[:place].translate(None, b"\r\n")) % 4
    if place == end:
        return end - filled
    if data[place : place + 1] != b"=" or filled < 2:
        return place
    after = place + 1
    if filled == 2:
        second = _prefix(rb"[\r\n]*", data, after)
        if second == end:
            return end
        if data[second : second + 1] != b"=":
            return second - 1
        after = second + 1
    return _prefix(rb"[\r\n]*", data, after)


def decode_base32(text: str) -> bytes:
    """Return the bytes of base32 `text`.

    >>> decode_base32("NBUQ====")
    b'hi'

    Raises:
        RadixError: With the place of the first wrong byte, line ends not counted.
    """
    from base64 import b32decode  # noqa: PLC0415

    data = _to_bytes(text).translate(None, b"\r\n")
    digits = _prefix(rb"[A-Z2-7]*", data, 0)
    fault = _base32_fault(data, digits)
    if fault is not None:
        raise RadixError(f"illegal base32 data at input byte {fault}")
    return b32decode(data[:digits] + b"=" * (-digits % 8))


def _base32_fault(data: bytes, digits: int) -> int | None:
    filled = digits % 8
    left = len(data) - digits - 1
    if left < 0:
        return len(data) - filled if filled else None
    if data[digits] != ord("=") or filled < 2 or left >= 8:
        return digits
    if left + filled < 7:
        return len(data)
    for index in range(7 - filled):
        if data[digits + 1 + index] != ord("="):
            return digits + index
    return digits if filled in (3, 6) else None


def _prefix(pattern: bytes, data: bytes, start: int) -> int:
    """Where the longest match of `pattern`, which may be empty, ends."""
    match = re.compile(pattern).match(data, start)
    return match.end() if match else start


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
