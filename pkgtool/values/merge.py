"""Lay values over a chart tree's defaults: what a release will use.

Nearer beats farther: command line > parent chart's section > subchart's own `values.yaml`. Maps are
merged key by key, everything else is replaced, lists too. A null removes the key that a farther
layer would have set, and a null that removes nothing stays out of the result as well.
Globals run the other way: the parent's `global` beats the child's, and each chart in the tree sees
its ancestors' globals but never a sibling's or a child's.

Two modes, as in Helm. *Coalescing* acts on nulls, and its result is what templates see. *Merging*
keeps them, so that a later coalescing can act on them; it is used between layers that are not the
last: value files, and `import-values`.

Nothing here changes its arguments: each function copies first and then edits its own copy.

Source: Helm v4.2 `pkg/chart/common/util/coalesce.go`; pinned by `tests/conformance/test_merge.py`
and the laws in `tests/property/test_merge_laws.py`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pkgtool.errors import ValuesError

Values = dict[str, Any]
"""JSON-shaped: maps with text keys, lists, text, numbers, booleans and null."""

GLOBAL = "global"
"""The section that every chart of a tree shares."""

_SCALARS = frozenset([str, int, float, bool, type(None)])
_MAPS = (dict, Mapping)
"""`dict` comes first, because asking an abstract class takes long."""


class DefaultsTree(NamedTuple):
    """The defaults of one chart and of the charts below it."""

    name: str
    values: Mapping[str, Any]
    children: tuple["DefaultsTree", ...] = ()


def coalesce_values(
    tree: DefaultsTree, user: Mapping[str, Any], *, keep_nulls: bool = False
) -> tuple[Values, tuple[str, ...]]:
    """Return what the charts of `tree` see when the user says `user`, and warnings.

    Args:
        tree: Of defaults.
        user: The user's values.
        keep_nulls: Whether nulls in defaults count, as before Helm 4.2: a null in a chart's
            `values.yaml` then removes a default of its subchart, and is seen by templates where it
            removes nothing.

    Raises:
        ValuesError: A subchart's section is not a map.
    """
    return _Layering(merge=False, keep_nulls=keep_nulls).run(tree, user)


def merge_values(tree: DefaultsTree, user: Mapping[str, Any]) -> tuple[Values, tuple[str, ...]]:
    """Do as `coalesce_values`, but keep nulls for a later layer to act on.

    Raises:
        ValuesError: A subchart's section is not a map.
    """
    return _Layering(merge=True).run(tree, user)


def coalesce_tables(near: Mapping[str, Any], far: Mapping[str, Any]) -> Values:
    """Return `far` under `near`; a null in `near` removes a key of `far`.

    >>> coalesce_tables({"a": None, "b": {"c": 1}}, {"a": 1, "b": {"d": 2}})
    {'b': {'c': 1, 'd': 2}}
    """
    table: Values = _copy(near)
    _Layering(merge=False).tables(table, _copy(far), "", merge=False)
    return table


def merge_tables(near: Mapping[str, Any], far: Mapping[str, Any]) -> Values:
    """Return `far` under `near`, nulls kept.

    >>> merge_tables({"a": None}, {"a": 1, "b": 2})
    {'a': None, 'b': 2}
    """
    table: Values = _copy(near)
    _Layering(merge=True).tables(table, _copy(far), "", merge=True)
    return table


def layer_files(below: Mapping[str, Any], above: Mapping[str, Any]) -> Values:
    """Return `above` laid over `below`, as for two `--values` files: nulls replace and stay.

    >>> layer_files({"a": {"b": 1, "c": 2}, "l": [1, 2]}, {"a": {"b": None}, "l": [3]})
    {'a': {'b': None, 'c': 2}, 'l': [3]}
    """
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        result[key] = layer_files(old, value) if both else value  # type: ignore[arg-type]
    return result


class _Layering:
    """One run over a tree; edits copies in place and collects warnings."""

    def __init__(self, *, merge: bool, keep_nulls: bool = False) -> None:
        self.merge = merge
        self.keep_nulls = keep_nulls
        self.warnings: list[str] = []

    def run(self, tree: DefaultsTree, user: Mapping[str, Any]) -> tuple[Values, tuple[str, ...]]:
        values = _copy(user)
        self.chart(tree, values, "")
        _part_globals(tree, values)
        return values, tuple(self.warnings)

    def chart(self, tree: DefaultsTree, values: Values, prefix: str) -> None:
        """Put the defaults of `tree` and of all charts below it under `values`."""
        path = _join(prefix, tree.name)
        self.defaults(tree, values, path)
        for child in tree.children:
            section = values.setdefault(child.name, {})
            if not isinstance(section, dict):
                raise ValuesError(
                    f"type mismatch on {child.name}: values for a subchart must be a map, "
                    f"not {section!r:.80}",
                    hint=f"write the values of {child.name!r} as keys below `{child.name}:`",
                )
            self.globals(section, values, path)
            self.chart(child, section, path)

    def defaults(self, tree: DefaultsTree, values: Values, path: str) -> None:
        """Put the chart's own defaults under `values`."""
        children = {child.name for child in tree.children}
        for key, default in tree.values.items():
            # A child's section keeps its nulls until the child's own defaults were laid under it.
            merge = self.merge or key in children
            if key not in values:
                self.add_default(values, key, default)
            elif values[key] is None:
                if not self.merge:
                    del values[key]
            elif isinstance(values[key], dict):
                self.under_table(values[key], default, _join(path, key), merge=merge)

    def add_default(self, values: Values, key: str, default: Any) -> None:
        if self.merge:
            values[key] = _copy(default)
        elif default is not None or self.keep_nulls:
            values[key] = self.own(default)

    def own(self, default: Any) -> Any:
        """Return a copy of `default`, as far as its nulls count."""
        return _copy(default) if self.keep_nulls else _without_nulls(default)

    def under_table(self, table: Values, default: Any, path: str, *, merge: bool) -> None:
        if isinstance(default, _MAPS):
            far = _copy(default) if merge else self.own(default)
            self.tables(table, far, path, merge=merge)
        elif default is not None:
            self.warnings.append(f"skipped value for {path}: Not a table.")

    def tables(self, near: Values, far: Values, path: str, *, merge: bool) -> None:
        """Put `far` under `near`, in place; `far` is used up."""
        for key, value in far.items():
            where = _join(path, key)
            if key not in near:
                near[key] = value
            elif near[key] is None:
                if not merge and value is not None:
                    del near[key]
            elif isinstance(value, dict):
                if isinstance(near[key], dict):
                    self.tables(near[key], value, where, merge=merge)
                else:
                    self.warnings.append(
                        f"cannot overwrite table with non table for {where} ({value!r:.80})"
                    )
            elif isinstance(near[key], dict) and value is not None:
                self.warnings.append(
                    f"destination for {where} is a table. Ignoring non-table value ({value!r:.80})"
                )

    def globals(self, section: Values, parent: Values, path: str) -> None:
        """Hand the parent's globals down; they beat the section's own."""
        down = parent.get(GLOBAL, {})
        own = section.get(GLOBAL, {})
        if not isinstance(own, dict):
            self.warnings.append(f"skipping globals because destination {GLOBAL} is not a table.")
            return
        if not isinstance(down, dict):
            self.warnings.append(f"skipping globals because source {GLOBAL} is not a table.")
            return
        section[GLOBAL] = own
        for key, value in down.items():
            self.one_global(own, key, value, path)

    def one_global(self, own: Values, key: str, value: Any, path: str) -> None:
        has_table = isinstance(own.get(key), dict)
        if not isinstance(value, dict):
            if has_table:
                self.warnings.append(f"key {key} is table. Skipping")
            else:
                own[key] = value
        elif key not in own:
            own[key] = dict(value)
        elif not has_table:
            self.warnings.append(f"Conflict: cannot merge map onto non-map for {key!r}. Skipping.")
        else:
            # Deeper tables stay shared with the parent, so that a child's keys in them reach it
            # and its other children: in Helm an accident, on which released charts depend.
            table = dict(value)
            # Always merging: the child's own coalescing comes next and acts on the nulls.
            self.tables(table, own[key], _join(path, key), merge=True)
            own[key] = table


def _part_globals(tree: DefaultsTree, values: Values) -> None:
    """Make separate ones of the tables that globals share (see `_Layering.one_global`)."""
    for child in tree.children:
        section = values[child.name]
        if GLOBAL in section:
            section[GLOBAL] = _copy(section[GLOBAL])
        _part_globals(child, section)


def _copy(value: Any) -> Any:
    if isinstance(value, list):
        return [each if type(each) in _SCALARS else _copy(each) for each in value]
    if isinstance(value, _MAPS):
        return {key: each if type(each) in _SCALARS else _copy(each) for key, each in value.items()}
    return value


def _without_nulls(value: Any) -> Any:
    """Return a copy of a table without its null keys, at every depth; lists keep theirs."""
    if not isinstance(value, _MAPS):
        return _copy(value)
    return {
        key: each if type(each) in _SCALARS else _without_nulls(each)
        for key, each in value.items()
        if each is not None
    }


def _join(prefix: str, key: str) -> str:
    return f"{prefix}.{key}" if prefix else key
