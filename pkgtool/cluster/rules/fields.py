"""Sets of fields, in the form in which `metadata.managedFields` keeps them.

A set is a tree of mappings whose keys are path steps: `f:NAME` is a field, `k:{…}` the item of a
list with those key fields, `v:…` a value of a set. A step that leads to an empty mapping is a
member; a member with members below it is marked by `.`:

```
{"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}, "f:name": {}}}}}
```

Source: `FieldsV1` of the Kubernetes API, and the server-side apply chapter of its documentation.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pkgtool.cluster.rules.shape import Shape
from pkgtool.errors import Rejected

Fields = dict[str, Any]
"""A set of fields, as a tree; never edited in place."""

SELF = "."


def fields_of(value: Any, shape: Shape) -> Fields:
    """Return the set of all fields that `value` gives a value to.

    Raises:
        Rejected: Two items of a list have the same key fields.
    """
    if isinstance(value, Mapping) and not shape.is_atomic:
        return {
            f"f:{name}": fields_of(each, shape.field(name)) for name, each in sorted(value.items())
        }
    if isinstance(value, list) and shape.keys:
        return {
            step: {SELF: {}, **_fields_of_item(item, shape)}
            for step, item in items_by_step(value, shape).items()
        }
    if isinstance(value, list) and shape.is_set:
        return {f"v:{_compact(each)}": {} for each in value}
    return {}


def items_by_step(items: list[Any], shape: Shape) -> dict[str, Any]:
    """Return the items of a keyed list by their path step, in order.

    Raises:
        Rejected: Two items have the same key fields, or one has no fields.
    """
    found: dict[str, Any] = {}
    for item in items:
        if not isinstance(item, Mapping):
            raise Rejected(f"items of a list must be objects, not {str(item)[:60]!r}")
        step = f"k:{_compact({key: item.get(key, shape.key_default(key)) for key in shape.keys})}"
        if step in found:
            raise Rejected(
                f"duplicate entries for key {_show_step(step)} in a list",
                hint=f"items of the list are told apart by {' and '.join(shape.keys)}",
            )
        found[step] = item
    return found


def union(one: Mapping[str, Any], other: Mapping[str, Any]) -> Fields:
    """Return the members of both sets."""
    merged: Fields = dict(one)
    for step, below in other.items():
        merged[step] = union(merged[step], below) if step in merged else below
    return merged


def subtract(fields: Mapping[str, Any], gone: Mapping[str, Any]) -> Fields:
    """Return `fields` without the members of `gone`."""
    left: Fields = {}
    for step, below in fields.items():
        if step not in gone:
            left[step] = below
        elif below and (rest := subtract(below, gone[step])):
            left[step] = rest
    return left


def intersect(one: Mapping[str, Any], other: Mapping[str, Any]) -> Fields:
    """Return the members that both sets have."""
    shared: Fields = {}
    for step in one.keys() & other.keys():
        mine, theirs = one[step], other[step]
        if not mine and not theirs:
            shared[step] = {}
        elif below := intersect(mine or {SELF: {}}, theirs or {SELF: {}}):
            shared[step] = below
    return shared


def paths(fields: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the members as users read them, ordered: `.spec.containers[name="web"].image`."""
    for step in sorted(fields):
        below = fields[step]
        path = prefix if step == SELF else prefix + _show_step(step)
        if below:
            yield from paths(below, path)
        else:
            yield path


def _fields_of_item(item: Mapping[str, Any], shape: Shape) -> Fields:
    return {f"f:{name}": fields_of(each, shape.field(name)) for name, each in sorted(item.items())}


def _show_step(step: str) -> str:
    kind, _, rest = step.partition(":")
    if kind == "f":
        return f".{rest}"
    if kind == "v":
        return f"[={rest}]"
    keys = json.loads(rest)
    return "[" + ",".join(f"{key}={json.dumps(value)}" for key, value in keys.items()) + "]"


def _compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
