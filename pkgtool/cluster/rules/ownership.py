"""Server-side apply: merge what one manager sends into a live object, field by field.

Each field belongs to those who sent it. Sending another value for somebody else's field is a
conflict, unless forced; no longer sending a field that nobody else owns removes it. Values that
nobody owns (defaults, what controllers set) are neither in the way nor removed on their own;
they go with the field that they are part of.

Source: "Server-Side Apply" in the Kubernetes documentation, and `FieldsV1`.
"""

from collections.abc import Mapping
from typing import Any

from pkgtool.cluster.rules.fields import (
    SELF,
    Fields,
    fields_of,
    intersect,
    items_by_step,
    paths,
    subtract,
    union,
)
from pkgtool.cluster.rules.shape import Shape
from pkgtool.errors import Conflict

Entry = dict[str, Any]
"""One element of `metadata.managedFields`."""

_NOT_OWNED: Fields = {
    "f:apiVersion": {},
    "f:kind": {},
    "f:metadata": {
        "f:name": {},
        "f:namespace": {},
        "f:generateName": {},
        "f:creationTimestamp": {},
        "f:deletionTimestamp": {},
        "f:generation": {},
        "f:managedFields": {},
        "f:resourceVersion": {},
        "f:selfLink": {},
        "f:uid": {},
    },
}
"""Fields that name the object or that only the cluster writes."""


def merge_applied(
    live: Mapping[str, Any], sent: Mapping[str, Any], shape: Shape, *, manager: str, force: bool
) -> tuple[dict[str, Any], list[Entry]]:
    """Return `live` as it is after `manager` applied `sent`, and who owns what then.

    Args:
        live: The object as it is; empty when it is being created.
        sent: Everything that the manager wants to have a say in.
        shape: How the lists of this kind merge.
        manager: Who sends.
        force: Whether conflicting fields are taken over.

    Returns:
        A new object, and its `managedFields` with unchanged times; a new or changed entry has
        an empty `time`, for the caller to fill in.

    Raises:
        Conflict: Others own fields that `sent` would change; they are listed with their owners.
    """
    entries: list[Entry] = list(live.get("metadata", {}).get("managedFields", ()))
    everything = fields_of(sent, shape)
    own = subtract(everything, _NOT_OWNED)
    others = [entry for entry in entries if entry["manager"] != manager]
    changed = intersect(_changed(live, sent, shape), own)
    if contested := _contested(changed, others):
        if not force:
            raise _conflict(contested)
        entries = [_without(entry, manager, changed) for entry in entries]
    before: Fields = next((e["fieldsV1"] for e in entries if e["manager"] == manager), {})
    theirs: Fields = {}
    for entry in entries:
        if entry["manager"] != manager:
            theirs = union(theirs, entry["fieldsV1"])
    merged = _merge(live, sent, shape)
    _prune(merged, before, everything, theirs, shape)
    return merged, _with_own(entries, manager, own, str(sent.get("apiVersion", "")))


