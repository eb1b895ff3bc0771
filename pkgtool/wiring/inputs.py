"""Read what `-f` and `--set-file` name: a path, a URL, or standard input.

URLs are those of HTTP, and those whose scheme a plugin knows: `secrets://values.yaml`.
"""

import os
import sys

from pkgtool.diskread import plain_path, read_file
from pkgtool.errors import FileUnreadable
from pkgtool.settings import Settings

LIMIT_BYTES = 16 * 1024 * 1024
"""No values file is larger."""


def read_input(place: str, settings: Settings) -> bytes:
    """Return the bytes of a path, of a URL, or for `-` of standard input.

    Raises:
        FileUnreadable, FetchFailed, PluginError: They cannot be had.
    """
    if place.startswith(("http://", "https://")):
        # Values rarely come from afar: only then the HTTP client is loaded.
        from pkgtool.repo.http import HttpClient

        return HttpClient().fetch(place, limit_bytes=LIMIT_BYTES).data
    if "://" in place:
        return _from_plugin(place, settings)
    if place.strip() != "-":
        return _from_disk(place)
    data = sys.stdin.buffer.read(LIMIT_BYTES + 1)
    if len(data) > LIMIT_BYTES:
        raise FileUnreadable(f"standard input is larger than {LIMIT_BYTES} bytes")
    return data


def _from_disk(place: str) -> bytes:
    try:
        return read_file(plain_path(place), limit_bytes=LIMIT_BYTES)
    except FileUnreadable as error:
        # Scripts look for the words of Go.
        if isinstance(cause := error.__cause__, OSError):
            error.what = f"open {place}: {(cause.strerror or '').lower()}"
        raise


def _from_plugin(url: str, settings: Settings) -> bytes:
    from pkgtool.wiring.plugins import open_getters

    scheme = url.partition("://")[0]
    if not scheme:
        raise FileUnreadable(f'parse "{url}": missing protocol scheme')
    if getter := open_getters(settings).get(scheme):
        return getter(url)
    # Helm takes what it cannot fetch for the name of a file.
    if os.path.isfile(url):  # noqa: PTH113 - see `diskread`
        return read_file(plain_path(url), limit_bytes=LIMIT_BYTES)
    raise FileUnreadable(
        f"open {url}: no such file or directory",
        hint=f"no plugin that is installed fetches `{scheme}://`",
    )
