"""Say what is odd about one rendered document: the lint rules that need a render first.

Source: Helm v4 `pkg/chart/v2/lint/rules/template.go` and `deprecations.go`; the deprecation facts
are those of https://kubernetes.io/docs/reference/using-api/deprecation-guide/.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pkgtool.chart.lint import Finding

_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_PATH_NAMED = frozenset(["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"])
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_SERVICE_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
_SELECTING = frozenset(["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"])

DEPRECATIONS: Mapping[tuple[str, str], tuple[str, str, str]] = {
    ("extensions/v1beta1", "Deployment"): ("1.8", "1.16", "apps/v1"),
    ("extensions/v1beta1", "DaemonSet"): ("1.8", "1.16", "apps/v1"),
    ("extensions/v1beta1", "ReplicaSet"): ("1.8", "1.16", "apps/v1"),
    ("extensions/v1beta1", "NetworkPolicy"): ("1.9", "1.16", "networking.k8s.io/v1"),
    ("extensions/v1beta1", "Ingress"): ("1.14", "1.22", "networking.k8s.io/v1"),
    ("apps/v1beta1", "Deployment"): ("1.8", "1.16", "apps/v1"),
    ("apps/v1beta1", "StatefulSet"): ("1.8", "1.16", "apps/v1"),
    ("apps/v1beta2", "Deployment"): ("1.9", "1.16", "apps/v1"),
    ("apps/v1beta2", "StatefulSet"): ("1.9", "1.16", "apps/v1"),
    ("apps/v1beta2", "DaemonSet"): ("1.9", "1.16", "apps/v1"),
    ("apps/v1beta2", "ReplicaSet"): ("1.9", "1.16", "apps/v1"),
    ("networking.k8s.io/v1beta1", "Ingress"): ("1.19", "1.22", "networking.k8s.io/v1"),
    ("networking.k8s.io/v1beta1", "IngressClass"): ("1.19", "1.22", "networking.k8s.io/v1"),
    ("policy/v1beta1", "PodDisruptionBudget"): ("1.21", "1.25", "policy/v1"),
    ("batch/v1beta1", "CronJob"): ("1.21", "1.25", "batch/v1"),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"): ("1.22", "1.25", "autoscaling/v2"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"): ("1.23", "1.26", "autoscaling/v2"),
    ("scheduling.k8s.io/v1beta1", "PriorityClass"): ("1.14", "1.22", "scheduling.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", "StorageClass"): ("1.19", "1.22", "storage.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", "CSIDriver"): ("1.19", "1.22", "storage.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", "Lease"): ("1.19", "1.22", "coordination.k8s.io/v1"),
    ("discovery.k8s.io/v1beta1", "EndpointSlice"): ("1.21", "1.25", "discovery.k8s.io/v1"),
    ("v1", "Endpoints"): ("1.33", "", "discovery.k8s.io/v1 EndpointSlice"),
    **{
        ("rbac.authorization.k8s.io/v1beta1", kind): (
            "1.17",
            "1.22",
            "rbac.authorization.k8s.io/v1",
        )
        for kind in sorted(_PATH_NAMED)
    },
    **{
        ("admissionregistration.k8s.io/v1beta1", kind): (
            "1.16",
            "1.22",
            "admissionregistration.k8s.io/v1",
        )
        for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    },
}
"""Since when an API is deprecated, since when it is gone, and what to use instead."""


def lint_indent(path: str, text: str) -> Iterator[Finding]:
    """Find a first line that is indented: a sign of a misplaced `indent`."""
    for line in text.splitlines():
        if line.strip():
            if line.startswith((" ", "\t")):
                message = (
                    f'document starts with an illegal indent: "{line}", '
                    "which may cause parsing problems"
                )
                yield Finding("WARNING", path, message)
            return


def lint_document(
    path: str, text: str, document: Mapping[str, Any], *, kube_version: tuple[int, int]
) -> Iterator[Finding]:
    """Find what is odd about one object.

    Args:
        path: Of the template, inside the chart.
        text: Of the document.
        document: The same, parsed.
        kube_version: Major and minor of the Kubernetes that is rendered for.
    """
    yield from _name_findings(path, document)
    yield from _deprecation_findings(path, document, kube_version)
    yield from _selector_findings(path, text, document)
    yield from _list_findings(path, document)


def _name_findings(path: str, document: Mapping[str, Any]) -> Iterator[Finding]:
    metadata = document.get("metadata")
    name = str(metadata.get("name") or "") if isinstance(metadata, dict) else ""
    kind = str(document.get("kind", ""))
    reason = _name_fault(kind, name)
    if reason:
        message = (
            f'object name does not conform to Kubernetes naming requirements: "{name}": '
            f'metadata.name: Invalid value: "{name}": {reason}'
        )
        yield Finding("WARNING", path, message)


def _name_fault(kind: str, name: str) -> str:
    """Return what Kubernetes says of the name; empty when it takes it."""
    if kind in _PATH_NAMED:
        bad = name in (".", "..") or "/" in name or "%" in name
        return "may not be '.' or '..', or contain '/' or '%'" if bad else ""
    if kind in ("Service", "Namespace"):
        if len(name) > 63:
            return "must be no more than 63 characters"
        ok = _is_label(name) and not (kind == "Service" and name[0].isdigit())
        return "" if ok else (_SERVICE_RULE if kind == "Service" else _LABEL_RULE)
    if len(name) > 253:
        return "must be no more than 253 characters"
    return "" if all(map(_is_label, name.split("."))) else _SUBDOMAIN_RULE


def _is_label(text: str) -> bool:
    return bool(text) and _LABEL.issuperset(text) and text[0] != "-" != text[-1]


def _deprecation_findings(
    path: str, document: Mapping[str, Any], kube_version: tuple[int, int]
) -> Iterator[Finding]:
    api, kind = str(document.get("apiVersion", "")), str(document.get("kind", ""))
    found = DEPRECATIONS.get((api, kind))
    if found is None or kube_version < _numbers(found[0]):
        return
    since, gone, instead = found
    message = f"{api} {kind} is deprecated in v{since}+"
    message += f", unavailable in v{gone}+" if gone else ""
    message += f"; use {instead}" if " " in instead else f"; use {instead} {kind}"
    yield Finding("WARNING", path, message)


def _selector_findings(path: str, text: str, document: Mapping[str, Any]) -> Iterator[Finding]:
    kind = document.get("kind")
    if kind in _SELECTING and "matchLabels" not in text and "matchExpressions" not in text:
        metadata = document.get("metadata")
        name = metadata.get("name", "") if isinstance(metadata, dict) else ""
        message = f'a {kind} must contain matchLabels or matchExpressions, and "{name}" does not'
        yield Finding("ERROR", path, message)


def _list_findings(path: str, document: Mapping[str, Any]) -> Iterator[Finding]:
    items = document.get("items")
    if not str(document.get("kind", "")).endswith("List") or not isinstance(items, list):
        return
    for each in items:
        metadata = each.get("metadata") if isinstance(each, dict) else None
        notes = metadata.get("annotations") if isinstance(metadata, dict) else None
        if isinstance(notes, dict) and "helm.sh/resource-policy" in notes:
            message = "annotation 'helm.sh/resource-policy' within List objects are ignored"
            yield Finding("ERROR", path, message)
            return


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)
