import pytest

from pkgtool.manifest.scope import CLUSTER_SCOPED, Scopes, group_of


@pytest.mark.parametrize(
    ("group", "kind", "namespaced"),
    [
        pytest.param("", "ConfigMap", True, id="ConfigMap"),
        pytest.param("", "Namespace", False, id="Namespace"),
        pytest.param("rbac.authorization.k8s.io", "ClusterRole", False, id="ClusterRole"),
        pytest.param("rbac.authorization.k8s.io", "Role", True, id="Role"),
        pytest.param("example.com", "ClusterRole", True, id="same kind in another group"),
        pytest.param("example.com", "Widget", True, id="unknown"),
    ],
)
def test_known_kinds_have_a_scope_and_others_are_namespaced(
    group: str, kind: str, namespaced: bool
) -> None:
    assert Scopes().is_namespaced(group, kind) is namespaced


@pytest.mark.parametrize(("scope", "namespaced"), [("Cluster", False), ("Namespaced", True)])
def test_definitions_say_the_scope_of_their_kind(scope: str, namespaced: bool) -> None:
    definition = {
        "kind": "CustomResourceDefinition",
        "spec": {"group": "example.com", "names": {"kind": "Widget"}, "scope": scope},
    }

    assert Scopes([definition]).is_namespaced("example.com", "Widget") is namespaced


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"kind": "CustomResourceDefinition"}, id="no spec"),
        pytest.param({"kind": "CustomResourceDefinition", "spec": {"names": "x"}}, id="odd names"),
        pytest.param({"kind": "Pod", "spec": {"scope": "Cluster"}}, id="another kind"),
        pytest.param({}, id="nothing"),
    ],
)
def test_broken_definitions_say_nothing(body: dict[str, object]) -> None:
    assert Scopes([body]).is_namespaced("example.com", "Widget")


def test_no_kind_is_listed_twice() -> None:
    listed = [(group, kind) for group, kinds in CLUSTER_SCOPED.items() for kind in kinds.split()]

    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize(
    ("api_version", "group"), [("v1", ""), ("apps/v1", "apps"), ("example.com/v1", "example.com")]
)
def test_the_group_stands_before_the_slash(api_version: str, group: str) -> None:
    assert group_of(api_version) == group
