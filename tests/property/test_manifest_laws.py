"""Whatever a chart renders, it is judged: no input makes the judges themselves fail."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkgtool.errors import ManifestError
from pkgtool.manifest.document import split_documents
from pkgtool.manifest.parse import parse_manifests
from pkgtool.manifest.text import manifest_text, split_manifest_text
from pkgtool.manifest.validate import validate_manifests

pytestmark = pytest.mark.property

WORDS = (
    *("apiVersion", "kind", "metadata", "name", "labels", "annotations", "spec", "items"),
    *("containers", "ports", "template", "data", "versions", "schema", "openAPIV3Schema"),
    *("properties", "type", "allOf", "anyOf", "not", "pattern", "minimum", "enum", "format"),
    *("group", "names", "served", "required", "helm.sh/hook", "additionalProperties"),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["object", "array", "string", "v1", "Widget", "test", "(", "a.b", "-"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)
    ),
    max_leaves=20,
)
KINDS = st.sampled_from(
    [
        ("v1", "Pod"),
        ("v1", "Secret"),
        ("v1", "List"),
        ("apps/v1", "Deployment"),
        ("example.com/v1", "Widget"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ]
)


@dataclass(frozen=True)
class File:
    path: str
    text: str
    lines: tuple[int, ...] = ()
    template: str = ""


def judge(texts: list[str], *, strict: bool = False, definition: Any = None) -> str:
    """Return what is wrong with objects, in words; anything but a `ManifestError` gets out."""
    crds = {"c/crds/w.yaml": json.dumps(definition, ensure_ascii=False).encode()}
    file = File("c/templates/a.yaml", "\n---\n".join(texts))
    try:
        found = parse_manifests([file], namespace="n", crds=crds if definition else {})
        validate_manifests(found, kube_version="1.36", strict=strict)
    except ManifestError as error:
        return str(error)
    return "nothing"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(KINDS, VALUES), max_size=3), st.booleans())
def test_every_object_is_judged(drawn: list[tuple[tuple[str, str], Any]], strict: bool) -> None:
    texts = []
    for number, ((api_version, kind), value) in enumerate(drawn):
        fields = value if isinstance(value, dict) else {"spec": value}
        fixed = {"apiVersion": api_version, "kind": kind}
        body = {"metadata": {"name": f"a{number}"}, **fields, **fixed}
        texts.append(json.dumps(body, ensure_ascii=False))

    assert judge(texts, strict=strict)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.sampled_from([0, 1, -5, 2**70, 1.5, "a", [], {}, None, True]))
def test_every_definition_is_understood_or_left_alone(schema: Any, value: Any) -> None:
    versions = [{"name": "v1", "schema": {"openAPIV3Schema": {"properties": {"spec": schema}}}}]
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "names": {"kind": "Widget"}, "versions": versions},
    }
    widget = {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": "a"},
        "spec": value,
    }

    assert judge([json.dumps(widget, ensure_ascii=False)], definition=definition)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(["---", "--- x", "a: 1", "", "  b", "\t", "----", "-"]), max_size=9)
)
def test_no_line_is_lost_between_documents(lines: list[str]) -> None:
    text = "\n".join(lines)

    for begin, document in split_documents(text):
        first = document.split("\n")[0]
        assert first
        assert lines[begin - 1].endswith(first)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Secret", "Pod", "Widget"]),
            st.sampled_from("abcd"),
            st.text(alphabet="xy \n#-", max_size=12),
        ),
        max_size=6,
        unique_by=lambda each: each[:2],
    )
)
def test_recorded_text_reads_back(drawn: list[tuple[str, str, str]]) -> None:
    files = [
        File(
            f"c/templates/{number}.yaml",
            f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\ndata: {json.dumps(data)}\n",
        )
        for number, (kind, name, data) in enumerate(drawn)
    ]
    manifests = parse_manifests(files, namespace="n").manifests

    back = split_manifest_text(manifest_text(manifests), namespace="n")

    assert [(m.id, m.body, m.text, m.origin) for m in back] == [
        (m.id, m.body, m.text, m.origin) for m in manifests
    ]
