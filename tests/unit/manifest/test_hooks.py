import pytest

from pkgtool.manifest.hooks import is_hook, make_hook, unknown_events
from pkgtool.manifest.model import Manifest, ResourceId

JOB = Manifest(ResourceId("batch", "Job", "prod", "x"), {}, "web/templates/job.yaml", "")


def test_only_the_annotation_makes_a_hook() -> None:
    assert is_hook({"helm.sh/hook": ""})
    assert not is_hook({"helm.sh/hook-weight": "1"})


@pytest.mark.parametrize(
    ("annotation", "events"),
    [
        pytest.param("pre-install", ("pre-install",), id="one"),
        pytest.param("post-install, PRE-upgrade", ("post-install", "pre-upgrade"), id="several"),
        pytest.param("test-success", ("test",), id="word of Helm 2"),
        pytest.param(" pre-delete ", ("pre-delete",), id="blanks around"),
    ],
)
def test_events_are_words_between_commas(annotation: str, events: tuple[str, ...]) -> None:
    assert make_hook(JOB, {"helm.sh/hook": annotation}).events == events


@pytest.mark.parametrize(
    ("annotation", "unknown"),
    [
        pytest.param("crd-install", ["crd-install"], id="gone since Helm 3"),
        pytest.param("test-failure,test", ["test-failure"], id="one of two"),
        pytest.param("", [""], id="empty"),
        pytest.param("test", [], id="none"),
    ],
)
def test_words_that_are_no_events_are_found(annotation: str, unknown: list[str]) -> None:
    assert unknown_events({"helm.sh/hook": annotation}) == unknown


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        pytest.param("5", 5, id="positive"),
        pytest.param("-5", -5, id="negative"),
        pytest.param("+5", 5, id="with a sign"),
        pytest.param("five", 0, id="no number"),
        pytest.param("1.5", 0, id="no integer"),
        pytest.param("1_000", 0, id="underscores are not Go's"),
        pytest.param("٣", 0, id="digits of another script"),
        pytest.param("", 0, id="empty"),
        pytest.param("9" * 5000, 0, id="too long to be meant"),
    ],
)
def test_a_weight_is_a_decimal_integer_or_nothing(text: str, weight: int) -> None:
    annotations = {"helm.sh/hook": "test", "helm.sh/hook-weight": text}

    assert make_hook(JOB, annotations).weight == weight


def test_policies_are_words_between_commas() -> None:
    hook = make_hook(
        JOB,
        {
            "helm.sh/hook": "test",
            "helm.sh/hook-delete-policy": "Hook-Succeeded, hook-failed",
            "helm.sh/hook-output-log-policy": "hook-failed",
        },
    )

    assert hook.delete_policies == ("hook-succeeded", "hook-failed")
    assert hook.output_log_policies == ("hook-failed",)


def test_hooks_without_policies_have_none() -> None:
    hook = make_hook(JOB, {"helm.sh/hook": "test"})

    assert hook.delete_policies == ()
    assert hook.output_log_policies == ()
