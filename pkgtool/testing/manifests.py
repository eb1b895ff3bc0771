"""Manifests and hooks to test with, made from a word or from a body."""

import json
from collections.abc import Mapping
from typing import Any

from pkgtool.manifest.model import Hook, Manifest, ManifestSet, ResourceId
from pkgtool.manifest.scope import CLUSTER_SCOPED, group_of

_VERSIONS = {
    "CronJob": "batch/v1",
    "CustomResourceDefinition": "apiextensions.k8s.io/v1",
    "Deployment": "apps/v1",
    "Ingress": "networking.k8s.io/v1",
    "Job": "batch/v1",
    "StatefulSet": "apps/v1",
    "ValidatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
    "Widget": "example.test/v1",
}


def manifest_of(body: Mapping[str, Any], *, namespace: str = "default") -> Manifest:
    """Return the manifest of an object as a chart called `web` would make it."""
    kind, metadata = body["kind"], body["metadata"]
    group = group_of(body["apiVersion"])
    placed = "" if kind in CLUSTER_SCOPED.get(group, "").split() else namespace
    return Manifest(
        id=ResourceId(group, kind, metadata.get("namespace", placed), metadata["name"]),
        body=body,
        origin=f"web/templates/{metadata['name']}.yaml",
        text=json.dumps(body),
    )


def manifest(word: str, annotations: Mapping[str, str] | None = None) -> Manifest:
    """Return a bare object: `manifest("Service/web")`."""
    kind, _, name = word.partition("/")
    metadata = {"name": name, **({"annotations": dict(annotations)} if annotations else {})}
    return manifest_of(
        {"apiVersion": _VERSIONS.get(kind, "v1"), "kind": kind, "metadata": metadata}
    )


def hook(source: str | Manifest, *events: str, weight: int = 0, policies: str = "") -> Hook:
    """Return a hook: `hook("Job/migrate", "pre-upgrade", policies="hook-succeeded")`."""
    return Hook(
        manifest=source if isinstance(source, Manifest) else manifest(source),
        events=events,
        weight=weight,
        delete_policies=tuple(policies.split()),
    )


def wanted(*words: str | Manifest, hooks: tuple[Hook, ...] = (), crds: str = "") -> ManifestSet:
    """Return what a chart wants, in the order given."""
    return ManifestSet(
        manifests=tuple(w if isinstance(w, Manifest) else manifest(w) for w in words),
        hooks=hooks,
        crds=tuple(manifest(f"CustomResourceDefinition/{name}") for name in crds.split()),
    )
