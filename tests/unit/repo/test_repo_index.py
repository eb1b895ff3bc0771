"""Indexes: read, poisoned, asked, merged."""

from typing import Any

import pytest

from pkgtool import yamlcodec
from pkgtool.errors import (
    ChartVersionNotFound,
    ConstraintInvalid,
    IndexInvalid,
    PkgtoolError,
    YamlInvalid,
)
from pkgtool.repo.index import Index, IndexEntry, index_of, make_index, parse_index

DIGEST = "a" * 64


def entry(version: str, name: str = "web", **fields: object) -> IndexEntry:
    urls = [f"{name}-{version}.tgz"]
    return IndexEntry({"name": name, "version": version, "urls": urls, **fields})


def index(*versions: str) -> Index:
    return make_index([entry(version) for version in versions], generated="")


def listing(entries: Any) -> bytes:
    return yamlcodec.dump({"apiVersion": "v1", "entries": entries}).encode()


def versions(found: Index, name: str = "web") -> list[str]:
    return [each.version for each in found.versions(name)]


@pytest.mark.parametrize(
    ("wanted", "devel", "expected"),
    [
        pytest.param("", False, "1.10.0", id="newest stable"),
        pytest.param("", True, "2.0.0-rc.1", id="pre-releases on demand"),
        pytest.param("1.9.0", False, "1.9.0", id="exact"),
        pytest.param("2.0.0-rc.1", False, "2.0.0-rc.1", id="exact pre-release"),
        pytest.param("~1.9", False, "1.9.5", id="range"),
        pytest.param(">=1.9 <1.9.5", False, "1.9.0", id="two bounds"),
        pytest.param("v1.9.0", False, "1.9.0", id="other spelling"),
        pytest.param(">1.0.0-0", False, "2.0.0-rc.1", id="range of pre-releases"),
    ],
)
def test_the_newest_version_that_matches_is_found(wanted: str, devel: bool, expected: str) -> None:
    known = index("1.9.0", "1.10.0", "2.0.0-rc.1", "1.9.5")

    assert known.find("web", wanted, devel=devel).version == expected


def test_what_is_not_there_is_said_with_what_is() -> None:
    known = index("1.0.0", "1.1.0")

    with pytest.raises(
        ChartVersionNotFound, match=r"^no chart version found for web-3\.0\.0 "
    ) as caught:
        known.find("web", "3.0.0")
    assert "1.1.0, 1.0.0" in caught.value.hint
    with pytest.raises(ChartVersionNotFound) as near:
        known.find("wbe")
    assert near.value.hint == "did you mean 'web'?"
    with pytest.raises(ChartVersionNotFound, match="found for web- ") as only:
        index("1.0.0-rc.1").find("web")
    assert "--devel" in only.value.hint


def test_a_constraint_that_is_none_is_an_error() -> None:
    with pytest.raises(ConstraintInvalid):
        index("1.0.0").find("web", "latest please")


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        pytest.param(b"", IndexInvalid, "empty index.yaml", id="empty"),
        pytest.param(b" \n\n", IndexInvalid, "empty index.yaml", id="blank"),
        pytest.param(b"---\n", IndexInvalid, "not a chart repository index", id="no document"),
        pytest.param(b"null", IndexInvalid, "not a chart repository index", id="null"),
        pytest.param(b"hello", IndexInvalid, "not a chart repository index", id="a word"),
        pytest.param(b"[1, 2]", IndexInvalid, "not a chart repository index", id="a list"),
        pytest.param(b"<!DOCTYPE html><p>: hi", IndexInvalid, "a web page", id="web page"),
        pytest.param(b"\n<html><body>", IndexInvalid, "a web page", id="web page without a type"),
        pytest.param(b"entries: {}", IndexInvalid, "no API version", id="no version"),
        pytest.param(b"apiVersion: v1\nentries: []", IndexInvalid, "not a mapping", id="entries"),
        pytest.param(b"apiVersion: v1\nentries: x", IndexInvalid, "not a mapping", id="text"),
        pytest.param(b"a: [", YamlInvalid, ".", id="not YAML"),
        pytest.param(b"\x00\x01\x02", YamlInvalid, ".", id="binary"),
        pytest.param(b"a: \xc3(", YamlInvalid, ".", id="not UTF-8"),
        pytest.param(b"apiVersion: v1\nentries: {}\nentries: {}", YamlInvalid, ".", id="twice"),
        pytest.param(b'{"apiVersion":"v1","apiVersion":"v1"}', YamlInvalid, ".", id="JSON twice"),
        pytest.param(b"apiVersion: v1\nentries: " + b"[" * 500, YamlInvalid, ".", id="deep"),
    ],
)
def test_what_is_no_index_is_refused(data: bytes, kind: type[PkgtoolError], words: str) -> None:
    with pytest.raises(kind, match=words):
        parse_index(data, name="https://charts.example.com/index.yaml")


