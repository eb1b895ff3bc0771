import pytest

from pkgtool.cluster.rules.kinds import builtin_scope, require_kind, served_versions
from pkgtool.errors import Rejected
from pkgtool.testing.cluster_objects import crd


@pytest.mark.parametrize(
    ("api_version", "kind", "resource", "namespaced"),
    [
        pytest.param("v1", "Service", "services", True, id="core"),
        pytest.param("v1", "Endpoints", "endpoints", True, id="plural already"),
        pytest.param("v1", "Namespace", "namespaces", False, id="cluster-wide"),
        pytest.param(
            "networking.k8s.io/v1", "Ingress", "ingresses.networking.k8s.io", True, id="s"
        ),
        pytest.param(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "networkpolicies.networking.k8s.io",
            True,
            id="y",
        ),
        pytest.param(
            "storage.k8s.io/v1", "StorageClass", "storageclasses.storage.k8s.io", False, id="ss"
        ),
    ],
)
def test_builtin_kinds_are_known(
    api_version: str, kind: str, resource: str, namespaced: bool
) -> None:
    facts = require_kind(api_version, kind, ())

    assert (facts.resource, facts.namespaced) == (resource, namespaced)


def test_a_misspelt_kind_gets_a_suggestion() -> None:
    with pytest.raises(Rejected) as caught:
        require_kind("apps/v1", "Deploymnet", ())

    assert caught.value.hint == "did you mean 'Deployment'?"


def test_a_retired_version_names_the_one_in_use() -> None:
    with pytest.raises(Rejected) as caught:
        require_kind("policy/v1beta1", "PodDisruptionBudget", ())

    assert caught.value.hint == "this cluster serves PodDisruptionBudget as policy/v1"


def test_a_version_that_is_not_served_is_not_known() -> None:
    definition = crd()
    definition["spec"]["versions"][0]["served"] = False

    with pytest.raises(Rejected):
        require_kind("example.com/v1", "Backup", [definition])


def test_the_scope_does_not_depend_on_the_version() -> None:
    assert builtin_scope("autoscaling", "HorizontalPodAutoscaler") is True
    assert builtin_scope("", "PersistentVolume") is False
    assert builtin_scope("example.com", "Backup") is None


def test_served_versions_come_first_and_then_their_kinds() -> None:
    served = served_versions([crd()])

    assert served.index("example.com/v1") < served.index("v1/Pod")
    assert served[-1] == "example.com/v1/Backup"
    assert len(set(served)) == len(served)
