"""Order objects so that each is applied after those it needs.

The rank of a kind is its position in `INSTALL_ORDER`; unlisted kinds come after all listed ones,
alphabetically. Objects of one kind keep their input order, so the order of a chart's output is
decided by kinds first and file paths second. Uninstalling has a list of its own: the same
backwards, except that webhooks go first, so that they cannot refuse the rest, and Services go
before the workloads behind them. Unlisted kinds come last there too.

Source: Helm v4 `pkg/release/v1/util/kind_sorter.go`.
"""

from collections.abc import Iterable

from pkgtool.manifest.model import Hook, Manifest

INSTALL_ORDER = (
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
)
"""Kinds in the order in which Helm creates them."""

_WEBHOOKS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
_BEFORE_SERVICE = ("APIService", "Ingress", "IngressClass")

UNINSTALL_ORDER = (
    *_WEBHOOKS,
    *_BEFORE_SERVICE,
    "Service",
    *(
        kind
        for kind in reversed(INSTALL_ORDER)
        if kind not in (*_WEBHOOKS, *_BEFORE_SERVICE, "Service")
    ),
)
"""Kinds in the order in which Helm deletes them."""

_INSTALL_RANK = {kind: rank for rank, kind in enumerate(INSTALL_ORDER)}
_UNINSTALL_RANK = {kind: rank for rank, kind in enumerate(UNINSTALL_ORDER)}


def install_key(kind: str) -> tuple[int, str]:
    """Return what to sort by so that `kind` is applied in its turn."""
    rank = _INSTALL_RANK.get(kind)
    return (len(_INSTALL_RANK), kind) if rank is None else (rank, "")


def uninstall_key(kind: str) -> tuple[int, str]:
    """Return what to sort by so that `kind` is deleted in its turn."""
    rank = _UNINSTALL_RANK.get(kind)
    return (len(_UNINSTALL_RANK), kind) if rank is None else (rank, "")


def install_order(manifests: Iterable[Manifest]) -> list[Manifest]:
    """Return `manifests` in the order in which they are applied; the sort is stable."""
    return sorted(manifests, key=lambda manifest: install_key(manifest.id.kind))


def uninstall_order(manifests: Iterable[Manifest]) -> list[Manifest]:
    """Return `manifests` in the order in which they are deleted; the sort is stable."""
    return sorted(manifests, key=lambda manifest: uninstall_key(manifest.id.kind))


def hook_kind_order(hooks: Iterable[Hook]) -> list[Hook]:
    """Return `hooks` by install order of their kinds, as a release records them.

    Which of them run, and when, is the plan's business: by weight, then by name.
    """
    return sorted(hooks, key=lambda hook: install_key(hook.manifest.id.kind))
