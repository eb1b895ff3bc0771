"""Decide which dependencies of a chart are in use, and what their defaults are.

Per chart, parents first: entries of `Chart.yaml` pick charts from `charts/` by name and version, an
`alias` renames a copy, `tags` switch groups and `condition` has the last word. A chart in `charts/`
that no entry mentions is always in use. Then, children first, `import-values` lifts parts of a
child's values into the parent's, below what the parent says itself.

Nothing is changed in place: the result is a new chart tree, values for all of it, and warnings.

Source: Helm v4.2 `pkg/chart/v2/util/dependencies.go`; pinned by
`tests/conformance/helm_tables` and `tests/conformance/test_real_charts.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from pkgtool.chart.model import Chart, Dependency
from pkgtool.errors import ConstraintInvalid, DependencyMissing, VersionInvalid
from pkgtool.values.merge import (
    DefaultsTree,
    Values,
    coalesce_values,
    merge_tables,
    merge_values,
)
from pkgtool.versions import Constraint, Version


class ProcessedChart(NamedTuple):
    """A chart as it will be rendered."""

    chart: Chart
    """With only the dependencies in use, under their aliases; `values` of every chart that has
    dependencies are merged with theirs, as a release records them."""
    values: Values
    """For the whole tree: a subchart's are below its key."""
    warnings: tuple[str, ...]


def process_chart(
    chart: Chart, user: Mapping[str, Any], *, keep_nulls: bool = False
) -> ProcessedChart:
    """Return what `chart` becomes when the user's values are `user`.

    Args:
        chart: As loaded.
        user: The user's values.
        keep_nulls: As of `coalesce_values`.

    Raises:
        ValuesError: A subchart's section is not a map.
    """
    warnings = [warning for _, part in chart.walk() for warning in part.warnings]
    enabled = enable_dependencies(chart, user, warnings)
    imported = import_values(enabled, warnings)
    values, more = coalesce_values(defaults_tree(imported), user, keep_nulls=keep_nulls)
    return ProcessedChart(imported, values, tuple(dict.fromkeys((*warnings, *more))))


def defaults_tree(chart: Chart) -> DefaultsTree:
    """Return the defaults of `chart` and its dependencies, for `pkgtool.values.merge`."""
    return DefaultsTree(
        chart.name, chart.values, tuple(defaults_tree(child) for child in chart.dependencies)
    )


def missing_dependencies(chart: Chart) -> tuple[str, ...]:
    """Return the names that `Chart.yaml` lists and `charts/` lacks, in that order."""
    present = {child.name for child in chart.dependencies}
    return tuple(each.name for each in chart.metadata.dependencies if each.name not in present)


def check_dependencies(chart: Chart, *, advice: str = "") -> None:
    """Make sure that `charts/` has everything that `Chart.yaml` lists.

    Args:
        chart: As loaded.
        advice: What the message begins with.

    Raises:
        DependencyMissing: Naming all that are missing.
    """
    if missing := missing_dependencies(chart):
        raise DependencyMissing(
            f"{advice}found in Chart.yaml, but missing in charts/ directory: {', '.join(missing)}",
            hint="`pkgtool dependency build` fetches them",
        )


BEFORE_INSTALLING = (
    "an error occurred while checking for chart dependencies. You may need to run "
    "'pkgtool dependency build' to fetch missing dependencies: "
)
"""The `advice` of everything that renders a chart for a cluster."""


def enable_dependencies(
    chart: Chart, user: Mapping[str, Any], warnings: list[str], *, path: str = ""
) -> Chart:
    """Return `chart` with the dependencies that `user` leaves in use.

    Args:
        chart: As loaded.
        user: Values, from the root of the tree even for a subchart.
        warnings: Where to note what was odd.
        path: Of `chart` in the values: empty, or `sub.`, `sub.subsub.`.

    Raises:
        ValuesError: A subchart's section is not a map.
    """
    if not chart.metadata.dependencies:
        return chart
    listed = chart.metadata.dependencies
    _warn_of_idle_entries(chart, warnings)
    chart = chart.with_dependencies(tuple(_pick(chart.dependencies, listed)))
    values, _ = coalesce_values(defaults_tree(chart), user)
    off = {each.key for each in listed if not _is_enabled(each, values, path, warnings)}
    kept = tuple(
        enable_dependencies(child, values, warnings, path=f"{path}{child.name}.")
        for child in chart.dependencies
        if child.name not in off
    )
    entries = tuple(
        each._replace(name=each.key, enabled=True) for each in listed if each.key not in off
    )
    return replace(chart, metadata=chart.metadata._replace(dependencies=entries), dependencies=kept)


