"""Carry out a plan, step by step."""

from typing import Any

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy, Body
from pkgtool.errors import LeaseLost, Rejected, WaitTimedOut
from pkgtool.manifest.model import Hook, Manifest, ManifestSet, ResourceId
from pkgtool.plan.build import plan_install, plan_uninstall, plan_upgrade
from pkgtool.plan.model import Plan
from pkgtool.rollout.outcome import Outcome
from pkgtool.rollout.ownership import Owner
from pkgtool.rollout.run import create_namespace, undo_created
from pkgtool.testing.cluster_objects import claim, config_map, crd, job, service, workload
from pkgtool.testing.manifests import manifest, manifest_of
from pkgtool.testing.stage import Killed, Stage

OWNER = Owner("web", "default", 1)
SETTINGS = ResourceId("", "ConfigMap", "default", "settings")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def objects(*bodies: Body, hooks: tuple[Hook, ...] = ()) -> ManifestSet:
    return ManifestSet(tuple(map(manifest_of, bodies)), hooks)


def install(*bodies: Body, **options: Any) -> Plan:
    return plan_install(objects(*bodies), namespace="default", **options)


def results(outcome: Outcome) -> list[str]:
    return [f"{each.result} {each.step.id.kind}/{each.step.id.name}" for each in outcome.results]


def live(stage: Stage, id: ResourceId = SETTINGS) -> Body:
    found = stage.get(id)
    assert found is not None
    return found


def test_what_is_applied_carries_the_marks_of_the_release(stage: Stage) -> None:
    outcome = stage.run(install(config_map(key="value")))

    assert outcome.ok
    assert results(outcome) == ["created ConfigMap/settings"]
    metadata = live(stage)["metadata"]
    assert metadata["labels"] == {"app.kubernetes.io/managed-by": "Helm"}
    assert metadata["annotations"]["meta.helm.sh/release-name"] == "web"
    assert outcome.results[0].uid == metadata["uid"]


def test_applying_again_says_what_changed(stage: Stage) -> None:
    stage.run(install(config_map("a"), config_map("b", key="1")))

    outcome = stage.run(install(config_map("a"), config_map("b", key="2")))

    assert results(outcome) == ["unchanged ConfigMap/a", "configured ConfigMap/b"]
    assert outcome.created == ()


def test_an_upgrade_removes_what_is_no_longer_wanted(stage: Stage) -> None:
    stage.run(install(config_map("old"), service()))

    plan = plan_upgrade([manifest("ConfigMap/old")], objects(service()), namespace="default")
    outcome = stage.run(plan, revision=2)

    assert results(outcome) == ["unchanged Service/web", "deleted ConfigMap/old"]
    assert stage.get(SETTINGS._replace(name="old")) is None


def test_what_is_gone_already_is_fine(stage: Stage) -> None:
    assert results(stage.run(plan_uninstall([manifest("ConfigMap/old")]))) == ["gone ConfigMap/old"]


@pytest.mark.parametrize(
    ("labels", "annotations"),
    [
        pytest.param({}, {}, id="nobody's"),
        pytest.param(
            {"app.kubernetes.io/managed-by": "Helm"},
            {"meta.helm.sh/release-name": "api", "meta.helm.sh/release-namespace": "default"},
            id="another release's",
        ),
    ],
)
def test_what_is_not_ours_stays_and_is_told(
    stage: Stage, labels: dict[str, str], annotations: dict[str, str]
) -> None:
    body = config_map()
    body["metadata"] |= {"labels": labels, "annotations": annotations}
    stage.apply(body, ApplyPolicy())

    outcome = stage.run(plan_uninstall([manifest_of(config_map())]))

    assert outcome.ok
    assert [step.id.name for step in outcome.not_ours] == ["settings"]
    assert live(stage)


def test_what_is_protected_in_the_cluster_stays_and_is_told(stage: Stage) -> None:
    """The annotation may have been added by hand, or by a revision that is not recorded."""
    body = config_map()
    body["metadata"]["annotations"] = {"helm.sh/resource-policy": "keep"}
    stage.run(install(body))

    outcome = stage.run(plan_uninstall([manifest_of(config_map()), manifest_of(body)]))

    assert [step.id.name for step in outcome.kept] == ["settings", "settings"]
    assert live(stage)


