"""Order things that name what they come after, and find the circle when there is none.

The annotation `pkgtool/apply-after` of an object lists others of the same chart, as `Kind/name`
separated by commas; it is applied after those, and after they are ready.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pkgtool.errors import ManifestError, OrderCycle, did_you_mean
from pkgtool.manifest.model import Manifest, ResourceId

APPLY_AFTER = "pkgtool/apply-after"
"""The annotation by which an object names what it needs."""


def needs(manifests: Sequence[Manifest]) -> dict[ResourceId, tuple[ResourceId, ...]]:
    """Return what each object asks to come after; those that ask for nothing are left out.

    Raises:
        ManifestError: An object names one that is not there.
    """
    known: dict[str, list[ResourceId]] = {}
    for each in manifests:
        known.setdefault(f"{each.id.kind}/{each.id.name}", []).append(each.id)
    found = {}
    for each in manifests:
        words = annotation(each.body, APPLY_AFTER).split(",")
        if names := [word.strip() for word in words if word.strip()]:
            found[each.id] = tuple(other for name in names for other in _named(name, each, known))
    return found


def levels(
    ids: Iterable[ResourceId], after: Mapping[ResourceId, Iterable[ResourceId]]
) -> dict[ResourceId, int]:
    """Return for each of `ids` how many steps must come before it, from 0.

    Raises:
        OrderCycle: Some wait for each other; the circle is shown.
    """
    found: dict[ResourceId, int] = {}
    for start in ids:
        _visit(start, after, found)
    return found


def annotation(body: Mapping[str, Any], name: str) -> str:
    """Return an annotation of an object as text; empty when there is none."""
    metadata = body.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    value = annotations.get(name) if isinstance(annotations, Mapping) else None
    return "" if value is None else str(value)


def _visit(
    start: ResourceId,
    after: Mapping[ResourceId, Iterable[ResourceId]],
    found: dict[ResourceId, int],
) -> None:
    # A stack of our own: a long chain must not end in Python's recursion limit.
    path = {start: None}
    while path:
        last = next(reversed(path))
        needed = after.get(last, ())
        waiting = [each for each in needed if each not in found]
        if not waiting:
            del path[last]
            found[last] = max((found[each] + 1 for each in needed), default=0)
        elif waiting[0] in path:
            circle = list(path)
            raise _cycle([*circle[circle.index(waiting[0]) :], waiting[0]])
        else:
            path[waiting[0]] = None


def _cycle(circle: Sequence[ResourceId]) -> OrderCycle:
    return OrderCycle(
        f"objects wait for each other in a circle: {' -> '.join(map(str, circle))}",
        hint=f"remove one of their `{APPLY_AFTER}` annotations",
    )


def _named(
    name: str, asking: Manifest, known: Mapping[str, Sequence[ResourceId]]
) -> Sequence[ResourceId]:
    if name not in known:
        raise ManifestError(
            f"{asking.id} asks to come after {name!r}, which is not part of the chart",
            where=asking.span(1),
            hint=did_you_mean(name, known) or "write `Kind/name`",
        )
    return known[name]
