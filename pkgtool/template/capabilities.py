"""What a cluster can do, as far as templates and validation ask.

Source: Helm v4 `pkg/chart/common/capabilities.go`; Kubernetes `util/version` (`ParseGeneric`).
"""

import re
from typing import NamedTuple

from pkgtool.errors import VersionInvalid

DEFAULT_KUBE_VERSION = "v1.36.0"
"""What offline commands assume, as Helm 4.2 does."""

DEFAULT_API_VERSIONS: tuple[str, ...] = (
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha2",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
)
"""What offline commands assume a cluster serves: the group versions that client libraries of
`DEFAULT_KUBE_VERSION` know, retired ones included, in the order in which Helm lists them."""


class Capabilities(NamedTuple):
    """The Kubernetes version and the API versions that a cluster serves."""

    kube_version: str = DEFAULT_KUBE_VERSION
    """With a leading `v`: `v1.36.0`."""
    api_versions: tuple[str, ...] = ()
    """`v1`, `apps/v1`, and from a live cluster also `apps/v1/Deployment`."""

    @property
    def numbers(self) -> str:
        """The version without what a vendor appended: `1.36.0`, or `1.36` where only that is known."""
        return _numbers(self.kube_version)

    @property
    def minor(self) -> str:
        """`1.36`, the name of a schema set."""
        return ".".join(self.numbers.split(".")[:2])


def parse_kube_version(text: str) -> str:
    """Return the version of Kubernetes that `text` says, with a leading `v`.

    >>> parse_kube_version("1.30.2-gke.1587003"), parse_kube_version("v1.28+")
    ('v1.30.2-gke.1587003', 'v1.28+')

    Raises:
        VersionInvalid: It does not begin with two numbers.
    """
    _numbers(text)
    return text if text.startswith("v") else f"v{text}"


def _numbers(text: str) -> str:
    found = re.match(r"\s*v?([0-9]+(?:\.[0-9]+)*)", text, re.ASCII)
    if found is None:
        raise VersionInvalid(f"could not parse {text!r} as version")
    first, *rest = found[1].split(".")
    if not rest:
        raise VersionInvalid(f"illegal version string {text!r}")
    if first != "0" and first.startswith("0"):
        raise VersionInvalid(f"illegal zero-prefixed version component {first!r} in {text!r}")
    return ".".join(str(int(number)) for number in (first, *rest))
