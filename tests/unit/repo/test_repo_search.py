"""Search: which field matches, in which order, which versions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from pkgtool.digest import Digest
from pkgtool.errors import ConstraintInvalid, PatternInvalid
from pkgtool.repo.index import Index, IndexEntry, make_index
from pkgtool.repo.indexdb import IndexDb, make_database
from pkgtool.repo.search import SearchOptions, search


def entry(name: str, version: str = "1.0.0", **fields: object) -> IndexEntry:
    return IndexEntry({"name": name, "version": version, "urls": ["x"], **fields})


INDEXES: Mapping[str, Index] = {
    "stable": make_index(
        [
            entry("mariadb", description="A database", keywords=["sql", "mysql"]),
            entry("web", "1.9.0", description="Shows pages"),
            entry("web", "1.10.0", description="Shows pages fast"),
            entry("web", "2.0.0-rc.1", description="Shows pages faster"),
            entry("young", "0.1.0-alpha", description="Not yet"),
        ],
        generated="",
    ),
    "lab": make_index([entry("web", "3.0.0"), entry("tools", description="MariaDB")], generated=""),
}


@contextmanager
def opened(indexes: Mapping[str, Index]) -> Iterator[dict[str, IndexDb]]:
    """Give the indexes as databases, which have no file to be made anew from."""

    def database(name: str, index: Index) -> IndexDb:
        made = make_database(index, repository=name, digest=Digest.of(b""))
        return IndexDb(made, lambda: made)

    found = {name: database(name, index) for name, index in indexes.items()}
    yield found
    for each in found.values():
        each.close()


def names(keyword: str, **options: object) -> list[str]:
    with opened(INDEXES) as found:
        hits = search(found, keyword, SearchOptions(**options))  # type: ignore[arg-type]
    return [f"{hit.name} {hit.entry.version}" for hit in hits]


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        pytest.param("mariadb", ["stable/mariadb 1.0.0", "lab/tools 1.0.0"], id="names first"),
        pytest.param("DATA", ["stable/mariadb 1.0.0"], id="any case, description"),
        pytest.param("mysql", ["stable/mariadb 1.0.0"], id="keyword"),
        pytest.param("stable/", ["stable/mariadb 1.0.0", "stable/web 1.10.0"], id="repository"),
        pytest.param("web", ["lab/web 3.0.0", "stable/web 1.10.0"], id="newest of each, by name"),
        pytest.param("shows pages fast", ["stable/web 1.10.0"], id="several words are one text"),
        pytest.param("^web", [], id="no pattern unless asked for"),
        pytest.param("nothing", [], id="nothing"),
    ],
)
def test_search(keyword: str, expected: list[str]) -> None:
    assert names(keyword) == expected


def test_an_empty_keyword_finds_every_chart_once() -> None:
    assert names("") == [
        "lab/tools 1.0.0",
        "lab/web 3.0.0",
        "stable/mariadb 1.0.0",
        "stable/web 1.10.0",
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"all_versions": True}, ["stable/web 1.10.0", "stable/web 1.9.0"], id="all"),
        pytest.param({"devel": True}, ["stable/web 2.0.0-rc.1"], id="pre-releases"),
        pytest.param({"wanted": "~1.9"}, ["stable/web 1.9.0"], id="range"),
        pytest.param(
            {"devel": True, "all_versions": True},
            ["stable/web 2.0.0-rc.1", "stable/web 1.10.0", "stable/web 1.9.0"],
            id="all with pre-releases",
        ),
        pytest.param({"wanted": ">3"}, [], id="none"),
    ],
)
def test_which_versions(options: Mapping[str, object], expected: list[str]) -> None:
    assert names("stable/web", **options) == expected


def test_an_older_version_is_found_by_what_only_it_says() -> None:
    indexes = {
        "r": make_index(
            [entry("a", "2.0.0"), entry("a", "1.0.0", home="", description="x")], generated=""
        )
    }

    with opened(indexes) as found:
        hits = search(found, "x", SearchOptions())

    assert [hit.entry.version for hit in hits] == ["1.0.0"]


def test_a_pattern_is_matched_with_its_case() -> None:
    assert names("^(web|tools)", regexp=True) == [
        "lab/tools 1.0.0",
        "lab/web 3.0.0",
        "stable/web 1.10.0",
    ]
    assert names("mariadb$", regexp=True) == []
    assert names("MariaDB", regexp=True) == ["lab/tools 1.0.0"]


def test_what_cannot_be_understood_is_an_error() -> None:
    with pytest.raises(ConstraintInvalid):
        names("web", wanted="newest")
    with pytest.raises(PatternInvalid):
        names("(", regexp=True)


def test_a_chart_is_shown_where_its_best_version_stands() -> None:
    """Versions of one chart that score apart do not pull it down to the worst of them."""
    indexes = {
        "r": make_index(
            [
                entry("a", "1.0.0", description="needle"),
                entry("a", "0.9.0", description="other", keywords=["needle"]),
                entry("b", "1.0.0", description="needle too"),
            ],
            generated="",
        )
    }

    with opened(indexes) as found:
        hits = search(found, "needle", SearchOptions())

    assert [(hit.name, hit.score) for hit in hits] == [("r/a", 2), ("r/b", 2)]
