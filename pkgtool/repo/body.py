"""Read the body of an answer piece by piece, and stop as soon as it is too much.

The limit is on what comes out, so a compressed text cannot unfold into a full memory, and each
piece is looked at when it arrives, so a slow server cannot hold us longer than the deadline.
"""

import zlib
from collections.abc import Callable, Mapping
from typing import Any

from pkgtool.errors import FetchFailed
from pkgtool.repo.urls import shown

_PIECE = 64 * 1024
_GZIP = 31
"""zlib's word for a gzip header with a full window."""


def read_body(
    url: str,
    raw: Any,
    headers: Mapping[str, str],
    *,
    limit_bytes: int,
    packed: bool,
    is_late: Callable[[], bool],
) -> bytes:
    """Return the body of an answer.

    Args:
        url: For messages.
        raw: The urllib3 response, of which nothing was read yet.
        headers: Of the answer.
        limit_bytes: Most bytes in the result.
        packed: Leave the bytes as they are, whatever the headers call them.
        is_late: Tells whether the deadline has passed.

    Raises:
        FetchFailed: It is too much, too late, or not what its headers say.
    """
    announced = headers.get("Content-Length", "")
    if announced.isdecimal() and (len(announced) > 15 or int(announced) > limit_bytes):
        raise _too_much(url, limit_bytes)
    unpacker = None if packed else _unpacker(url, headers)
    data = bytearray()
    while piece := raw.read1(_PIECE, decode_content=False):
        data += _unpacked(url, unpacker, piece, limit_bytes + 1 - len(data))
        if len(data) > limit_bytes:
            raise _too_much(url, limit_bytes)
        if is_late():
            raise FetchFailed(
                f"failed to fetch {shown(url)}: it takes too long", hint="the server is too slow"
            )
    if unpacker is not None and not unpacker.eof and (data or announced != "0"):
        raise _damaged(url)
    return bytes(data)


def _unpacker(url: str, headers: Mapping[str, str]) -> Any:
    encoding = headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding not in ("gzip", "x-gzip"):
        raise FetchFailed(
            f"failed to fetch {shown(url)}: the server encodes it as {encoding[:40]!r}, "
            "which was not asked for"
        )
    return zlib.decompressobj(_GZIP)


def _unpacked(url: str, unpacker: Any, piece: bytes, most: int) -> bytes:
    if unpacker is None:
        return piece
    try:
        data: bytes = unpacker.decompress(piece, most)
    except zlib.error as error:
        raise _damaged(url) from error
    if unpacker.unused_data:
        raise _damaged(url)
    return data


def _damaged(url: str) -> FetchFailed:
    return FetchFailed(f"failed to fetch {shown(url)}: its gzip encoding is damaged")


def _too_much(url: str, limit_bytes: int) -> FetchFailed:
    return FetchFailed(f"failed to fetch {shown(url)}: the answer is over {limit_bytes} bytes")