def test_an_index_may_be_larger_than_other_texts_but_not_endless() -> None:
    text = listing({}) + b"#" * (17 * 2**20)

    assert parse_index(text, name="i").entries == {}
    with pytest.raises(YamlInvalid, match="larger"):
        parse_index(text + b"#" * (48 * 2**20), name="i")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        pytest.param(None, "not a mapping", id="null"),
        pytest.param("web", "not a mapping", id="text"),
        pytest.param([], "not a mapping", id="list"),
        pytest.param({"name": None}, "named None", id="no name"),
        pytest.param({"name": "evil"}, "named 'evil'", id="wrong name"),
        pytest.param({"version": None}, "version is None", id="no version"),
        pytest.param({"version": "../1"}, "version is '../1'", id="climbing version"),
        pytest.param({"version": {}}, "version is {}", id="a map as version"),
        pytest.param({"urls": "web.tgz"}, "urls are not a list", id="text as urls"),
        pytest.param({"urls": {"a": 1}}, "urls are not a list", id="map as urls"),
        pytest.param({"urls": [None]}, "no text", id="null as url"),
        pytest.param({"urls": [{"a": 1}]}, "no text", id="map as url"),
        pytest.param({"type": "invalid"}, "type is 'invalid'", id="no type of chart"),
    ],
)
def test_a_damaged_entry_is_left_out_with_a_warning(broken: Any, why: str) -> None:
    if isinstance(broken, dict):
        broken = {**entry("2.0.0").fields, **broken}
    good = dict(entry("1.0.0").fields)

    found = parse_index(listing({"web": [broken, good], "zap": None}), name="there")

    assert versions(found) == ["1.0.0"]
    assert why in found.warnings[0]
    assert found.warnings[1] == "there: skipping 'zap': its versions are not a list"
    assert found.versions("zap") == ()


@pytest.mark.parametrize("digest", ["../../x", "abc"])
def test_a_version_with_an_odd_digest_is_listed_as_in_helm(digest: str) -> None:
    """It cannot be fetched: no tarball has that digest."""
    found = parse_index(listing({"web": [{**entry("1.0.0").fields, "digest": digest}]}), name="i")

    assert found.find("web").digest == digest
    assert found.warnings == ()


@pytest.mark.parametrize("urls", [None, []])
def test_a_version_without_urls_is_listed_as_in_helm(urls: Any) -> None:
    found = parse_index(listing({"web": [{**entry("1.0.0").fields, "urls": urls}]}), name="there")

    assert found.find("web").urls == ()
    assert found.warnings == ()


@pytest.mark.parametrize("name", ["..", ".", "a/b", "../web", "a\\b"])
def test_a_name_that_climbs_is_left_out(name: str) -> None:
    found = parse_index(listing({name: [dict(entry("1.0.0", name).fields)]}), name="there")

    assert found.entries == {}
    assert "no name for a chart" in found.warnings[0]


def test_a_version_listed_twice_makes_the_index_invalid() -> None:
    """Programs would disagree about which of the two counts."""
    twice = [dict(entry("1.0.0").fields), {**entry("1.0.0").fields, "digest": DIGEST}]

    with pytest.raises(IndexInvalid, match=r"lists 'web' 1\.0\.0 twice"):
        parse_index(listing({"web": twice}), name="there")


def test_odd_fields_are_no_trouble() -> None:
    """What only a screen shows need not be right."""
    fields = {**entry("1.0.0").fields, "keywords": 5, "description": {"a": 1}, "appVersion": 1.5}

    found = parse_index(listing({"web": [fields]}), name="there").find("web")

    assert found.keywords == ()
    assert found.text("appVersion") == "1.5"
    assert found.text("nothing") == ""


def test_versions_are_sorted_by_meaning_and_digests_lose_their_prefix() -> None:
    fields = [
        {**entry(version).fields, "digest": f"sha256:{DIGEST}"}
        for version in ("1.9.0", "1.10.0", "1.10.0-rc.1")
    ]

    found = parse_index(listing({"web": fields}), name="there")

    assert versions(found) == ["1.10.0", "1.10.0-rc.1", "1.9.0"]
    assert found.find("web").digest == DIGEST


def test_json_is_read_like_yaml() -> None:
    known = index("1.0.0", "1.1.0")
    text = yamlcodec.dump_json(known.document()).encode()

    assert parse_index(text, name="i").entries == known.entries


def test_a_merge_adds_what_only_the_older_index_has() -> None:
    older = make_index([entry("1.0.0"), entry("0.9.0"), entry("1.0.0", "db")], generated="then")
    newer = make_index([entry("1.0.0", home="here"), entry("1.1.0")], generated="now")

    merged = newer.merged(older)

    assert versions(merged) == ["1.1.0", "1.0.0", "0.9.0"]
    assert merged.find("web", "1.0.0").text("home") == "here"
    assert versions(merged, "db") == ["1.0.0"]
    assert merged.generated == "now"


def test_a_merge_keeps_the_date_of_a_tarball_that_did_not_change() -> None:
    older = make_index([entry("1.0.0", digest=DIGEST, created="then")], generated="")
    same = make_index([entry("1.0.0", digest=DIGEST, created="now")], generated="")
    other = make_index([entry("1.0.0", digest="b" * 64, created="now")], generated="")

    assert same.merged(older).find("web").text("created") == "then"
    assert other.merged(older).find("web").text("created") == "now"


def test_a_merge_does_not_lose_warnings() -> None:
    older = index_of({"apiVersion": "v1", "entries": {"web": [None]}}, name="old")

    assert "old: skipping" in index("1.0.0").merged(older).warnings[0]


def test_of_two_tarballs_of_one_version_the_first_counts() -> None:
    first, second = entry("1.0.0"), entry("1.0.0", urls=["old/web-1.0.0.tgz"])

    found = make_index([first, second], generated="")

    assert found.versions("web") == (first,)
    assert found.warnings == (
        "skipping old/web-1.0.0.tgz: web-1.0.0.tgz is the same chart and version",
    )


def test_the_document_is_sorted_by_name() -> None:
    found = make_index([entry("1.0.0", "b"), entry("1.0.0", "a")], generated="now").document()

    assert list(found["entries"]) == ["a", "b"]
    assert found["generated"] == "now"
