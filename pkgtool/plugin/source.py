"""Where a plugin can come from, and how what is offered there is had.

A path that exists is a folder or a tarball; a URL of a tarball is downloaded; what else looks like
a URL is a repository of git. Names of folders and tarballs decide under which name a plugin's folder
is kept, as in Helm, so that both find it there.

Source: Helm v4 `internal/plugin/installer` (`installer.go`, `extractor.go`).
"""

import os
import re
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from pkgtool.diskread import read_file
from pkgtool.errors import FetchFailed, FileUnreadable, PluginError
from pkgtool.repo.http import Credentials, HttpClient

SUFFIXES = (".tar.gz", ".tgz")
LIMIT_BYTES = 100 * 1024 * 1024
_PROVENANCE_BYTES = 1024 * 1024
_VERSIONED = re.compile(r"(.*)-[0-9]+\..*", re.DOTALL)
_NOT_GIT = {"svn": "Subversion", "hg": "Mercurial", "bzr": "Bazaar"}

Kind = Literal["folder", "archive", "url", "git", "oci"]


class Source(NamedTuple):
    """Where a plugin is offered."""

    kind: Kind
    place: str
    """A whole path, or a URL."""
    version: str = ""
    """Which of several; a place may offer only one."""

    @property
    def has_signature(self) -> bool:
        """Whether a signature can be there."""
        return self.kind in ("archive", "url", "oci")

    @property
    def folder_name(self) -> str:
        """What the plugin's folder is called."""
        name = urlsplit(self.place).path if self.kind in ("url", "oci") else self.place
        name = name.rstrip("/").rpartition("/")[2]
        if self.kind == "git":
            return name.rpartition(":")[2].removesuffix(".git")
        if self.kind == "oci":
            return name.partition("@")[0].partition(":")[0]
        return name if self.kind == "folder" else _without_version(name)


class Offered(NamedTuple):
    """A packed plugin, and its signature when there is one."""

    file_name: str
    data: bytes
    provenance: bytes | None = None


def find_source(text: str, version: str = "") -> Source:
    """Return what `text` on the command line stands for.

    Args:
        text: A path or URL.
        version: As the user wants it.

    Raises:
        PluginError: It is neither there nor the URL of something that can be had.
    """
    if text.startswith("oci://"):
        return Source("oci", text, version)
    # `os.path.exists` takes any text; `Path.exists` fails on names that no disk would take.
    if os.path.exists(text):  # noqa: PTH110
        whole = os.path.abspath(text)  # noqa: PTH100
        packed = text.endswith(SUFFIXES) and not os.path.isdir(text)  # noqa: PTH112
        return Source("archive" if packed else "folder", whole)
    if text.startswith(("http://", "https://")) and text.endswith(SUFFIXES):
        return Source("url", text)
    scheme = text.partition("://")[0].partition("+")[0]
    if scheme in _NOT_GIT:
        raise PluginError(
            f"cannot install from {text!r}: {_NOT_GIT[scheme]} is not supported",
            hint="use a git repository, a folder or a tarball",
        )
    if text.startswith("-") or not ("://" in text or re.match(r"[\w.-]+@[\w.-]+:", text)):
        raise PluginError(
            f"plugin source {text!r} not found",
            hint="a plugin is a folder, a .tgz, the URL of one, or of a git repository",
        )
    return Source("git", text.removeprefix("git+"), version)


def read_packed(source: Source, http: HttpClient, credentials: Credentials) -> Offered:
    """Return the tarball at `source`, and its `.prov` when there is one.

    Raises:
        FileUnreadable, FetchFailed: The tarball cannot be had.
    """
    name = source.place.rpartition("/")[2]
    beside = f"{source.place}.prov"
    if source.kind == "archive":
        data = read_file(Path(source.place), limit_bytes=LIMIT_BYTES)
        try:
            return Offered(name, data, read_file(Path(beside), limit_bytes=_PROVENANCE_BYTES))
        except FileUnreadable:
            return Offered(name, data)
    answer = http.fetch(source.place, credentials=credentials, limit_bytes=LIMIT_BYTES, packed=True)
    try:
        signature = http.fetch(beside, credentials=credentials, limit_bytes=_PROVENANCE_BYTES)
    except FetchFailed:
        return Offered(name, answer.data)
    return Offered(name, answer.data, signature.data)


def _without_version(name: str) -> str:
    """Return `name` of a tarball without suffix and version."""
    bare = next((name.removesuffix(each) for each in SUFFIXES if name.endswith(each)), name)
    found = _VERSIONED.fullmatch(bare)
    return found[1] if found else bare
