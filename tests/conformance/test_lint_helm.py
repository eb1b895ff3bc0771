"""Lint, and the words of schemas, beside Helm's own SDK, on charts that are wrong in one thing."""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pkgtool.ops.lint import RELEASE, lint
from pkgtool.ops.template import offline_capabilities
from pkgtool.ops.walk import Surroundings
from pkgtool.template.context import ReleaseFacts
from pkgtool.wiring.engines import open_engines

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("helm_python") is None, reason="needs Helm's SDK: helm-python-sdk"
)

META = "apiVersion: v2\nname: web\nversion: 1.0.0\nicon: https://example.com/i.png\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
GOOD = {"Chart.yaml": META, "values.yaml": "a: 1\n", "templates/a.yaml": POD}
WORDS = {1: "INFO", 2: "WARNING", 3: "ERROR"}
SUB = {"charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n"}

CHART_LINES = [
    *("colour: red", "tillerVersion: '>2'", "engine: gotpl", "type: foo", "type: library"),
    *("appVersion: 1.2", "appVersion: [1]", "sources: x", "sources: [x, y]", "keywords: {a: 1}"),
    *("maintainers: [null]", "maintainers: [{email: x}, {name: a, email: x}]", "deprecated: x"),
    *("maintainers: [{name: a, url: x}]", "maintainers: [{name: [a]}]", "maintainers: [1]"),
    *("maintainers: [{name: a, url: git://x.y}]", "maintainers: [{name: a, email: a@b.c1}]"),
    *("annotations: {a: {b: 1}}", "annotations: [a]", "dependencies: [null]"),
    *("dependencies: [{name: db}, {name: db}]", "dependencies: [{name: db, alias: a.b}]"),
    *("dependencies: [{name: db, tags: x}]", "dependencies: [{name: db}]", "a: [", "a: b: c"),
    *("kubeVersion: '>=99'", "1: 2", "description: [a]"),
]
TEMPLATES = [
    *("  a: 1\n", "a: [\n", "- a\n", "abc\n", "5\n", '{"a": 1\n', '{"a": 1}{"b": 2}\n', "---x\n"),
    *("a: 1\n--- b\n", "a: 1\n--- # b\nb: 2\n", "metadata: [a]\n", "metadata: {name: [a]}\n"),
    *("kind: [a]\n", "kind: List\nmetadata: {name: x}\nitems: 5\n", "metadata: null\n", "null\n"),
    "kind: List\nmetadata: {name: x}\nitems:\n- metadata: {annotations: {helm.sh/resource-policy: keep}}\n",
    *(POD.replace("Pod", kind).replace("a}", f"{name}}}") for kind, name in [
        ("Pod", "A"), ("Service", "1a"), ("Namespace", "a.b"), ("Role", "'a/%'"), ("Role", "'..'"),
        ("CertificateSigningRequest", "A"), ("Service", "a" * 64), ("Pod", "A" * 254),
    ]),
    "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n",
    "apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: a}\n",
    *('{{ fail "no" }}', '{{ required "need" .Values.z }}', "{{ .Values.x.y }}", "{{ if }}"),
]  # fmt: skip
SCHEMAS: list[Any] = [
    {"properties": {"a": {"type": ["string", "null"], "minimum": 5}}, "required": ["b", "c"]},
    {"properties": {"a": {"anyOf": [{"type": "string"}, {"minimum": 5}]}}},
    {"properties": {"a": {"oneOf": [{"type": "number"}, {"minimum": 0}]}}},
    {"properties": {"a": {"allOf": [{"enum": ["x", 2]}, {"multipleOf": 2}]}}},
    {"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"const": None, "minimum": 2}}},
    {"additionalProperties": False, "propertyNames": {"minLength": 2}, "minProperties": 2},
    {"properties": {"a": False}, "dependentRequired": {"a": ["b"]}},
    {"properties": {"a": {"maximum": 0.5, "not": {"type": "number"}}}},
]
Changed = Mapping[str, str | None]

CHANGES: list[Changed] = [
    *({"Chart.yaml": f"{META}{line}\n"} for line in CHART_LINES),
    *({"Chart.yaml": META.replace("1.0.0", text)} for text in ("1.2", "x", "v1.0.0", "0.0.0-0")),
    *({"Chart.yaml": META.replace("web", text)} for text in ("''", "a/b", "..", "[a]")),
    *({"Chart.yaml": META.replace("v2", text)} for text in ("v3", "''", "v1\ntype: library")),
    {"Chart.yaml": META.replace("https", "://")},
    *({"templates/z.yaml": text} for text in TEMPLATES),
    *({"values.schema.json": json.dumps(schema)} for schema in SCHEMAS),
    *({"values.yaml": text} for text in (None, "- a", "a: [", "5", "a: 1\n---\n- b\n", "")),
    {"templates/a.json": "x", "templates/b.foo": "x", "templates/a.yaml": None},
    {"templates/a.yaml": None, "templates": "x"},
    {"templates/a.yaml": None},
    *({"crds/a.yaml": text} for text in ("a: [", "a: 1", "- a", "")),
    {"crds": "x"},
    {**SUB},
    {**SUB, "charts/db/values.yaml": "a: ["},
    {**SUB, "charts/db/templates/a.yaml": "{{ .Values.a.b.c }}"},
    {"charts/db/x": "a"},
    {"requirements.yaml": "dependencies: [{name: db}]\n"},
    {"Chart.lock": "dependencies: x\n"},
    {".helmignore": "a**\n"},
    {".helmignore": "values.yaml\ntemplates/\n"},
]


def made(place: Path, changed: Mapping[str, str | None]) -> Path:
    for path, text in {**GOOD, **changed}.items():
        if text is not None:
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text)
    return place


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_lint_finds_what_helm_finds(tmp_path: Path, number: int) -> None:
    import helm_python

    place = made(tmp_path / "web", CHANGES[number])
    told = helm_python.lint(place, {}, namespace="prod")["messages"] or []
    around = Surroundings(ReleaseFacts(RELEASE, "prod"), open_engines(), offline_capabilities())

    found = lint(place, {}, around).findings

    assert [(each.severity, each.path, sorted(each.message.split("\n"))) for each in found] == [
        (WORDS[each["severity"]], each["path"], sorted(each["error"].split("\n"))) for each in told
    ]
