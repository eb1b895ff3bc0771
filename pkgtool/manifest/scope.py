"""Say which kinds live in a namespace and which belong to the whole cluster.

Kinds that nobody here knows are taken as namespaced, as most custom resources are; the
definitions that a chart ships say it for their own kinds.

Source: `kubectl api-resources --namespaced=false` of Kubernetes 1.25 to 1.37.
"""

from collections.abc import Iterable, Mapping
from typing import Any

CLUSTER_SCOPED = {
    "": "ComponentStatus Namespace Node PersistentVolume",
    "admissionregistration.k8s.io": (
        "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration"
        " ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"
        " ValidatingWebhookConfiguration"
    ),
    "apiextensions.k8s.io": "CustomResourceDefinition",
    "apiregistration.k8s.io": "APIService",
    "authentication.k8s.io": "SelfSubjectReview TokenReview",
    "authorization.k8s.io": "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
    "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
    "internal.apiserver.k8s.io": "StorageVersion",
    "networking.k8s.io": "ClusterCIDR IPAddress IngressClass ServiceCIDR",
    "node.k8s.io": "RuntimeClass",
    "policy": "PodSecurityPolicy",
    "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
    "resource.k8s.io": "DeviceClass DeviceTaintRule ResourceClass ResourcePoolStatusRequest ResourceSlice",
    "scheduling.k8s.io": "PriorityClass",
    "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
    "storagemigration.k8s.io": "StorageVersionMigration",
}
"""Kinds outside namespaces by API group, separated by spaces."""


class Scopes:
    """Kubernetes' own kinds, and those that custom resource definitions add."""

    __slots__ = ("_custom",)

    def __init__(self, definitions: Iterable[Mapping[str, Any]] = ()) -> None:
        self._custom: dict[tuple[str, str], bool] = {}
        for definition in definitions:
            self.learn(definition)

    def learn(self, body: Mapping[str, Any]) -> None:
        """Take in `body`, if it is a custom resource definition; other objects say nothing."""
        spec = body.get("spec")
        if body.get("kind") != "CustomResourceDefinition" or not isinstance(spec, Mapping):
            return
        names = spec.get("names")
        kind = names.get("kind") if isinstance(names, Mapping) else None
        group = spec.get("group")
        if isinstance(kind, str) and isinstance(group, str):
            self._custom[group, kind] = spec.get("scope") != "Cluster"

    def is_namespaced(self, group: str, kind: str) -> bool:
        """Whether objects of this kind live in a namespace."""
        known = self._custom.get((group, kind))
        return kind not in CLUSTER_SCOPED.get(group, "").split() if known is None else known


def group_of(api_version: str) -> str:
    """Return the API group of an `apiVersion`: empty for `v1`, else what is before the slash."""
    return api_version.partition("/")[0] if "/" in api_version else ""
