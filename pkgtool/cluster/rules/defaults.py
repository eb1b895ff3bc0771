"""Fill in what Kubernetes fills in, as far as users, charts and waiting look at it.

Each function completes a fresh copy of an object in place. Addresses and node ports are the
lowest free ones, so that equal histories give equal clusters.

Source: the defaulting rules of the Kubernetes 1.36 API reference.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pkgtool.errors import Rejected

_NODE_PORTS = range(30000, 32768)


def fill_defaults(
    body: dict[str, Any], services: Callable[[], Iterable[Mapping[str, Any]]]
) -> None:
    """Complete `body` in place.

    Args:
        body: A fresh copy of an object.
        services: Gives the other Services of the cluster, whose addresses are taken.
    """
    if body["kind"] == "Service" and body["apiVersion"] == "v1":
        _fill_service(body, services)
    elif fill := _FILL.get(body["kind"]):
        fill(body)


def _fill_pod_spec(spec: dict[str, Any], restart_policy: str = "Always") -> None:
    _set_missing(
        spec,
        restartPolicy=restart_policy,
        dnsPolicy="ClusterFirst",
        schedulerName="default-scheduler",
        securityContext={},
        terminationGracePeriodSeconds=30,
    )
    for field in ("initContainers", "containers"):
        for container in _maps(spec.get(field)):
            _fill_container(container)


def _fill_container(container: dict[str, Any]) -> None:
    _, _, tag = str(container.get("image", "")).rpartition("/")[2].partition(":")
    is_latest = tag in ("", "latest") and "@" not in str(container.get("image", ""))
    _set_missing(
        container,
        imagePullPolicy="Always" if is_latest else "IfNotPresent",
        resources={},
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
    )
    for port in _maps(container.get("ports")):
        _set_missing(port, protocol="TCP")


def _fill_template(spec: dict[str, Any]) -> None:
    template = spec.setdefault("template", {})
    if isinstance(template, dict):
        _fill_pod_spec(template.setdefault("spec", {}))


def _fill_pod(body: dict[str, Any]) -> None:
    _fill_pod_spec(body.setdefault("spec", {}))
    _set_missing(body["spec"], serviceAccountName="default", enableServiceLinks=True)


def _fill_deployment(body: dict[str, Any]) -> None:
    spec = body.setdefault("spec", {})
    _set_missing(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
    strategy = spec.setdefault("strategy", {})
    _set_missing(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        _set_missing(rolling, maxSurge="25%", maxUnavailable="25%")
    else:
        # A default of the other type would be in the way; nobody asked for it.
        strategy.pop("rollingUpdate", None)
    _fill_template(spec)


def _fill_replica_set(body: dict[str, Any]) -> None:
    spec = body.setdefault("spec", {})
    _set_missing(spec, replicas=1)
    _fill_template(spec)


def _fill_stateful_set(body: dict[str, Any]) -> None:
    spec = body.setdefault("spec", {})
    _set_missing(
        spec,
        replicas=1,
        revisionHistoryLimit=10,
        podManagementPolicy="OrderedReady",
        updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
    )
    _fill_template(spec)
    for claim in _maps(spec.get("volumeClaimTemplates")):
        _set_missing(claim.setdefault("spec", {}), volumeMode="Filesystem")


def _fill_daemon_set(body: dict[str, Any]) -> None:
    spec = body.setdefault("spec", {})
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}
    _set_missing(spec, revisionHistoryLimit=10, updateStrategy=rolling)
    _fill_template(spec)


def _fill_job(body: dict[str, Any]) -> None:
    spec = body.setdefault("spec", {})
    _fill_job_spec(spec)
    uid = body["metadata"]["uid"]
    labels = {"batch.kubernetes.io/controller-uid": uid, "controller-uid": uid}
    labels |= {
        "batch.kubernetes.io/job-name": body["metadata"]["name"],
        "job-name": body["metadata"]["name"],
    }
    template = spec["template"].setdefault("metadata", {}).setdefault("labels", {})
    for key, value in labels.items():
        template.setdefault(key, value)
    _set_missing(spec, selector={"matchLabels": {"batch.kubernetes.io/controller-uid": uid}})


def _fill_job_spec(spec: dict[str, Any]) -> None:
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    _set_missing(spec, parallelism=1, backoffLimit=6, completionMode="NonIndexed", suspend=False)
    _fill_template(spec)


def _fill_cron_job(body: dict[str, Any]) -> None:
    spec = body.setdefault("spec", {})
    _set_missing(
        spec,
        concurrencyPolicy="Allow",
        suspend=False,
        successfulJobsHistoryLimit=3,
        failedJobsHistoryLimit=1,
    )


def _fill_claim(body: dict[str, Any]) -> None:
    _set_missing(body.setdefault("spec", {}), volumeMode="Filesystem", storageClassName="standard")


def _fill_namespace(body: dict[str, Any]) -> None:
    metadata = body["metadata"]
    metadata.setdefault("labels", {})["kubernetes.io/metadata.name"] = metadata["name"]
    _set_missing(body.setdefault("spec", {}), finalizers=["kubernetes"])
    _set_missing(body.setdefault("status", {}), phase="Active")


def _fill_secret(body: dict[str, Any]) -> None:
    _set_missing(body, type="Opaque")


def _fill_autoscaler(body: dict[str, Any]) -> None:
    _set_missing(body.setdefault("spec", {}), minReplicas=1)


def _fill_service(
    body: dict[str, Any], services: Callable[[], Iterable[Mapping[str, Any]]]
) -> None:
    spec = body.setdefault("spec", {})
    _set_missing(spec, type="ClusterIP", sessionAffinity="None")
    for port in _maps(spec.get("ports")):
        _set_missing(port, protocol="TCP", targetPort=port.get("port"))
    if spec["type"] == "ExternalName":
        return
    _set_missing(
        spec, internalTrafficPolicy="Cluster", ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack"
    )
    me = (body["metadata"].get("namespace"), body["metadata"]["name"])
    others = [
        each["spec"]
        for each in services()
        if (each["metadata"].get("namespace"), each["metadata"]["name"]) != me
    ]
    _give_address(body, others)
    _give_node_ports(body, others)


def _give_address(body: dict[str, Any], others: list[Mapping[str, Any]]) -> None:
    spec, taken = body["spec"], {each.get("clusterIP") for each in others}
    if not spec.get("clusterIP"):
        free = (_address(number) for number in range(1, 1 << 20))
        spec["clusterIP"] = next((each for each in free if each not in taken), "None")
    elif spec["clusterIP"] != "None" and spec["clusterIP"] in taken:
        raise Rejected(
            f'Service "{body["metadata"]["name"]}" is invalid: spec.clusterIPs: Invalid value: '
            f'["{spec["clusterIP"]}"]: failed to allocate IP {spec["clusterIP"]}: '
            "provided IP is already allocated"
        )
    spec["clusterIPs"] = [spec["clusterIP"]]


def _address(number: int) -> str:
    """Return an address of the service network 10.96.0.0/12."""
    return f"10.{96 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def _give_node_ports(body: dict[str, Any], others: list[Mapping[str, Any]]) -> None:
    spec = body["spec"]
    if spec["type"] == "ClusterIP":
        for port in _maps(spec.get("ports")):
            port.pop("nodePort", None)
        return
    _set_missing(spec, externalTrafficPolicy="Cluster")
    if spec["type"] == "LoadBalancer":
        _set_missing(spec, allocateLoadBalancerNodePorts=True)
    taken = {port.get("nodePort") for each in others for port in _maps(each.get("ports"))}
    for port in _maps(spec.get("ports")):
        if "nodePort" not in port and spec.get("allocateLoadBalancerNodePorts", True):
            port["nodePort"] = next((n for n in _NODE_PORTS if n not in taken), None)
        elif port.get("nodePort") in taken:
            raise Rejected(
                f'Service "{body["metadata"]["name"]}" is invalid: spec.ports[0].nodePort: '
                f"Invalid value: {port['nodePort']}: provided port is already allocated"
            )
        taken.add(port.get("nodePort"))


def _set_missing(target: dict[str, Any], **values: Any) -> None:
    for name, value in values.items():
        if target.get(name) is None:
            target[name] = value


def _maps(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


_FILL: dict[str, Callable[[dict[str, Any]], None]] = {
    "CronJob": _fill_cron_job,
    "DaemonSet": _fill_daemon_set,
    "Deployment": _fill_deployment,
    "HorizontalPodAutoscaler": _fill_autoscaler,
    "Job": _fill_job,
    "Namespace": _fill_namespace,
    "PersistentVolumeClaim": _fill_claim,
    "Pod": _fill_pod,
    "ReplicaSet": _fill_replica_set,
    "ReplicationController": _fill_replica_set,
    "Secret": _fill_secret,
    "StatefulSet": _fill_stateful_set,
}
