"""Turn what is there and what is wanted into a plan."""

import pytest

from pkgtool.manifest.model import Manifest
from pkgtool.plan.build import (
    plan_install,
    plan_rollback,
    plan_test,
    plan_uninstall,
    plan_upgrade,
)
from pkgtool.plan.model import Plan
from pkgtool.testing.manifests import hook, manifest, wanted

KEEP = {"helm.sh/resource-policy": "keep"}


def steps(plan: Plan) -> list[str]:
    """Return `action Kind/name` for every step; for hooks also the event."""
    return [
        f"{step.action} {step.id.kind}/{step.id.name}" + (f" {step.note}" if step.hook else "")
        for step in plan.steps
    ]


def after(*names: str) -> dict[str, str]:
    return {"pkgtool/apply-after": ", ".join(names)}


def test_an_install_goes_from_the_namespace_to_the_last_hook() -> None:
    desired = wanted(
        "Deployment/web",
        "Service/web",
        hooks=(hook("Job/warm", "post-install"), hook("Job/migrate", "pre-install")),
        crds="widgets",
    )

    plan = plan_install(desired, namespace="prod", create_namespace=True, wait=True)

    assert steps(plan) == [
        "namespace Namespace/prod",
        "crd CustomResourceDefinition/widgets",
        "wait CustomResourceDefinition/widgets",
        "hook Job/migrate pre-install",
        "apply Service/web",
        "apply Deployment/web",
        "wait Deployment/web",
        "wait Service/web",
        "hook Job/warm post-install",
    ]


def test_a_plan_prints_one_line_per_step() -> None:
    desired = wanted("Service/web", hooks=(hook("Job/migrate", "pre-install"),))

    assert plan_install(desired, namespace="default").describe() == (
        "hook  Job.batch default/migrate  (pre-install)  (web/templates/migrate.yaml)\n"
        "apply  Service default/web  (web/templates/web.yaml)\n"
    )


def test_hooks_and_crds_may_be_left_out() -> None:
    desired = wanted("Service/web", hooks=(hook("Job/a", "pre-install"),), crds="widgets")

    assert steps(plan_install(desired, namespace="a", hooks=False, skip_crds=True)) == [
        "apply Service/web"
    ]


def test_an_upgrade_leaves_crds_alone_unless_asked() -> None:
    desired = wanted(crds="widgets")

    assert steps(plan_upgrade((), desired, namespace="a")) == []
    assert len(steps(plan_upgrade((), desired, namespace="a", skip_crds=False))) == 2


def test_objects_of_one_kind_share_a_wave() -> None:
    plan = plan_install(wanted("Service/b", "Deployment/c", "Service/a"), namespace="default")

    assert [[step.id.name for step in wave.steps] for wave in plan.waves] == [["b", "a"], ["c"]]


def test_hooks_of_an_event_run_by_weight_then_name_then_kind_one_at_a_time() -> None:
    hooks = (
        hook("Job/b", "pre-install"),
        hook("ConfigMap/b", "pre-install"),
        hook("Job/a", "pre-install"),
        hook("Job/z", "pre-install", weight=-1),
        hook("Job/other", "post-delete"),
    )

    plan = plan_install(wanted(hooks=hooks), namespace="default")

    assert steps(plan) == [
        "hook Job/z pre-install",
        "hook Job/a pre-install",
        "hook ConfigMap/b pre-install",
        "hook Job/b pre-install",
    ]
    assert [len(wave.steps) for wave in plan.waves] == [1, 1, 1, 1]


def test_a_hook_of_two_events_runs_at_both() -> None:
    desired = wanted(hooks=(hook("Job/a", "pre-upgrade", "post-upgrade"),))

    assert steps(plan_upgrade((), desired, namespace="default")) == [
        "hook Job/a pre-upgrade",
        "hook Job/a post-upgrade",
    ]


def test_what_is_no_longer_wanted_goes_after_what_is_wanted_was_sent() -> None:
    inventory = [manifest(word) for word in ("ConfigMap/old", "Service/web", "Ingress/old")]

    plan = plan_upgrade(inventory, wanted("Service/web", "Job/new"), namespace="default")

    assert steps(plan) == [
        "apply Service/web",
        "apply Job/new",
        "delete Ingress/old",
        "delete ConfigMap/old",
    ]


@pytest.mark.parametrize("policy", ["keep", " Keep "])
def test_what_is_protected_is_kept_and_told(policy: str) -> None:
    inventory = [manifest("ConfigMap/old", {"helm.sh/resource-policy": policy})]

    plan = plan_upgrade(inventory, wanted(), namespace="default")

    assert plan.describe() == "keep  ConfigMap default/old  (helm.sh/resource-policy: keep)\n"


