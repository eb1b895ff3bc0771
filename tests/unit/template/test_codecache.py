"""Compiled code is kept where only its owner can write, and found again only when unharmed."""

import os
from pathlib import Path
from types import CodeType

import pytest

from pkgtool.template import codecache
from pkgtool.template.codecache import CodeCache, code_key
from pkgtool.template.fence import run_fenced
from pkgtool.template.jinja import JinjaEngine
from pkgtool.testing.engine_contract import nowhere

KEY = code_key("jinja2", "1", "text")


@pytest.fixture
def code() -> CodeType:
    return compile("answer = 42", "<test>", "exec")


@pytest.fixture
def folder(tmp_path: Path, code: CodeType) -> Path:
    """A cache folder with one entry."""
    cache = CodeCache(tmp_path / "cache" / "code")
    cache.put(KEY, code)
    cache.flush()
    return tmp_path / "cache" / "code"


def test_code_is_found_by_the_next_run(folder: Path, code: CodeType) -> None:
    assert CodeCache(folder).get(KEY) == code


def test_code_is_found_before_it_is_written(tmp_path: Path, code: CodeType) -> None:
    cache = CodeCache(tmp_path / "code")

    cache.put(KEY, code)

    assert cache.get(KEY) == code
    assert not (tmp_path / "code").exists()


def test_the_folder_is_private(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


def test_a_missing_folder_is_an_empty_cache(tmp_path: Path) -> None:
    assert CodeCache(tmp_path / "none").get(KEY) is None


def test_nothing_new_makes_no_folder(tmp_path: Path) -> None:
    CodeCache(tmp_path / "none").flush()

    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o755, 0o750], ids=oct)
def test_a_folder_that_is_open_to_others_is_not_used(
    folder: Path, code: CodeType, mode: int
) -> None:
    folder.chmod(mode)
    cache = CodeCache(folder)

    assert cache.get(KEY) is None
    cache.put("0" * 64, code)
    cache.flush()
    assert len(list(folder.iterdir())) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_of_somebody_else_is_not_used(folder: Path) -> None:
    os.chown(folder, 12345, -1)

    assert CodeCache(folder).get(KEY) is None


def test_a_link_to_a_folder_is_not_used(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)

    assert CodeCache(tmp_path / "link").get(KEY) is None


def test_a_link_to_a_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / KEY).rename(tmp_path / "elsewhere")
    (folder / KEY).symlink_to(tmp_path / "elsewhere")

    assert CodeCache(folder).get(KEY) is None


def test_a_folder_in_the_place_of_an_entry_is_a_miss(folder: Path) -> None:
    (folder / KEY).unlink()
    (folder / KEY).mkdir(mode=0o700)

    assert CodeCache(folder).get(KEY) is None


def test_a_file_that_others_may_write_is_not_used(folder: Path) -> None:
    (folder / KEY).chmod(0o622)

    assert CodeCache(folder).get(KEY) is None


@pytest.mark.parametrize("at", [0, 31, 32, 40, -1])
def test_a_damaged_entry_is_a_miss(folder: Path, at: int) -> None:
    data = bytearray((folder / KEY).read_bytes())
    data[at] ^= 1
    (folder / KEY).write_bytes(bytes(data))

    assert CodeCache(folder).get(KEY) is None


@pytest.mark.parametrize("length", [0, 10, 32, 50])
def test_a_cut_entry_is_a_miss(folder: Path, length: int) -> None:
    (folder / KEY).write_bytes((folder / KEY).read_bytes()[:length])

    assert CodeCache(folder).get(KEY) is None


def test_a_file_in_the_way_of_the_folder_is_left_alone(tmp_path: Path, code: CodeType) -> None:
    (tmp_path / "code").write_text("mine")
    cache = CodeCache(tmp_path / "code")

    cache.put(KEY, code)
    cache.flush()

    assert (tmp_path / "code").read_text() == "mine"


def test_entries_travel_between_processes(tmp_path: Path, code: CodeType) -> None:
    child, parent = CodeCache(tmp_path / "a"), CodeCache(tmp_path / "b")
    child.put(KEY, code)

    parent.absorb(child.fresh())
    parent.flush()

    assert CodeCache(tmp_path / "b").get(KEY) == code


@pytest.mark.parametrize(
    "other",
    [("gotpl", "1", "text"), ("jinja2", "2", "text"), ("jinja2", "1", "other")],
    ids=["engine", "version", "text"],
)
def test_everything_that_matters_is_in_the_key(other: tuple[str, str, str]) -> None:
    assert code_key(*other) != KEY


def test_charts_share_the_code_of_equal_files(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path / "code")
    sources = {"web/templates/a.yaml": "{{ Values.a }}", "db/templates/b.yaml": "{{ Values.a }}"}

    JinjaEngine(cache).compile(sources, outside=nowhere)

    assert len(cache.fresh()) == 1


def test_cached_code_renders_the_same_and_fails_the_same(tmp_path: Path) -> None:
    text = "a: {{ Values.a }}\nb: {{ Values.b }}\n"
    cold = CodeCache(tmp_path / "code")
    JinjaEngine(cold).compile({"web/templates/a.yaml": text}, outside=nowhere)
    cold.flush()
    warm = JinjaEngine(CodeCache(tmp_path / "code"))

    templates = warm.compile({"db/templates/x.yaml": text}, outside=nowhere)

    assert templates.render("db/templates/x.yaml", {"Values": {"a": 1, "b": 2}}).lines == (1, 2)
    with pytest.raises(Exception, match=r"db/templates/x\.yaml:2:14"):
        templates.render("db/templates/x.yaml", {"Values": {"a": 1}})


def test_a_forked_child_finds_what_its_parent_wrote(tmp_path: Path) -> None:
    """The fence closes the parent's files, and with them the handle of the folder."""
    cache = CodeCache(tmp_path / "code")
    cache.put("a", compile("1", "a", "eval"))
    cache.flush()

    assert run_fenced(lambda: cache.get("a") is not None)
    assert cache.get("a") is not None


@pytest.mark.parametrize(("limit", "value"), [("_KEPT", 3), ("_KEPT_BYTES", 3500)])
def test_the_oldest_entries_go_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    folder = tmp_path / "code"
    for number in range(6):
        cache = CodeCache(folder)
        cache.put(f"entry{number}", b"x" * 1000)
        cache.flush()
        os.utime(folder / f"entry{number}", (number, number))
    monkeypatch.setattr(codecache, limit, value)

    cache = CodeCache(folder)
    cache.put("new", b"x" * 1000)
    cache.flush()

    assert {path.name for path in folder.iterdir()} == {"new", "entry5", "entry4"}
