"""Run the hooks of one event, and clean up after them as they ask."""

from typing import Any

import pytest

from pkgtool.cluster.protocol import ApplyPolicy, Body
from pkgtool.errors import HookFailed
from pkgtool.manifest.model import Hook, ManifestSet, ResourceId
from pkgtool.plan.build import plan_install, plan_test, plan_upgrade
from pkgtool.plan.model import Plan
from pkgtool.release.model import HookRun
from pkgtool.release.recorded import hook_records
from pkgtool.rollout.outcome import Outcome
from pkgtool.testing.cluster_objects import config_map, job, pod
from pkgtool.testing.manifests import manifest_of
from pkgtool.testing.stage import Killed, Stage

MIGRATE = ResourceId("batch", "Job", "default", "migrate")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def hook(body: Body, *events: str, policies: str = "", weight: int = 0) -> Hook:
    return Hook(manifest_of(body), events or ("pre-install",), weight, tuple(policies.split()))


def plan(*hooks: Hook) -> Plan:
    return plan_install(ManifestSet((), hooks), namespace="default")


def broken(body: Body, outcome: str = "fail") -> Body:
    """Return the same object, which the cluster makes fail or never complete."""
    metadata = {**body["metadata"], "annotations": {"embedded.pkgtool.dev/outcome": outcome}}
    return {**body, "metadata": metadata}


def results(outcome: Outcome) -> list[str]:
    return [f"{each.result} {each.step.id.name}" for each in outcome.results]


def uid(stage: Stage) -> str:
    found = stage.get(MIGRATE)
    assert found is not None
    return str(found["metadata"]["uid"])


def test_a_hook_is_watched_until_it_has_completed(stage: Stage) -> None:
    outcome = stage.run(plan(hook(job())))

    assert results(outcome) == ["succeeded migrate"]
    live = stage.get(MIGRATE)
    assert live is not None
    assert live["status"]["succeeded"] == 1


def test_hooks_run_one_after_the_other(stage: Stage) -> None:
    stage.run(plan(hook(job("b")), hook(pod("a", "true", restartPolicy="Never"))))

    told = [(each.result, each.step.id.name) for each in stage.events]
    assert told == [("begun", "a"), ("succeeded", "a"), ("begun", "b"), ("succeeded", "b")]


def test_a_hook_has_its_namespace_and_no_marks_of_a_release(stage: Stage) -> None:
    body = config_map()
    del body["metadata"]["namespace"]

    stage.run(plan(hook(body)))

    (live,) = stage.list("", "ConfigMap", namespace="default")
    assert live["metadata"].get("labels") is None
    assert live["metadata"]["annotations"] == {"pkgtool/hook-run": "default/web/v1/pre-install"}


def test_the_times_of_a_run_are_recorded(stage: Stage) -> None:
    hooks = (hook(job()), hook(job("other"), "test"))
    outcome = stage.run(plan(*hooks))

    ran, other = outcome.recorded(hook_records(hooks))

    assert ran.last_run is not None
    assert ran.last_run.phase == "Succeeded"
    assert ran.last_run.started_at is not None
    assert ran.last_run.completed_at is not None
    assert ran.last_run.started_at <= ran.last_run.completed_at
    assert other.last_run is None
    assert isinstance(stage.events[0].run, HookRun)
    assert stage.events[0].run.phase == "Running"


def test_a_hook_that_fails_stops_the_plan_and_says_so(stage: Stage) -> None:
    hooks = (hook(job("a")), hook(broken(job("b")), weight=1), hook(job("c"), weight=2))

    outcome = stage.run(plan(*hooks))

    assert results(outcome) == ["succeeded a", "failed b"]
    assert isinstance(outcome.error, HookFailed)
    assert outcome.error.what.startswith("failed pre-install: Job.batch default/b: ")
    assert outcome.error.where is not None
    ran = outcome.recorded(hook_records(hooks))[1].last_run
    assert ran is not None
    assert ran.phase == "Failed"


def test_other_events_fail_in_their_own_words(stage: Stage) -> None:
    desired = ManifestSet((), (hook(broken(job()), "pre-upgrade"),))

    outcome = stage.run(plan_upgrade((), desired, namespace="default"))

    assert outcome.error is not None
    assert outcome.error.what.startswith("pre-upgrade hooks failed: Job.batch default/migrate: ")


def test_a_hook_that_is_refused_fails(stage: Stage) -> None:
    outcome = stage.run(plan(hook(config_map("BAD NAME"))))

    assert isinstance(outcome.error, HookFailed)
    assert results(outcome) == ["failed BAD NAME"]


def test_a_hook_that_never_ends_fails_when_the_time_is_up(stage: Stage) -> None:
    outcome = stage.run(plan(hook(broken(job(), "never-ready"))), timeout_s=30)

    assert isinstance(outcome.error, HookFailed)
    assert "not completed after 30 s" in outcome.error.what


def test_a_hook_that_somebody_deletes_has_not_succeeded(stage: Stage) -> None:
    class Meddled(Stage):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            self.delete(MIGRATE)

    outcome = Meddled().run(plan(hook(broken(job(), "never-ready"))))

    assert outcome.error is not None
    assert "deleted before it was seen to complete" in outcome.error.what


