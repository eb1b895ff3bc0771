"""Pack a plugin's folder into a tarball, the same bytes for the same files.

Source: Helm v4 `internal/plugin/sign.go` (`CreatePluginTarball`).
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pkgtool.chart.pack import write_archive
from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable, PluginInvalid
from pkgtool.plugin.find import load_plugin
from pkgtool.plugin.install import unpack

_LIMIT_BYTES = 20 * 1024 * 1024


def pack_plugin(folder: Path, *, epoch_s: int = 0) -> tuple[str, bytes]:
    """Return the file name and the bytes of the packed plugin in `folder`.

    Args:
        folder: With a `plugin.yaml`.
        epoch_s: The time that all members get, in seconds since 1970.

    Raises:
        PluginInvalid: Its `plugin.yaml` cannot be used, or there are links, which no reader takes.
        FileUnreadable, ArchiveUnsafe: A file cannot be packed.
    """
    try:
        plugin = load_plugin(folder)
    except PluginInvalid as error:
        raise PluginInvalid(
            f"invalid plugin directory: {error.what}", where=error.where, hint=error.hint
        ) from error
    files: dict[str, bytes] = {}
    executables: set[str] = set()
    for path in _files(folder):
        name = f"{plugin.name}/{path.relative_to(folder).as_posix()}"
        files[name] = read_file(path, limit_bytes=_LIMIT_BYTES, follow_links=False)
        if path.stat().st_mode & stat.S_IXUSR:
            executables.add(name)
    file_name = f"{plugin.name}-{plugin.metadata.version}.tgz"
    data = write_archive(files, epoch_s=epoch_s, executables=executables)
    # What is made is read again before it is given out.
    unpack(data, name=file_name)
    return file_name, data


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        # What git keeps for itself is not part of a plugin.
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(
            [*names, *(each for each in folders if (Path(place) / each).is_symlink())]
        ):
            path = Path(place) / name
            if path.is_symlink():
                raise PluginInvalid(
                    f"{path} is a symbolic link, which a packed plugin cannot have",
                    hint="replace it by what it points to",
                )
            if not path.is_file():
                raise FileUnreadable(f"not a regular file: {str(path)!r}")
            yield path
