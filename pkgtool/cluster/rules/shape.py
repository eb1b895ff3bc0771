"""Say how lists and maps of an object merge: item by item, as a set, or as one value.

Kubernetes marks this in its schemas (`x-kubernetes-list-type`, `-list-map-keys`, `-map-type`).
For built-in kinds the marks are few, and a field's own name with its parent's tells them apart,
so two small tables replace the schemas. Custom resources bring their schema along.

Source: the marks in the OpenAPI document of Kubernetes 1.36.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

_POD_LISTS = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "volumes": ("name",),
    "imagePullSecrets": ("name",),
    "hostAliases": ("ip",),
    "resourceClaims": ("name",),
    "schedulingGates": ("name",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "ports": ("port", "protocol"),
    "drivers": ("name",),
    "matchConditions": ("name",),
    "variables": ("name",),
}
_CONTAINER_LISTS = {
    "env": ("name",),
    "ports": ("containerPort", "protocol"),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
}
_LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    "spec": _POD_LISTS,
    "containers": _CONTAINER_LISTS,
    "initContainers": _CONTAINER_LISTS,
    "ephemeralContainers": _CONTAINER_LISTS,
    "resources": {"claims": ("name",)},
    "status": {"conditions": ("type",)},
    "webhooks": {"matchConditions": ("name",)},
    "metadata": {"ownerReferences": ("uid",)},
    "": {"secrets": ("name",), "webhooks": ("name",)},
}
_SETS = frozenset(
    {("metadata", "finalizers"), ("spec", "volumeLifecycleModes"), ("spec", "validationActions")}
)
_ATOMIC_MAPS = frozenset(
    {
        "claimRef",
        "configMapKeyRef",
        "fieldRef",
        "fileKeyRef",
        "labelSelector",
        "namespaceSelector",
        "nodeSelector",
        "objectSelector",
        "paramKind",
        "paramRef",
        "podSelector",
        "resourceFieldRef",
        "roleRef",
        "scaleTargetRef",
        "scopeSelector",
        "secretKeyRef",
        "selector",
    }
)
_KEY_DEFAULTS = {"protocol": "TCP"}


class Shape(Protocol):
    """How the value at one place of an object merges."""

    @property
    def keys(self) -> tuple[str, ...]:
        """For a list: the fields that tell its items apart; empty when they are not told apart."""
        ...

    @property
    def is_set(self) -> bool:
        """For a list: whether each item is owned by its value."""
        ...

    @property
    def is_atomic(self) -> bool:
        """For a map: whether it has one owner as a whole."""
        ...

    def field(self, name: str) -> "Shape":
        """Return the shape of the value at `name` in a map or in an item of a list."""
        ...

    def key_default(self, key: str) -> Any:
        """Return what an item without `key` has there."""
        ...


@dataclass(frozen=True, slots=True)
class BuiltinShape:
    """A place in an object of a built-in kind, known by its name and its parent's."""

    parent: str = ""
    name: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """See `Shape.keys`."""
        return _LISTS.get(self.parent, {}).get(self.name, ())

    @property
    def is_set(self) -> bool:
        """See `Shape.is_set`."""
        return (self.parent, self.name) in _SETS

    @property
    def is_atomic(self) -> bool:
        """See `Shape.is_atomic`."""
        return self.name in _ATOMIC_MAPS and self.parent != "metadata"

    def field(self, name: str) -> Shape:
        """See `Shape.field`."""
        return BuiltinShape(self.name, name)

    def key_default(self, key: str) -> Any:
        """See `Shape.key_default`."""
        return _KEY_DEFAULTS.get(key)


@dataclass(frozen=True, slots=True)
class SchemaShape:
    """A place in a custom resource, known by its schema; unknown places are atomic lists."""

    node: Mapping[str, Any]
    is_root: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """See `Shape.keys`."""
        if self.node.get("x-kubernetes-list-type") != "map":
            return ()
        keys = self.node.get("x-kubernetes-list-map-keys")
        return tuple(map(str, keys)) if isinstance(keys, list) else ()

    @property
    def is_set(self) -> bool:
        """See `Shape.is_set`."""
        return self.node.get("x-kubernetes-list-type") == "set"

    @property
    def is_atomic(self) -> bool:
        """See `Shape.is_atomic`."""
        return self.node.get("x-kubernetes-map-type") == "atomic"

    def field(self, name: str) -> Shape:
        """See `Shape.field`."""
        if self.is_root and name == "metadata":
            return BuiltinShape("", "metadata")
        holder = _mapping(self.node.get("items")) or self.node
        named = _mapping(holder.get("properties")).get(name)
        return SchemaShape(_mapping(named) or _mapping(holder.get("additionalProperties")))

    def key_default(self, key: str) -> Any:
        """See `Shape.key_default`."""
        items = _mapping(self.node.get("items"))
        return _mapping(_mapping(items.get("properties")).get(key)).get("default")


def shape_of(schema: Mapping[str, Any] | None) -> Shape:
    """Return the shape of a whole object; `schema` is `None` for built-in kinds."""
    return BuiltinShape() if schema is None else SchemaShape(schema, is_root=True)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
