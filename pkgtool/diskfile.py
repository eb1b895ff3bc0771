"""Write whole files, so that a file is either as it was or complete: the one door.

Writing goes to a new file in the same folder, is flushed to the disk, and then takes the name
in one step. A symbolic link is never written through: in a chart it may point anywhere
(CVE-2025-53547). `diskread` reads them.

Source: `spec/reliability.md` §5.4 and the advisories it lists.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from pkgtool.diskread import reason
from pkgtool.errors import FileUnwritable

Settled = Literal["name", "content", "nothing"]


def write_file(
    path: Path, data: bytes, *, mode: int = 0o644, replace: bool = True, settled: Settled = "name"
) -> None:
    """Put `data` at `path` in one step; missing folders are made.

    Args:
        path: Where; a symbolic link there is refused.
        data: The whole content.
        mode: Permission bits of the new file.
        replace: Whether an existing file may be replaced.
        settled: What survives a power cut the moment after: the file under its name; only the
            content, so that there may be what was there before; or nothing, for what is checked
            whenever it is read and can be had again.

    Raises:
        FileUnwritable: The disk is full, read-only or forbidden, or something is in the way.
            What was at `path` before is unchanged.
    """
    with _translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            raise FileUnwritable(f"refusing to write through the symbolic link {str(path)!r}")
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            # A leftover of a killed run with our process id is removed, never followed.
            temporary.unlink(missing_ok=True)
            _write_new(temporary, data, mode, flush=settled != "nothing")
            if replace:
                temporary.replace(path)
            else:
                os.link(temporary, path)
            if settled == "name":
                _sync_folder(path.parent)
        finally:
            with suppress(OSError):
                temporary.unlink()


def make_folder(path: Path, *, mode: int = 0o755) -> Path:
    """Make `path` and its parents where missing, and return it.

    Raises:
        FileUnwritable: A file is in the way, or making folders is not allowed.
    """
    with _translated(path):
        path.mkdir(parents=True, exist_ok=True, mode=mode)
    return path


def write_folder(folder: Path, files: Mapping[str, bytes], *, mode: int = 0o644) -> None:
    """Make `folder` with `files` (bytes by name) in it, all flushed to the disk.

    Raises:
        FileUnwritable: Something is there, or the disk refuses; what was written is left behind.
    """
    # Imported here: only few verbs write many files, and disks flush several at once.
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with _translated(folder):
        folder.mkdir()
        with ThreadPoolExecutor(8) as pool:
            writing = [
                pool.submit(_write_new, folder / name, data, mode) for name, data in files.items()
            ]
        for each in writing:
            each.result()
        _sync_folder(folder)


def exchange_folders(fresh: Path, old: Path) -> bool:
    """Let two folders of one disk change names in one step; nobody ever sees neither.

    Returns:
        Whether it was done: not every system and disk can.
    """
    # Imported here: only few verbs need it, and it loads a library.
    import ctypes  # noqa: PLC0415

    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    done: bool = rename(here, os.fsencode(fresh), here, os.fsencode(old), exchange) == 0
    if done:
        _sync_folder(old.parent)
    return done


def remove_file(path: Path) -> None:
    """Remove the file `path`; a missing one is fine.

    Raises:
        FileUnwritable: Removing is not allowed.
    """
    with _translated(path):
        path.unlink(missing_ok=True)


@contextmanager
def hold_lock(path: Path, *, wait_s: float = 10.0) -> Iterator[None]:
    """Hold the lock file `path` against everybody else who asks for it; it stays behind, empty.

    The system itself lets go of it when the holder dies, so a leftover file means nothing.

    Args:
        path: Where; a symbolic link there is refused.
        wait_s: How long to wait for another holder.

    Raises:
        FileUnwritable: Another process holds it all the time, or it cannot be made.
    """
    # Imported here: only few verbs lock, and the module is not on every system.
    import fcntl  # noqa: PLC0415

    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    with _translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, flags, 0o600)
    try:
        deadline = time.monotonic() + wait_s
        while not _taken(handle, fcntl.LOCK_EX | fcntl.LOCK_NB):
            if time.monotonic() > deadline:
                raise FileUnwritable(
                    f"{str(path)!r} is held by another process",
                    hint="nothing was changed; try again when that has ended",
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _taken(handle: int, how: int) -> bool:
    import fcntl  # noqa: PLC0415

    try:
        fcntl.flock(handle, how)
    except BlockingIOError:
        return False
    return True


def _write_new(path: Path, data: bytes, mode: int, *, flush: bool = True) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(data)
        if flush:
            file.flush()
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileUnwritable(
            f"cannot write {str(path)!r}: {reason(error)}",
            hint="nothing was changed; free space or fix permissions, then run it again",
        ) from error
