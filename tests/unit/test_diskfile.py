"""Whole files: as they were, or complete."""

import os
import stat
from pathlib import Path

import pytest

from pkgtool.diskfile import (
    Settled,
    exchange_folders,
    hold_lock,
    make_folder,
    remove_file,
    write_file,
    write_folder,
)
from pkgtool.diskread import read_file
from pkgtool.errors import FileUnwritable


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_file(tmp_path / "a" / "b.txt", b"hello")

    assert read_file(tmp_path / "a" / "b.txt") == b"hello"
    assert sorted(os.listdir(tmp_path / "a")) == ["b.txt"]


def test_a_file_is_private_where_that_is_asked_for(tmp_path: Path) -> None:
    write_file(tmp_path / "secret", b"x", mode=0o600)

    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_writing_never_follows_a_link(tmp_path: Path) -> None:
    """A chart may ship `Chart.lock` as a link to a file in the user's home (CVE-2025-53547)."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "Chart.lock").symlink_to(victim)

    with pytest.raises(FileUnwritable):
        write_file(tmp_path / "Chart.lock", b"evil")

    assert victim.read_bytes() == b"precious"


def test_folders_are_made_where_missing(tmp_path: Path) -> None:
    assert make_folder(tmp_path / "a" / "b", mode=0o700) == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    make_folder(tmp_path / "a" / "b")

    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileUnwritable):
        make_folder(tmp_path / "file" / "c")


def test_a_file_that_may_not_be_replaced_stays(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"first")

    with pytest.raises(FileUnwritable):
        write_file(tmp_path / "a", b"second", replace=False)

    assert read_file(tmp_path / "a") == b"first"
    assert os.listdir(tmp_path) == ["a"]


def test_a_folder_in_the_way_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    with pytest.raises(FileUnwritable):
        write_file(tmp_path / "a", b"x")

    assert os.listdir(tmp_path) == ["a"]


def test_removing_twice_is_fine(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")

    remove_file(tmp_path / "a")
    remove_file(tmp_path / "a")

    assert os.listdir(tmp_path) == []


def test_a_lock_has_one_holder_at_a_time(tmp_path: Path) -> None:
    with (
        hold_lock(tmp_path / "new" / "a.lock"),
        pytest.raises(FileUnwritable, match="held by another"),
        hold_lock(tmp_path / "new" / "a.lock", wait_s=0.01),
    ):
        pytest.fail("two holders")

    with hold_lock(tmp_path / "new" / "a.lock", wait_s=0.01):
        assert os.listdir(tmp_path / "new") == ["a.lock"]


def test_a_lock_is_not_taken_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "a.lock").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileUnwritable), hold_lock(tmp_path / "a.lock"):
        pytest.fail("followed")

    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_is_written_whole(tmp_path: Path) -> None:
    write_folder(tmp_path / "new", {"a": b"1", "b": b"2"})

    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {
        "a": b"1",
        "b": b"2",
    }
    with pytest.raises(FileUnwritable):
        write_folder(tmp_path / "new", {})


def test_two_folders_exchange_their_names(tmp_path: Path) -> None:
    write_folder(tmp_path / "one", {"a": b"1"})
    write_folder(tmp_path / "two", {"b": b"2"})

    done = exchange_folders(tmp_path / "one", tmp_path / "two")

    assert (tmp_path / "two" / "a").exists() is done
    assert (tmp_path / "one" / "b").exists() is done


def test_what_is_not_there_exchanges_nothing(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()

    assert not exchange_folders(tmp_path / "one", tmp_path / "none")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize(
    ("settled", "flushed"), [("name", [False, True]), ("content", [False]), ("nothing", [])]
)
def test_content_is_flushed_before_it_has_its_name_and_the_name_on_demand(
    settled: Settled, flushed: list[bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = []

    def note(handle: int) -> None:
        folders.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        assert (tmp_path / "a").exists() is folders[-1]

    monkeypatch.setattr(os, "fsync", note)
    write_file(tmp_path / "a", b"x", settled=settled)

    assert folders == flushed
