"""Refuse objects whose parts are of another type than Kubernetes' own.

Only the parts that the rules and controllers here look at are described; the full schemas were
checked before anything is sent. A description mirrors the object: a mapping has fields (`!` marks
a required one), a list has the description of its items, `{str: …}` is a map with any keys, a set
lists the values that are allowed.

Source: the Kubernetes 1.36 API reference.
"""

from collections.abc import Mapping
from typing import Any

from pkgtool.errors import Rejected

_TEXTS = {str: str}
_METADATA = {
    "labels": _TEXTS,
    "annotations": _TEXTS,
    "finalizers": [str],
    "ownerReferences": [{"apiVersion!": str, "kind!": str, "name!": str, "uid!": str}],
}
_CONTAINER = {
    "name!": str,
    "image": str,
    "command": [str],
    "args": [str],
    "env": [{"name!": str}],
    "ports": [{"containerPort!": int, "protocol": str}],
    "volumeMounts": [{"mountPath!": str, "name!": str}],
    "resources": {},
}
_POD = {
    "containers!": [_CONTAINER],
    "initContainers": [_CONTAINER],
    "restartPolicy": {"Always", "OnFailure", "Never"},
    "volumes": [{"name!": str}],
}
_TEMPLATE = {"metadata": {"labels": _TEXTS, "annotations": _TEXTS}, "spec!": _POD}
_SELECTOR = {"matchLabels": _TEXTS, "matchExpressions": [{}]}
_CLAIM = {"accessModes": [str], "resources": {"requests": {str: object}}, "storageClassName": str}
_CLAIM_TEMPLATE = {"metadata!": {"name!": str, "labels": _TEXTS}, "spec": _CLAIM}
_UPDATE = {"type": {"RollingUpdate", "OnDelete"}, "rollingUpdate": {}}
_JOB = {
    "activeDeadlineSeconds": int,
    "backoffLimit": int,
    "completions": int,
    "parallelism": int,
    "selector": _SELECTOR,
    "suspend": bool,
    "template!": _TEMPLATE,
    "ttlSecondsAfterFinished": int,
}
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "ConfigMap": {"data": _TEXTS, "binaryData": _TEXTS, "immutable": bool},
    "CronJob": {"spec!": {"jobTemplate!": {}}},
    "CustomResourceDefinition": {
        "spec!": {
            "group!": str,
            "scope!": {"Namespaced", "Cluster"},
            "names!": {"kind!": str, "plural!": str},
            "versions!": [
                {
                    "name!": str,
                    "served": bool,
                    "storage": bool,
                    "schema": {"openAPIV3Schema": {}},
                    "subresources": {},
                }
            ],
        }
    },
    "DaemonSet": {
        "spec!": {
            "selector!": _SELECTOR,
            "template!": _TEMPLATE,
            "updateStrategy": _UPDATE,
            "revisionHistoryLimit": int,
        }
    },
    "Deployment": {
        "spec!": {
            "replicas": int,
            "revisionHistoryLimit": int,
            "selector!": _SELECTOR,
            "strategy": {"type": {"RollingUpdate", "Recreate"}, "rollingUpdate": {}},
            "template!": _TEMPLATE,
        }
    },
    "HorizontalPodAutoscaler": {"spec!": {"minReplicas": int, "maxReplicas": int}},
    "Job": {"spec!": _JOB},
    "Namespace": {"spec": {}},
    "PersistentVolumeClaim": {"spec!": _CLAIM},
    "Pod": {"spec!": _POD},
    "PodDisruptionBudget": {"spec!": {"selector": _SELECTOR}},
    "ReplicaSet": {"spec!": {"replicas": int, "selector!": _SELECTOR, "template!": _TEMPLATE}},
    "ReplicationController": {"spec!": {"replicas": int, "template!": _TEMPLATE}},
    "Secret": {"data": _TEXTS, "type": str, "immutable": bool},
    "Service": {
        "spec!": {
            "clusterIP": str,
            "ports": [{"name": str, "nodePort": int, "port!": int, "protocol": str}],
            "selector": _TEXTS,
            "type": {"ClusterIP", "NodePort", "LoadBalancer", "ExternalName"},
        }
    },
    "StatefulSet": {
        "spec!": {
            "replicas": int,
            "revisionHistoryLimit": int,
            "selector!": _SELECTOR,
            "template!": _TEMPLATE,
            "updateStrategy": _UPDATE,
            "volumeClaimTemplates": [_CLAIM_TEMPLATE],
        }
    },
}


def check_structure(what: str, body: Mapping[str, Any], *, is_builtin: bool) -> None:
    """Refuse `body` when a part of it is not what the rules count on.

    Args:
        what: The kind with its group, for the message.
        body: The whole object, before defaults.
        is_builtin: Whether its kind is Kubernetes' own.

    Raises:
        Rejected: Naming the field.
    """
    try:
        _check(body["metadata"], _METADATA, "metadata")
        if is_builtin:
            _check(body, {"spec": {}, "status": {}}, "")
            _check(body, _KINDS.get(body["kind"], {}), "")
    except _Mismatch as mismatch:
        name = body["metadata"]["name"]
        raise Rejected(f'{what} "{name}" is invalid: {mismatch}') from None


class _Mismatch(Exception):
    """A part that is not as described; never leaves this module."""


def _check(value: Any, wanted: Any, path: str) -> None:
    if isinstance(wanted, Mapping):
        _check_map(value, wanted, path)
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            raise _mismatch(path, value, "must be a list")
        for index, each in enumerate(value):
            _check(each, wanted[0], f"{path}[{index}]")
    elif isinstance(wanted, set):
        if not isinstance(value, str) or value not in wanted:
            supported = ", ".join(f'"{each}"' for each in sorted(wanted))
            raise _Mismatch(f"{path}: Unsupported value: {value!r}: supported values: {supported}")
    elif wanted is int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise _mismatch(path, value, "must be a whole number, greater than or equal to 0")
    elif not isinstance(value, wanted):
        noun = {str: "a string; quote it", bool: "true or false"}[wanted]
        raise _mismatch(path, value, f"must be {noun}")


def _check_map(value: Any, wanted: Mapping[Any, Any], path: str) -> None:
    if not isinstance(value, Mapping):
        raise _mismatch(path, value, "must be an object")
    if str in wanted:
        for name, each in value.items():
            _check(each, wanted[str], f"{path}.{name}")
        return
    for field, below in wanted.items():
        name = field.removesuffix("!")
        inside = f"{path}.{name}" if path else name
        if name in value:
            _check(value[name], below, inside)
        elif name != field:
            raise _Mismatch(f"{inside}: Required value")


def _mismatch(path: str, value: Any, reason: str) -> _Mismatch:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    return _Mismatch(f"{path}: Invalid value: {shown}: {reason}")