def _contested(changed: Fields, others: list[Entry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in others:
        if shared := intersect(changed, entry["fieldsV1"]):
            found[f'"{entry["manager"]}" using {entry["apiVersion"]}'] = list(paths(shared))
    return found


def _conflict(contested: dict[str, list[str]]) -> Conflict:
    count = sum(len(each) for each in contested.values())
    parts = [
        f"conflict with {owner}: {each[0]}"
        if len(each) == 1
        else f"conflicts with {owner}:" + "".join(f"\n- {path}" for path in each)
        for owner, each in contested.items()
    ]
    return Conflict(
        f"apply failed with {count} conflict{'s' if count > 1 else ''}: " + "\n".join(parts),
        hint="leave these fields out, or take them over with --force-conflicts",
    )


def _without(entry: Entry, manager: str, taken: Fields) -> Entry:
    if entry["manager"] == manager or not intersect(taken, entry["fieldsV1"]):
        return entry
    return {**entry, "fieldsV1": subtract(entry["fieldsV1"], taken)}


def _with_own(entries: list[Entry], manager: str, own: Fields, api_version: str) -> list[Entry]:
    mine: Entry = {
        "manager": manager,
        "operation": "Apply",
        "apiVersion": api_version,
        "time": "",
        "fieldsType": "FieldsV1",
        "fieldsV1": own,
    }
    result: list[Entry] = []
    is_placed = False
    for entry in entries:
        if entry["manager"] == manager:
            same = entry["fieldsV1"] == own and entry["apiVersion"] == api_version
            result.append(entry if same else mine)
            is_placed = True
        elif entry["fieldsV1"]:
            result.append(entry)
    return result if is_placed else [*result, mine]


def _changed(live: Any, sent: Any, shape: Shape) -> Fields:
    """Return the fields of `sent` whose value is missing from `live` or differs there."""
    if isinstance(sent, Mapping) and isinstance(live, Mapping) and not shape.is_atomic:
        return _changed_entries(live, sent, shape)
    if shape.keys and isinstance(sent, list) and isinstance(live, list):
        known = items_by_step(live, shape)
        return {
            step: below
            for step, item in items_by_step(sent, shape).items()
            if (below := _changed_item(known.get(step), item, shape))
        }
    if shape.is_set and isinstance(sent, list) and isinstance(live, list):
        return fields_of([each for each in sent if each not in live], shape)
    return {} if sent == live else fields_of(sent, shape) or {SELF: {}}


def _changed_entries(live: Mapping[str, Any], sent: Mapping[str, Any], shape: Shape) -> Fields:
    found: Fields = {}
    for name, value in sent.items():
        below = _changed(live.get(name), value, shape.field(name))
        if below:
            found[f"f:{name}"] = {} if below == {SELF: {}} else below
    return found


def _changed_item(live: Any, sent: Mapping[str, Any], shape: Shape) -> Fields:
    if live is None:
        return {SELF: {}, **_changed_entries({}, sent, shape)}
    return _changed_entries(live, sent, shape)


def _merge(live: Any, sent: Any, shape: Shape) -> Any:
    if isinstance(sent, Mapping) and isinstance(live, Mapping) and not shape.is_atomic:
        merged = dict(live)
        for name, value in sent.items():
            merged[name] = _merge(live.get(name), value, shape.field(name))
        return merged
    if isinstance(sent, Mapping):
        return {name: _merge(None, value, shape.field(name)) for name, value in sent.items()}
    if isinstance(sent, list) and shape.keys:
        return _merge_items(live if isinstance(live, list) else [], sent, shape)
    if isinstance(sent, list) and shape.is_set and isinstance(live, list):
        return [*live, *(each for each in sent if each not in live)]
    return list(sent) if isinstance(sent, list) else sent


def _merge_items(live: list[Any], sent: list[Any], shape: Shape) -> list[Any]:
    known, wanted = items_by_step(live, shape), items_by_step(sent, shape)
    return [
        _merge_item(known.get(step), wanted[step], shape) if step in wanted else known[step]
        for step in _ordered(list(known), list(wanted))
    ]


def _merge_item(live: Any, sent: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    merged = dict(live or {})
    for name, value in sent.items():
        merged[name] = _merge(merged.get(name), value, shape.field(name))
    return merged


def _ordered(live: list[str], sent: list[str]) -> list[str]:
    """Return all steps: in live order when `sent` agrees with it, otherwise `sent` leads.

    A new item follows the one before it in `sent`; leading ones precede the first known one.
    """
    if [step for step in live if step in sent] != [step for step in sent if step in live]:
        return [*sent, *(step for step in live if step not in sent)]
    order = list(live)
    known = next((step for step in sent if step in live), None)
    after = len(live) if known is None else live.index(known)
    for step in sent:
        if step not in order:
            order.insert(after, step)
        after = order.index(step) + 1
    return order


def _prune(value: Any, old: Fields, new: Fields, theirs: Fields, shape: Shape) -> None:
    """Remove from `value`, a fresh copy, what only `old` had a claim on."""
    if isinstance(value, dict):
        _prune_map(value, old, new, theirs, shape)
    elif isinstance(value, list) and shape.keys:
        _prune_items(value, old, new, theirs, shape)
    elif isinstance(value, list) and shape.is_set:
        gone = old.keys() - new.keys() - theirs.keys()
        value[:] = [each for each in value if not fields_of([each], shape).keys() & gone]


def _prune_map(
    value: dict[str, Any], old: Fields, new: Fields, theirs: Fields, shape: Shape
) -> None:
    for step in old:
        name = step.removeprefix("f:")
        if step == SELF or name not in value:
            continue
        if step not in new and step not in theirs:
            del value[name]
            continue
        below = value[name] = _copy_container(value[name])
        _prune(below, old[step], new.get(step, {}), theirs.get(step, {}), shape.field(name))
        if not below and old[step] and step not in new and isinstance(below, dict | list):
            del value[name]


def _prune_items(value: list[Any], old: Fields, new: Fields, theirs: Fields, shape: Shape) -> None:
    kept = []
    for step, item in items_by_step(value, shape).items():
        if step in old and step not in new and step not in theirs:
            continue
        if step in old:
            item = dict(item)
            _prune_map(item, old[step], new.get(step, {}), theirs.get(step, {}), shape)
        kept.append(item)
    value[:] = kept


def _copy_container(value: Any) -> Any:
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list) else value
