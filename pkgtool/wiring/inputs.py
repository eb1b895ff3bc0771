"""Read what `-f` and `--set-file` name: a path, a URL, or standard input."""

import sys
from pathlib import Path

from pkgtool.diskfile import read_file
from pkgtool.errors import FileUnreadable

LIMIT_BYTES = 16 * 1024 * 1024
"""No values file is larger."""


def read_input(place: str) -> bytes:
    """Return the bytes of a path, of a URL, or for `-` of standard input.

    Raises:
        FileUnreadable, FetchFailed: They cannot be had.
    """
    if place.startswith(("http://", "https://")):
        # Values rarely come from afar: only then the HTTP client is loaded.
        from pkgtool.repo.http import HttpClient

        return HttpClient().fetch(place, limit_bytes=LIMIT_BYTES).data
    if place != "-":
        return read_file(Path(place), limit_bytes=LIMIT_BYTES)
    data = sys.stdin.buffer.read(LIMIT_BYTES + 1)
    if len(data) > LIMIT_BYTES:
        raise FileUnreadable(f"standard input is larger than {LIMIT_BYTES} bytes")
    return data
