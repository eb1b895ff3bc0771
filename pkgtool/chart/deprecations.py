"""Know which Kubernetes APIs are deprecated since when, gone since when, and what replaces them.

Each row of the table is: API, deprecated since, gone since, API to use instead (`-` where there is
none), and kinds. The list of a kind goes with it, unless the kind has none (`!`).

Source: the lifecycle that client-go v1.36 states for its types, asked through Helm 4.2.3;
https://kubernetes.io/docs/reference/using-api/deprecation-guide/.
"""

from functools import lru_cache
from typing import NamedTuple

_TABLE = """
admissionregistration.k8s.io/v1alpha1 1.29 1.32 - ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
admissionregistration.k8s.io/v1alpha1 1.35 1.38 - MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
admissionregistration.k8s.io/v1beta1 1.16 1.22 admissionregistration.k8s.io/v1 MutatingWebhookConfiguration ValidatingWebhookConfiguration
admissionregistration.k8s.io/v1beta1 1.31 1.34 - ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
admissionregistration.k8s.io/v1beta1 1.37 1.40 admissionregistration.k8s.io/v1 MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
apps/v1beta1 1.8 1.16 apps/v1 Deployment StatefulSet ControllerRevision DeploymentRollback!
apps/v1beta1 1.8 1.16 autoscaling/v1 Scale!
apps/v1beta2 1.9 1.16 apps/v1 Deployment DaemonSet ReplicaSet StatefulSet ControllerRevision
apps/v1beta2 1.9 1.16 autoscaling/v1 Scale!
authentication.k8s.io/v1alpha1 1.29 1.32 - SelfSubjectReview!
authentication.k8s.io/v1beta1 1.19 1.22 authentication.k8s.io/v1 TokenReview!
authentication.k8s.io/v1beta1 1.30 1.33 - SelfSubjectReview!
authorization.k8s.io/v1beta1 1.19 1.22 authorization.k8s.io/v1 SubjectAccessReview! LocalSubjectAccessReview! SelfSubjectAccessReview! SelfSubjectRulesReview!
batch/v1beta1 1.21 1.25 batch/v1 CronJob
certificates.k8s.io/v1alpha1 1.34 1.37 - ClusterTrustBundle
certificates.k8s.io/v1beta1 1.19 1.22 certificates.k8s.io/v1 CertificateSigningRequest
certificates.k8s.io/v1beta1 1.37 1.40 - ClusterTrustBundle
certificates.k8s.io/v1beta1 1.38 1.41 - PodCertificateRequest
coordination.k8s.io/v1alpha2 1.35 1.38 - LeaseCandidate
coordination.k8s.io/v1beta1 1.19 1.22 coordination.k8s.io/v1 Lease
coordination.k8s.io/v1beta1 1.36 1.39 - LeaseCandidate
discovery.k8s.io/v1beta1 1.21 1.25 discovery.k8s.io/v1 EndpointSlice
events.k8s.io/v1beta1 1.22 1.25 - Event
extensions/v1beta1 1.8 1.16 apps/v1 Deployment DaemonSet ReplicaSet
extensions/v1beta1 1.9 1.16 networking.k8s.io/v1 NetworkPolicy
extensions/v1beta1 1.14 1.22 networking.k8s.io/v1 Ingress
extensions/v1beta1 1.2 1.16 - Scale!
extensions/v1beta1 1.8 1.16 - DeploymentRollback!
flowcontrol.apiserver.k8s.io/v1beta1 1.23 1.26 flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema PriorityLevelConfiguration
flowcontrol.apiserver.k8s.io/v1beta2 1.26 1.29 flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema PriorityLevelConfiguration
flowcontrol.apiserver.k8s.io/v1beta3 1.29 1.32 flowcontrol.apiserver.k8s.io/v1 FlowSchema PriorityLevelConfiguration
networking.k8s.io/v1beta1 1.19 1.22 networking.k8s.io/v1 Ingress IngressClass
networking.k8s.io/v1beta1 1.34 1.37 - IPAddress ServiceCIDR
node.k8s.io/v1beta1 1.22 1.25 - RuntimeClass
policy/v1beta1 1.21 1.25 policy/v1 PodDisruptionBudget
policy/v1beta1 1.22 1.25 - Eviction!
rbac.authorization.k8s.io/v1beta1 1.17 1.22 rbac.authorization.k8s.io/v1 Role RoleBinding ClusterRole ClusterRoleBinding
resource.k8s.io/v1alpha3 1.36 1.39 - DeviceTaintRule
resource.k8s.io/v1beta1 1.35 1.38 - ResourceClaim ResourceClaimTemplate DeviceClass ResourceSlice
resource.k8s.io/v1beta2 1.36 1.39 - ResourceClaim ResourceClaimTemplate DeviceClass ResourceSlice
resource.k8s.io/v1beta2 1.39 1.42 - DeviceTaintRule
scheduling.k8s.io/v1beta1 1.14 1.22 scheduling.k8s.io/v1 PriorityClass
storage.k8s.io/v1alpha1 1.21 1.24 storage.k8s.io/v1 VolumeAttachment
storage.k8s.io/v1alpha1 1.21 1.24 storage.k8s.io/v1beta1 CSIStorageCapacity
storage.k8s.io/v1alpha1 1.32 1.35 storage.k8s.io/v1 VolumeAttributesClass
storage.k8s.io/v1beta1 1.19 1.22 storage.k8s.io/v1 StorageClass VolumeAttachment CSIDriver
storage.k8s.io/v1beta1 1.17 1.22 storage.k8s.io/v1 CSINode
storage.k8s.io/v1beta1 1.24 1.27 storage.k8s.io/v1 CSIStorageCapacity
storage.k8s.io/v1beta1 1.34 1.37 storage.k8s.io/v1 VolumeAttributesClass
storagemigration.k8s.io/v1beta1 1.38 1.41 - StorageVersionMigration
v1 1.33 - discovery.k8s.io/v1 Endpoints
v1 1.19 - - ComponentStatus
"""

