"""Objects with parts of the wrong type are refused; nothing else may go wrong, now or later."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.cluster.rules.table import id_of
from pkgtool.cluster.simulation.living import LIVING
from pkgtool.errors import PkgtoolError
from pkgtool.testing.cluster_objects import (
    annotated,
    claim,
    config_map,
    container,
    crd,
    job,
    owned,
    pod,
    pod_template,
    secret,
    service,
    workload,
)

FULL = pod_template(
    container(
        "web",
        command=["sh", "-c", "exit 1"],
        ports=[{"containerPort": 80}],
        env=[{"name": "A", "value": "b"}],
        volumeMounts=[{"mountPath": "/a", "name": "v"}],
    ),
    initContainers=[container("init")],
    volumes=[{"name": "v"}],
)
OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "uid": "u"}}
BODIES: tuple[dict[str, Any], ...] = (
    annotated(workload("Deployment", template=FULL, replicas=2), "a", "b"),
    workload("StatefulSet", template=FULL, volumeClaimTemplates=[claim()]),
    workload("DaemonSet", template=FULL, updateStrategy={"type": "OnDelete"}),
    job("a", "false", completions=2, backoffLimit=1, ttlSecondsAfterFinished=1),
    pod("a", "false"),
    service(type="NodePort"),
    claim(),
    crd(),
    secret("a", owner="helm"),
    owned(config_map("a", key="value"), OWNER),
    {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "a"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
    },
    {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "a"},
        "spec": {"minReplicas": 1, "maxReplicas": 2, "scaleTargetRef": {"name": "web"}},
    },
)
JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**12, "", "x", "25%"),
    *([], {}, [1], ["a"], [None], [{}], [[]], {"a": 1}, {"a": {}}, {"name": 1}, {"name": ["x"]}),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every part."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, key))


def spoiled(body: dict[str, Any], random: Random) -> dict[str, Any]:
    """Return `body` with one part replaced or left out."""
    made = copy.deepcopy(body)
    *way, last = random.choice(list(places(made)))
    parent: Any = made
    for key in way:
        parent = parent[key]
    if isinstance(parent, dict) and random.random() < 0.2:
        del parent[last]
    else:
        parent[last] = copy.deepcopy(random.choice(JUNK))
    return made


@pytest.mark.property
@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(BODIES), max_size=8))
def test_only_our_errors_come_out(random: Random, bodies: list[dict[str, Any]]) -> None:
    cluster = MemoryCluster()
    for body in bodies:
        policy = ApplyPolicy(manager=random.choice(["one", "two"]), force=random.random() < 0.5)
        for each in (body, spoiled(body, random)):
            with suppress(PkgtoolError):
                cluster.apply(each, policy)
    cluster.capabilities()
    for kind in sorted(LIVING) * 3:
        for live in cluster.list(*kind):
            if random.random() < 0.1:
                with suppress(PkgtoolError):
                    cluster.delete(id_of(live))
