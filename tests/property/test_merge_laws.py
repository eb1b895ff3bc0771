"""Laws of merging that hold for all values."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkgtool.values.merge import (
    DefaultsTree,
    coalesce_tables,
    coalesce_values,
    layer_files,
    merge_tables,
)

pytestmark = pytest.mark.property

KEYS = st.sampled_from(["a", "b", "c", "sub", "global"])
SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "x"])
VALUES = st.recursive(
    SCALARS | st.lists(SCALARS, max_size=2),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)
PLAIN = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=4)


def nulls(value: Any) -> bool:
    if isinstance(value, dict):
        return any(each is None or nulls(each) for each in value.values())
    return False


LEAVES = st.dictionaries(st.sampled_from(["a", "b"]), SCALARS | st.lists(SCALARS, max_size=2))
SHAPED = st.recursive(
    LEAVES,
    lambda inner: st.tuples(
        LEAVES, st.dictionaries(st.sampled_from(["m", "n"]), inner, max_size=2)
    ).map(lambda parts: {**parts[0], **parts[1]}),
    max_leaves=8,
)
"""Tables in which a key is always a map or never."""


@given(SHAPED, SHAPED, SHAPED)
def test_layering_files_of_one_shape_is_associative(one: Any, two: Any, three: Any) -> None:
    """Not so for other files: a scalar between two maps hides the first from the second."""
    assert layer_files(layer_files(one, two), three) == layer_files(one, layer_files(two, three))


@given(TABLES)
def test_layering_a_file_over_itself_changes_nothing(one: Any) -> None:
    assert layer_files(one, one) == one


@given(TABLES, TABLES)
def test_keys_that_a_layer_does_not_mention_are_unchanged(below: Any, above: Any) -> None:
    found = layer_files(below, above)

    assert {key: found[key] for key in found if key not in above} == {
        key: below[key] for key in below if key not in above
    }


@given(PLAIN, PLAIN)
def test_coalescing_again_changes_nothing(defaults: Any, user: Any) -> None:
    """What a release computed can be given back as the user's values."""
    tree = DefaultsTree("web", defaults)
    once, _ = coalesce_values(tree, user)

    if not nulls(once) and not nulls(user):
        assert coalesce_values(tree, once)[0] == once


@given(PLAIN)
def test_without_wishes_defaults_come_out_without_nulls(defaults: Any) -> None:
    found, warnings = coalesce_values(DefaultsTree("web", defaults), {})

    assert not nulls(found)
    assert warnings == ()


@given(PLAIN, PLAIN)
def test_what_the_user_sets_is_what_comes_out(defaults: Any, user: Any) -> None:
    found, _ = coalesce_values(DefaultsTree("web", defaults), user)

    for key, value in user.items():
        if value is not None and not isinstance(value, dict):
            assert found[key] == value


@given(TABLES, TABLES)
def test_merging_keeps_every_key(near: Any, far: Any) -> None:
    assert set(merge_tables(near, far)) == {*near, *far}


@given(TABLES)
def test_an_empty_layer_is_neutral(table: Any) -> None:
    assert merge_tables(table, {}) == table == merge_tables({}, table)
    assert coalesce_tables(table, {}) == table


@settings(max_examples=200)
@given(TABLES, TABLES, TABLES)
def test_inputs_are_never_changed(defaults: Any, below: Any, user: Any) -> None:
    section = {**user, "sub": {}} if not isinstance(user.get("sub"), dict) else user
    before = deepcopy((defaults, below, section))

    found, _ = coalesce_values(
        DefaultsTree("web", {**defaults, "sub": {}}, (DefaultsTree("sub", below),)), section
    )
    for each in (found, found.get("sub"), found.get("global")):
        if isinstance(each, dict):
            each.clear()

    assert (defaults, below, section) == before
