"""Kubernetes objects before they reach a cluster, each knowing the template that made it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pkgtool.source import Span


class ResourceId(NamedTuple):
    """Identity of one object in one cluster.

    Two manifests with equal ids are the same object, whatever their version: `apps/v1` and
    `apps/v1beta1` Deployments named `web` are one object, so the version is deliberately not
    a field.
    """

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        kind = f"{self.kind}.{self.group}" if self.group else self.kind
        return f"{kind} {self.namespace}/{self.name}" if self.namespace else f"{kind} {self.name}"


class Manifest(NamedTuple):
    """One Kubernetes object, and the template that produced it."""

    id: ResourceId
    body: Mapping[str, Any]
    """The whole object as parsed, never edited in place; numbers exact."""
    origin: str
    """Full template path, for messages and `# Source:`: `web/templates/service.yaml`."""
    text: str
    """The document as rendered, without the separator and `# Source:` line."""
    lines: Sequence[int] = ()
    """For each line of `text`, the template line that produced it; empty when unknown."""
    template: str = ""
    """Source of the template, for excerpts; empty when unknown."""
    list_kind: str = ""
    """For an item of a list document, the kind of the list: `text` is then the whole list."""
    item: int = 0
    """For an item of a list document, its index in `items`."""

    def span(self, line: int) -> Span:
        """Return the template line behind `line` (from 1) of `text`.

        Without a line map the rendered text itself is marked.
        """
        if not self.lines:
            return Span.at_line(f"{self.origin} (rendered)", self.text, line)
        index = min(max(line, 1), len(self.lines)) - 1
        return Span.at_line(self.origin, self.template, self.lines[index])


class Hook(NamedTuple):
    """A manifest that runs at an event instead of being part of the release."""

    manifest: Manifest
    events: tuple[str, ...]
    """`pre-install`, `post-upgrade`, `test`, …, lower-case."""
    weight: int = 0
    delete_policies: tuple[str, ...] = ()
    """`before-hook-creation` when none is given, as in Helm."""
    output_log_policies: tuple[str, ...] = ()


class ManifestSet(NamedTuple):
    """What a chart wants in the cluster."""

    manifests: tuple[Manifest, ...]
    """In install order."""
    hooks: tuple[Hook, ...]
    """In kind order; the order of running is the plan's business."""
    crds: tuple[Manifest, ...] = ()
    """From `crds/`, in load order."""
    warnings: tuple[str, ...] = ()
