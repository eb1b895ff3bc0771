"""What a cluster can do, as far as templates and validation ask.

Source: Helm v4 `pkg/chart/common/capabilities.go`.
"""

from dataclasses import dataclass

DEFAULT_KUBE_VERSION = "v1.36.0"
"""What offline commands assume, as Helm 4.2 does."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The Kubernetes version and the API versions that a cluster serves."""

    kube_version: str = DEFAULT_KUBE_VERSION
    """With a leading `v`: `v1.36.0`."""
    api_versions: tuple[str, ...] = ()
    """`v1`, `apps/v1`, and from a live cluster also `apps/v1/Deployment`."""

    @property
    def minor(self) -> str:
        """`1.36`, the name of a schema set."""
        return ".".join(self.kube_version.removeprefix("v").split(".")[:2])