def import_values(chart: Chart, warnings: list[str]) -> Chart:
    """Return `chart` with its defaults merged with its dependencies' and with what it imports."""
    chart = chart.with_dependencies(
        tuple(import_values(child, warnings) for child in chart.dependencies)
    )
    if not chart.metadata.dependencies:
        return chart
    merged, _ = merge_values(defaults_tree(chart), {})
    imported: Values = {}
    for entry in chart.metadata.dependencies:
        for child, parent in _imports(entry):
            table = _table(merged, f"{entry.key}.{child}")
            if table is None:
                warnings.append(f"import-values: chart {entry.key!r} has no table {child!r}")
            else:
                imported = merge_tables(imported, _nested(parent, table))
    entries = tuple(
        each._replace(import_values=tuple({"child": c, "parent": p} for c, p in _imports(each)))
        for each in chart.metadata.dependencies
    )
    return replace(
        chart,
        values=merge_tables(merged, imported) if imported else merged,
        metadata=chart.metadata._replace(dependencies=entries),
    )


def is_compatible(constraint: str, version: str) -> bool:
    """Return whether `version` meets `constraint`; what cannot be read does not."""
    try:
        return Constraint.parse(constraint).check(Version.parse(version))
    except (ConstraintInvalid, VersionInvalid):
        return False


def _matches(entry: Dependency, child: Chart) -> bool:
    return entry.name == child.name and is_compatible(entry.version, child.metadata.version)


def _warn_of_idle_entries(chart: Chart, warnings: list[str]) -> None:
    for entry in chart.metadata.dependencies:
        same_name = [child for child in chart.dependencies if child.name == entry.name]
        if same_name and not any(_matches(entry, child) for child in same_name):
            warnings.append(
                f"dependency {entry.name!r}: version {entry.version!r} is not met by what is in "
                "charts/, so its entry in Chart.yaml does nothing"
            )


def _pick(children: Sequence[Chart], entries: Iterable[Dependency]) -> Iterator[Chart]:
    """Yield the charts that no entry mentions, then the first match of each entry, renamed."""
    entries = tuple(entries)
    for child in children:
        if not any(_matches(entry, child) for entry in entries):
            yield child
    for entry in entries:
        for child in children:
            if _matches(entry, child):
                yield replace(child, metadata=child.metadata._replace(name=entry.key))
                break


def _is_enabled(entry: Dependency, values: Values, path: str, warnings: list[str]) -> bool:
    for condition in entry.condition.strip().split(","):
        found = _scalar(values, path + condition) if condition else None
        if isinstance(found, bool):
            return found
        if found is not None:
            warnings.append(f"condition {condition!r} of {entry.key!r} is not a boolean: {found!r}")
    return _tags_enable(entry, values, warnings)


def _tags_enable(entry: Dependency, values: Values, warnings: list[str]) -> bool:
    """One true tag is enough; without one, a false tag switches off."""
    table = _table(values, "tags") or {}
    told = {tag: table[tag] for tag in entry.tags if tag in table}
    for tag, value in told.items():
        if not isinstance(value, bool):
            warnings.append(f"tag {tag!r} of {entry.key!r} is not a boolean: {value!r}")
    answers = [value for value in told.values() if isinstance(value, bool)]
    return any(answers) or not answers


def _imports(entry: Dependency) -> Iterator[tuple[str, str]]:
    """Yield where imported values are in the child, and where they go in the parent."""
    for each in entry.import_values:
        if isinstance(each, str):
            yield f"exports.{each}", "."
        elif isinstance(each, Mapping):
            yield str(each.get("child", "")), str(each.get("parent", ""))


def _table(values: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    for key in path.split("."):
        found = values.get(key)
        if not isinstance(found, Mapping):
            return None
        values = found
    return values


def _scalar(values: Mapping[str, Any], path: str) -> Any:
    """Return the value at `path`; None when there is none, or a map."""
    above, _, key = path.rpartition(".")
    table = _table(values, above) if above else values
    found = table.get(key) if table is not None else None
    return None if isinstance(found, Mapping) else found


def _nested(path: str, table: Mapping[str, Any]) -> Mapping[str, Any]:
    if path == ".":
        return table
    for key in reversed(path.split(".")):
        table = {key: table}
    return table
