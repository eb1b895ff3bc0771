"""What a chart tree sees when layers of values lie over each other."""

from typing import Any

import pytest

from pkgtool.errors import ValuesError
from pkgtool.values.merge import (
    DefaultsTree,
    coalesce_tables,
    coalesce_values,
    layer_files,
    merge_tables,
    merge_values,
)


def seen(
    defaults: dict[str, Any], user: dict[str, Any], *children: DefaultsTree
) -> tuple[dict[str, Any], tuple[str, ...]]:
    return coalesce_values(DefaultsTree("web", defaults, children), user)


@pytest.mark.parametrize(
    ("defaults", "user", "expected"),
    [
        pytest.param({"a": 1}, {}, {"a": 1}, id="default"),
        pytest.param({"a": 1}, {"a": 2}, {"a": 2}, id="user wins"),
        pytest.param({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}, id="maps merge"),
        pytest.param({"a": [1, 2]}, {"a": [3]}, {"a": [3]}, id="lists are replaced"),
        pytest.param({"a": 1}, {"a": None}, {}, id="null removes"),
        pytest.param({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}, {"a": {"c": 2}}, id="deep null"),
        pytest.param({"a": None, "b": {"c": None}}, {}, {"b": {}}, id="null default is nothing"),
        pytest.param({}, {"a": None}, {"a": None}, id="null that removes nothing stays"),
        pytest.param({"a": {"b": 1}}, {"a": "x"}, {"a": "x"}, id="text over a map"),
        pytest.param({"a": None}, {"a": {"b": 1}}, {"a": {"b": 1}}, id="map over a null default"),
    ],
)
def test_one_chart(defaults: dict[str, Any], user: dict[str, Any], expected: Any) -> None:
    assert seen(defaults, user) == (expected, ())


def test_a_parent_overrides_its_subchart() -> None:
    db = DefaultsTree("db", {"port": 5432, "user": "app"})

    values, _ = seen({"db": {"port": 1}}, {"db": {"user": "me"}}, db)

    assert values["db"] == {"port": 1, "user": "me", "global": {}}


def test_a_null_of_the_user_removes_a_default_of_the_subchart() -> None:
    db = DefaultsTree("db", {"probe": {"path": "/", "port": 1}})

    values, _ = seen({}, {"db": {"probe": {"port": None}}}, db)

    assert values["db"]["probe"] == {"path": "/"}


def test_globals_go_down_and_not_up() -> None:
    inner = DefaultsTree("inner", {"global": {"own": 2, "shared": "child"}})
    values, _ = seen({"global": {"shared": "parent"}}, {}, inner)

    assert values["global"] == {"shared": "parent"}
    assert values["inner"]["global"] == {"shared": "parent", "own": 2}


def test_global_tables_merge_and_the_parent_wins() -> None:
    inner = DefaultsTree("inner", {})
    user = {"inner": {"global": {"a": {"x": 2, "y": 2}}}}

    values, warnings = seen({"global": {"a": {"x": 1}, "b": {"z": 1}}}, user, inner)

    assert values["inner"]["global"] == {"a": {"x": 1, "y": 2}, "b": {"z": 1}}
    assert values["global"] == {"a": {"x": 1}, "b": {"z": 1}}
    assert warnings == ()


def test_what_comes_out_belongs_to_nobody_else() -> None:
    """Editing one chart's values changes neither another's nor the defaults."""
    root, inner = {"global": {"a": {"b": {"c": [1]}}}}, {"list": [1]}
    values, _ = seen(root, {}, DefaultsTree("inner", inner))

    values["inner"]["global"]["a"]["b"]["c"].append(2)
    values["inner"]["list"].append(2)

    assert values["global"] == root["global"] == {"a": {"b": {"c": [1]}}}
    assert inner == {"list": [1]}


def test_globals_of_different_kinds_stay_as_the_child_has_them() -> None:
    user = {"inner": {"global": {"a": {"x": 1}, "b": 2}}}

    values, warnings = seen({"global": {"a": 1, "b": {"x": 2}}}, user, DefaultsTree("inner", {}))

    assert values["inner"]["global"] == {"a": {"x": 1}, "b": 2}
    assert warnings == (
        "key a is table. Skipping",
        "Conflict: cannot merge map onto non-map for 'b'. Skipping.",
    )


def test_a_section_that_is_no_map_is_an_error() -> None:
    with pytest.raises(ValuesError, match="type mismatch on db") as caught:
        seen({}, {"db": 3}, DefaultsTree("db", {}))

    assert "db:" in caught.value.hint


@pytest.mark.parametrize(
    ("defaults", "user", "warning"),
    [
        pytest.param(
            {"a": 1}, {"a": {"b": 1}}, "skipped value for web.a: Not a table.", id="skipped"
        ),
        pytest.param(
            {"a": {"b": {"c": 1}}},
            {"a": {"b": 1}},
            "cannot overwrite table with non table for web.a.b ({'c': 1})",
            id="overwrite",
        ),
        pytest.param(
            {"a": {"b": 1}},
            {"a": {"b": {}}},
            "destination for web.a.b is a table. Ignoring non-table value (1)",
            id="destination",
        ),
    ],
)
def test_layers_of_different_kinds_are_warned_of(
    defaults: dict[str, Any], user: dict[str, Any], warning: str
) -> None:
    assert seen(defaults, user)[1] == (warning,)


def test_globals_that_are_no_map_are_warned_of() -> None:
    _, warnings = seen({"global": 1}, {}, DefaultsTree("db", {}))
    _, others = seen({}, {"db": {"global": 1}}, DefaultsTree("db", {}))

    assert warnings == ("skipping globals because source global is not a table.",)
    assert others == ("skipping globals because destination global is not a table.",)


def test_merging_keeps_nulls_for_later() -> None:
    values, _ = merge_values(DefaultsTree("web", {"a": 1, "b": None}, ()), {"a": None})

    assert values == {"a": None, "b": None}


def test_coalescing_tables_lets_null_remove() -> None:
    assert coalesce_tables({"a": None, "c": 1}, {"a": 1, "b": 2}) == {"b": 2, "c": 1}


def test_nulls_on_both_sides_remove_nothing() -> None:
    assert coalesce_tables({"a": None}, {"a": None}) == {"a": None}
    assert coalesce_tables({"a": {"b": 1}}, {"a": None}) == {"a": {"b": 1}}


def test_merging_tables_keeps_all_nulls() -> None:
    assert merge_tables({"a": None, "b": {"c": None}}, {"a": 1, "b": {"c": 2}}) == {
        "a": None,
        "b": {"c": None},
    }


def test_a_later_file_replaces_a_map_by_null() -> None:
    assert layer_files({"a": {"b": 1}}, {"a": None}) == {"a": None}
