"""What pkgtool needs from Kubernetes, and nothing more.

Objects go in and out as JSON-shaped mappings. Writing is always a server-side apply, which is
idempotent, so that every call may be repeated after a failure. `testing.cluster_contract` holds
every implementation to the same behaviour.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, Protocol

from pkgtool.manifest.model import ResourceId
from pkgtool.template.capabilities import Capabilities

Body = Mapping[str, Any]
"""A Kubernetes object, JSON-shaped."""

FIELD_MANAGER = "helm"
"""Whose fields a release's are: Helm's own word, so that either tool may take over from the other."""


class ApplyPolicy(NamedTuple):
    """How one object is written."""

    manager: str = FIELD_MANAGER
    """Who owns the fields that are sent."""
    force: bool = False
    """Whether fields that others own are taken over instead of refused."""
    if_absent: bool = False
    """Refuse (`Conflict`) when the object exists: a create."""
    if_version: str = ""
    """Refuse (`Conflict`) unless this is the live `resourceVersion`: a compare-and-swap."""
    dry_run: bool = False
    """Check and return what would be, but keep nothing."""


class WatchEvent(NamedTuple):
    """Something happened to an object."""

    type: Literal["ADDED", "MODIFIED", "DELETED"]
    body: Body


class Cluster(Protocol):
    """Kubernetes, as far as releases need it."""

    def capabilities(self) -> Capabilities:
        """Return the version and API versions that the cluster serves.

        Raises:
            Unreachable: Nobody answers.
        """
        ...

    def get(self, id: ResourceId) -> Body | None:
        """Return the live object, status included, or `None`."""
        ...

    def list(
        self,
        group: str,
        kind: str,
        *,
        namespace: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> list[Body]:
        """Return objects of one kind, ordered by namespace and name.

        Args:
            group: API group; empty for the core group.
            kind: E.g. `Secret`.
            namespace: Empty means all namespaces.
            labels: All of them must match; `None` matches everything.
        """
        ...

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        """Create or change one object by server-side apply, and return it as it is then.

        A missing namespace of the object is filled in as `default` for namespaced kinds.

        Raises:
            Conflict: A precondition of `policy` or a field owner is in the way; nothing changed.
            Rejected: The object is not acceptable (no such namespace, immutable field, bad name).
        """
        ...

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        """Delete the object, and with it what it owns.

        Args:
            id: Which object.
            uid: When given, only an object with this `metadata.uid` is deleted.

        Returns:
            Whether there was such an object; deleting twice is fine.
        """
        ...

    def watch(
        self, group: str, kind: str, *, namespace: str = "", since: str = "", timeout_s: float
    ) -> Iterator[WatchEvent]:
        """Yield what happens to objects of one kind after resource version `since`.

        With an empty `since`, existing objects come first, as `ADDED`. The iterator ends after
        `timeout_s` seconds.
        """
        ...
