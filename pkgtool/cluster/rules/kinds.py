"""Which kinds a cluster serves, in which versions and scope.

Built-in kinds are those of the Kubernetes version that `DEFAULT_KUBE_VERSION` names; retired
versions (`extensions/v1beta1`) are not among them, so that a manifest nobody would accept
anywhere is refused here too. Everything else must come from a CustomResourceDefinition, whose
kinds are known as soon as it is applied.

Source: the resource lists of the Kubernetes 1.36 API; the words of `no matches for kind` are
those of its clients.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pkgtool.errors import Rejected, did_you_mean

CRD_GROUP = "apiextensions.k8s.io"
CRD_KIND = "CustomResourceDefinition"

_NAMESPACED = {
    "v1": "ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate"
    " ReplicationController ResourceQuota Secret Service ServiceAccount",
    "apps/v1": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
    "autoscaling/v1": "HorizontalPodAutoscaler",
    "autoscaling/v2": "HorizontalPodAutoscaler",
    "batch/v1": "CronJob Job",
    "coordination.k8s.io/v1": "Lease",
    "discovery.k8s.io/v1": "EndpointSlice",
    "events.k8s.io/v1": "Event",
    "networking.k8s.io/v1": "Ingress NetworkPolicy",
    "policy/v1": "PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1": "Role RoleBinding",
    "resource.k8s.io/v1": "ResourceClaim ResourceClaimTemplate",
    "storage.k8s.io/v1": "CSIStorageCapacity",
}
_CLUSTER_WIDE = {
    "v1": "Namespace Node PersistentVolume",
    "admissionregistration.k8s.io/v1": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding"
    " MutatingWebhookConfiguration ValidatingAdmissionPolicy"
    " ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/v1": "CustomResourceDefinition",
    "apiregistration.k8s.io/v1": "APIService",
    "certificates.k8s.io/v1": "CertificateSigningRequest",
    "flowcontrol.apiserver.k8s.io/v1": "FlowSchema PriorityLevelConfiguration",
    "networking.k8s.io/v1": "IPAddress IngressClass ServiceCIDR",
    "node.k8s.io/v1": "RuntimeClass",
    "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding",
    "resource.k8s.io/v1": "DeviceClass ResourceSlice",
    "scheduling.k8s.io/v1": "PriorityClass",
    "storage.k8s.io/v1": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
}


class KindFacts(NamedTuple):
    """What must be known of a kind to keep its objects."""

    group: str
    version: str
    kind: str
    namespaced: bool
    schema: Mapping[str, Any] | None = None
    """For custom resources the OpenAPI schema of the version; `None` for built-in kinds."""
    status_subresource: bool = True
    """Whether `status` is written by controllers only."""
    plural: str = ""

    @property
    def resource(self) -> str:
        """The name in messages: `deployments.apps`, `services`."""
        plural = self.plural or _plural(self.kind)
        return f"{plural}.{self.group}" if self.group else plural


def split_version(api_version: str) -> tuple[str, str]:
    """Return group and version of `apps/v1`; the core group is an empty string."""
    group, slash, version = api_version.partition("/")
    return (group, version) if slash else ("", group)


def served_versions(crds: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return `v1`, `apps/v1` … and then the `apps/v1/Deployment` forms, as discovery would.

    Args:
        crds: The CustomResourceDefinitions that are there.
    """
    kinds = {version: names.split() for version, names in _NAMESPACED.items()}
    for version, names in _CLUSTER_WIDE.items():
        kinds.setdefault(version, []).extend(names.split())
    for crd in crds:
        for facts in crd_kinds(crd):
            kinds.setdefault(f"{facts.group}/{facts.version}", []).append(facts.kind)
    forms = (f"{version}/{kind}" for version, names in kinds.items() for kind in sorted(names))
    return (*kinds, *forms)


def builtin_kind(api_version: str, kind: str) -> KindFacts | None:
    """Return the facts of a kind that every cluster has, or `None`."""
    for table, namespaced in ((_NAMESPACED, True), (_CLUSTER_WIDE, False)):
        if kind in table.get(api_version, "").split():
            return KindFacts(*split_version(api_version), kind, namespaced)
    return None


def builtin_scope(group: str, kind: str) -> bool | None:
    """Return whether a built-in kind lives in namespaces; `None` when there is no such kind."""
    for table, namespaced in ((_NAMESPACED, True), (_CLUSTER_WIDE, False)):
        for api_version, names in table.items():
            if split_version(api_version)[0] == group and kind in names.split():
                return namespaced
    return None


def crd_kinds(crd: Mapping[str, Any]) -> list[KindFacts]:
    """Return one entry per served version of a CustomResourceDefinition."""
    spec = crd.get("spec", {})
    names = spec.get("names", {})
    return [
        KindFacts(
            spec.get("group", ""),
            version.get("name", ""),
            names.get("kind", ""),
            spec.get("scope") == "Namespaced",
            schema=version.get("schema", {}).get("openAPIV3Schema") or {},
            status_subresource="status" in (version.get("subresources") or {}),
            plural=names.get("plural", ""),
        )
        for version in spec.get("versions", [])
        if version.get("served", True)
    ]


def require_kind(api_version: str, kind: str, crds: Iterable[Mapping[str, Any]]) -> KindFacts:
    """Return the facts of a kind.

    Raises:
        Rejected: The cluster serves no such kind in that version.
    """
    if facts := builtin_kind(api_version, kind):
        return facts
    custom = [facts for crd in crds for facts in crd_kinds(crd)]
    for facts in custom:
        if facts.kind == kind and f"{facts.group}/{facts.version}" == api_version:
            return facts
    raise Rejected(
        f'no matches for kind "{kind}" in version "{api_version}"',
        hint=_served_elsewhere(kind, custom)
        or "a custom resource needs its CustomResourceDefinition first",
    )


def _served_elsewhere(kind: str, custom: list[KindFacts]) -> str:
    versions = [
        version
        for table in (_NAMESPACED, _CLUSTER_WIDE)
        for version, names in table.items()
        if kind in names.split()
    ]
    versions += [f"{facts.group}/{facts.version}" for facts in custom if facts.kind == kind]
    if versions:
        return f"this cluster serves {kind} as {', '.join(versions)}"
    tables = (*_NAMESPACED.values(), *_CLUSTER_WIDE.values())
    known = [name for names in tables for name in names.split()]
    return did_you_mean(kind, known + [facts.kind for facts in custom])


def _plural(kind: str) -> str:
    name = kind.lower()
    if name == "endpoints":
        return name
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch")) else f"{name}s"
