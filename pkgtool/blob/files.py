"""Blobs as files under one folder.

The folder may be anybody's: files whose names are no keys, and symbolic links, are not seen.
A write takes its name in one step, so readers and other processes find it whole or not at all.
"""

import os
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pkgtool.blob.keys import check_key, key_problem
from pkgtool.blob.memory import blob_exists, blob_not_found
from pkgtool.blob.protocol import BlobInfo
from pkgtool.digest import Digest
from pkgtool.diskfile import remove_file, write_file
from pkgtool.diskread import read_file
from pkgtool.errors import BlobNotFound, FileUnreadable, FileUnwritable

Signature = tuple[int, int, int]
"""Inode, size and time of a file: while it stays, so does the digest."""


class FileBlobs:
    """Bytes by key under a folder. Safe to share between threads and processes."""

    def __init__(
        self, root: Path, *, suffixes: tuple[str, ...] = ("",), max_folders: int = 32
    ) -> None:
        """Keep blobs in the folder `root`, which need not exist yet.

        Args:
            root: The folder.
            suffixes: How keys end that `list` shows; others are not even looked at, so that a
                folder may hold large files of another kind.
            max_folders: How many folders down `list` looks.
        """
        self._root = root
        self._suffixes = suffixes
        self._max_folders = max_folders
        self._lock = threading.Lock()
        self._digests: dict[str, tuple[Signature, Digest]] = {}

    def put(self, key: str, data: bytes, *, replace: bool = False) -> BlobInfo:
        """See `BlobStore.put`.

        Raises:
            BlobExists: Other bytes are there and `replace` is off; they are unchanged.
            FileUnwritable: The disk does not take it; what was there is unchanged.
        """
        check_key(key)
        path = self._path(key)
        if path is None:
            raise FileUnwritable(
                f"refusing to write {key!r} through a symbolic link in {str(self._root)!r}"
            )
        with self._lock:
            if (kept := self._kept(key)) is not None and kept == data:
                return self.stat(key)
            try:
                write_file(path, data, replace=replace)
            except FileUnwritable as error:
                kept = self._kept(key)
                if kept is None or not isinstance(error.__cause__, FileExistsError):
                    raise
                if kept != data:
                    raise blob_exists(key) from error
        return self.stat(key)

    def get(self, key: str) -> bytes:
        """See `BlobStore.get`."""
        path = self._path(key) if not key_problem(key) else None
        if path is None or not path.is_file():
            raise blob_not_found(key)
        return self._read(key, path)

    def stat(self, key: str) -> BlobInfo:
        """See `BlobStore.stat`."""
        path = self._path(key) if not key_problem(key) else None
        try:
            status = path.lstat() if path is not None else None
        except OSError:
            status = None
        if path is None or status is None or not stat.S_ISREG(status.st_mode):
            raise blob_not_found(key)
        signature = (status.st_ino, status.st_size, status.st_mtime_ns)
        known = self._digests.get(key)
        if known is None or known[0] != signature:
            known = (signature, Digest.of(self._read(key, path)))
            self._digests[key] = known
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        return BlobInfo(key, status.st_size, known[1], modified)

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """See `BlobStore.list`; what disappears meanwhile, or cannot be read, is left out."""
        for key in sorted(self._keys(prefix)):
            try:
                yield self.stat(key)
            except (BlobNotFound, FileUnreadable):
                continue

    def delete(self, key: str) -> None:
        """See `BlobStore.delete`.

        Raises:
            FileUnwritable: Removing is not allowed.
        """
        path = self._path(key) if not key_problem(key) else None
        if path is not None and path.is_file():
            remove_file(path)

    def _path(self, key: str) -> Path | None:
        """Return where `key` is, or `None` when the way there goes through a symbolic link."""
        path = self._root
        for name in key.split("/"):
            path /= name
            if path.is_symlink():
                return None
        return path

    def _kept(self, key: str) -> bytes | None:
        try:
            return self.get(key)
        except BlobNotFound:
            return None

    def _read(self, key: str, path: Path) -> bytes:
        try:
            return read_file(path, follow_links=False)
        except FileUnreadable as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise blob_not_found(key) from error
            raise

    def _keys(self, prefix: str) -> Iterator[str]:
        for folder, folders, files in os.walk(self._root):
            parts = Path(folder).relative_to(self._root).parts
            # Hidden folders hold other people's things, such as `.git`.
            folders[:] = [each for each in folders if not key_problem(each)]
            if len(parts) >= self._max_folders:
                folders.clear()
            for name in files:
                key = "/".join((*parts, name))
                wanted = name.endswith(self._suffixes) and key.startswith(prefix)
                if wanted and not key_problem(key):
                    yield key
