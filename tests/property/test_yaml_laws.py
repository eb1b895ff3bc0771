"""Laws of reading and writing YAML and JSON."""

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkgtool.errors import YamlInvalid
from pkgtool.template.codecache import CodeCache
from pkgtool.template.notebook import CacheNotebook
from pkgtool.yamlcodec import (
    dump,
    dump_json,
    dump_pretty,
    load,
    load_all,
    load_document,
    load_json,
)

pytestmark = pytest.mark.property

SIGNS = st.text(" \t\n\r-:#,[]{}&*!|>'\"%@`?~=<>\\/._0123456789abnoxyzTF\ufeff\u2028\x85é日😀")
TEXTS = st.one_of(st.text(), SIGNS, st.sampled_from(["yes", "1:20", "0x1", "1e3", "2026-01-01"]))
READABLE = TEXTS.filter(
    lambda text: not set(text) & set(map(chr, (*range(0x7F, 0xA0), 0xFFFE, 0xFFFF)))
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    READABLE,
)


# Helm writes the key `<<` plain, so that it reads back as a merge; pkgtool writes the same.
KEYS = READABLE.filter(lambda text: text != "<<" and "\t" not in text)


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)
        ),
        max_leaves=20,
    )


def starts_with_tab(value: Any) -> bool:
    """Say whether `toYamlPretty` writes a block that starts with a tab, which YAML forbids."""
    return isinstance(value, str) and value.startswith("\t") and "\n" in value


def as_floats(tree: Any) -> Any:
    """Return `tree` with every number as a float, so that 1 and 1.0 are one number."""
    if isinstance(tree, dict):
        return {key: as_floats(each) for key, each in tree.items()}
    if isinstance(tree, list):
        return [as_floats(each) for each in tree]
    return float(tree) if type(tree) is int else tree


@given(trees(SCALARS))
@settings(max_examples=500)
def test_what_is_written_as_yaml_reads_back(tree: Any) -> None:
    assert load(dump(tree), numbers="float") == as_floats(tree)


@given(trees(SCALARS.filter(lambda value: not starts_with_tab(value))))
@settings(max_examples=500)
def test_what_is_written_as_pretty_yaml_reads_back(tree: Any) -> None:
    assert load(dump_pretty(tree), numbers="float") == as_floats(tree)


@given(trees(SCALARS))
def test_what_is_written_as_json_reads_back(tree: Any) -> None:
    assert load_json(dump_json(tree), numbers="float") == as_floats(tree)
    assert load_json(dump_json(tree, indent="\t", escape_html=False)) == load_json(dump_json(tree))


@given(trees(SCALARS))
def test_writing_again_changes_nothing(tree: Any) -> None:
    once = dump(tree)

    assert dump(load(once)) == once


@given(trees(SCALARS))
def test_json_is_yaml(tree: Any) -> None:
    assert load(dump_json(tree), numbers="float") == as_floats(tree)


@given(st.dictionaries(KEYS, trees(SCALARS), min_size=1))
def test_every_key_of_a_document_has_a_line(tree: dict[str, Any]) -> None:
    text = dump(tree)
    document = load_document(text)

    assert {path[0] for path in document.lines if len(path) == 1} == set(tree)
    assert all(1 <= line <= text.count("\n") for line in document.lines.values())


@given(st.one_of(st.text(), SIGNS, st.binary()))
@settings(max_examples=2000)
def test_any_input_is_read_or_refused(source: str | bytes) -> None:
    for read in (load, load_all, load_document, load_json):
        try:
            read(source)
        except YamlInvalid as error:
            shown = str(error)
            place = error.where
        else:
            continue
        assert shown.encode()
        assert place is not None


@given(st.one_of(st.text(), SIGNS, st.binary(), trees(SCALARS).map(dump)))
@settings(max_examples=1000)
def test_what_is_remembered_is_what_was_parsed(source: str | bytes) -> None:
    cache = CodeCache(os.devnull)
    told = []
    for notebook in (None, CacheNotebook(cache), CacheNotebook(cache)):
        page = notebook.page("test") if notebook else None
        try:
            document, every = load_document(source, page=page), load_all(source, page=page)
            told.append(repr((document.value, dict(document.lines), document.duplicates, every)))
        except YamlInvalid as error:
            told.append(str(error))
        if notebook:
            notebook.flush()

    assert told[1:] == told[:-1]
