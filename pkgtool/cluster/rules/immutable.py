"""Refuse changes that Kubernetes refuses, in its words.

Source: the update validation of each kind in the Kubernetes 1.36 API.
"""

import json
from collections.abc import Mapping
from typing import Any

from pkgtool.errors import Rejected

_IMMUTABLE = "field is immutable"
_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "Deployment.apps": (("spec.selector", _IMMUTABLE),),
    "DaemonSet.apps": (("spec.selector", _IMMUTABLE),),
    "ReplicaSet.apps": (("spec.selector", _IMMUTABLE),),
    "Job.batch": (
        ("spec.template", _IMMUTABLE),
        ("spec.selector", _IMMUTABLE),
        ("spec.completions", _IMMUTABLE),
        ("spec.completionMode", _IMMUTABLE),
    ),
    "Secret": (("type", _IMMUTABLE),),
    "Service": (("spec.clusterIPs", "may not change once set"),),
    "RoleBinding.rbac.authorization.k8s.io": (("roleRef", "cannot change roleRef"),),
    "ClusterRoleBinding.rbac.authorization.k8s.io": (("roleRef", "cannot change roleRef"),),
    "CustomResourceDefinition.apiextensions.k8s.io": (
        ("spec.scope", _IMMUTABLE),
        ("spec.group", _IMMUTABLE),
        ("spec.names.kind", _IMMUTABLE),
    ),
    "PriorityClass.scheduling.k8s.io": (("value", "may not be changed in an update"),),
    "StorageClass.storage.k8s.io": (
        ("parameters", "updates to parameters are forbidden"),
        ("provisioner", "updates to provisioner are forbidden"),
    ),
}
_STATEFUL_SET_MAY = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)


def check_update(what: str, live: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse to turn `live` into `new` when that would change something immutable.

    Args:
        what: The kind with its group: `Deployment.apps`.
        live: The object as it is.
        new: The object as it would be, defaults included.

    Raises:
        Rejected: In Kubernetes' words, naming the field.
    """
    for path, words in _FIELDS.get(what, ()):
        before, after = _at(live, path), _at(new, path)
        if before is not None and before != after:
            raise _refusal(what, new, f"{path}: Invalid value: {_show(after)}: {words}")
    if what == "StatefulSet.apps":
        _check_stateful_set(what, live, new)
    elif what == "PersistentVolumeClaim":
        _check_claim(what, live, new)
    elif what == "Pod":
        _check_pod(what, live, new)
    elif what in ("Secret", "ConfigMap") and live.get("immutable"):
        _check_frozen(what, live, new)


def _check_stateful_set(what: str, live: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    if _without(live["spec"], _STATEFUL_SET_MAY) != _without(new["spec"], _STATEFUL_SET_MAY):
        *first, last = (f"'{name}'" for name in _STATEFUL_SET_MAY)
        raise _refusal(
            what,
            new,
            "spec: Forbidden: updates to statefulset spec for fields other than "
            f"{', '.join(first)} and {last} are forbidden",
        )


def _check_claim(what: str, live: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    may = ("resources", "volumeAttributesClassName", "volumeName")
    if _without(live["spec"], may) != _without(new["spec"], may):
        raise _refusal(
            what,
            new,
            "spec: Forbidden: spec is immutable after creation except resources.requests and "
            "volumeAttributesClassName for bound claims",
        )


def _check_pod(what: str, live: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    if _pod_rest(live) != _pod_rest(new):
        raise _refusal(
            what,
            new,
            "spec: Forbidden: pod updates may not change fields other than "
            "`spec.containers[*].image`, `spec.initContainers[*].image`, "
            "`spec.activeDeadlineSeconds`, `spec.tolerations` and "
            "`spec.terminationGracePeriodSeconds`",
        )


def _pod_rest(body: Mapping[str, Any]) -> dict[str, Any]:
    may = ("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds")
    spec = _without(body["spec"], may)
    for field in ("containers", "initContainers"):
        # The pull policy default follows the tag, so it changes with the image.
        spec[field] = [_without(each, ("image", "imagePullPolicy")) for each in spec.get(field, ())]
    return spec


def _check_frozen(what: str, live: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    for field in ("immutable", "data", "binaryData"):
        if live.get(field) != new.get(field):
            raise _refusal(
                what, new, f"{field}: Forbidden: field is immutable when `immutable` is set"
            )


def _refusal(what: str, body: Mapping[str, Any], reason: str) -> Rejected:
    return Rejected(
        f'{what} "{body["metadata"]["name"]}" is invalid: {reason}',
        hint="delete the object and apply it anew, or leave the field as it is",
    )


def _at(body: Mapping[str, Any], path: str) -> Any:
    value: Any = body
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _without(value: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: each for name, each in value.items() if name not in names}


def _show(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= 120 else f"{text[:117]}..."
