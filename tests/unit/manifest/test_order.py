import pytest

from pkgtool.manifest.model import Hook, Manifest, ResourceId
from pkgtool.manifest.order import (
    INSTALL_ORDER,
    UNINSTALL_ORDER,
    hook_kind_order,
    install_order,
    uninstall_order,
)


def manifest(kind: str, name: str = "x") -> Manifest:
    return Manifest(ResourceId("", kind, "prod", name), {}, "web/templates/a.yaml", "")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(["Service", "Namespace"], ["Namespace", "Service"], id="by rank"),
        pytest.param(["Widget", "Deployment"], ["Deployment", "Widget"], id="unlisted kinds last"),
        pytest.param(["Widget", "Gadget"], ["Gadget", "Widget"], id="unlisted kinds by name"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_objects_are_applied_by_kind(given: list[str], expected: list[str]) -> None:
    assert [each.id.kind for each in install_order(map(manifest, given))] == expected


def test_objects_of_one_kind_keep_their_order() -> None:
    given = [manifest("Widget", "b"), manifest("Secret", "z"), manifest("Widget", "a")]

    assert [each.id.name for each in install_order(given)] == ["z", "b", "a"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(["Namespace", "Service"], ["Service", "Namespace"], id="backwards"),
        pytest.param(
            ["Deployment", "Service", "Ingress"],
            ["Ingress", "Service", "Deployment"],
            id="services before what is behind them",
        ),
        pytest.param(
            ["Namespace", "ValidatingWebhookConfiguration", "Ingress"],
            ["ValidatingWebhookConfiguration", "Ingress", "Namespace"],
            id="webhooks first",
        ),
        pytest.param(["Widget", "Namespace"], ["Namespace", "Widget"], id="unlisted kinds last"),
    ],
)
def test_objects_are_deleted_by_kind(given: list[str], expected: list[str]) -> None:
    assert [each.id.kind for each in uninstall_order(map(manifest, given))] == expected


def test_both_orders_name_the_same_kinds() -> None:
    assert sorted(INSTALL_ORDER) == sorted(UNINSTALL_ORDER)
    assert len(set(INSTALL_ORDER)) == len(INSTALL_ORDER)


def test_hooks_are_recorded_by_kind_whatever_their_weight() -> None:
    job, account = manifest("Job"), manifest("ServiceAccount")

    ordered = hook_kind_order([Hook(job, ("test",), weight=-5), Hook(account, ("test",))])

    assert [hook.manifest.id.kind for hook in ordered] == ["ServiceAccount", "Job"]
