"""Read the body of an answer piece by piece, and stop as soon as it is too much.

The limit is on what comes in and on what comes out, so a compressed text can neither unfold into a
full memory nor be endless and empty; and each piece is looked at when it arrives, so a slow server
cannot hold us longer than the deadline.

Zstandard is taken where Python has it: from 3.14 on, or with `backports.zstd`.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from typing import Any

from pkgtool.errors import FetchFailed
from pkgtool.repo.urls import shown

Advance = Callable[[int, int], None]
"""Told how many bytes are done and how many there are in all: 0 in all while nobody knows, and 0 of
0 when it is over, well or not."""

Progress = Callable[[str], Advance]
"""Takes what a transfer is called, and returns what is told how far it is."""

_PIECE = 64 * 1024
_OVERHEAD = 64 * 1024
"""What an encoding may add to a text that cannot be made smaller."""
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
    advance: Advance | None = None,
) -> bytes:
    """Return the body of an answer.

    Args:
        url: For messages.
        raw: The urllib3 response, of which nothing was read yet.
        headers: Of the answer.
        limit_bytes: Most bytes in the result.
        packed: Leave the bytes as they are, whatever the headers call them.
        is_late: Tells whether the deadline has passed.
        advance: Told about each piece that comes.

    Raises:
        FetchFailed: It is too much, too late, or not what its headers say.
    """
    announced = headers.get("Content-Length", "")
    if announced.isdecimal() and (len(announced) > 15 or int(announced) > limit_bytes):
        raise _too_much(url, limit_bytes)
    total = int(announced) if announced.isdecimal() else 0
    unpacker = None if packed else _unpacker(url, headers)
    data = bytearray()
    received = 0
    while piece := raw.read1(_PIECE, decode_content=False):
        received += len(piece)
        if advance is not None:
            advance(received, total)
        data += _unpacked(url, unpacker, piece, limit_bytes + 1 - len(data))
        if len(data) > limit_bytes or received > limit_bytes + _OVERHEAD:
            raise _too_much(url, limit_bytes)
        if is_late():
            raise FetchFailed(
                f"failed to fetch {shown(url)}: it takes too long", hint="the server is too slow"
            )
    if unpacker is not None and not unpacker.eof and (data or announced != "0"):
        raise _damaged(url)
    return bytes(data)


class Counted:
    """A body that tells how much of it was sent; whoever sends it reads it piece by piece."""

    def __init__(self, data: bytes, advance: Advance) -> None:
        """Wrap `data`, of which nothing was sent yet."""
        self._data = data
        self._at = 0
        self._advance = advance

    def __len__(self) -> int:
        """Return the size of all of it."""
        return len(self._data)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces."""
        while piece := self.read(_PIECE):
            yield piece

    def read(self, size: int = -1) -> bytes:
        """Return the next piece: what was read before is on its way by now."""
        self._advance(self._at, len(self._data))
        piece = self._data[self._at :] if size < 0 else self._data[self._at : self._at + size]
        self._at += len(piece)
        return piece


def accepted() -> str:
    """Return the encodings that are understood, as a server is told."""
    return "gzip, zstd" if _zstd() is not None else "gzip"


@lru_cache(maxsize=1)
def _zstd() -> Any:
    for name in ("compression.zstd", "backports.zstd"):
        with suppress(ImportError):
            return import_module(name)
    return None


def _unpacker(url: str, headers: Mapping[str, str]) -> Any:
    encoding = headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return zlib.decompressobj(_GZIP)
    if encoding == "zstd" and _zstd() is not None:
        # RFC 9659: no window beyond 8 MiB, which is what a receiver must have room for.
        window = {_zstd().DecompressionParameter.window_log_max: 23}
        return _zstd().ZstdDecompressor(options=window)
    raise FetchFailed(
        f"failed to fetch {shown(url)}: the server encodes it as {encoding[:40]!r}, "
        "which was not asked for"
    )


def _unpacked(url: str, unpacker: Any, piece: bytes, most: int) -> bytes:
    if unpacker is None:
        return piece
    broken = (zlib.error, EOFError, *((_zstd().ZstdError,) if _zstd() is not None else ()))
    try:
        data: bytes = unpacker.decompress(piece, most)
    except broken as error:
        raise _damaged(url) from error
    if unpacker.unused_data:
        raise _damaged(url)
    return data


def _damaged(url: str) -> FetchFailed:
    return FetchFailed(f"failed to fetch {shown(url)}: its encoding is damaged")


def _too_much(url: str, limit_bytes: int) -> FetchFailed:
    return FetchFailed(f"failed to fetch {shown(url)}: the answer is over {limit_bytes} bytes")
