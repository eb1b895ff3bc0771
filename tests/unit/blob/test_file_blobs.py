"""What a folder adds to the contract: links, foreign files, and other writers."""

import os
from pathlib import Path

import pytest

from pkgtool.blob.files import FileBlobs
from pkgtool.digest import Digest
from pkgtool.errors import BlobExists, BlobNotFound, FileUnwritable


def test_a_missing_folder_is_an_empty_store(tmp_path: Path) -> None:
    assert list(FileBlobs(tmp_path / "none").list()) == []


def test_files_that_are_no_blobs_are_not_seen(tmp_path: Path) -> None:
    for name in ("with space.tgz", ".hidden", "web.tgz"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")

    assert [each.key for each in FileBlobs(tmp_path).list()] == ["web.tgz"]


def test_only_what_is_asked_for_is_looked_at(tmp_path: Path) -> None:
    """A folder to serve may hold a disk image, or somebody's whole home."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("web.tgz", "disk.img", "a/db.tgz", "a/b/deep.tgz"):
        (tmp_path / name).write_bytes(b"")
    os.truncate(tmp_path / "disk.img", 200 * 2**20)
    os.truncate(tmp_path / "a" / "db.tgz", 200 * 2**20)

    blobs = FileBlobs(tmp_path, suffixes=(".tgz",), max_folders=1)

    assert [each.key for each in blobs.list()] == ["web.tgz"]
    assert [each.key for each in FileBlobs(tmp_path).list()] == ["a/b/deep.tgz", "web.tgz"]


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"secret")
    root = tmp_path / "blobs"
    root.mkdir()
    (root / "file").symlink_to(tmp_path / "outside" / "secret")
    (root / "folder").symlink_to(tmp_path / "outside")
    blobs = FileBlobs(root)

    assert list(blobs.list()) == []
    for key in ("file", "folder/secret"):
        with pytest.raises(BlobNotFound):
            blobs.get(key)
        with pytest.raises(BlobNotFound):
            blobs.stat(key)
        with pytest.raises(FileUnwritable, match="symbolic link"):
            blobs.put(key, b"other", replace=True)
        blobs.delete(key)
    assert (tmp_path / "outside" / "secret").read_bytes() == b"secret"
    assert (root / "file").is_symlink()


def test_a_write_leaves_nothing_else_behind(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    blobs.put("a", b"bytes")
    with pytest.raises(BlobExists):
        blobs.put("a", b"other")
    blobs.put("a", b"other", replace=True)

    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_what_another_process_wrote_is_described_anew(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    blobs.put("a", b"bytes")
    FileBlobs(tmp_path).put("a", b"other", replace=True)

    assert blobs.stat("a").digest == Digest.of(b"other")


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    blobs.put("a", b"bytes")

    with pytest.raises(FileUnwritable):
        blobs.put("a/b", b"bytes")
    assert blobs.get("a") == b"bytes"