def test_only_the_very_object_that_was_seen_is_deleted(stage: Stage) -> None:
    """Somebody may replace it between our look and our deletion."""
    stage.run(install(config_map()))

    def guard() -> None:
        if stage.delete(SETTINGS):
            stage.run(install(config_map()))

    plan = plan_uninstall([manifest_of(config_map())])
    stage.guard = guard
    outcome = stage.run(plan)

    assert results(outcome) == ["gone ConfigMap/settings"]


def test_a_kind_that_is_gone_took_its_objects_along(stage: Stage) -> None:
    class Forgetful(Stage):
        def get(self, id: ResourceId) -> Body | None:
            raise Rejected(f"no matches for kind {id.kind!r}")

    outcome = Forgetful().run(plan_uninstall([manifest("Widget/a")]))

    assert results(outcome) == ["gone Widget/a"]
    assert "is taken as gone" in outcome.warnings[0]


def test_a_refused_object_stops_the_plan_and_points_at_its_template(stage: Stage) -> None:
    bad = config_map("BAD NAME")

    outcome = stage.run(install(config_map("a"), bad, service()))

    assert results(outcome) == ["created ConfigMap/a"]
    assert isinstance(outcome.error, Rejected)
    assert outcome.error.where is not None
    assert outcome.error.where.name.startswith("web/templates/BAD NAME.yaml")
    with pytest.raises(Rejected):
        outcome.raise_for_error()


def test_waiting_is_part_of_the_plan(stage: Stage) -> None:
    outcome = stage.run(install(workload("Deployment"), wait=True))

    assert outcome.ok
    assert results(outcome) == ["created Deployment/web", "ready Deployment/web"]


def test_what_never_gets_ready_fails_the_plan(stage: Stage) -> None:
    body = workload("Deployment")
    body["metadata"]["annotations"] = {"embedded.pkgtool.dev/outcome": "never-ready"}

    outcome = stage.run(install(body, wait=True), timeout_s=10)

    assert isinstance(outcome.error, WaitTimedOut)
    assert len(outcome.created) == 1


def test_definitions_are_made_once_and_waited_for(stage: Stage) -> None:
    desired = ManifestSet((), (), crds=(manifest_of(crd(), namespace=""),))
    plan = plan_install(desired, namespace="default")

    assert results(stage.run(plan)) == [
        "created CustomResourceDefinition/backups.example.com",
        "ready CustomResourceDefinition/backups.example.com",
    ]
    assert results(stage.run(plan))[0] == "skipped CustomResourceDefinition/backups.example.com"


def test_a_namespace_is_made_once(stage: Stage) -> None:
    assert create_namespace(stage, "prod")
    assert not create_namespace(stage, "prod")

    found = live(stage, ResourceId("", "Namespace", "", "prod"))
    assert found["metadata"]["labels"]["name"] == "prod"


class Overtaken(MemoryCluster):
    """A cluster in which somebody makes each namespace just after it was looked for."""

    def get(self, id: ResourceId) -> Body | None:
        found = super().get(id)
        if id.kind == "Namespace" and found is None:
            body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": id.name}}
            self.apply(body, ApplyPolicy())
        return found


def test_a_namespace_that_somebody_makes_first_is_not_ours() -> None:
    assert create_namespace(Overtaken(), "prod") is False


def test_a_plan_may_make_its_namespace(stage: Stage) -> None:
    plan = plan_install(
        ManifestSet((manifest_of(config_map(namespace="prod")),), ()),
        namespace="prod",
        create_namespace=True,
    )

    assert results(stage.run(plan)) == ["configured Namespace/prod", "created ConfigMap/settings"]


def test_a_lost_lease_stops_everything_at_once(stage: Stage) -> None:
    def guard() -> None:
        if stage.log:
            raise LeaseLost("lost")

    stage.guard = guard

    with pytest.raises(LeaseLost):
        stage.run(install(config_map("a"), config_map("b")))
    assert stage.log == ["apply ConfigMap/a"]


def test_every_mutation_is_guarded(stage: Stage) -> None:
    calls: list[int] = []
    stage.guard = lambda: calls.append(len(stage.log))
    everything = (config_map("a"), config_map("b"), service())

    stage.run(install(*everything))
    stage.run(plan_uninstall(list(map(manifest_of, everything))))

    assert set(range(len(stage.log))) <= set(calls)