@pytest.mark.parametrize(
    ("policies", "fails", "left"),
    [
        pytest.param("", False, True, id="none given"),
        pytest.param("hook-succeeded", False, False, id="succeeded"),
        pytest.param("hook-succeeded", True, True, id="succeeded, but it failed"),
        pytest.param("hook-failed", True, False, id="failed"),
        pytest.param("hook-failed", False, True, id="failed, but it succeeded"),
    ],
)
def test_delete_policies(stage: Stage, policies: str, *, fails: bool, left: bool) -> None:
    body = broken(job()) if fails else job()

    stage.run(plan(hook(body, policies=policies)))

    assert stage.names("Job", "batch") == (["migrate"] if left else [])


def test_hooks_that_succeeded_go_when_all_of_the_event_are_done(stage: Stage) -> None:
    stage.run(
        plan(
            hook(config_map("a"), policies="hook-succeeded"),
            hook(config_map("b"), policies="hook-succeeded", weight=1),
        )
    )

    assert stage.log == [
        "apply ConfigMap/a",
        "apply ConfigMap/b",
        "delete ConfigMap/b",
        "delete ConfigMap/a",
    ]


def test_hooks_that_succeeded_go_when_a_later_one_fails(stage: Stage) -> None:
    stage.run(
        plan(
            hook(config_map("a"), policies="hook-succeeded"),
            hook(broken(job()), policies="hook-failed", weight=1),
        )
    )

    assert stage.names("ConfigMap") == []
    assert stage.names("Job", "batch") == []


def test_an_earlier_run_makes_room(stage: Stage) -> None:
    stage.run(plan(hook(job())))
    first = uid(stage)

    outcome = stage.run(plan(hook(job())), revision=2)

    assert outcome.ok
    assert uid(stage) != first


class Slow(Stage):
    """A cluster whose Jobs go only some looks after they were deleted."""

    looks = 2

    def __init__(self) -> None:
        super().__init__()
        self.ghost: Body | None = None

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        self.ghost = self.get(id)
        return super().delete(id, uid=uid)

    def get(self, id: ResourceId) -> Body | None:
        if self.ghost is None or id != MIGRATE:
            return super().get(id)
        self.looks -= 1
        ghost = self.ghost
        if not self.looks:
            self.ghost = None
        return ghost


def test_an_earlier_run_is_waited_for_until_it_is_gone() -> None:
    stage = Slow()
    stage.run(plan(hook(job())))

    assert stage.run(plan(hook(job())), revision=2).ok
    assert stage.looks == 0


def test_an_earlier_run_that_does_not_go_fails_the_hook() -> None:
    stage = Slow()
    stage.looks = 10**6
    stage.run(plan(hook(job())))

    outcome = stage.run(plan(hook(job())), revision=2, timeout_s=5)

    assert isinstance(outcome.error, HookFailed)
    assert "not deleted after 5 s" in outcome.error.what


def test_the_same_run_is_watched_on_instead_of_run_twice(stage: Stage) -> None:
    stage.kill_at, stage.kill_after = 1, True
    with pytest.raises(Killed):
        stage.run(plan(hook(job())))
    first = uid(stage)
    stage.kill_at = 0

    outcome = stage.run(plan(hook(job())))

    assert outcome.ok
    assert uid(stage) == first


def test_a_run_that_failed_is_not_watched_on(stage: Stage) -> None:
    stage.run(plan(hook(broken(job()))))
    first = uid(stage)

    outcome = stage.run(plan(hook(job())))

    assert outcome.ok
    assert uid(stage) != first


@pytest.mark.parametrize("policies", ["hook-succeeded", "hook-failed"])
def test_what_a_killed_attempt_left_makes_room_whatever_its_policy(
    stage: Stage, policies: str
) -> None:
    """In Helm such a hook stands in the way until somebody deletes it by hand."""
    stage.kill_at, stage.kill_after = 1, True
    with pytest.raises(Killed):
        stage.run(plan(hook(job(), policies=policies)))
    stage.kill_at = 0

    assert stage.run(plan(hook(job(), policies=policies)), revision=2).ok


def test_a_stranger_in_the_way_is_replaced_only_if_the_policy_says_so(stage: Stage) -> None:
    stage.apply(job(), ApplyPolicy(manager="somebody"))
    stranger = uid(stage)

    refused = stage.run(plan(hook(job(), policies="hook-succeeded")))
    assert refused.error is not None
    assert "exists already" in refused.error.what
    assert uid(stage) == stranger

    assert stage.run(plan(hook(job()))).ok
    assert uid(stage) != stranger


def test_a_hook_that_is_no_job_is_applied_over(stage: Stage) -> None:
    stage.run(plan(hook(config_map(key="1"), policies="hook-failed")))

    assert stage.run(plan(hook(config_map(key="2"), policies="hook-failed")), revision=2).ok

    (live,) = stage.list("", "ConfigMap", namespace="default")
    assert live["data"] == {"key": "2"}


def test_tests_run_again_when_their_attempt_is_another(stage: Stage) -> None:
    tests = plan_test((hook(job(), "test"),))
    stage.run(tests, attempt="one")
    first = uid(stage)

    stage.run(tests, attempt="two")

    assert uid(stage) != first


def test_a_definition_is_never_deleted_as_a_hook(stage: Stage) -> None:
    definition: dict[str, Any] = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.test"},
        "spec": {
            "group": "example.test",
            "scope": "Namespaced",
            "names": {"kind": "Widget", "plural": "widgets"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": {"type": "object"}},
                }
            ],
        },
    }
    policies = "before-hook-creation hook-succeeded"

    for revision in (1, 2):
        assert stage.run(plan(hook(definition, policies=policies)), revision=revision).ok
    assert [line for line in stage.log if line.startswith("delete")] == []
