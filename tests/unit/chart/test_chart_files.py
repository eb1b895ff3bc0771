"""Charts on disk: what is read, what is refused, and unpacking."""

import os
import sys
import time
from pathlib import Path

import pytest

from pkgtool.chart.archive import MAX_DEPTH, MAX_FILE_BYTES, MAX_TOTAL_BYTES
from pkgtool.chart.files import read_chart, read_chart_files
from pkgtool.chart.pack import write_archive
from pkgtool.chart.unpack import unpack_files
from pkgtool.errors import (
    ArchiveUnsafe,
    ChartInvalid,
    ChartNotFound,
    FileUnreadable,
    FileUnwritable,
    PkgtoolError,
)

PATH_MAX = os.pathconf("/", "PC_PATH_MAX")
CHART = b"apiVersion: v2\nname: web\nversion: 1.0.0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    chart = tmp_path / "web"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_bytes(CHART)
    (chart / "templates" / "a.yaml").write_bytes(b"a: 1\n")
    return chart


def test_a_folder_is_read_in_the_order_of_names(folder: Path) -> None:
    (folder / "README.md").write_bytes(b"read me")

    assert list(read_chart_files(folder)) == ["Chart.yaml", "README.md", "templates/a.yaml"]


def test_an_archive_reads_like_its_folder(folder: Path, tmp_path: Path) -> None:
    packed = tmp_path / "web.tgz"
    found = read_chart_files(folder)
    packed.write_bytes(write_archive({f"web/{path}": data for path, data in found.items()}))

    assert read_chart(packed) == read_chart(folder)


def test_ignored_files_and_folders_are_left_out(folder: Path) -> None:
    (folder / ".helmignore").write_bytes(b"ci/\n*.bak\n")
    (folder / "ci").mkdir()
    (folder / "ci" / "x.yaml").write_bytes(b"")
    (folder / "a.bak").write_bytes(b"")

    assert set(read_chart_files(folder)) == {".helmignore", "Chart.yaml", "templates/a.yaml"}


def test_links_inside_the_chart_are_followed(folder: Path) -> None:
    (folder / "templates" / "b.yaml").symlink_to("a.yaml")
    (folder / "more").symlink_to("templates")

    found = read_chart_files(folder)

    assert found["templates/b.yaml"] == found["more/a.yaml"] == b"a: 1\n"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        pytest.param("/dev/urandom", "leads outside of the chart", id="device"),
        pytest.param("/etc/passwd", "leads outside of the chart", id="file of the system"),
        pytest.param("/", "leads outside of the chart", id="folder of the system"),
        pytest.param("../secret", "leads outside of the chart", id="neighbour"),
        pytest.param("nowhere", "leads nowhere or in a circle", id="nowhere"),
        pytest.param("x", "leads nowhere or in a circle", id="itself"),
        pytest.param(".", "leads in a circle", id="folder above"),
    ],
)
def test_links_that_lead_elsewhere_are_refused_at_once(
    folder: Path, target: str, said: str
) -> None:
    (folder.parent / "secret").write_bytes(b"password")
    (folder / "x").symlink_to(target)
    began = time.process_time()

    with pytest.raises(ChartInvalid, match=said):
        read_chart_files(folder)

    assert time.process_time() - began < 1


def test_an_ignored_link_may_lead_anywhere(folder: Path) -> None:
    (folder / "x").symlink_to("/dev/urandom")
    (folder / ".helmignore").write_bytes(b"x\n")

    assert "x" not in read_chart_files(folder)


def test_links_that_multiply_are_counted(folder: Path) -> None:
    for level in range(4):
        here = folder / f"d{level}"
        here.mkdir()
        for number in range(12):
            (here / str(number)).symlink_to(f"../d{level + 1}")
    (folder / "d4").mkdir()
    began = time.process_time()

    with pytest.raises(ChartInvalid, match="more than"):
        read_chart_files(folder)

    assert time.process_time() - began < 5


