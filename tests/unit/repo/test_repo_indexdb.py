"""The database of an index: the same answers as the index itself, and only from a file of ours."""

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pkgtool.digest import Digest
from pkgtool.errors import ChartVersionNotFound, ConstraintInvalid
from pkgtool.repo import indexdb
from pkgtool.repo.index import Index, IndexEntry, make_index
from pkgtool.repo.indexdb import (
    SEPARATOR,
    IndexDb,
    make_database,
    open_database,
    save_database,
)

DIGEST = Digest.of(b"an index")


def entry(name: str, version: str, **fields: object) -> IndexEntry:
    return IndexEntry({"name": name, "version": version, "urls": ["x"], **fields})


INDEX = make_index(
    [
        entry("web", "1.9.0", description="Shows pages"),
        entry("web", "1.10.0", description="Shows pages"),
        entry("web", "2.0.0-rc.1", description='Shows "Ünïcode" pages', keywords=["http", "x y"]),
        entry("db", "0.1.0", appVersion=16),
    ],
    generated="",
)


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def in_memory(opened: ExitStack, index: Index = INDEX) -> IndexDb:
    made = make_database(index, repository="r", digest=DIGEST)
    database = IndexDb(made, lambda: make_database(index, repository="r", digest=DIGEST))
    opened.callback(database.close)
    return database


def saved(path: Path, index: Index = INDEX) -> Path:
    made = make_database(index, repository="r", digest=DIGEST)
    save_database(made, path)
    made.close()
    return path


def test_it_answers_as_the_index_does(opened: ExitStack) -> None:
    found = in_memory(opened)

    assert found.names() == ["db", "web"]
    assert [each.version for each in found.newest()] == ["0.1.0", "2.0.0-rc.1"]
    assert found.versions("web") == INDEX.versions("web")
    assert found.versions("none") == ()
    for wanted, devel in (("", False), ("", True), ("1.9.0", False), ("~1.9", False)):
        assert found.find("web", wanted, devel=devel) == INDEX.find("web", wanted, devel=devel)
    with pytest.raises(ChartVersionNotFound, match="no chart name found") as caught:
        found.find("wbe")
    assert caught.value.hint == "did you mean 'web'?"
    with pytest.raises(ConstraintInvalid):
        found.find("web", "newest")


def test_versions_that_say_the_same_share_a_line(opened: ExitStack) -> None:
    found = in_memory(opened)

    lines = [line.text.split(SEPARATOR) for line in found.lines()]

    assert sorted(lines) == [
        ["db", "r/db", "", ""],
        ["web", "r/web", 'Shows "Ünïcode" pages', "http x y"],
        ["web", "r/web", "Shows pages", ""],
    ]


@pytest.mark.parametrize(
    ("word", "versions"),
    [
        pytest.param("shows", ["2.0.0-rc.1", "1.10.0", "1.9.0"], id="a word"),
        pytest.param("how", ["2.0.0-rc.1", "1.10.0", "1.9.0"], id="inside a word"),
        pytest.param('"ünïcode" p', ["2.0.0-rc.1"], id="quotes and letters"),
        pytest.param("r/web", ["2.0.0-rc.1", "1.10.0", "1.9.0"], id="with the repository"),
        pytest.param("none", [], id="nothing"),
        pytest.param("shows and", [], id="operators mean nothing"),
        pytest.param("web*", [], id="nor do stars"),
    ],
)
def test_words_are_found_anywhere(word: str, versions: list[str], opened: ExitStack) -> None:
    found = in_memory(opened)

    lines = found.lines(word)

    assert [each.version for each in found.candidates(line.id for line in lines)] == versions


@pytest.mark.parametrize("word", ["", "p", "xy", "a\0b", "tab\there"])
def test_what_trigrams_cannot_find_is_looked_for_everywhere(word: str, opened: ExitStack) -> None:
    assert len(in_memory(opened).lines(word)) == 3


def test_trigrams_find_what_looking_everywhere_finds(opened: ExitStack) -> None:
    """A thousand words over few letters, many of which are there."""
    chance = random.Random(7)

    def text(most: int) -> str:
        return "".join(chance.choices('aAbBcßİ"*-^ ', k=chance.randint(1, most)))

    index = make_index(
        [entry(f"n{n}", "1.0.0", description=text(30)) for n in range(200)], generated=""
    )
    found = in_memory(opened, index)
    every = found.lines()

    for _ in range(1000):
        word = text(5).lower()
        expected = {line.id for line in every if word in line.text.lower()}
        assert expected <= {line.id for line in found.lines(word)}


