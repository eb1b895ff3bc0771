"""What users read when a cluster refuses: one golden file for all of it."""

from collections.abc import Callable
from typing import Any

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.errors import PkgtoolError
from pkgtool.testing.cluster_objects import (
    backup,
    config_map,
    container,
    job,
    namespace,
    pod_template,
    secret,
    service,
    workload,
)

HELM = ApplyPolicy()
OTHER = ApplyPolicy(manager="autoscaler")


def refusal(*steps: tuple[dict[str, Any], ApplyPolicy]) -> str:
    """Return the text of the error that the last step ends with."""
    cluster = MemoryCluster(new_uid=lambda: "uid")
    *before, (body, policy) = steps
    for each in before:
        cluster.apply(*each)
    try:
        cluster.apply(body, policy)
    except PkgtoolError as error:
        return str(error)
    return "nothing was refused"


def test_refusals_read_well(golden: Callable[[str, str], None]) -> None:
    newer = pod_template(container("web", "registry.example/web:2.0"))
    refusals = [
        refusal((config_map(namespace="prod"), HELM)),
        refusal((backup(), HELM)),
        refusal(({**workload("Deployment"), "apiVersion": "apps/v1beta1"}, HELM)),
        refusal((namespace("My_Space"), HELM)),
        refusal((workload("Deployment", replicas="3"), HELM)),
        refusal((service(type="Loadbalancer"), HELM)),
        refusal(({**secret("a"), "data": {"key": "plain text"}}, HELM)),
        refusal((config_map(), HELM), (config_map(), ApplyPolicy(if_absent=True))),
        refusal((config_map(), HELM), (config_map(), ApplyPolicy(if_version="1"))),
        refusal((job("a", "true"), HELM), (job("a", "false"), HELM)),
        refusal(
            (workload("Deployment", replicas=5), OTHER), (workload("Deployment", replicas=1), HELM)
        ),
        refusal(
            (workload("Deployment", replicas=5, template=newer), OTHER),
            (workload("Deployment", replicas=1), HELM),
        ),
    ]

    golden("errors/cluster.txt", "\n\n".join(refusals) + "\n")
