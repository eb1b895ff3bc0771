"""The charts in a blob store, as the index that a server hands out.

The index is always that of the blobs as they are now: each request lists them, and only tarballs
that were not seen before are read. What is asked for twice is made once.
"""

import gzip
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pkgtool import yamlcodec
from pkgtool.blob.protocol import BlobInfo, BlobStore
from pkgtool.digest import Digest
from pkgtool.errors import BlobNotFound, ChartError
from pkgtool.repo.index import IndexEntry, make_index
from pkgtool.repo.publish import index_entry, stamp


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes to hand out, plain and compressed."""

    data: bytes
    gzipped: bytes
    etag: str


class Catalog:
    """Charts of one repository; safe to use from several threads."""

    def __init__(self, blobs: BlobStore, *, clock: Callable[[], datetime], url: str = "") -> None:
        self._blobs = blobs
        self._clock = clock
        self._url = url
        self._lock = threading.Lock()
        self._entries: dict[str, IndexEntry | None] = {}
        self._page: tuple[tuple[str, ...], Page] | None = None

    def index(self) -> Page:
        """Return `index.yaml` for the charts that are there now."""
        with self._lock:
            infos = [info for info in self._blobs.list() if info.key.endswith(".tgz")]
            state = tuple(f"{info.key} {info.digest.hex}" for info in infos)
            if self._page is None or self._page[0] != state:
                self._page = (state, self._made(infos))
            return self._page[1]

    def tarball(self, key: str) -> tuple[bytes, Digest]:
        """Return a tarball and its digest.

        Raises:
            BlobNotFound: There is none of that name.
        """
        if not key.endswith((".tgz", ".tgz.prov")):
            raise BlobNotFound(f"no such chart: {key!r}")
        data = self._blobs.get(key)
        return data, Digest.of(data)

    def _made(self, infos: list[BlobInfo]) -> Page:
        found = {f"{info.key} {info.digest.hex}": info for info in infos}
        for key, info in found.items():
            if key not in self._entries:
                self._entries[key] = self._read(info)
        entries = [entry for key in found if (entry := self._entries[key]) is not None]
        latest = max((info.modified for info in infos), default=self._clock())
        document = make_index(entries, generated=stamp(latest)).document()
        data = yamlcodec.dump(document).encode()
        etag = f'"{Digest.of(data).hex[:32]}"'
        return Page(data, gzip.compress(data, compresslevel=6, mtime=0), etag)

    def _read(self, info: BlobInfo) -> IndexEntry | None:
        try:
            return index_entry(self._blobs.get(info.key), info.key, url=self._url, at=info.modified)
        except (ChartError, BlobNotFound):
            # Not a chart, or gone since it was listed: it is not in the index.
            return None
