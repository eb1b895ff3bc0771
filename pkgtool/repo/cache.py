"""What was fetched before: indexes by repository, tarballs by digest. Always safe to delete.

An index is kept as `NAME-index.yaml`, in JSON: it is read by every command that names a chart, and
JSON is read five times as fast. Beside it, `NAME-index.tags` says of which URL it is and what the
server called that version, so that the next update can ask whether it changed.

Source: Helm v4 `pkg/downloader/cache.go` and `pkg/repo/v1/chartrepo.go` for names and places.
"""

from pathlib import Path
from typing import Any

from pkgtool import yamlcodec
from pkgtool.digest import Digest
from pkgtool.diskfile import read_file, remove_file, write_file
from pkgtool.errors import FileUnreadable, FileUnwritable, PkgtoolError, RepoError
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.http import Answer
from pkgtool.repo.index import INDEX_LIMIT_BYTES, Index, index_of, parse_index


class IndexCache:
    """Indexes of configured repositories, as they were when last fetched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, entry: RepoEntry) -> Index:
        """Return the index of `entry`.

        Raises:
            RepoError: It was never fetched.
            IndexInvalid, YamlInvalid: What was kept is damaged.
        """
        path = self._path(entry.name)
        try:
            data = read_file(path, limit_bytes=2 * INDEX_LIMIT_BYTES)
        except FileUnreadable as error:
            raise RepoError(
                f"no cached repo found for {entry.name!r}. (try 'pkgtool repo update')",
                hint=f"`pkgtool repo update {entry.name}` fetches the index",
            ) from error
        if self._tags(entry.name).get("digest") == str(Digest.of(data)):
            # Written by us, so its keys are known to be unique.
            document = yamlcodec.load_json(data, name=str(path), limit_bytes=2 * INDEX_LIMIT_BYTES)
            return index_of(document, name=str(path))
        return parse_index(data, name=str(path))

    def known(self, entry: RepoEntry) -> Answer | None:
        """Return what the server said of the index that is kept, if that is whole and of `entry`."""
        tags = self._tags(entry.name)
        if tags.get("url") != entry.url:
            return None
        try:
            data = read_file(self._path(entry.name), limit_bytes=2 * INDEX_LIMIT_BYTES)
        except FileUnreadable:
            return None
        if tags.get("digest") != str(Digest.of(data)):
            return None
        return Answer(b"", str(tags.get("etag") or ""), str(tags.get("lastModified") or ""))

    def keep(self, entry: RepoEntry, index: Index, answer: Answer) -> None:
        """Keep `index`, which `answer` held.

        Raises:
            FileUnwritable: What was kept before is unchanged.
        """
        data = yamlcodec.dump_json(index.document(), escape_html=False).encode()
        tags = {
            "digest": str(Digest.of(data)),
            "etag": answer.etag,
            "lastModified": answer.last_modified,
            "url": entry.url,
        }
        # The index first: tags of another one are recognised by their digest.
        write_file(self._path(entry.name), data)
        write_file(self._tags_path(entry.name), yamlcodec.dump_json(tags).encode())

    def forget(self, name: str) -> None:
        """Remove what is kept of the repository `name`."""
        remove_file(self._path(name))
        remove_file(self._tags_path(name))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}-index.yaml"

    def _tags_path(self, name: str) -> Path:
        return self._folder / f"{name}-index.tags"

    def _tags(self, name: str) -> dict[str, Any]:
        try:
            tags = yamlcodec.load_json(read_file(self._tags_path(name)))
        except PkgtoolError:
            return {}
        return tags if isinstance(tags, dict) else {}


class TarballCache:
    """Tarballs that were downloaded, by their digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, digest: Digest) -> bytes | None:
        """Return the tarball with that digest, if it is kept and whole."""
        try:
            data = read_file(self._path(digest))
        except FileUnreadable:
            return None
        return data if Digest.of(data) == digest else None

    def keep(self, data: bytes) -> None:
        """Keep a tarball; a folder that cannot be written only costs time later."""
        try:
            write_file(self._path(Digest.of(data)), data)
        except FileUnwritable:
            return

    def _path(self, digest: Digest) -> Path:
        return self._folder / digest.hex[:2] / f"{digest.hex}.chart"
