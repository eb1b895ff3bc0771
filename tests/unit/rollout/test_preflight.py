"""Ask the cluster whether it would take everything, before anything is changed."""

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy, Body
from pkgtool.errors import Conflict, Rejected
from pkgtool.manifest.model import Hook, ManifestSet
from pkgtool.plan.build import plan_install
from pkgtool.plan.model import Plan
from pkgtool.rollout.ownership import Owner
from pkgtool.rollout.preflight import check_acceptance
from pkgtool.testing.cluster_objects import backup, config_map, crd, job, service
from pkgtool.testing.manifests import manifest_of

OWNER = Owner("web", "default", 1)


@pytest.fixture
def cluster() -> MemoryCluster:
    return MemoryCluster()


def install(*bodies: Body, crds: tuple[Body, ...] = (), create_namespace: bool = False) -> Plan:
    desired = ManifestSet(tuple(map(manifest_of, bodies)), (), crds=tuple(map(manifest_of, crds)))
    return plan_install(desired, namespace="prod", create_namespace=create_namespace)


def check(cluster: MemoryCluster, plan: Plan, policy: ApplyPolicy | None = None) -> None:
    check_acceptance(plan, cluster, policy or ApplyPolicy(), owner=OWNER)


def test_asking_changes_nothing(cluster: MemoryCluster) -> None:
    check(cluster, install(config_map(), service()))

    assert cluster.list("", "ConfigMap", namespace="default") == []


def test_one_refusal_is_told_as_it_is(cluster: MemoryCluster) -> None:
    with pytest.raises(Rejected) as caught:
        check(cluster, install(config_map("BAD")))

    assert caught.value.where is not None
    assert caught.value.where.name.startswith("web/templates/BAD.yaml")


def test_all_refusals_are_told_at_once(cluster: MemoryCluster) -> None:
    cluster.apply(config_map("taken", key="theirs"), ApplyPolicy(manager="somebody"))

    with pytest.raises(Rejected, match="would refuse 2 objects") as caught:
        check(cluster, install(config_map("BAD"), config_map("taken", key="ours")))

    assert "somebody" in caught.value.what


def test_a_field_of_somebody_else_is_a_conflict_unless_taken(cluster: MemoryCluster) -> None:
    cluster.apply(config_map("a", key="theirs"), ApplyPolicy(manager="somebody"))
    plan = install(config_map("a", key="ours"))

    with pytest.raises(Conflict):
        check(cluster, plan)
    check(cluster, plan, ApplyPolicy(force=True))


def test_what_only_the_plan_will_make_room_for_is_not_asked(cluster: MemoryCluster) -> None:
    check(cluster, install(backup(), crds=(crd(),)))
    check(cluster, install(crd(), backup()))
    check(cluster, install(config_map(namespace="prod"), create_namespace=True))

    with pytest.raises(Rejected):
        check(cluster, install(config_map(namespace="prod")))


def test_hooks_are_not_asked(cluster: MemoryCluster) -> None:
    hook = Hook(manifest_of(job("BAD")), ("pre-install",))

    check(cluster, plan_install(ManifestSet((), (hook,)), namespace="prod"))
