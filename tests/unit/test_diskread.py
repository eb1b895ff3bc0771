"""Whole files come in, within a limit."""

import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkgtool.diskread import plain_path, read_file
from pkgtool.errors import FileUnreadable


def test_a_link_is_read_unless_that_is_forbidden(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to("a")

    assert read_file(tmp_path / "link") == b"x"
    assert read_file(tmp_path / "a", follow_links=False) == b"x"
    with pytest.raises(FileUnreadable):
        read_file(tmp_path / "link", follow_links=False)


@pytest.mark.parametrize("name", ["missing", "folder", "pipe"])
def test_only_regular_files_are_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FileUnreadable):
        read_file(tmp_path / name)


def test_a_device_is_not_read_until_memory_is_full() -> None:
    with pytest.raises(FileUnreadable):
        read_file(Path("/dev/zero"))


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 11)

    with pytest.raises(FileUnreadable):
        read_file(tmp_path / "big", limit_bytes=10)

    assert read_file(tmp_path / "big", limit_bytes=11) == b"x" * 11


def test_a_small_file_takes_little_memory(tmp_path: Path) -> None:
    """Reading used to set aside as much memory as the limit allows."""
    (tmp_path / "small").write_bytes(b"x" * 1000)
    tracemalloc.start()

    read_file(tmp_path / "small")

    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 1_000_000


def test_a_file_whose_size_is_not_known_is_read_whole() -> None:
    assert len(read_file(Path("/proc/self/status"))) > 100


@given(st.text("/.a~ ", max_size=8))
def test_paths_are_written_as_the_standard_library_does(text: str) -> None:
    assert plain_path(text) == str(Path(text))
