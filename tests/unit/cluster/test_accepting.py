"""The cluster that takes everything."""

from pkgtool.cluster.accepting import AcceptingCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.manifest.model import ResourceId

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a", "namespace": "n", "labels": {"version": 1.5}},
}
ID = ResourceId("", "Pod", "n", "a")


def test_nothing_is_checked_and_hooks_have_succeeded() -> None:
    cluster = AcceptingCluster("v1.20.0")

    cluster.apply(POD, ApplyPolicy())

    live = cluster.get(ID)
    assert live is not None
    assert live["status"] == {"phase": "Succeeded"}
    assert cluster.list("", "Pod", namespace="n", labels={"version": "2"}) == []
    assert len(cluster.list("", "Pod")) == 1
    assert cluster.capabilities().kube_version == "v1.20.0"


def test_what_is_deleted_or_only_tried_is_not_there() -> None:
    cluster = AcceptingCluster()
    cluster.apply(POD, ApplyPolicy(dry_run=True))
    assert cluster.get(ID) is None

    cluster.apply(POD, ApplyPolicy())

    assert cluster.delete(ID)
    assert not cluster.delete(ID)
    assert list(cluster.watch("", "Pod", timeout_s=1.0)) == []
