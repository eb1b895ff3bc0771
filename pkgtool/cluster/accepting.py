"""A cluster that takes everything and does nothing, as Helm's printing client.

It stands behind the driver `memory`, with which tests of scripts and charts begin with releases of
their own: no object is checked, every hook has succeeded as soon as it is sent.

Source: Helm v4 `pkg/kube/fake` (`PrintingKubeClient`), `pkg/cmd/root.go`.
"""

import copy
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from pkgtool.cluster.protocol import ApplyPolicy, Body, WatchEvent
from pkgtool.cluster.rules.table import id_of
from pkgtool.manifest.model import ResourceId
from pkgtool.template.capabilities import (
    DEFAULT_API_VERSIONS,
    DEFAULT_KUBE_VERSION,
    Capabilities,
)

_DONE: Mapping[str, Mapping[str, Any]] = {
    "Pod": {"phase": "Succeeded"},
    "Job": {"conditions": [{"type": "Complete", "status": "True"}]},
    "CustomResourceDefinition": {"conditions": [{"type": "Established", "status": "True"}]},
}


class AcceptingCluster:
    """See `Cluster`; nothing is ever refused, and all is forgotten when the process ends."""

    def __init__(self, kube_version: str = "") -> None:
        self._kube_version = kube_version or DEFAULT_KUBE_VERSION
        self._objects: dict[ResourceId, Body] = {}
        self._versions = count(1)

    def capabilities(self) -> Capabilities:
        """Return what offline commands assume too."""
        return Capabilities(self._kube_version, DEFAULT_API_VERSIONS)

    def get(self, id: ResourceId) -> Body | None:
        """See `Cluster.get`."""
        return copy.deepcopy(self._objects.get(id))

    def list(
        self,
        group: str,
        kind: str,
        *,
        namespace: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> list[Body]:
        """See `Cluster.list`."""
        wanted = (labels or {}).items()
        return [
            copy.deepcopy(body)
            for key, body in sorted(self._objects.items())
            if (key.group, key.kind) == (group, kind)
            and namespace in ("", key.namespace)
            and wanted <= (body["metadata"].get("labels") or {}).items()
        ]

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        """Keep `body` as it is."""
        version = str(next(self._versions))
        metadata = {**body["metadata"], "resourceVersion": version}
        metadata.setdefault("uid", version)
        kept = {**body, "metadata": metadata}
        if body["kind"] in _DONE:
            kept["status"] = _DONE[body["kind"]]
        if not policy.dry_run:
            self._objects[id_of(kept)] = kept
        return copy.deepcopy(kept)

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        """See `Cluster.delete`."""
        del uid
        return self._objects.pop(id, None) is not None

    def watch(
        self, group: str, kind: str, *, namespace: str = "", since: str = "", timeout_s: float
    ) -> Iterator[WatchEvent]:
        """Yield nothing: nothing ever happens here."""
        del group, kind, namespace, since, timeout_s
        yield from ()
