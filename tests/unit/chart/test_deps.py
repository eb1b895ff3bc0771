"""Which dependencies are in use, under which names and with which values."""

from typing import Any

import pytest

from pkgtool.chart.deps import check_dependencies, process_chart
from pkgtool.chart.model import Chart, Dependency, Metadata
from pkgtool.errors import DependencyMissing


def chart(
    name: str,
    values: dict[str, Any] | None = None,
    *children: Chart,
    listed: tuple[Dependency, ...] = (),
    version: str = "1.0.0",
) -> Chart:
    return Chart(
        metadata=Metadata(name, version, "v2", dependencies=listed),
        values=values or {},
        templates={},
        files={},
        dependencies=children,
    )


def in_use(found: Chart, user: dict[str, Any]) -> list[str]:
    return [path for path, _ in process_chart(found, user).chart.walk()][1:]


DB = chart("db", {"port": 5432, "exports": {"link": {"url": "db"}}})


@pytest.mark.parametrize(
    ("entry", "user", "enabled"),
    [
        pytest.param(Dependency("db", "*"), {}, True, id="no rule"),
        pytest.param(
            Dependency("db", "*", condition="db.on"), {"db": {"on": False}}, False, id="off"
        ),
        pytest.param(Dependency("db", "*", condition="db.on"), {}, True, id="unset condition"),
        pytest.param(
            Dependency("db", "*", condition="a.x,b"), {"b": False}, False, id="second path"
        ),
        pytest.param(
            Dependency("db", "*", condition="a,b"),
            {"a": True, "b": False},
            True,
            id="first decides",
        ),
        pytest.param(
            Dependency("db", "*", tags=("t",)), {"tags": {"t": False}}, False, id="tag off"
        ),
        pytest.param(
            Dependency("db", "*", tags=("t", "u")),
            {"tags": {"t": False, "u": True}},
            True,
            id="one tag",
        ),
        pytest.param(
            Dependency("db", "*", tags=("t",), condition="on"),
            {"tags": {"t": False}, "on": True},
            True,
            id="condition beats tags",
        ),
        pytest.param(Dependency("db", ">=2"), {}, True, id="no version fits: as if not listed"),
    ],
)
def test_what_switches_a_dependency(entry: Dependency, user: dict[str, Any], enabled: bool) -> None:
    assert in_use(chart("web", {}, DB, listed=(entry,)), user) == (["web/charts/db"] * enabled)


def test_what_nobody_lists_is_in_use() -> None:
    assert in_use(chart("web", {}, DB), {}) == ["web/charts/db"]


def test_one_chart_may_serve_twice_under_aliases() -> None:
    web = chart(
        "web",
        {},
        DB,
        listed=(Dependency("db", "*", alias="one"), Dependency("db", "*", alias="two")),
    )

    found = process_chart(web, {"two": {"port": 1}})

    assert [path for path, _ in found.chart.walk()] == ["web", "web/charts/one", "web/charts/two"]
    assert (found.values["one"]["port"], found.values["two"]["port"]) == (5432, 1)
    assert [each.name for each in found.chart.metadata.dependencies] == ["one", "two"]


def test_a_disabled_chart_takes_its_own_dependencies_along() -> None:
    middle = chart("middle", {}, DB)
    web = chart("web", {"on": False}, middle, listed=(Dependency("middle", "*", condition="on"),))

    found = process_chart(web, {})

    assert found.chart.dependencies == ()
    assert found.chart.metadata.dependencies == ()
    assert "middle" not in found.values


def test_conditions_below_start_at_their_own_chart() -> None:
    middle = chart("middle", {}, DB, listed=(Dependency("db", "*", condition="db.on"),))
    web = chart("web", {}, middle, listed=(Dependency("middle", "*"),))

    assert in_use(web, {"db": {"on": False}}) == [
        "web/charts/middle",
        "web/charts/middle/charts/db",
    ]
    assert in_use(web, {"middle": {"db": {"on": False}}}) == ["web/charts/middle"]


@pytest.mark.parametrize(
    ("imports", "own", "expected"),
    [
        pytest.param(("link",), {}, {"url": "db"}, id="exported"),
        pytest.param(
            ({"child": "exports.link", "parent": "."},), {}, {"url": "db"}, id="to the top"
        ),
        pytest.param(
            ({"child": "exports.link", "parent": "a.b"},),
            {},
            {"a": {"b": {"url": "db"}}},
            id="nested",
        ),
        pytest.param(("link",), {"url": "mine"}, {"url": "mine"}, id="own values win"),
        pytest.param((3, None), {}, {}, id="neither a name nor a map, as in Helm"),
    ],
)
def test_imported_values(imports: tuple[Any, ...], own: dict[str, Any], expected: Any) -> None:
    web = chart("web", own, DB, listed=(Dependency("db", "*", import_values=imports),))

    values = process_chart(web, {}).values

    assert {key: values[key] for key in values if key != "db"} == expected


def test_the_merged_defaults_are_what_a_release_records() -> None:
    web = chart("web", {"a": 1}, DB, listed=(Dependency("db", "*"),))

    found = process_chart(web, {"a": 2})

    assert found.chart.values["a"] == 1
    assert found.chart.values["db"]["port"] == 5432


def test_oddities_are_warnings() -> None:
    entry = Dependency("db", "*", condition="on", tags=("t",), import_values=("nothing",))
    web = chart("web", {"on": "yes", "tags": {"t": 1}}, DB, listed=(entry,))

    assert process_chart(web, {}).warnings == (
        "condition 'on' of 'db' is not a boolean: 'yes'",
        "tag 't' of 'db' is not a boolean: 1",
        "import-values: chart 'db' has no table 'exports.nothing'",
    )


def test_the_chart_itself_is_not_changed() -> None:
    web = chart(
        "web", {"a": 1}, DB, listed=(Dependency("db", "*", alias="x", import_values=("link",)),)
    )

    process_chart(web, {"a": 2})

    assert web.values == {"a": 1}
    assert web.metadata.dependencies[0].name == "db"
    assert web.dependencies == (DB,)


@pytest.mark.parametrize("version", ["", ">=2", "<<1"])
def test_an_entry_that_fits_nothing_is_warned_of(version: str) -> None:
    """The chart is in use as if no entry spoke of it, so its alias and condition do nothing."""
    web = chart("web", {}, DB, listed=(Dependency("db", version, alias="store"),))

    found = process_chart(web, {})

    assert [child.name for child in found.chart.dependencies] == ["db"]
    assert len(found.warnings) == 1
    assert f"dependency 'db': version {version!r} is not met" in found.warnings[0]


def test_missing_dependencies_are_all_named() -> None:
    web = chart("web", {}, DB, listed=(Dependency("db", "*"), Dependency("a"), Dependency("b")))

    with pytest.raises(DependencyMissing, match="missing in charts/ directory: a, b") as caught:
        check_dependencies(web)

    assert "pkgtool dependency build" in caught.value.hint
