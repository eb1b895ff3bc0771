"""The charts in a blob store, as the index that a server hands out.

The index is always that of the blobs as they are now: each request lists them, and only tarballs
that were not seen before are read. What is asked for twice is made once. A tarball that is no chart
is left out: it may be one that is still being copied, and is seen as soon as it is whole.
"""

import gzip
import threading
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from pkgtool import yamlcodec
from pkgtool.blob.protocol import BlobInfo, BlobStore
from pkgtool.digest import Digest
from pkgtool.errors import BlobNotFound, ChartError
from pkgtool.repo.index import IndexEntry, make_index
from pkgtool.repo.publish import index_entry, stamp

_SUFFIXES = (".tgz", ".tgz.prov")


class Page(NamedTuple):
    """Bytes to hand out, plain and compressed."""

    data: bytes
    gzipped: bytes
    etag: str
    """Names the text, not its encoding, so it is a weak one."""


class Catalog:
    """Charts of one repository; safe to use from several threads."""

    def __init__(self, blobs: BlobStore, *, clock: Callable[[], datetime], url: str = "") -> None:
        self._blobs = blobs
        self._clock = clock
        self._url = url
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str], IndexEntry | None] = {}
        self._page: Page | None = None

    def index(self) -> Page:
        """Return `index.yaml` for the charts that are there now."""
        with self._lock:
            infos = [info for info in self._blobs.list() if info.key.endswith(".tgz")]
            # Tarballs of the folder itself before those further down, as `repo index` has them.
            infos.sort(key=lambda info: (info.key.count("/"), info.key))
            found = {(info.key, info.digest.hex): info for info in infos}
            if self._page is None or list(found) != list(self._entries):
                self._entries = {
                    which: self._entries[which] if which in self._entries else self._read(info)
                    for which, info in found.items()
                }
                self._page = self._made(max((info.modified for info in infos), default=None))
            return self._page

    def tarball(self, key: str) -> tuple[bytes, Digest]:
        """Return a tarball and its digest.

        Raises:
            BlobNotFound: There is none of that name.
        """
        if not key.endswith(_SUFFIXES):
            raise BlobNotFound(f"no such chart: {key[:200]!r}")
        data = self._blobs.get(key)
        return data, Digest.of(data)

    def _made(self, changed: datetime | None) -> Page:
        entries = [entry for entry in self._entries.values() if entry is not None]
        index = make_index(entries, generated=stamp(changed or self._clock()))
        data = yamlcodec.dump(index.document()).encode()
        etag = f'W/"{Digest.of(data).hex[:32]}"'
        return Page(data, gzip.compress(data, compresslevel=6, mtime=0), etag)

    def _read(self, info: BlobInfo) -> IndexEntry | None:
        try:
            data = self._blobs.get(info.key)
            return index_entry(data, info.key, url=self._url, at=info.modified)
        except (ChartError, BlobNotFound):
            return None
