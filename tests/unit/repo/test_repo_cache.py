"""The cache of indexes: Helm's files, noticed when they change, and not read when they do not."""

import os
from pathlib import Path

import pytest

from pkgtool.digest import Digest
from pkgtool.errors import IndexInvalid, RepoError
from pkgtool.repo import cache
from pkgtool.repo.cache import IndexCache, TarballCache
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.http import Answer
from pkgtool.repo.index import Index, parse_index
from pkgtool.testing.charts_at_rest import index_yaml

ENTRY = RepoEntry("r", "https://charts.example.com")


def listing(*versions: str) -> bytes:
    return index_yaml(*(("web", version, b"") for version in versions))


def newest(known: IndexCache) -> str:
    with known.open(ENTRY) as opened:
        return opened.find("web").version


def keep(known: IndexCache, data: bytes, answer: Answer | None = None) -> None:
    known.keep(
        ENTRY, parse_index(data, name="i"), (answer or Answer(b""))._replace(data=data)
    ).close()


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of indexes that were parsed."""
    names: list[str] = []

    def spy(data: bytes, *, name: str) -> Index:
        names.append(name)
        return parse_index(data, name=name)

    monkeypatch.setattr(cache, "parse_index", spy)
    return names


def test_what_was_kept_is_not_parsed_again(tmp_path: Path, parsed: list[str]) -> None:
    known = IndexCache(tmp_path)
    keep(known, listing("1.0.0"))

    assert newest(known) == "1.0.0"
    assert known.known(ENTRY) == Answer(b"")
    assert parsed == []


def test_what_helm_left_is_parsed_once(tmp_path: Path, parsed: list[str]) -> None:
    (tmp_path / "r-index.yaml").write_bytes(listing("1.0.0"))
    known = IndexCache(tmp_path)

    assert [newest(known) for _ in range(3)] == ["1.0.0"] * 3
    assert parsed == [str(tmp_path / "r-index.yaml")]
    # Nobody said of which URL it is.
    assert known.known(ENTRY) is None


@pytest.mark.parametrize("replace", [True, False], ids=["another file", "written over"])
def test_an_index_that_somebody_replaced_is_noticed(
    replace: bool, tmp_path: Path, parsed: list[str]
) -> None:
    path = tmp_path / "r-index.yaml"
    known = IndexCache(tmp_path)
    keep(known, listing("1.0.0"), Answer(b"", etag='"1"'))
    if replace:
        (tmp_path / "new").write_bytes(listing("2.0.0"))
        (tmp_path / "new").replace(path)
    else:
        path.write_bytes(listing("2.0.0"))
        os.utime(path, ns=(1, 1))

    assert known.known(ENTRY) is None
    assert newest(known) == newest(known) == "2.0.0"
    assert len(parsed) == 1


def test_an_index_that_was_only_touched_is_read_but_not_parsed(
    tmp_path: Path, parsed: list[str]
) -> None:
    known = IndexCache(tmp_path)
    keep(known, listing("1.0.0"), Answer(b"", etag='"1"', last_modified="then"))
    os.utime(tmp_path / "r-index.yaml", ns=(1, 1))

    assert newest(known) == "1.0.0"
    assert parsed == []
    assert known.known(ENTRY) == Answer(b"", '"1"', "then")


@pytest.mark.parametrize("lost", ["r-index.db", "r-index.tags", "r-charts.txt"])
def test_each_file_beside_the_index_may_be_deleted(lost: str, tmp_path: Path) -> None:
    known = IndexCache(tmp_path)
    keep(known, listing("1.0.0"))
    (tmp_path / lost).unlink()

    assert newest(known) == newest(known) == "1.0.0"


@pytest.mark.parametrize("old", [b"1.0.0", b"web"])
def test_a_database_that_somebody_changed_is_not_trusted(
    old: bytes, tmp_path: Path, parsed: list[str]
) -> None:
    """Though SQLite reads it, and it says that it is about this very index."""
    known = IndexCache(tmp_path)
    keep(known, listing("1.0.0"))
    path = tmp_path / "r-index.db"
    path.write_bytes(path.read_bytes().replace(old, b"9" * len(old)))

    assert newest(known) == newest(known) == "1.0.0"
    assert len(parsed) == 1


@pytest.mark.parametrize("damaged", ["r-index.db", "r-index.tags"])
def test_each_file_beside_the_index_may_be_damaged(damaged: str, tmp_path: Path) -> None:
    known = IndexCache(tmp_path)
    keep(known, listing("1.0.0"))
    (tmp_path / damaged).write_bytes(b"\xff" * 9000)

    assert newest(known) == newest(known) == "1.0.0"


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path, parsed: list[str]) -> None:
    (tmp_path / "helm").mkdir()
    (tmp_path / "helm" / "r-index.yaml").write_bytes(listing("1.0.0"))
    (tmp_path / "ours").write_text("in the way")
    known = IndexCache(tmp_path / "ours", also=[tmp_path / "helm"])

    assert newest(known) == newest(known) == "1.0.0"
    assert len(parsed) == 2


def test_nothing_is_written_where_indexes_are_only_looked_for(tmp_path: Path) -> None:
    (tmp_path / "helm").mkdir()
    (tmp_path / "helm" / "r-index.yaml").write_bytes(listing("1.0.0"))
    known = IndexCache(tmp_path / "ours", also=[tmp_path / "ours", tmp_path / "helm"])

    assert newest(known) == "1.0.0"
    keep(known, listing("2.0.0"))
    assert newest(known) == "2.0.0"
    known.forget("r")

    assert newest(known) == "1.0.0"
    assert [path.name for path in (tmp_path / "helm").iterdir()] == ["r-index.yaml"]
    assert (tmp_path / "helm" / "r-index.yaml").read_bytes() == listing("1.0.0")


def test_what_is_not_there_is_said_in_helms_words(tmp_path: Path) -> None:
    with pytest.raises(RepoError) as caught:
        IndexCache(tmp_path).open(ENTRY)

    assert caught.value.what == (
        "no cached repo found. (try 'pkgtool repo update'): "
        f"open {tmp_path}/r-index.yaml: no such file or directory"
    )


def test_a_damaged_index_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "r-index.yaml").write_text("entries: 5\n")

    with pytest.raises(IndexInvalid):
        IndexCache(tmp_path).open(ENTRY)


def test_provenance_is_kept_beside_its_tarball(tmp_path: Path) -> None:
    kept = TarballCache(tmp_path)
    digest = Digest.of(b"tarball")
    assert kept.load_provenance(digest) is None

    kept.keep(b"tarball")
    kept.keep_provenance(digest, b"signed")

    assert kept.load_provenance(digest) == b"signed"
    assert sorted(path.name for path in (tmp_path / digest.hex[:2]).iterdir()) == [
        f"{digest.hex}.chart",
        f"{digest.hex}.prov",
    ]
