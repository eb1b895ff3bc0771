"""What was fetched before: indexes by repository, tarballs by digest. Always safe to delete.

An index is kept as `NAME-index.yaml`, byte for byte as it was served, with the names of its charts
in `NAME-charts.txt`: both are Helm's, and Helm reads them. Beside them are two files of ours.
`NAME-index.db` holds what is in the index (see `indexdb`). `NAME-index.tags` says of which URL the
index is, what the server called that version of it, which state of the file has which digest, and
which state of the database we made; so an index that somebody else replaces is noticed, one that
nobody touched is not read, and a database that anybody touched is made anew.

Source: Helm v4 `pkg/downloader/cache.go` and `pkg/repo/v1/chartrepo.go` for names and places.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pkgtool import yamlcodec
from pkgtool.digest import Digest
from pkgtool.diskfile import Settled, remove_file, write_file
from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable, FileUnwritable, PkgtoolError, RepoError
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.http import Answer
from pkgtool.repo.index import INDEX_LIMIT_BYTES, Index, parse_index
from pkgtool.repo.indexdb import (
    Database,
    IndexDb,
    make_database,
    open_database,
    save_database,
)

Kind = Literal["chart", "prov"]


class _State(NamedTuple):
    """The index file of one repository, as it is now."""

    path: Path
    stamp: list[Any]
    """Changes whenever the file does."""


class IndexCache:
    """Indexes of configured repositories, as they were when last fetched."""

    def __init__(self, folder: Path, *, also: Sequence[Path] = ()) -> None:
        """Keep indexes in a folder.

        Args:
            folder: Where they are kept.
            also: Where else they are looked for: nothing is ever written there.
        """
        self._folder = folder
        self._folders = (folder, *(each for each in also if each != folder))

    def open(self, entry: RepoEntry) -> IndexDb:
        """Return the index of `entry`.

        Raises:
            RepoError: It was never fetched.
            IndexInvalid, YamlInvalid: What was kept is damaged.
        """
        state = self._found(entry.name)
        digest = self._known_digest(entry.name, state)
        data = b"" if digest else _read(state)
        digest = digest or self._remember(entry.name, state, Digest.of(data))
        opened = None
        if self._tags(entry.name).get("database") == self._database(entry.name):
            opened = open_database(self._place(entry.name, "db"), digest=digest)
        if opened is None:
            opened = self._made(entry.name, data or _read(state), str(state.path))
        return IndexDb(opened, lambda: self._made(entry.name, _read(state), str(state.path)))

    def known(self, entry: RepoEntry) -> Answer | None:
        """Return what the server said of the index that is kept, if that is whole and of `entry`."""
        tags = self._tags(entry.name)
        if tags.get("url") != entry.url:
            return None
        try:
            state = self._found(entry.name)
            digest = self._known_digest(entry.name, state) or Digest.of(_read(state))
        except RepoError:
            return None
        if tags.get("digest") != digest.hex:
            return None
        return Answer(b"", str(tags.get("etag") or ""), str(tags.get("lastModified") or ""))

    def keep(self, entry: RepoEntry, index: Index, answer: Answer) -> IndexDb:
        """Keep `index`, which `answer` held, and return it.

        Raises:
            FileUnwritable: What was kept before is unchanged.
        """
        # The index first: what else there is of another one is recognised by its digest.
        path = self._place(entry.name, "yaml")
        write_file(path, answer.data)
        names = "".join(f"{name}\n" for name in sorted(index.entries))
        write_file(self._folder / f"{entry.name}-charts.txt", names.encode())
        said = {"url": entry.url, "etag": answer.etag, "lastModified": answer.last_modified}
        digest = Digest.of(answer.data)
        connection = make_database(index, repository=entry.name, digest=digest)
        save_database(connection, self._place(entry.name, "db"))
        database = {"database": self._database(entry.name)}
        self._remember(entry.name, _state(path), digest, {**said, **database})
        return IndexDb(connection, lambda: self._made(entry.name, answer.data, str(path)))

    def forget(self, name: str) -> None:
        """Remove what is kept of the repository `name`."""
        for kind in ("yaml", "db", "tags"):
            remove_file(self._place(name, kind))
        remove_file(self._folder / f"{name}-charts.txt")

    def _made(self, name: str, data: bytes, source: str) -> Database:
        index = parse_index(data, name=source)
        connection = make_database(index, repository=name, digest=Digest.of(data))
        save_database(connection, self._place(name, "db"))
        if tags := self._tags(name):
            self._write_tags(name, {**tags, "database": self._database(name)})
        return connection

    def _database(self, name: str) -> list[Any]:
        """Return what changes whenever the database of `name` does."""
        return _state(self._place(name, "db")).stamp

    def _found(self, name: str) -> _State:
        """Return the index file of `name`, where there is one.

        Raises:
            RepoError: There is none.
        """
        for folder in self._folders:
            path = folder / f"{name}-index.yaml"
            if path.is_file():
                return _state(path)
        path = self._place(name, "yaml")
        raise RepoError(
            "no cached repo found. (try 'pkgtool repo update'): "
            f"open {path}: no such file or directory",
            hint=f"`pkgtool repo update {name}` fetches the index",
        )

    def _known_digest(self, name: str, state: _State) -> Digest | None:
        """Return the digest of an index file, if it was not touched since that was noted."""
        tags = self._tags(name)
        digest = tags.get("digest")
        if tags.get("stamp") != state.stamp or not isinstance(digest, str):
            return None
        return Digest(digest)

    def _remember(
        self, name: str, state: _State, digest: Digest, said: dict[str, Any] | None = None
    ) -> Digest:
        """Note the digest of an index file; what the server said holds for the same bytes only."""
        if said is None:
            tags = self._tags(name)
            said = tags if tags.get("digest") == digest.hex else {}
        self._write_tags(name, {**said, "digest": digest.hex, "stamp": state.stamp})
        return digest

    def _write_tags(self, name: str, tags: dict[str, Any]) -> None:
        # Without them the index only has to be read again next time.
        with suppress(FileUnwritable):
            write_file(self._place(name, "tags"), yamlcodec.dump_json(tags).encode())

    def _place(self, name: str, kind: str) -> Path:
        return self._folder / f"{name}-index.{kind}"

    def _tags(self, name: str) -> dict[str, Any]:
        try:
            tags = yamlcodec.load_json(read_file(self._place(name, "tags")))
        except PkgtoolError:
            return {}
        return tags if isinstance(tags, dict) else {}


class TarballCache:
    """Tarballs that were downloaded, and what vouches for them, by the digest of the tarball."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, digest: Digest) -> bytes | None:
        """Return the tarball with that digest, if it is kept and whole."""
        data = self._read(digest, "chart")
        return data if data is not None and Digest.of(data) == digest else None

    def keep(self, data: bytes) -> None:
        """Keep a tarball; a folder that cannot be written only costs time later."""
        self._write(Digest.of(data), "chart", data)

    def load_provenance(self, digest: Digest) -> bytes | None:
        """Return the provenance file of the tarball with that digest, if it is kept."""
        return self._read(digest, "prov")

    def keep_provenance(self, digest: Digest, data: bytes) -> None:
        """Keep the provenance file of the tarball with that digest."""
        self._write(digest, "prov", data)

    def _read(self, digest: Digest, kind: Kind) -> bytes | None:
        try:
            return read_file(self._path(digest, kind))
        except FileUnreadable:
            return None

    def _write(self, digest: Digest, kind: Kind, data: bytes) -> None:
        try:
            # Tarballs are held against their digests whenever they are read.
            settled: Settled = "nothing" if kind == "chart" else "content"
            write_file(self._path(digest, kind), data, settled=settled)
        except FileUnwritable:
            return

    def _path(self, digest: Digest, kind: Kind) -> Path:
        return self._folder / digest.hex[:2] / f"{digest.hex}.{kind}"


def _state(path: Path) -> _State:
    try:
        status = path.stat()
    except OSError:
        return _State(path, [])
    stamp = [str(path), status.st_ino, status.st_size, str(status.st_mtime_ns)]
    return _State(path, [*stamp, str(status.st_ctime_ns)])


def _read(state: _State) -> bytes:
    try:
        return read_file(state.path, limit_bytes=INDEX_LIMIT_BYTES)
    except FileUnreadable as error:
        raise RepoError(
            f"no cached repo found. (try 'pkgtool repo update'): {error.what}", hint=error.hint
        ) from error