_INSTEAD = {
    ("discovery.k8s.io/v1beta1", "EndpointSliceList"): "EndpointSlice",
    ("networking.k8s.io/v1beta1", "IngressClass"): "IngressClassList",
    ("storage.k8s.io/v1beta1", "CSINodeList"): "CSINode",
    ("v1", "Endpoints"): "EndpointSlice",
    ("v1", "EndpointsList"): "EndpointSliceList",
}
"""Where another kind takes over, or client-go says so by mistake."""


class Deprecation(NamedTuple):
    """What is known of one kind of one API."""

    since: tuple[int, int]
    """Major and minor version of Kubernetes."""
    gone: tuple[int, int] | None
    instead: str
    """API and kind, or empty."""


def deprecation_of(api: str, kind: str) -> Deprecation | None:
    """Return what is known of `kind` in `api`; None when it is not deprecated.

    >>> deprecation_of("policy/v1beta1", "PodDisruptionBudget").instead
    'policy/v1 PodDisruptionBudget'
    """
    return _known().get((api, kind))


@lru_cache(maxsize=1)
def _known() -> dict[tuple[str, str], Deprecation]:
    found: dict[tuple[str, str], Deprecation] = {}
    for row in _TABLE.split("\n")[1:-1]:
        api, since, gone, instead, *kinds = row.split()
        for kind in _with_lists(kinds):
            other = "" if instead == "-" else f"{instead} {_INSTEAD.get((api, kind), kind)}"
            ended = None if gone == "-" else _numbers(gone)
            found[api, kind] = Deprecation(_numbers(since), ended, other)
    return found


def _with_lists(kinds: list[str]) -> list[str]:
    lists = [f"{kind}List" for kind in kinds if not kind.endswith("!")]
    return [kind.removesuffix("!") for kind in kinds] + lists


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)
