"""Small Kubernetes objects for tests: each function returns a new body."""

from typing import Any


def config_map(
    name: str = "settings", *, namespace: str = "default", **data: str
) -> dict[str, Any]:
    """Return a ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace},
        "data": data,
    }


def secret(name: str, /, *, namespace: str = "default", **labels: str) -> dict[str, Any]:
    """Return a Secret with labels."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "data": {"key": "dmFsdWU="},
    }


def namespace(name: str) -> dict[str, Any]:
    """Return a Namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def pod_template(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """Return a pod template with the label `app: web`."""
    return {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": list(containers) or [container("web")], **spec},
    }


def container(name: str, image: str = "registry.example/web:1.0", **more: Any) -> dict[str, Any]:
    """Return a container."""
    return {"name": name, "image": image, **more}


def workload(kind: str, name: str = "web", **spec: Any) -> dict[str, Any]:
    """Return a Deployment, StatefulSet, DaemonSet or ReplicaSet."""
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": pod_template(),
            **spec,
        },
    }


def job(name: str = "migrate", *command: str, **spec: Any) -> dict[str, Any]:
    """Return a Job whose container runs `command`."""
    runner = container("run", command=list(command or ("true",)))
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"template": pod_template(runner, restartPolicy="Never"), **spec},
    }


def pod(name: str = "check", *command: str, **spec: Any) -> dict[str, Any]:
    """Return a bare Pod whose container runs `command`."""
    template = pod_template(container("run", command=list(command or ("sleep",))), **spec)
    metadata = {"name": name, "namespace": "default", **template["metadata"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def service(name: str = "web", **spec: Any) -> dict[str, Any]:
    """Return a Service on port 80."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}], **spec},
    }


def claim(name: str = "data") -> dict[str, Any]:
    """Return a PersistentVolumeClaim."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }


def crd(scope: str = "Namespaced") -> dict[str, Any]:
    """Return the CustomResourceDefinition of `Backup` in group `example.com`."""
    schema = {
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "properties": {
                    "targets": {
                        "type": "array",
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["host"],
                        "items": {"type": "object"},
                    }
                },
            }
        },
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "backups.example.com"},
        "spec": {
            "group": "example.com",
            "scope": scope,
            "names": {"kind": "Backup", "plural": "backups"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def backup(name: str = "nightly", **spec: Any) -> dict[str, Any]:
    """Return a custom resource of the kind that `crd` defines."""
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "example.com/v1", "kind": "Backup", "metadata": metadata, "spec": spec}


def without_namespace(body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` with no namespace in it."""
    metadata = {name: each for name, each in body["metadata"].items() if name != "namespace"}
    return {**body, "metadata": metadata}


def annotated(body: dict[str, Any], key: str, value: str) -> dict[str, Any]:
    """Return `body` with one more annotation."""
    annotations = {**body["metadata"].get("annotations", {}), key: value}
    return {**body, "metadata": {**body["metadata"], "annotations": annotations}}


def owned(body: dict[str, Any], *owners: Any) -> dict[str, Any]:
    """Return `body` with `owners` as its owners."""
    refs = [
        {
            "apiVersion": each["apiVersion"],
            "kind": each["kind"],
            "name": each["metadata"]["name"],
            "uid": each["metadata"]["uid"],
        }
        for each in owners
    ]
    return {**body, "metadata": {**body["metadata"], "ownerReferences": refs}}
