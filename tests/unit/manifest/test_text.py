from collections.abc import Callable

import pytest

from pkgtool.manifest.model import ManifestSet
from pkgtool.manifest.text import document_text, manifest_text, split_manifest_text

Parse = Callable[..., ManifestSet]

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"
WIDGET = "apiVersion: x.io/v1\nkind: Widget\nmetadata: {name: w}"
LIST = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p}}\n"


def test_each_document_stands_under_its_template(parse: Parse) -> None:
    found = parse({"web/templates/w.yaml": WIDGET, "web/templates/a.yaml": CONFIG % "a"})

    assert manifest_text(found.manifests) == (
        "---\n# Source: web/templates/a.yaml\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n\n"
        "---\n# Source: web/templates/w.yaml\n"
        "apiVersion: x.io/v1\nkind: Widget\nmetadata: {name: w}\n"
    )


def test_a_list_stands_once_and_in_the_turn_of_its_own_kind(parse: Parse) -> None:
    two = LIST + "- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n"

    found = parse({"web/templates/a.yaml": two, "web/templates/w.yaml": CONFIG % "c"})

    assert manifest_text(found.manifests) == (
        f"---\n# Source: web/templates/w.yaml\n{CONFIG % 'c'}\n"
        f"---\n# Source: web/templates/a.yaml\n{two}\n"
    )


def test_nothing_makes_no_text() -> None:
    assert manifest_text([]) == ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(CONFIG % "a", id="one"),
        pytest.param((CONFIG % "a") + "\n\n---\n" + (CONFIG % "b"), id="blank lines at the end"),
        pytest.param(WIDGET, id="no line end"),
        pytest.param(LIST + "---\n" + WIDGET, id="a list and more"),
        pytest.param("# why\n" + CONFIG % "a", id="a comment first"),
        pytest.param((CONFIG % "a") + "data:\n  x: |+\n    y\n\n", id="blank lines that count"),
    ],
)
def test_recorded_text_reads_back_as_the_same_objects(parse: Parse, text: str) -> None:
    manifests = parse(text).manifests

    back = split_manifest_text(manifest_text(manifests), namespace="prod")

    assert [(each.id, each.body, each.origin, each.text) for each in back] == [
        (each.id, each.body, each.origin, each.text) for each in manifests
    ]
    assert manifest_text(back) == manifest_text(manifests)


def test_text_of_others_needs_no_source_lines() -> None:
    [found] = split_manifest_text(CONFIG % "a", namespace="prod")

    assert str(found.id) == "ConfigMap prod/a"


def test_of_an_object_recorded_twice_the_last_one_counts() -> None:
    text = f"---\n{CONFIG % 'a'}---\n{CONFIG % 'a'}data: {{x: z}}\n"

    [found] = split_manifest_text(text, namespace="prod")

    assert found.body["data"] == {"x": "z"}


def test_a_hook_is_printed_like_any_document(parse: Parse) -> None:
    [found] = parse(CONFIG % "a").manifests

    assert document_text(found) == f"---\n# Source: web/templates/all.yaml\n{CONFIG % 'a'}\n"
