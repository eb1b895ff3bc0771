"""What lint finds in the files of a chart."""

from typing import Any

import pytest

from pkgtool.chart.lint import lint_chart
from pkgtool.chart.lint_documents import lint_document, lint_indent

GOOD = {
    "Chart.yaml": (b"apiVersion: v2\nname: web\nversion: 1.0.0\nicon: https://example.com/i.png\n"),
    "values.yaml": b"a: 1\n",
    "templates/a.yaml": b"a: 1\n",
}


def found(**changed: bytes) -> list[str]:
    files = {path: data for path, data in {**GOOD, **changed}.items() if data != b"gone"}
    return [str(each) for each in lint_chart(files, {}, name="web")]


def test_a_good_chart_has_no_findings() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("chart_yaml", "expected"),
    [
        pytest.param("name: web\nversion: 1.0.0", [
            '[ERROR] Chart.yaml: apiVersion is required. The value must be either "v1" or "v2"',
        ], id="api version"),
        pytest.param("apiVersion: v2\nname: web\nversion: 1.2", [
            "[ERROR] Chart.yaml: version should be of type string but it's of type float64",
            "[WARNING] Chart.yaml: version '1.2' is not a valid SemVerV2",
        ], id="number"),
        pytest.param("apiVersion: v2\nname: web\nversion: v1.0.0", [
            "[WARNING] Chart.yaml: version 'v1.0.0' is not a valid SemVerV2",
        ], id="strict version"),
        pytest.param("apiVersion: v2\nname: web\nversion: 1.0.0\ncolour: red", [
            "[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n\tunknown field 'colour'",
        ], id="unknown key"),
        pytest.param("apiVersion: v2\nname: web\nversion: 1.0.0\nmaintainers: [{email: x}, {name: a, email: x}]", [
            "[ERROR] Chart.yaml: each maintainer requires a name",
            "[ERROR] Chart.yaml: invalid email 'x' for maintainer 'a'",
        ], id="maintainers"),
        pytest.param("apiVersion: v2\nname: web\nversion: 1.0.0\nsources: [x]", [
            "[ERROR] Chart.yaml: invalid source URL 'x'",
        ], id="source"),
        pytest.param("apiVersion: v1\nname: web\nversion: 1.0.0\ntype: library", [
            "[ERROR] Chart.yaml: chart type is not valid in apiVersion 'v1'. It is valid in apiVersion 'v2'",
        ], id="type in v1"),
    ],
)  # fmt: skip
def test_chart_yaml(chart_yaml: str, expected: list[str]) -> None:
    data = f"{chart_yaml}\nicon: https://example.com/i.png\n".encode()

    assert found(**{"Chart.yaml": data}) == expected


def test_findings_know_their_line() -> None:
    data = GOOD["Chart.yaml"] + b"sources:\n  - https://example.com\n  - x\n"

    (finding,) = lint_chart({**GOOD, "Chart.yaml": data}, {}, name="web")

    assert finding.where is not None
    assert finding.where.line == 7


def test_broken_chart_yaml_stops_its_other_rules() -> None:
    assert [line.partition("\n")[0] for line in found(**{"Chart.yaml": b"a: ["})] == [
        "[ERROR] Chart.yaml: unable to parse YAML",
        "[ERROR] : unable to load chart",
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param(
            {"values.yaml": b"gone"}, "[INFO] values.yaml: file does not exist", id="values"
        ),
        pytest.param(
            {"templates/a.yaml": b"gone"},
            "[WARNING] templates/: directory does not exist",
            id="none",
        ),
        pytest.param(
            {"templates/a.json": b""},
            "[ERROR] templates/a.json: file extension '.json' not valid. "
            "Valid extensions are .yaml, .yml, .tpl, or .txt",
            id="extension",
        ),
        pytest.param(
            {"values.schema.json": b'{"properties": {"a": {"type": "string"}}}'},
            "[ERROR] values.yaml: a: 1 is not of type 'string'",
            id="schema",
        ),
        pytest.param(
            {"crds/a.yaml": b"apiVersion: apiextensions.k8s.io/v1\nkind: Pod\n"},
            "[ERROR] crds/a.yaml: object kind is not 'CustomResourceDefinition'",
            id="crd kind",
        ),
        pytest.param(
            {"crds/a.yaml": b"apiVersion: v1\nkind: CustomResourceDefinition\n"},
            "[ERROR] crds/a.yaml: apiVersion is not in 'apiextensions.k8s.io'",
            id="crd version",
        ),
        pytest.param(
            {"charts/db/Chart.yaml": b"apiVersion: v2\nname: db\nversion: 1.0.0\n"},
            "[ERROR] web: chart metadata is missing these dependencies: db",
            id="unlisted",
        ),
        pytest.param(
            {"Chart.yaml": GOOD["Chart.yaml"] + b"dependencies: [{name: db}]\n"},
            "[WARNING] web: chart directory is missing these dependencies: db",
            id="missing",
        ),
    ],
)
def test_other_files(changed: dict[str, bytes], expected: str) -> None:
    assert found(**changed) == [expected]


def documents(document: dict[str, Any], text: str = "") -> list[str]:
    findings = lint_document("templates/a.yaml", text, document, kube_version=(1, 36))
    return [f"{each.severity} {each.message}" for each in findings]


def test_deprecated_kinds_name_their_successor() -> None:
    budget = {
        "apiVersion": "policy/v1beta1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "a"},
    }

    (finding,) = documents(budget)

    assert finding == (
        "WARNING policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, "
        "unavailable in v1.25+; use policy/v1 PodDisruptionBudget"
    )


def test_workloads_need_a_selector() -> None:
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}}

    assert documents(deployment, "spec: {}") == [
        'ERROR a Deployment must contain matchLabels or matchExpressions, and "a" does not'
    ]
    assert documents(deployment, "matchLabels:") == []


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "a" * 254])
def test_names_that_kubernetes_refuses(name: str) -> None:
    (finding,) = documents({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}})

    assert "object name does not conform to Kubernetes naming requirements" in finding


def test_an_indented_first_line_is_odd() -> None:
    (finding,) = lint_indent("templates/a.yaml", "\n  a: 1\n")

    assert finding.message.startswith('document starts with an illegal indent: "  a: 1"')
    assert list(lint_indent("templates/a.yaml", "a: 1\n")) == []
