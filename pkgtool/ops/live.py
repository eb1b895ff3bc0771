"""What templates may know of a live cluster: its capabilities, and `lookup`."""

from collections.abc import Mapping
from typing import Any

from pkgtool.cluster.protocol import Cluster
from pkgtool.manifest.model import ResourceId
from pkgtool.ops.session import Session
from pkgtool.ops.walk import Surroundings
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import Lookup, ReleaseFacts


def live_surroundings(session: Session, facts: ReleaseFacts) -> Surroundings:
    """Return what a render for `facts` may know in this session.

    Raises:
        Unreachable: The cluster does not answer.
    """
    return Surroundings(
        release=facts,
        engines=session.engines,
        capabilities=session.cluster.capabilities(),
        lookup=lookup_in(session.cluster),
        compat=session.compat,
    )


def surroundings(
    session: Session, facts: ReleaseFacts, offline: Capabilities | None
) -> Surroundings:
    """Return what a render may know: of the cluster, or only what is assumed of it."""
    if offline is None:
        return live_surroundings(session, facts)
    return Surroundings(
        release=facts, engines=session.engines, capabilities=offline, compat=session.compat
    )


def lookup_in(cluster: Cluster) -> Lookup:
    """Return Helm's `lookup` over `cluster`."""

    def lookup(api_version: str, kind: str, namespace: str, name: str) -> Mapping[str, Any]:
        group = api_version.rpartition("/")[0]
        if name:
            return cluster.get(ResourceId(group, kind, namespace, name)) or {}
        items = cluster.list(group, kind, namespace=namespace)
        return {"apiVersion": api_version, "kind": f"{kind}List", "items": items}

    return lookup
