"""Laws of indexes: any document is read or refused, and what is read says the same when written."""

from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkgtool import yamlcodec
from pkgtool.digest import Digest
from pkgtool.errors import PkgtoolError
from pkgtool.repo.index import Index, IndexEntry, index_of, make_index, parse_index
from pkgtool.repo.indexdb import IndexDb, make_database
from pkgtool.repo.search import SearchOptions, search
from pkgtool.versions import Version

pytestmark = pytest.mark.property

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
names = st.sampled_from(["web", "db", "..", "a/b", ""])
versions = st.sampled_from(["1.0.0", "1.10.0", "1.9.0", "v1.0", "1.0.0-rc.1", "x", ""])
fields = st.fixed_dictionaries(
    {},
    optional={
        "name": names | anything,
        "version": versions | anything,
        "urls": st.lists(st.sampled_from(["a.tgz", ""]), max_size=2) | anything,
        "digest": st.sampled_from(["a" * 64, "sha256:" + "b" * 64, "c"]) | anything,
        "keywords": anything,
        "description": anything,
    },
)
documents = st.fixed_dictionaries(
    {"apiVersion": st.just("v1"), "entries": st.dictionaries(names, st.lists(fields | anything))}
)
entries = st.builds(
    lambda name, number, digest: IndexEntry(
        {"name": name, "version": f"1.{number}.0", "urls": ["x.tgz"], "digest": digest * 64}
    ),
    st.sampled_from(["web", "db"]),
    st.integers(0, 5),
    st.sampled_from("ab"),
)
indexes = st.lists(entries, max_size=8).map(lambda found: make_index(found, generated="now"))


@settings(max_examples=400)
@given(documents | anything)
def test_any_document_is_an_index_or_an_error(document: object) -> None:
    try:
        index = index_of(document, name="there")
    except PkgtoolError:
        return
    for name, found in index.entries.items():
        parsed = [Version.parse(each.version) for each in found]
        assert parsed == sorted(parsed, reverse=True)
        assert all(each.name == name for each in found)
    made = make_database(index, repository="r", digest=Digest.of(b""))
    with closing(IndexDb(made, lambda: made)) as opened:
        assert [len(opened.versions(name)) for name in index.entries] == [
            len(found) for found in index.entries.values()
        ]
        search({"r": opened}, "w", SearchOptions(all_versions=True, wanted=">=0-0"))


@settings(max_examples=400)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_index_or_an_error(data: bytes) -> None:
    try:
        parse_index(data, name="there")
    except PkgtoolError:
        return


@given(indexes)
def test_what_is_written_is_read(index: Index) -> None:
    text = yamlcodec.dump(index.document()).encode()

    assert parse_index(text, name="there").document() == index.document()


@given(indexes, indexes)
def test_a_merge_has_all_of_both_and_ours_first(ours: Index, older: Index) -> None:
    merged = ours.merged(older)

    for index in (ours, older):
        for name, found in index.entries.items():
            assert {each.version for each in found} <= {e.version for e in merged.versions(name)}
    for name, found in ours.entries.items():
        for each in found:
            assert merged.find(name, each.version).digest == each.digest


@given(indexes, indexes)
def test_merging_again_changes_nothing(ours: Index, older: Index) -> None:
    merged = ours.merged(older)

    assert merged.merged(older).entries == merged.entries
