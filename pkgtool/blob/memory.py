"""Blobs in a dictionary, until the process ends."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from pkgtool.blob.keys import check_key
from pkgtool.blob.protocol import BlobInfo
from pkgtool.digest import Digest
from pkgtool.errors import BlobExists, BlobNotFound


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class MemoryBlobs:
    """Bytes by key in memory. Safe to share between threads."""

    def __init__(self, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._blobs: dict[str, tuple[BlobInfo, bytes]] = {}

    def put(self, key: str, data: bytes, *, replace: bool = False) -> BlobInfo:
        """See `BlobStore.put`."""
        check_key(key)
        info = BlobInfo(key, len(data), Digest.of(data), self._clock())
        with self._lock:
            kept = self._blobs.get(key)
            if kept and kept[0].digest == info.digest:
                return kept[0]
            if kept and not replace:
                raise blob_exists(key)
            self._blobs[key] = (info, bytes(data))
        return info

    def get(self, key: str) -> bytes:
        """See `BlobStore.get`."""
        return self._find(key)[1]

    def stat(self, key: str) -> BlobInfo:
        """See `BlobStore.stat`."""
        return self._find(key)[0]

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """See `BlobStore.list`."""
        with self._lock:
            found = sorted(key for key in self._blobs if key.startswith(prefix))
            infos = [self._blobs[key][0] for key in found]
        yield from infos

    def delete(self, key: str) -> None:
        """See `BlobStore.delete`."""
        with self._lock:
            self._blobs.pop(key, None)

    def _find(self, key: str) -> tuple[BlobInfo, bytes]:
        with self._lock:
            if found := self._blobs.get(key):
                return found
        raise blob_not_found(key)


def blob_exists(key: str) -> BlobExists:
    """Return the error of a key that holds other bytes."""
    return BlobExists(
        f"{key!r} exists already and holds other bytes",
        hint="what is there is unchanged; use another version, or ask for it to be replaced",
    )


def blob_not_found(key: str) -> BlobNotFound:
    """Return the error of a key that holds nothing."""
    return BlobNotFound(f"nothing is stored as {key[:200]!r}")
