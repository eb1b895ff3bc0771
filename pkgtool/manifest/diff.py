"""Tell what changes between two sets of objects, as text and in one line per field.

Objects are matched by identity and compared by content, so that comments, order of keys and
quoting do not count. What Secrets hold is masked: that it changed can be seen, its value cannot.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pkgtool import yamlcodec
from pkgtool.manifest.model import Manifest, ResourceId
from pkgtool.manifest.order import install_key
from pkgtool.manifest.schema.words import shown

MASKED = "<masked>"
"""Stands for a value inside a Secret."""
MASKED_CHANGED = "<masked, changed>"
"""Stands for such a value after it changed."""

# Fields of which no two items of a list have the same value, the most telling first.
_KEYS = ("name", "mountPath", "containerPort", "port", "key", "ip", "host", "path", "type")

_COPY = "kubectl.kubernetes.io/last-applied-configuration"


class Change(NamedTuple):
    """What happens to one object."""

    action: Literal["added", "removed", "changed"]
    id: ResourceId
    origin: str
    """Path of the template that makes it, or made it."""
    lines: tuple[str, ...]
    """Unified text; each line begins with `+`, `-`, a space or `@`."""
    fields: tuple[str, ...] = ()
    """For a changed object, one line per field: `spec.replicas: 1 → 2`."""

    def __str__(self) -> str:
        return f"{self.id} {self.action}" + (f" ({self.origin})" if self.origin else "")

    def describe(self) -> str:
        """Return a line about the object and, below it, one line per changed field."""
        return "".join([f"{self}\n", *(f"  {field}\n" for field in self.fields)])


def diff_manifests(
    before: Iterable[Manifest], after: Iterable[Manifest], *, context: int = 3
) -> list[Change]:
    """Return what has to change so that `before` becomes `after`, in install order.

    Args:
        before: What there is.
        after: What there shall be.
        context: How many unchanged lines surround each change in the text.
    """
    old = {manifest.id: manifest for manifest in before}
    new = {manifest.id: manifest for manifest in after}
    ids = sorted({*old, *new}, key=lambda each: (install_key(each.kind), each))
    changes = []
    for each in ids:
        if each not in old:
            changes.append(_whole("added", new[each]))
        elif each not in new:
            changes.append(_whole("removed", old[each]))
        else:
            changes += _changed(old[each], new[each], context)
    return changes


def _changed(old: Manifest, new: Manifest, context: int) -> list[Change]:
    """Return the change between two states of one object, if there is any."""
    was, now = _masked(old.body, old.body), _masked(new.body, old.body)
    was_text, now_text = yamlcodec.dump(was), yamlcodec.dump(now)
    if was_text == now_text:
        return []
    lines = tuple(_unified(was_text.splitlines(), now_text.splitlines(), context))
    return [Change("changed", new.id, new.origin, lines, tuple(_fields(was, now, "")))]


def _whole(action: Literal["added", "removed"], manifest: Manifest) -> Change:
    body = _masked(manifest.body, manifest.body)
    sign = "+" if action == "added" else "-"
    lines = tuple(f"{sign}{line}" for line in yamlcodec.dump(body).splitlines())
    return Change(action, manifest.id, manifest.origin, lines)


def _unified(was: list[str], now: list[str], context: int) -> Iterator[str]:
    # Imported here: only comparing needs it.
    from difflib import unified_diff  # noqa: PLC0415

    lines = unified_diff(was, now, n=context, lineterm="")
    for number, line in enumerate(lines):
        # The first two lines name files, and there are none.
        if number > 1:
            yield line


def _masked(body: Mapping[str, Any], old: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `body` with its secrets masked, and marked where they are not those of `old`."""
    if body.get("kind") != "Secret" or body.get("apiVersion") != "v1":
        return body
    shown = dict(body)
    for part in ("data", "stringData"):
        if part in body:
            shown[part] = _masked_values(body[part], old.get(part))
    metadata = body.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if isinstance(metadata, Mapping) and isinstance(annotations, Mapping) and _COPY in annotations:
        shown["metadata"] = {**metadata, "annotations": {**annotations, _COPY: MASKED}}
    return shown


def _masked_values(values: object, old: object) -> object:
    if not isinstance(values, Mapping):
        return MASKED if values == old else MASKED_CHANGED
    before = old if isinstance(old, Mapping) else {}
    return {
        key: MASKED if key not in before or before[key] == value else MASKED_CHANGED
        for key, value in values.items()
    }


def _fields(was: object, now: object, path: str) -> Iterator[str]:
    """Yield a line for each field that differs; items of lists are matched by key."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in {**was, **now}:
            yield from _entry(was, now, key, f"{path}.{key}" if path else str(key))
    elif isinstance(was, list) and isinstance(now, list) and (key := _common_key(was + now)):
        before, after = _by_key(was, key), _by_key(now, key)
        for name in {**before, **after}:
            yield from _entry(before, after, name, f"{path}[{name}]")
    elif yamlcodec.dump(was) != yamlcodec.dump(now):
        yield f"{path}: {_short(was)} → {_short(now)}"


def _entry(
    was: Mapping[Any, object], now: Mapping[Any, object], key: object, path: str
) -> Iterator[str]:
    if key not in was:
        yield f"{path}: added {_short(now[key])}"
    elif key not in now:
        yield f"{path}: removed {_short(was[key])}"
    else:
        yield from _fields(was[key], now[key], path)


def _common_key(items: list[Any]) -> str:
    """Return a field that all `items` have as a plain value, or an empty string."""
    if not items or not all(isinstance(item, Mapping) for item in items):
        return ""
    return next((key for key in _KEYS if all(_is_plain(item.get(key)) for item in items)), "")


def _by_key(items: list[Any], key: str) -> dict[str, object]:
    """Return `items` by their `key`; repeated ones are numbered, so that none is lost."""
    found: dict[str, object] = {}
    for item in items:
        name, number = str(item[key]), 1
        while name in found:
            number += 1
            name = f"{item[key]} #{number}"
        found[name] = item
    return found


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _short(value: object) -> str:
    """Return a plain value as it is; of larger ones only what is in them."""
    if value in (MASKED, MASKED_CHANGED):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(map(str, list(value)[:4]))}{', …' if len(value) > 4 else ''}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value[:4]))}{', …' if len(value) > 4 else ''}]"
    return shown(value)
