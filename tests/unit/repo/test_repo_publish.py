"""An index of a folder: what is in it, what is left out, and that it is always the same."""

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pkgtool import yamlcodec
from pkgtool.digest import Digest
from pkgtool.errors import FileUnreadable, FileUnwritable, IndexInvalid, RepoError, YamlInvalid
from pkgtool.repo.publish import index_folder, merge_index, stamp, write_index
from pkgtool.testing.charts_at_rest import tarball

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def put(folder: Path, *places: str) -> None:
    """Write tarballs whose names and versions their paths say."""
    for place in places:
        name, _, version = place.rpartition("/")[2].removesuffix(".tgz").partition("-")
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(tarball(name, version))


def test_an_index_says_what_the_charts_say_and_where_they_are(tmp_path: Path) -> None:
    data = tarball("web", "1.0.0+build.1", description="Pages", keywords=["a"])
    (tmp_path / "web-1.0.0+build.1.tgz").write_bytes(data)

    entry = index_folder(tmp_path, url="https://charts.example.com/r/", at=NOW).find("web")

    assert entry.fields == {
        "apiVersion": "v2",
        "name": "web",
        "version": "1.0.0+build.1",
        "engine": "jinja2",
        "description": "Pages",
        "keywords": ["a"],
        "created": "2026-01-02T03:04:05Z",
        "digest": Digest.of(data).hex,
        "urls": ["https://charts.example.com/r/web-1.0.0+build.1.tgz"],
    }


def test_urls_are_relative_without_a_prefix_and_one_folder_deep(tmp_path: Path) -> None:
    put(tmp_path, "web-1.0.0.tgz", "old/web-0.9.0.tgz", "old/er/web-0.8.0.tgz", ".git/db-1.0.0.tgz")
    (tmp_path / "a b").mkdir()
    put(tmp_path, "a b/tool-1.0.0.tgz")

    found = index_folder(tmp_path, at=NOW)

    assert [each.urls[0] for each in found.versions("web")] == [
        "web-1.0.0.tgz",
        "old/web-0.9.0.tgz",
    ]
    assert found.find("tool").urls == ("a%20b/tool-1.0.0.tgz",)
    assert found.versions("db") == ()


def test_the_same_folder_makes_the_same_bytes(tmp_path: Path) -> None:
    places = ["web-1.10.0.tgz", "web-1.9.0.tgz", "db-1.0.0.tgz", "sub/web-1.9.0.tgz"]
    put(tmp_path / "one", *places)
    put(tmp_path / "two", *reversed(places))

    for folder in ("one", "two"):
        write_index(tmp_path / folder, index_folder(tmp_path / folder, at=NOW))

    text = (tmp_path / "one" / "index.yaml").read_text()
    assert text == (tmp_path / "two" / "index.yaml").read_text()
    assert text.index("name: db") < text.index("version: 1.10.0") < text.index("version: 1.9.0")
    assert text.endswith('generated: "2026-01-02T03:04:05Z"\n')


def test_what_is_no_chart_is_left_out_with_a_warning(tmp_path: Path) -> None:
    put(tmp_path, "web-1.0.0.tgz")
    (tmp_path / "broken-1.0.0.tgz").write_bytes(b"nothing")
    (tmp_path / "half-1.0.0.tgz").write_bytes(tarball("half", "1.0.0")[:100])
    (tmp_path / "folder-1.0.0.tgz").mkdir()
    (tmp_path / "copy.tgz").write_bytes((tmp_path / "web-1.0.0.tgz").read_bytes())
    (tmp_path / "notes.txt").write_text("hello")

    found = index_folder(tmp_path, at=NOW)

    assert list(found.entries) == ["web"]
    assert [warning.partition(":")[0] for warning in found.warnings] == [
        "skipping broken-1.0.0.tgz",
        "skipping folder-1.0.0.tgz",
        "skipping half-1.0.0.tgz",
        "skipping web-1.0.0.tgz",
    ]


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RepoError, match="not a folder"):
        index_folder(tmp_path / "none", at=NOW)


def test_a_tarball_that_the_disk_refuses_is_an_error(tmp_path: Path) -> None:
    """Leaving it out would take a chart from everybody."""
    put(tmp_path, "web-1.0.0.tgz")
    (tmp_path / "big-1.0.0.tgz").write_bytes(b"")
    os.truncate(tmp_path / "big-1.0.0.tgz", 200 * 2**20)

    with pytest.raises(FileUnreadable):
        index_folder(tmp_path, at=NOW)


def test_json_on_demand(tmp_path: Path) -> None:
    put(tmp_path, "web-1.0.0.tgz")
    made = index_folder(tmp_path, at=NOW)

    write_index(tmp_path, made, as_json=True)

    text = (tmp_path / "index.yaml").read_text()
    assert text.startswith('{"apiVersion":"v1","entries":{"web":[{')
    assert yamlcodec.load_json(text) == made.document()


def test_indexing_again_over_the_old_index_changes_only_what_is_new(tmp_path: Path) -> None:
    put(tmp_path, "web-1.0.0.tgz")
    write_index(tmp_path, index_folder(tmp_path, at=NOW))
    put(tmp_path, "web-1.1.0.tgz")

    merged = merge_index(index_folder(tmp_path, at=LATER), tmp_path / "index.yaml")

    assert [(each.version, each.text("created")) for each in merged.versions("web")] == [
        ("1.1.0", "2026-01-03T03:04:05Z"),
        ("1.0.0", "2026-01-02T03:04:05Z"),
    ]


def test_an_older_index_that_is_missing_adds_nothing(tmp_path: Path) -> None:
    put(tmp_path, "web-1.0.0.tgz")
    made = index_folder(tmp_path, at=NOW)

    assert merge_index(made, tmp_path / "none.yaml") is made


@pytest.mark.parametrize(
    ("text", "kind"), [("a: [", YamlInvalid), ("", IndexInvalid), ("- a", IndexInvalid)]
)
def test_an_older_index_that_is_damaged_is_an_error(
    text: str, kind: type[Exception], tmp_path: Path
) -> None:
    (tmp_path / "old.yaml").write_text(text)

    with pytest.raises(kind):
        merge_index(index_folder(tmp_path, at=NOW), tmp_path / "old.yaml")


def test_an_index_is_not_written_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("mine")
    (tmp_path / "index.yaml").symlink_to(tmp_path / "target")

    with pytest.raises(FileUnwritable):
        write_index(tmp_path, index_folder(tmp_path, at=NOW))

    assert (tmp_path / "target").read_text() == "mine"


def test_times_are_in_utc() -> None:
    east = timezone(timedelta(hours=2))

    assert stamp(datetime(2026, 1, 1, 1, 0, tzinfo=east)) == "2025-12-31T23:00:00Z"
