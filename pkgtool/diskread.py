"""Read whole files: the one door.

Reading has a limit, so that `/dev/zero` is an error and not a full memory. Paths may be plain text:
what only reads charts loads nothing that handles paths.

Source: `spec/reliability.md` §5.4 and the advisories it lists.
"""

import os
import stat

from pkgtool.errors import FileUnreadable

READ_LIMIT_BYTES = 100 * 1024 * 1024
"""No single file that pkgtool reads as a whole is larger than this."""
_CHUNK_BYTES = 64 * 1024

StrPath = str | os.PathLike[str]
"""A path, as text or as `pathlib` has it."""


def plain_path(path: str) -> str:
    """Return `path` as `pathlib` would write it, which takes longer to load than a chart."""
    root = "/" * min(len(path) - len(path.lstrip("/")), 3)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return ("/" if len(root) == 3 else root) + "/".join(parts) or "."


def read_file(
    path: StrPath, *, limit_bytes: int = READ_LIMIT_BYTES, follow_links: bool = True
) -> bytes:
    """Return the bytes of the regular file `path`.

    Args:
        path: Where.
        limit_bytes: More than this is an error.
        follow_links: Whether `path` itself may be a symbolic link.

    Raises:
        FileUnreadable: It is missing, no regular file, unreadable, or over `limit_bytes`.
    """
    # O_NONBLOCK: opening a FIFO without a writer would wait for ever.
    flags = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0)
    if not follow_links:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags)
        try:
            data = _read_whole(handle, path, limit_bytes)
        finally:
            os.close(handle)
    except OSError as error:
        raise FileUnreadable(
            f"cannot read {str(path)!r}: {reason(error)}",
            hint="check the path, and that you may read it",
        ) from error
    if len(data) > limit_bytes:
        raise FileUnreadable(f"{str(path)!r} is larger than {limit_bytes} bytes")
    return data


def _read_whole(handle: int, path: StrPath, limit_bytes: int) -> bytes:
    """Return what is in the file, or more than `limit_bytes` of it."""
    # Without a file object, which would cost more than reading the file of a chart.
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise FileUnreadable(f"not a regular file: {str(path)!r}")
    # `read` sets aside as much memory as it is asked for: ask for what is there, and one more.
    data = os.read(handle, min(status.st_size, limit_bytes) + 1)
    while len(data) <= limit_bytes and (more := os.read(handle, _CHUNK_BYTES)):
        data += more
    return data


def reason(error: OSError) -> str:
    """Return what the system says of a failure, for the end of a message."""
    return (error.strerror or type(error).__name__).lower()
