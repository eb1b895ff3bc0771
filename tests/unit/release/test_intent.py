"""Know what an operation may have touched, and what a record wants."""

import json
from dataclasses import replace

import pytest

from pkgtool.manifest.text import manifest_text
from pkgtool.release.intent import inventory, vouched
from pkgtool.release.model import HookRun, Release, Status
from pkgtool.release.recorded import hook_records, recorded_set
from pkgtool.testing.manifests import hook, manifest
from pkgtool.testing.releases import release

D, S, F, U = Status.DEPLOYED, Status.SUPERSEDED, Status.FAILED, Status.UNINSTALLED
PU, LEAVING = Status.PENDING_UPGRADE, Status.UNINSTALLING


def made(revision: int, status: Status, *words: str) -> Release:
    """Return a revision with the objects named."""
    return release(revision, status, manifest=manifest_text(map(manifest, words)))


def names(revisions: list[Release]) -> list[str]:
    return [f"{each.id.kind}/{each.id.name}" for each in inventory(revisions)]


@pytest.mark.parametrize(
    ("revisions", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(
            [made(1, S, "Service/old"), made(2, D, "Service/a")],
            ["Service/a"],
            id="superseded ones have left nothing",
        ),
        pytest.param(
            [made(1, D, "Service/a"), made(2, F, "Service/b"), made(3, PU, "ConfigMap/c")],
            ["ConfigMap/c", "Service/a", "Service/b"],
            id="failed and killed ones since the deployed one",
        ),
        pytest.param(
            [made(1, F, "Service/a"), made(2, F, "Service/b")],
            ["Service/a", "Service/b"],
            id="nothing ever worked",
        ),
        pytest.param(
            [made(1, S, "Service/a"), made(2, S, "Service/b"), made(3, PU, "Service/c")],
            ["Service/b", "Service/c"],
            id="killed between two records, as Helm may be",
        ),
        pytest.param([made(1, D, "Service/a"), made(2, U, "Service/b")], [], id="uninstalled"),
        pytest.param(
            [made(1, U, "Service/a"), made(2, F, "Service/b")],
            ["Service/b"],
            id="a failed install over an uninstalled one",
        ),
        pytest.param(
            [made(1, S, "Service/a"), made(2, LEAVING, "Service/b")],
            ["Service/a", "Service/b"],
            id="a killed uninstall",
        ),
    ],
)
def test_the_inventory_is_all_that_may_be_there(
    revisions: list[Release], expected: list[str]
) -> None:
    assert names(revisions) == expected
    assert names(revisions[::-1]) == expected


@pytest.mark.parametrize(
    ("revisions", "expected"),
    [
        pytest.param([], set(), id="nothing"),
        pytest.param([made(1, F, "Service/a")], set(), id="an attempt only meant to"),
        pytest.param([made(1, D, "Service/a"), made(2, F, "Service/b")], {"a"}, id="what worked"),
        pytest.param([made(1, D, "Service/a"), made(2, U, "Service/a")], set(), id="gone"),
    ],
)
def test_a_release_has_for_sure_what_worked(revisions: list[Release], expected: set[str]) -> None:
    assert {each.name for each in vouched(revisions)} == expected


def test_the_newest_description_of_an_object_counts() -> None:
    old = made(1, D, "Service/a")
    new = replace(
        made(2, F),
        manifest=manifest_text([manifest("Service/a", {"helm.sh/resource-policy": "keep"})]),
    )

    (found,) = inventory([new, old])

    assert found.body["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_objects_without_a_namespace_are_in_that_of_the_release() -> None:
    (found,) = inventory([replace(made(1, D, "Service/a"), namespace="prod")])

    assert found.id.namespace == "prod"


@pytest.mark.parametrize("text", ["{", "just text", "a: &a [*a]", "kind: Service\n"])
def test_a_record_with_an_unusable_text_does_not_stand_in_the_way(text: str) -> None:
    assert names([made(1, D, "Service/a"), replace(made(2, F), manifest=text)]) == ["Service/a"]


@pytest.mark.parametrize(
    ("status", "policies", "phase", "left"),
    [
        pytest.param(PU, "hook-succeeded", "", True, id="killed"),
        pytest.param(F, "hook-failed", "Failed", True, id="failed, its deletion too"),
        pytest.param(F, "hook-succeeded", "Succeeded", True, id="succeeded in a failed attempt"),
        pytest.param(F, "hook-failed", "Succeeded", False, id="stays, because it succeeded"),
        pytest.param(PU, "before-hook-creation", "", False, id="stays until it runs again"),
        pytest.param(PU, "", "", False, id="no policy"),
        pytest.param(D, "hook-succeeded", "Succeeded", False, id="the attempt took care of it"),
        pytest.param(D, "hook-succeeded", "Running", True, id="a killed test"),
        pytest.param(D, "hook-succeeded", "Failed", False, id="stays, for somebody to look at"),
    ],
)
def test_a_hook_counts_when_its_policy_could_not_be_followed(
    status: Status, policies: str, phase: str, *, left: bool
) -> None:
    (record,) = hook_records([hook("Job/migrate", "pre-upgrade", policies=policies)])
    record = record._replace(last_run=HookRun(phase) if phase else None)

    assert names([release(1, status, hooks=(record,))]) == (["Job/migrate"] if left else [])


def test_a_hook_that_cannot_be_read_does_not_stand_in_the_way() -> None:
    (record,) = hook_records([hook("Job/a", "test", policies="hook-failed")])

    assert names([release(1, F, hooks=(record._replace(manifest="{"),))]) == []


def test_what_was_recorded_comes_back() -> None:
    job = hook("Job/migrate", "pre-upgrade", weight=3, policies="hook-succeeded")
    kept = replace(made(1, D, "Service/a", "ConfigMap/b"), hooks=hook_records([job]))

    found = recorded_set(kept)

    assert [each.id.name for each in found.manifests] == ["b", "a"]
    assert found.manifests[1].body == manifest("Service/a").body
    assert found.manifests[1].origin == "web/templates/a.yaml"
    assert found.hooks == (job,)


def test_a_hook_records_what_helm_shows() -> None:
    (record,) = hook_records([hook("Job/migrate", "test", weight=3)])

    assert (record.name, record.kind, record.path) == (
        "migrate",
        "Job",
        "web/templates/migrate.yaml",
    )
    assert json.loads(record.manifest)["kind"] == "Job"
    assert record.last_run is None