def test_each_step_is_told_before_and_after(stage: Stage) -> None:
    stage.run(install(config_map()))

    assert [(each.result, each.step.id.name) for each in stage.events] == [
        ("begun", "settings"),
        ("created", "settings"),
    ]


def test_an_undo_deletes_what_the_attempt_made_and_nothing_else(stage: Stage) -> None:
    stage.run(install(config_map("old")))
    kept = config_map("kept")
    kept["metadata"]["annotations"] = {"helm.sh/resource-policy": "keep"}
    outcome = stage.run(install(config_map("old"), config_map("new"), claim(), kept))

    undone = undo_created(outcome, stage, owner=OWNER, guard=lambda: None)

    assert [f"{each.result} {each.step.id.name}" for each in undone] == [
        "kept data",
        "kept kept",
        "deleted new",
    ]
    assert stage.names("ConfigMap") == ["kept", "old"]


def test_an_undo_leaves_what_was_replaced_since(stage: Stage) -> None:
    outcome = stage.run(install(config_map()))
    stage.delete(SETTINGS)
    stage.run(install(config_map()))

    (undone,) = undo_created(outcome, stage, owner=OWNER, guard=lambda: None)

    assert undone.result == "gone"
    assert live(stage)


def test_an_undo_goes_on_after_a_refusal(stage: Stage) -> None:
    outcome = stage.run(install(config_map("a"), config_map("b")))

    class Refusing(Stage):
        def delete(self, id: ResourceId, *, uid: str = "") -> bool:
            if id.name == "b":
                raise Rejected("no")
            return stage.delete(id, uid=uid)

        def get(self, id: ResourceId) -> Body | None:
            return stage.get(id)

    undone = undo_created(outcome, Refusing(), owner=OWNER, guard=lambda: None)

    assert [each.result for each in undone] == ["failed", "deleted"]


def _hook(body: Body, *events: str, policies: str) -> Hook:
    return Hook(manifest_of(body), events, delete_policies=tuple(policies.split()))


OLD = objects(config_map("old"), config_map("both", version="1"), workload("Deployment"))
NEW = objects(
    config_map("both", version="2"),
    config_map("new"),
    workload("Deployment", replicas=2),
    service(),
    hooks=(
        _hook(job("before"), "pre-upgrade", policies="hook-succeeded"),
        _hook(config_map("given"), "pre-upgrade", policies=""),
        _hook(job("after"), "post-upgrade", policies="before-hook-creation hook-succeeded"),
    ),
)


def upgraded(stage: Stage) -> Outcome:
    plan = plan_upgrade(OLD.manifests, NEW, namespace="default", wait=True)
    return stage.run(plan, revision=2)


def removed(stage: Stage) -> Outcome:
    everything: tuple[Manifest, ...] = (*OLD.manifests, *NEW.manifests)
    return stage.run(plan_uninstall(everything), revision=2)


def content(stage: Stage) -> list[object]:
    """Return what a user would compare: objects without what differs from run to run."""
    kinds = (("", "ConfigMap"), ("", "Service"), ("apps", "Deployment"), ("batch", "Job"))
    return [
        (kind, body["metadata"]["name"], body.get("data"), body.get("spec"))
        for group, kind in kinds
        for body in stage.list(group, kind, namespace="default")
    ]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("act", [upgraded, removed])
def test_a_plan_killed_anywhere_is_completed_by_carrying_it_out_again(
    act: Any, *, after: bool
) -> None:
    """Every mutation is a point to be killed at, before it happens or before it is known."""

    def begun() -> Stage:
        stage = Stage()
        assert stage.run(plan_install(OLD, namespace="default", wait=True)).ok
        stage.log.clear()
        return stage

    reference = begun()
    assert act(reference).ok
    points = 0
    for point in range(1, 100):
        stage = begun()
        stage.kill_at, stage.kill_after = point, after
        try:
            assert act(stage).ok
            break
        except Killed:
            points += 1
        stage.kill_at = 0

        assert act(stage).ok
        assert content(stage) == content(reference), f"killed at {point}"
    assert points == len(reference.log) >= 3


def test_a_bug_is_not_taken_for_an_outcome() -> None:
    class Buggy(Stage):
        def apply(self, body: Body, policy: ApplyPolicy) -> Body:
            raise KeyError("bug")

    with pytest.raises(KeyError):
        Buggy().run(install(config_map()))
