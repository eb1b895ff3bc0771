"""Say whose an object is."""

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.errors import NotOwned
from pkgtool.rollout.ownership import Owner, check_ownership, marked, marked_hook
from pkgtool.testing.cluster_objects import config_map
from pkgtool.testing.manifests import manifest, manifest_of

WEB = Owner("web", "default", 3)
LABEL = {"app.kubernetes.io/managed-by": "Helm"}
NOTES = {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "default"}


@pytest.fixture
def cluster() -> MemoryCluster:
    return MemoryCluster()


def put(cluster: MemoryCluster, name: str, labels: object, annotations: object) -> None:
    body = config_map(name)
    body["metadata"] |= {"labels": labels, "annotations": annotations}
    cluster.apply(body, ApplyPolicy(manager="somebody"))


def test_marks_are_added_and_the_rest_is_left() -> None:
    body = config_map("a", key="value")
    body["metadata"]["labels"] = {"app": "web", "app.kubernetes.io/managed-by": "me"}
    before = manifest_of(body)

    sent = marked(before, WEB)

    assert sent["data"] == {"key": "value"}
    assert sent["metadata"]["labels"] == {"app": "web", **LABEL}
    assert sent["metadata"]["annotations"] == NOTES
    assert before.body["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "me"


def test_an_object_goes_where_its_id_says() -> None:
    assert marked(manifest("Service/a"), WEB)["metadata"]["namespace"] == "default"
    assert "namespace" not in marked(manifest("Namespace/a"), WEB)["metadata"]


def test_a_hook_carries_its_run_and_no_marks_of_a_release() -> None:
    sent = marked_hook(manifest("Job/a"), WEB, "pre-install")

    assert sent["metadata"]["annotations"] == {"pkgtool/hook-run": "default/web/v3/pre-install"}
    assert "labels" not in sent["metadata"]
    assert WEB.owns_hook(sent)
    assert not Owner("we", "default", 3).owns_hook(sent)


def test_a_verb_may_tell_its_runs_apart() -> None:
    assert Owner("web", "default", 3, attempt="t9").hook_run("test") == "default/web/t9/test"


@pytest.mark.parametrize(
    ("labels", "annotations", "ours"),
    [
        pytest.param(LABEL, NOTES, True, id="all marks"),
        pytest.param({}, NOTES, False, id="no label"),
        pytest.param(LABEL, {}, False, id="no annotations"),
        pytest.param(LABEL, {**NOTES, "meta.helm.sh/release-name": "api"}, False, id="another's"),
    ],
)
def test_all_marks_are_needed(labels: object, annotations: object, *, ours: bool) -> None:
    live = {"metadata": {"labels": labels, "annotations": annotations}}

    assert WEB.owns(live) is ours


def test_what_is_not_there_or_ours_may_be_applied(cluster: MemoryCluster) -> None:
    put(cluster, "ours", LABEL, NOTES)

    check_ownership([manifest("ConfigMap/new"), manifest("ConfigMap/ours")], cluster, WEB)


def test_strangers_are_all_named_in_the_words_of_helm(cluster: MemoryCluster) -> None:
    put(cluster, "a", {}, {})
    put(cluster, "b", LABEL, {**NOTES, "meta.helm.sh/release-name": "api"})

    with pytest.raises(NotOwned) as caught:
        check_ownership([manifest("ConfigMap/a"), manifest("ConfigMap/b")], cluster, WEB)

    assert caught.value.what == (
        'unable to continue with install: ConfigMap "a" in namespace "default" exists and cannot '
        "be imported into the current release: invalid ownership metadata; label validation "
        'error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; annotation '
        'validation error: missing key "meta.helm.sh/release-name": must be set to "web"; '
        'annotation validation error: missing key "meta.helm.sh/release-namespace": must be set '
        'to "default"\n'
        'ConfigMap "b" in namespace "default" exists and cannot be imported into the current '
        "release: invalid ownership metadata; annotation validation error: key "
        '"meta.helm.sh/release-name" must equal "web": current value is "api"'
    )


def test_known_objects_of_another_release_are_not_taken(cluster: MemoryCluster) -> None:
    put(cluster, "a", LABEL, {**NOTES, "meta.helm.sh/release-name": "api"})
    known = manifest("ConfigMap/a")

    with pytest.raises(NotOwned):
        check_ownership([known], cluster, WEB, known={known.id}, doing="update")


def test_a_hook_of_this_release_may_become_an_object(cluster: MemoryCluster) -> None:
    body = marked_hook(manifest("ConfigMap/a"), WEB, "pre-install")
    cluster.apply(body, ApplyPolicy())

    check_ownership([manifest("ConfigMap/a")], cluster, WEB)


def test_known_objects_are_not_asked(cluster: MemoryCluster) -> None:
    put(cluster, "a", {}, {})
    known = manifest("ConfigMap/a")

    check_ownership([known], cluster, WEB, known={known.id}, doing="update")