def test_another_policy_protects_nothing() -> None:
    inventory = [manifest("ConfigMap/old", {"helm.sh/resource-policy": "retain"})]

    assert steps(plan_upgrade(inventory, wanted(), namespace="default")) == ["delete ConfigMap/old"]


def test_the_same_object_in_another_version_is_not_deleted() -> None:
    old = manifest("Ingress/web")
    older = old._replace(body={**old.body, "apiVersion": "networking.k8s.io/v1beta1"})

    plan = plan_upgrade([older], wanted("Ingress/web"), namespace="default")

    assert steps(plan) == ["apply Ingress/web"]


def test_a_custom_object_without_a_namespace_is_not_taken_for_another() -> None:
    """A record does not say that a kind has no namespace; the chart with its CRD does."""
    recorded = manifest("Widget/a")
    known = recorded._replace(id=recorded.id._replace(namespace=""))

    plan = plan_upgrade([recorded], wanted(known), namespace="default")

    assert steps(plan) == ["apply Widget/a"]


def test_an_object_that_became_a_hook_is_not_deleted() -> None:
    desired = wanted(hooks=(hook("Job/migrate", "post-upgrade"),))

    plan = plan_upgrade([manifest("Job/migrate")], desired, namespace="default")

    assert steps(plan) == ["hook Job/migrate post-upgrade"]


def test_an_object_that_became_a_hook_that_does_not_run_is_deleted() -> None:
    """Nothing would know of it any more."""
    before = [manifest("Job/migrate"), manifest("Job/probe")]
    desired = wanted(hooks=(hook("Job/migrate", "post-upgrade"), hook("Job/probe", "test")))

    hooked = plan_upgrade(before, desired, namespace="default")
    unhooked = plan_upgrade(before, desired, namespace="default", hooks=False)

    assert steps(hooked) == ["delete Job/probe", "hook Job/migrate post-upgrade"]
    assert steps(unhooked) == ["delete Job/migrate", "delete Job/probe"]


def test_a_repeated_install_removes_what_the_killed_one_left() -> None:
    plan = plan_install(
        wanted("Service/web"), namespace="default", inventory=[manifest("ConfigMap/old")]
    )

    assert steps(plan) == ["apply Service/web", "delete ConfigMap/old"]


def test_a_rollback_is_the_way_to_the_target_with_its_own_hooks() -> None:
    target = wanted("Service/web", hooks=(hook("Job/a", "pre-rollback", "pre-upgrade"),))

    plan = plan_rollback([manifest("ConfigMap/new")], target, namespace="default", wait=True)

    assert steps(plan) == [
        "hook Job/a pre-rollback",
        "apply Service/web",
        "delete ConfigMap/new",
        "wait Service/web",
    ]


def test_an_uninstall_deletes_backwards_between_its_hooks() -> None:
    inventory = [
        manifest("ConfigMap/a"),
        manifest("Service/a"),
        manifest("Deployment/a"),
        manifest("ConfigMap/kept", KEEP),
        manifest("ValidatingWebhookConfiguration/a"),
    ]
    hooks = (hook("Job/bye", "post-delete"), hook("Job/stop", "pre-delete"))

    assert steps(plan_uninstall(inventory, hooks)) == [
        "hook Job/stop pre-delete",
        "delete ValidatingWebhookConfiguration/a",
        "delete Service/a",
        "delete Deployment/a",
        "delete ConfigMap/a",
        "keep ConfigMap/kept",
        "hook Job/bye post-delete",
    ]


def test_a_test_runs_the_hooks_of_that_event() -> None:
    plan = plan_test((hook("Pod/check", "test"), hook("Job/other", "pre-install")))

    assert steps(plan) == ["hook Pod/check test"]


def test_an_object_comes_after_those_it_names_once_they_are_ready() -> None:
    early = manifest("Service/web", after("Deployment/db"))

    plan = plan_install(wanted(early, "Deployment/db", "Job/last"), namespace="default")

    assert steps(plan) == [
        "apply Deployment/db",
        "apply Job/last",
        "wait Deployment/db",
        "apply Service/web",
    ]


def test_a_chain_of_names_is_followed() -> None:
    objects: list[Manifest] = [
        manifest("Service/a", after("Service/b")),
        manifest("Service/b", after("Service/c")),
        manifest("Service/c"),
    ]

    plan = plan_install(wanted(*objects), namespace="default")

    assert steps(plan) == [
        "apply Service/c",
        "wait Service/c",
        "apply Service/b",
        "wait Service/b",
        "apply Service/a",
    ]
