import pytest

from pkgtool.manifest.names import metadata_faults, name_fault

RBAC = "rbac.authorization.k8s.io"


@pytest.mark.parametrize(
    ("group", "kind", "name"),
    [
        pytest.param("", "Pod", "web.v1-2", id="dots and dashes"),
        pytest.param("", "Pod", "1" * 253, id="longest"),
        pytest.param("", "Service", "w" * 63, id="longest Service"),
        pytest.param("", "Namespace", "1web", id="Namespaces may begin with a digit"),
        pytest.param(RBAC, "ClusterRole", "system:Web reader", id="roles may hold anything"),
        pytest.param("batch", "CronJob", "a" * 52, id="longest CronJob"),
        pytest.param("example.com", "Widget", "web", id="custom kinds"),
    ],
)
def test_names_that_the_cluster_takes(group: str, kind: str, name: str) -> None:
    assert name_fault(group, kind, name) == ""


@pytest.mark.parametrize(
    ("group", "kind", "name", "why"),
    [
        pytest.param("", "Pod", "Web", "lower-case", id="upper case"),
        pytest.param("", "Pod", "we_b", "lower-case", id="underscore"),
        pytest.param("", "Pod", "-web", "at each end", id="dash first"),
        pytest.param("", "Pod", "web..x", "at each end", id="two dots"),
        pytest.param("", "Pod", "wéb", "lower-case", id="not ASCII"),
        pytest.param("", "Pod", "w" * 254, "253", id="too long"),
        pytest.param("", "Service", "1web", "begin with a letter", id="Service with a digit first"),
        pytest.param("", "Service", "web.x", "lower-case", id="Service with a dot"),
        pytest.param("", "Namespace", "n" * 64, "63", id="long Namespace"),
        pytest.param(RBAC, "Role", "a/b", "'/'", id="slash in a role"),
        pytest.param(RBAC, "Role", "..", "'..'", id="a role named like a folder"),
        pytest.param("batch", "CronJob", "a" * 53, "its Jobs", id="long CronJob"),
        pytest.param("example.com", "Role", "A", "lower-case", id="custom kind named like a role"),
    ],
)
def test_names_that_the_cluster_refuses(group: str, kind: str, name: str, why: str) -> None:
    assert why in name_fault(group, kind, name)


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"labels": {"app.kubernetes.io/name": "web-1.0_x"}}, id="prefix"),
        pytest.param({"labels": {"a": ""}}, id="empty value"),
        pytest.param({"annotations": {"Example.com/A": "any text\n✓"}}, id="annotation"),
        pytest.param({"labels": None, "annotations": None}, id="null"),
        pytest.param({}, id="nothing"),
    ],
)
def test_metadata_that_the_cluster_takes(metadata: dict[str, object]) -> None:
    assert list(metadata_faults(metadata)) == []


@pytest.mark.parametrize(
    ("metadata", "path", "why"),
    [
        pytest.param({"labels": {"a b": "x"}}, ("labels", "a b"), "its name", id="blank in key"),
        pytest.param({"labels": {"a": "x+1"}}, ("labels", "a"), "its value", id="plus in value"),
        pytest.param({"labels": {"a": "v" * 64}}, ("labels", "a"), "63", id="long value"),
        pytest.param({"labels": {"A.b/c": "x"}}, ("labels", "A.b/c"), "before '/'", id="prefix"),
        pytest.param({"labels": {"a/": "x"}}, ("labels", "a/"), "empty", id="no name"),
        pytest.param({"annotations": {"a b": "x"}}, ("annotations", "a b"), "its name", id="note"),
        pytest.param(
            {"annotations": {"a": "x" * 262144}}, ("annotations",), "262144", id="all together"
        ),
    ],
)
def test_metadata_that_the_cluster_refuses(
    metadata: dict[str, object], path: tuple[str, ...], why: str
) -> None:
    [(found, fault)] = metadata_faults(metadata)

    assert found == path
    assert why in fault
