"""Release records in objects of a cluster."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy, Body
from pkgtool.errors import Conflict, RecordCorrupt
from pkgtool.manifest.model import ResourceId
from pkgtool.release.model import ReleaseKey, Status
from pkgtool.store.codec import encode_release
from pkgtool.store.configmaps import ConfigMapStore
from pkgtool.store.secrets import SecretStore
from pkgtool.testing.releases import NOON, release

WEB_1 = ResourceId("", "Secret", "default", "sh.helm.release.v1.web.v1")


@pytest.fixture
def cluster() -> MemoryCluster:
    return MemoryCluster()


def live(cluster: MemoryCluster, id: ResourceId = WEB_1) -> Body:
    found = cluster.get(id)
    assert found is not None
    return found


def put(cluster: MemoryCluster, name: str, data: Any, **labels: str) -> None:
    """Store a Secret that looks like a record."""
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": name,
                "namespace": "default",
                "labels": {"owner": "helm", "name": "web", **labels},
            },
            "data": data,
        },
        ApplyPolicy(force=True),
    )


def test_a_record_is_a_secret_as_helm_writes_it(cluster: MemoryCluster) -> None:
    SecretStore(cluster, clock=lambda: NOON).create(release(labels={"team": "blue"}))

    found = live(cluster)
    assert found["type"] == "helm.sh/release.v1"
    assert b64decode(found["data"]["release"]) == encode_release(release())
    assert found["metadata"]["labels"] == {
        "team": "blue",
        "name": "web",
        "owner": "helm",
        "status": "deployed",
        "version": "1",
        "createdAt": "1772625600",
    }


def test_a_config_map_holds_the_record_as_it_is(cluster: MemoryCluster) -> None:
    ConfigMapStore(cluster).create(release())

    found = live(cluster, WEB_1._replace(kind="ConfigMap"))
    assert found["data"]["release"] == encode_release(release()).decode()


def test_an_update_keeps_when_the_record_was_created(cluster: MemoryCluster) -> None:
    times: list[datetime] = [NOON + timedelta(seconds=5), NOON]
    store = SecretStore(cluster, clock=times.pop)
    store.create(release(status=Status.PENDING_INSTALL))

    store.update(release())

    labels = live(cluster)["metadata"]["labels"]
    assert (labels["createdAt"], labels["modifiedAt"]) == ("1772625600", "1772625605")
    assert labels["status"] == "deployed"


def test_labels_that_helm_derives_cannot_be_set(cluster: MemoryCluster) -> None:
    store = SecretStore(cluster)

    store.create(release(labels={"owner": "me", "team": "blue"}))

    assert live(cluster)["metadata"]["labels"]["owner"] == "helm"
    assert store.get(release().key).labels == {"team": "blue"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param({"release": "e30="}, "not JSON", id="an empty object"),
        pytest.param({"other": "e30="}, "no `data.release`", id="no record"),
        pytest.param({}, "no `data.release`", id="no data"),
    ],
)
def test_a_damaged_record_does_not_hide_the_others(
    cluster: MemoryCluster, data: Mapping[str, str], reason: str
) -> None:
    store = SecretStore(cluster)
    store.create(release(1))
    put(cluster, "sh.helm.release.v1.web.v2", data)

    found = store.history("web", "default")

    assert [each.revision for each in found.releases] == [1]
    assert [each.key for each in found.unreadable] == [ReleaseKey("default", "web", 2)]
    assert reason in found.unreadable[0].reason


def test_a_damaged_record_says_so_when_it_is_wanted(cluster: MemoryCluster) -> None:
    put(cluster, "sh.helm.release.v1.web.v2", {"release": "e30="})

    with pytest.raises(RecordCorrupt, match="revision 2 of release 'web'"):
        SecretStore(cluster).get(ReleaseKey("default", "web", 2))


def test_a_record_of_another_release_under_this_name_is_not_believed(
    cluster: MemoryCluster,
) -> None:
    store = SecretStore(cluster)
    store.create(release(1))
    data = live(cluster)["data"]
    put(cluster, "sh.helm.release.v1.web.v2", data)

    with pytest.raises(RecordCorrupt, match="it describes revision 1 of 'web'"):
        store.get(ReleaseKey("default", "web", 2))


def test_a_secret_with_our_labels_and_another_name_is_told_apart(cluster: MemoryCluster) -> None:
    put(cluster, "stranger", {"release": "e30="})

    found = SecretStore(cluster).list("default")

    assert [each.key for each in found.unreadable] == [ReleaseKey("default", "stranger", 0)]


class Contested(MemoryCluster):
    """A cluster where somebody else changes a record between our read and our write."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        if policy.if_version and self.times:
            self.times -= 1
            super().apply(
                {
                    "apiVersion": "v1",
                    "kind": "Secret",
                    "metadata": {
                        "name": WEB_1.name,
                        "namespace": "default",
                        "annotations": {"seen": str(self.times)},
                    },
                },
                ApplyPolicy(manager="somebody"),
            )
        return super().apply(body, policy)


def test_an_update_tries_again_after_a_change_by_others() -> None:
    store = SecretStore(Contested(4))
    store.create(release(status=Status.PENDING_INSTALL))

    store.update(release())

    assert store.get(release().key).status is Status.DEPLOYED


def test_an_update_gives_up_when_others_never_stop() -> None:
    store = SecretStore(Contested(5))
    store.create(release(status=Status.PENDING_INSTALL))

    with pytest.raises(Conflict):
        store.update(release())
    assert store.get(release().key).status is Status.PENDING_INSTALL