def test_folders_in_folders_have_a_limit(folder: Path) -> None:
    (folder / "/".join(["a"] * (MAX_DEPTH + 1))).mkdir(parents=True)

    with pytest.raises(ChartInvalid, match="folders deep"):
        read_chart_files(folder)


def make_long(folder: Path, room: int) -> int:
    """Make folders in `folder` until a path has room for `room` bytes; return the last one."""
    handle, used = os.open(folder, os.O_RDONLY), len(os.fsencode(folder))
    while (left := PATH_MAX - used - 1) > room:
        name = "a" * min(250, left - room)
        os.mkdir(name, dir_fd=handle)
        inner = os.open(name, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle, used = inner, used + 1 + len(name)
    return handle


def test_a_folder_whose_path_is_too_long_is_an_error(folder: Path) -> None:
    handle = make_long(folder, 20)
    os.mkdir("b" * 30, dir_fd=handle)
    os.close(handle)

    with pytest.raises(FileUnreadable, match="file name too long"):
        read_chart_files(folder)


def test_a_file_whose_path_is_too_long_is_named(folder: Path) -> None:
    handle = make_long(folder, 20)
    os.close(os.open("b" * 30, os.O_CREAT, dir_fd=handle))
    os.close(handle)

    with pytest.raises(ChartInvalid, match="File name too long"):
        read_chart_files(folder)


def test_files_have_a_limit_together(folder: Path) -> None:
    for number in range(MAX_TOTAL_BYTES // MAX_FILE_BYTES + 1):
        with (folder / f"f{number}").open("wb") as file:
            file.truncate(MAX_FILE_BYTES)

    with pytest.raises(ChartInvalid, match="chart is larger than the maximum size"):
        read_chart_files(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse to make such names")
def test_a_name_that_is_not_utf_8_is_refused(folder: Path) -> None:
    with open(os.fsencode(folder) + b"/\xff", "wb"):  # noqa: PTH123
        pass

    with pytest.raises(ChartInvalid, match="is not UTF-8"):
        read_chart_files(folder)


def test_a_fifo_is_refused_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")

    with pytest.raises(ChartInvalid, match="cannot load irregular file pipe"):
        read_chart_files(folder)


def test_a_file_that_is_too_large_is_refused_unread(folder: Path) -> None:
    with (folder / "big").open("wb") as file:
        file.truncate(3 * 1024**3)

    with pytest.raises(ChartInvalid, match="'big' is larger than"):
        read_chart_files(folder)


def test_nothing_at_the_path(tmp_path: Path) -> None:
    with pytest.raises(ChartNotFound) as caught:
        read_chart_files(tmp_path / "nowhere")

    assert caught.value.hint


def test_a_device_is_no_chart() -> None:
    with pytest.raises(FileUnreadable, match="not a regular file"):
        read_chart_files(Path("/dev/zero"))


def test_an_unreadable_ignore_file_is_an_error(folder: Path) -> None:
    (folder / ".helmignore").symlink_to("/etc/passwd")

    with pytest.raises(ChartInvalid, match="leads outside"):
        read_chart_files(folder)


def test_unpacking_writes_all_files(tmp_path: Path) -> None:
    unpack_files({"Chart.yaml": CHART, "a/b.txt": b"x"}, tmp_path / "out" / "web")

    assert (tmp_path / "out" / "web" / "a" / "b.txt").read_bytes() == b"x"
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["web"]


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "c:/x"])
def test_unpacking_never_leaves_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(ArchiveUnsafe):
        unpack_files({"Chart.yaml": CHART, path: b"x"}, tmp_path / "web")

    assert list(tmp_path.iterdir()) == []


def test_unpacking_never_writes_into_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "web").symlink_to("elsewhere")

    with pytest.raises(FileUnwritable, match="it exists"):
        unpack_files({"Chart.yaml": CHART}, tmp_path / "web")

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_failed_unpacking_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(PkgtoolError):
        unpack_files({"a": b"x", "a/b": b"y"}, tmp_path / "web")

    assert list(tmp_path.iterdir()) == []
