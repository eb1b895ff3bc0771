"""Tell one version of a compiler from another, without loading it."""

import sys
from collections.abc import Iterable
from os import scandir, stat


def stamp_of(version: int, files: Iterable[str]) -> str:
    """Return a text that changes with `version`, with this Python, and with any of `files`."""
    return ":".join([str(version), str(sys.implementation.cache_tag), *map(_version, files)])


def sources_in(folder: str) -> list[str]:
    """Return the paths of the modules in `folder`, in order."""
    with scandir(folder) as entries:
        return sorted(entry.path for entry in entries if entry.name.endswith(".py"))


def _version(path: str) -> str:
    try:
        status = stat(path)  # noqa: PTH116
    except OSError:
        return "-"
    return f"{status.st_size}.{status.st_mtime_ns}"