def test_without_full_text_search_all_lines_are_looked_at(
    monkeypatch: pytest.MonkeyPatch, opened: ExitStack
) -> None:
    monkeypatch.setattr(indexdb, "_TRIGRAMS", "CREATE VIRTUAL TABLE words USING nothing (text)")

    assert len(in_memory(opened).lines("shows")) == 3


def test_all_fields_and_warnings_come_back(tmp_path: Path, opened: ExitStack) -> None:
    fields = {"annotations": {"a": [1, 1.5, None, True, "ü\u2028"]}, "keywords": ["k"]}
    index = Index({"web": (entry("web", "1.0.0", **fields),)}, "", ("a warning",))
    connection = open_database(saved(tmp_path / "i.db", index), digest=DIGEST)
    assert connection is not None
    found = IndexDb(connection, lambda: connection)
    opened.callback(found.close)

    assert found.versions("web") == index.versions("web")
    assert found.warnings == ("a warning",)
    assert [found.entry(each) for each in found.candidates([1])] == list(index.versions("web"))


def test_the_file_is_private(tmp_path: Path) -> None:
    path = saved(tmp_path / "new" / "i.db")

    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["i.db"]


def test_a_database_of_another_index_is_not_used(tmp_path: Path) -> None:
    assert open_database(saved(tmp_path / "i.db"), digest=Digest.of(b"another")) is None
    assert open_database(tmp_path / "none.db", digest=DIGEST) is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_used(mode: int, tmp_path: Path) -> None:
    path = saved(tmp_path / "i.db")
    path.chmod(mode)

    assert open_database(path, digest=DIGEST) is None


def test_a_link_or_a_folder_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(saved(tmp_path / "i.db"))
    (tmp_path / "folder.db").mkdir()

    assert open_database(tmp_path / "link.db", digest=DIGEST) is None
    assert open_database(tmp_path / "folder.db", digest=DIGEST) is None


@pytest.mark.parametrize(
    "data", [b"", b"nothing", b"SQLite format 3\0" + b"\xff" * 500], ids=["empty", "text", "noise"]
)
def test_what_is_no_database_is_not_used(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "i.db"
    path.write_bytes(data)
    path.chmod(0o600)

    assert open_database(path, digest=DIGEST) is None


def test_a_database_of_another_format_is_not_used(tmp_path: Path) -> None:
    path = saved(tmp_path / "i.db")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    assert open_database(path, digest=DIGEST) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET fields = '[]'",
        "UPDATE entry SET fields = '{\"name\": 1}'",
        "UPDATE entry SET fields = 'nothing'",
        "UPDATE entry SET fields = x'ff'",
        "UPDATE entry SET fields = CAST(x'ff' AS TEXT)",
        "UPDATE entry SET fields = '" + "[" * 100_000 + "'",
        "DROP TABLE entry",
    ],
)
def test_entries_that_are_none_are_mended(
    statement: str, tmp_path: Path, opened: ExitStack
) -> None:
    path = saved(tmp_path / "i.db")
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    connected = open_database(path, digest=DIGEST)
    assert connected is not None
    database = IndexDb(connected, lambda: make_database(INDEX, repository="r", digest=DIGEST))
    opened.callback(database.close)

    assert database.newest() == in_memory(opened).newest()


def test_damage_further_in_is_noticed_and_mended(tmp_path: Path, opened: ExitStack) -> None:
    """The head of the file is fine, what it leads to is not."""
    many = make_index(
        [entry("web", f"1.0.{n}", description="x" * 500) for n in range(99)], generated=""
    )
    path = saved(tmp_path / "i.db", many)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(5 * 4096)
        file.write(os.urandom(size - 5 * 4096))
    connection = open_database(path, digest=DIGEST)
    assert connection is not None
    made: list[int] = []

    def remake() -> sqlite3.Connection:
        made.append(1)
        return make_database(many, repository="r", digest=DIGEST)

    found = IndexDb(connection, remake)
    opened.callback(found.close)

    assert len(found.versions("web")) == 99
    assert made == [1]
