"""Keep compiled template code on disk between runs, in a folder that only its owner can write.

Loading code means running it, so the folder is used only when it is ours: a real folder (no
symbolic link), owned by this user, closed to everybody else. Otherwise there is no cache, silently:
rendering is only slower. Files are found by a hash of everything that the code depends on, carry
a checksum, and appear in one step. New code is kept in memory until `flush`, which a verb calls
when its output has been delivered; deleting the folder is always safe.

What an engine did not compile, because that takes longer than to render once, it *wants*: somebody
with time compiles it later.

Source: `design/performance.md` ("Cache").
"""

import marshal
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any
from zlib import crc32

# What `hashlib` has is the same, but it loads OpenSSL first, which takes longer than all hashing.
try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

_KEPT = 4096
"""Most entries in the folder; the oldest go first."""
_KEPT_BYTES = 256 * 1024 * 1024
"""Most bytes of all entries: that of a chart has some ten to some hundred kilobytes."""
_LARGEST = 16 * 1024 * 1024
_CHECK = 4


def code_key(engine: str, version: str, text: str) -> str:
    """Return the name of the code that `version` of `engine` makes of `text` on this Python."""
    name = _begun(engine, version).copy()
    name.update(text.encode("utf-8", "surrogatepass"))
    return str(name.hexdigest())


def text_key(text: str) -> bytes:
    """Return a hash of `text`, for entries that have several texts."""
    return bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())


@lru_cache(maxsize=4)
def _begun(engine: str, version: str) -> Any:
    """Return the hash of what all texts have in common."""
    parts = (engine, version, str(sys.implementation.cache_tag), "")
    return blake2b("\0".join(parts).encode(), digest_size=32)


Want = tuple[str, str]
"""What sort of text it is, in a word of its engine, and the text."""


class CodeCache:
    """Compiled code by key, in `folder`: code objects, and plain tuples with code inside."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = os.fspath(folder)
        self._handle: int | None = None
        self._opened_by = 0
        self._fresh: dict[str, bytes] = {}
        self._wanted: dict[Want, None] = {}

    def get(self, key: str) -> Any:
        """Return what is stored under `key`, or None."""
        data = self._fresh.get(key) or self._read(key)
        if not data:
            return None
        try:
            return marshal.loads(data)  # noqa: S302 - only from a folder that is ours alone
        except (ValueError, EOFError, TypeError):
            return None

    def put(self, key: str, code: Any) -> None:
        """Remember `code` under `key` until `flush`."""
        self._fresh[key] = marshal.dumps(code)

    def want(self, sort: str, text: str) -> None:
        """Remember that `text` should be compiled when there is time."""
        self._wanted[sort, text] = None

    def wanted(self) -> list[Want]:
        """Return what should be compiled when there is time."""
        return list(self._wanted)

    def fresh(self) -> dict[str, bytes]:
        """Return what was put and not yet written, to hand it to another process."""
        return dict(self._fresh)

    def absorb(self, entries: Mapping[str, bytes], wanted: Iterable[Want] = ()) -> None:
        """Take over what another process's cache called `fresh` and `wanted`."""
        self._fresh.update(entries)
        self._wanted.update(dict.fromkeys(wanted))

    def flush(self) -> None:
        """Write what is new; a folder that cannot be used is left alone."""
        if not self._fresh:
            return
        with suppress(OSError):
            os.makedirs(self._folder, mode=0o700, exist_ok=True)  # noqa: PTH103
            folder = self._open()
            if folder is not None:
                for key, data in self._fresh.items():
                    _write(folder, key, data)
                _prune(folder)
        self._fresh.clear()

    def _open(self) -> int | None:
        """Return a handle of the folder when it can be trusted."""
        # A forked child has closed what its parent had opened, and may use the number again.
        if self._handle is None or self._opened_by != os.getpid():
            try:
                handle = os.open(
                    self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
                )
            except (OSError, AttributeError):
                return None
            if not _is_private(os.fstat(handle)):
                os.close(handle)
                return None
            self._handle, self._opened_by = handle, os.getpid()
        return self._handle

    def _read(self, key: str) -> bytes | memoryview:
        folder = self._open()
        if folder is None:
            return b""
        try:
            handle = os.open(key, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        except OSError:
            return b""
        try:
            status = os.fstat(handle)
            if not _is_private(status) or not stat.S_ISREG(status.st_mode):
                return b""
            # A file object would make room for the largest entry first, which takes longest of all.
            data = memoryview(os.read(handle, min(status.st_size, _LARGEST)))
        except OSError:
            return b""
        finally:
            os.close(handle)
        body = data[_CHECK:]
        # Damaged code could crash the interpreter: half-written or rotten files are misses.
        return body if data[:_CHECK] == _check(body) else b""

    def __del__(self) -> None:
        if self._handle is not None and self._opened_by == os.getpid():
            with suppress(OSError):
                os.close(self._handle)


def _check(data: bytes | memoryview) -> bytes:
    # Against damage only: who could write here on purpose could write a hash as well.
    return crc32(data).to_bytes(_CHECK, "big")


def _is_private(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _write(folder: int, key: str, data: bytes) -> None:
    temporary = f".{key}.{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with suppress(FileNotFoundError):
        os.unlink(temporary, dir_fd=folder)
    with os.fdopen(os.open(temporary, flags, 0o600, dir_fd=folder), "wb") as file:
        file.write(_check(data) + data)
    os.replace(temporary, key, src_dir_fd=folder, dst_dir_fd=folder)


def _prune(folder: int) -> None:
    """Remove the oldest entries beyond the number and the size that are kept."""
    entries = []
    for name in os.listdir(folder):
        # Another process may be removing it, too.
        with suppress(FileNotFoundError):
            status = os.stat(name, dir_fd=folder)
            entries.append((status.st_mtime, name, status.st_size))
    left = _KEPT_BYTES
    for place, (_, name, size) in enumerate(sorted(entries, reverse=True)):
        left -= size
        if place >= _KEPT or left < 0:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
