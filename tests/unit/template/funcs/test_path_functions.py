"""Paths are taken apart as Go does."""

import pytest

from pkgtool.template.funcs import paths


@pytest.mark.parametrize(
    ("path", "base", "folder", "clean", "ext"),
    [
        pytest.param("", ".", ".", ".", "", id="nothing"),
        pytest.param("/", "/", "/", "/", "", id="root"),
        pytest.param("//", "/", "/", "/", "", id="two slashes"),
        pytest.param("/a/b.txt", "b.txt", "/a", "/a/b.txt", ".txt", id="file"),
        pytest.param("a", "a", ".", "a", "", id="name"),
        pytest.param("a/", "a", "a", "a", "", id="slash at the end"),
        pytest.param("a//b/../c/", "c", "a/c", "a/c", "", id="detours"),
        pytest.param("a/../../b", "b", "..", "../b", "", id="out of the start"),
        pytest.param("/../a/./b//c/..", "..", "/a/b/c", "/a/b", ".", id="not out of the root"),
        pytest.param("a.b/c", "c", "a.b", "a.b/c", "", id="dot in a folder"),
        pytest.param("x.tar.gz", "x.tar.gz", ".", "x.tar.gz", ".gz", id="two dots"),
        pytest.param(".", ".", ".", ".", ".", id="dot"),
    ],
)
def test_parts_of_paths(path: str, base: str, folder: str, clean: str, ext: str) -> None:
    assert paths.base(path) == paths.os_base(path) == base
    assert paths.dir_(path) == paths.os_dir(path) == folder
    assert paths.clean(path) == paths.os_clean(path) == clean
    assert paths.ext(path) == paths.os_ext(path) == ext


def test_absolute_paths_start_at_the_root() -> None:
    assert paths.is_abs("/a")
    assert not paths.os_is_abs("a/b")
