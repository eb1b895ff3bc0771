"""Write the files of a chart as a folder, whole or not at all.

Source: Helm v4 `pkg/chart/v2/util/expand.go`; `spec/reliability.md` §2.1.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from pkgtool.chart.archive import check_path
from pkgtool.diskfile import make_folder
from pkgtool.errors import FileUnwritable


def unpack_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write `files` as the new folder `folder`, whole or not at all.

    Raises:
        ArchiveUnsafe: A path leaves the folder; nothing was written.
        FileUnwritable: `folder` exists, or the disk refuses; nothing is left behind.
    """
    paths = {"/".join(check_path(path, archive=folder.name)): path for path in files}
    make_folder(folder.parent)
    if os.path.lexists(folder):
        raise FileUnwritable(
            f"cannot write {str(folder)!r}: it exists", hint="remove it, or choose another place"
        )
    fresh = folder.with_name(f".{folder.name}.{os.urandom(8).hex()}.tmp")
    try:
        fresh.mkdir(mode=0o700)
        for path, source in paths.items():
            _write_new(fresh / path, files[source])
        fresh.chmod(0o755)
        fresh.rename(folder)
    except OSError as error:
        _remove(fresh)
        reason = (error.strerror or type(error).__name__).lower()
        raise FileUnwritable(f"cannot write {str(folder)!r}: {reason}") from error


def _write_new(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o644), "wb") as file:
        file.write(data)


def _remove(folder: Path) -> None:
    # Imported here: only failures clean up.
    import shutil  # noqa: PLC0415

    shutil.rmtree(folder, ignore_errors=True)
