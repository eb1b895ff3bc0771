"""What lint finds in the files of a chart."""

from contextlib import suppress
from typing import Any

import pytest

from pkgtool import yamlcodec
from pkgtool.chart.lint import lint_chart
from pkgtool.chart.lint_documents import Unreadable, lint_indent, lint_template

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
        pytest.param('name: web\nversion: 1.0.0', [
            '[ERROR] Chart.yaml: apiVersion is required. The value must be either "v1" or "v2"',
        ], id='api version'),
        pytest.param('apiVersion: v2\nname: web\nversion: 1.2', [
            "[ERROR] Chart.yaml: version should be of type string but it's of type float64",
            "[WARNING] Chart.yaml: version '1.2' is not a valid SemVerV2",
        ], id='number'),
        pytest.param('apiVersion: v2\nname: web\nversion: v1.0.0', [
            "[WARNING] Chart.yaml: version 'v1.0.0' is not a valid SemVerV2",
        ], id='strict version'),
        pytest.param('apiVersion: v2\nname: web\nversion: 1.0.0\ncolour: red', [
            '[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n\terror unmarshaling JSON: while decoding JSON: json: unknown field "colour"',
        ], id='unknown key'),
        pytest.param('apiversion: v2\nName: web\nVersion: 1.2', [
            "[WARNING] Chart.yaml: version '1.2' is not a valid SemVerV2",
        ], id='keys in another case'),
        pytest.param('apiVersion: v2\nname: web\nversion: 1.0.0\nmaintainers: [{email: x}, {name: a, email: x}]', [
            '[ERROR] Chart.yaml: each maintainer requires a name',
        ], id='maintainers'),
        pytest.param('apiVersion: v2\nname: web\nversion: 1.0.0\nsources: [x]', [
            "[ERROR] Chart.yaml: invalid source URL 'x'",
        ], id='source'),
        pytest.param('apiVersion: v1\nname: web\nversion: 1.0.0\ntype: library', [
            "[ERROR] Chart.yaml: chart type is not valid in apiVersion 'v1'. It is valid in apiVersion 'v2'",
        ], id='type in v1'),
        pytest.param('apiVersion: v1\nname: web\nversion: 1.0.0\ndependencies: [{name: db}]', [
            "[ERROR] Chart.yaml: dependencies are not valid in the Chart file with apiVersion 'v1'. They are valid in apiVersion 'v2'",
            '[WARNING] web: chart directory is missing these dependencies: db',
        ], id='dependencies in v1'),
        pytest.param('apiVersion: v2\nversion: 1.0.0', [
            '[ERROR] Chart.yaml: name is required',
            '[ERROR] templates/: validation: chart.metadata.name is required',
            '[ERROR] : unable to load chart\n\tvalidation: chart.metadata.name is required',
        ], id='no name'),
        pytest.param('apiVersion: v2\nname: a/b\nversion: 1.0.0', [
            '[ERROR] Chart.yaml: chart name "a/b" is invalid',
            '[ERROR] templates/: validation: chart.metadata.name "a/b" is invalid',
            '[ERROR] : unable to load chart\n\tvalidation: chart.metadata.name "a/b" is invalid',
        ], id='path as name'),
        pytest.param('apiVersion: v3\nname: web\nversion: 1.0.0', [
            '[ERROR] Chart.yaml: apiVersion \'v3\' is not valid. The value must be either "v1" or "v2"',
        ], id='unknown api version'),
        pytest.param('apiVersion: v2\nname: web', [
            '[ERROR] Chart.yaml: version is required',
            "[WARNING] Chart.yaml: version '' is not a valid SemVerV2",
            '[ERROR] templates/: validation: chart.metadata.version is required',
            '[ERROR] : unable to load chart\n\tvalidation: chart.metadata.version is required',
        ], id='no version'),
        pytest.param('apiVersion: v2\nname: web\nversion: x.y', [
            "[ERROR] Chart.yaml: version 'x.y' is not a valid SemVer",
            "[WARNING] Chart.yaml: version 'x.y' is not a valid SemVerV2",
            '[ERROR] templates/: validation: chart.metadata.version "x.y" is invalid',
            '[ERROR] : unable to load chart\n\tvalidation: chart.metadata.version "x.y" is invalid',
        ], id='version that is none'),
        pytest.param('apiVersion: v2\nname: web\nversion: 0.0.0-0', [
            '[ERROR] Chart.yaml: version "0.0.0-0" is less than or equal to "0.0.0-0"',
        ], id='lowest version'),
        pytest.param('apiVersion: v2\nname: web\nversion: 1.0.0\nmaintainers: [{name: a, url: x}, {name: b}]', [
            "[ERROR] Chart.yaml: invalid url 'x' for maintainer 'a'",
        ], id="maintainer's url"),
        pytest.param('apiVersion: v2\nname: web\nversion: 1.0.0\nname: web', [
            '[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n\terror converting YAML to JSON: yaml: unmarshal errors:\n  line 4: key "name" already set in map',
            "[ERROR] templates/: cannot load Chart.yaml: key 'name' is written twice",
            "[ERROR] : unable to load chart\n\tcannot load Chart.yaml: key 'name' is written twice",
        ], id='key twice'),
        pytest.param('apiVersion: v2\nname: [a]\nversion: 1.0.0', [
            '[ERROR] Chart.yaml: unable to parse YAML\n\terror unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field Metadata.name of type string',
            '[ERROR] templates/: cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field Metadata.name of type string',
            '[ERROR] : unable to load chart\n\tcannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field Metadata.name of type string',
        ], id='wrong kind'),
    ],
)  # fmt: skip
def test_chart_yaml(chart_yaml: str, expected: list[str]) -> None:
    data = f"{chart_yaml}\nicon: https://example.com/i.png\n".encode()

    assert found(**{"Chart.yaml": data}) == expected


def test_findings_know_their_line() -> None:
    data = GOOD["Chart.yaml"] + b"sources:\n  - https://example.com\n  - x\n"

    (finding,) = lint_chart({**GOOD, "Chart.yaml": data}, {}, name="web")

    assert finding.where is not None
    assert finding.where.line == 5


def test_an_icon_is_an_address() -> None:
    data = GOOD["Chart.yaml"].replace(b"https://example.com/i.png", b"i.png")

    assert found(**{"Chart.yaml": data}) == ["[ERROR] Chart.yaml: invalid icon URL 'i.png'"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", "[ERROR] Chart.yaml: unable to parse YAML\n\tfile is missing"),
        ("Chart.yaml/x", "[ERROR] Chart.yaml: should be a file, not a directory"),
    ],
)
def test_without_chart_yaml_there_is_no_chart(path: str, expected: str) -> None:
    report = found(**{"Chart.yaml": b"gone", path: b""})

    assert report[0] == expected
    assert report[-2:] == [
        "[ERROR] templates/: Chart.yaml file is missing",
        "[ERROR] : unable to load chart\n\tChart.yaml file is missing",
    ]


def test_broken_values_have_a_place() -> None:
    findings = lint_chart({**GOOD, "values.yaml": b"a: 1\nb: ["}, {}, name="web")

    assert [str(each).partition(": error")[0] for each in findings] == [
        "[ERROR] values.yaml: unable to parse YAML",
        "[ERROR] templates/: cannot load values.yaml: cannot unmarshal yaml document",
        "[ERROR] : unable to load chart\n\tcannot load values.yaml: cannot unmarshal yaml document",
    ]
    assert all(each.where is not None and each.where.line == 2 for each in findings)


def test_broken_chart_yaml_stops_its_other_rules() -> None:
    lines = [line.partition("\n")[0] for line in found(**{"Chart.yaml": b"a: ["})]

    assert [line.partition(": error")[0] for line in lines] == [
        "[ERROR] Chart.yaml: unable to parse YAML",
        "[ERROR] templates/: cannot load Chart.yaml",
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
            {"values.schema.json": b'{"properties": {"a": {"type": "string"}}}'},
            "[ERROR] values.yaml: - at '/a': got number, want string\n",
            id="schema",
        ),
        pytest.param(
            {"values.schema.json": b"[]"},
            "[ERROR] values.yaml: values.schema.json is not a schema: neither an object nor a boolean",
            id="schema that is none",
        ),
        pytest.param(
            {"templates/a.yaml": b"gone", "templates": b""},
            "[ERROR] templates/: not a directory",
            id="file for templates",
        ),
        pytest.param({"crds": b""}, "[ERROR] crds/: not a directory", id="file for crds"),
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


def test_what_is_empty_or_no_yaml_defines_nothing() -> None:
    assert found(**{"crds/README.md": b"kind: Pod", "crds/a.yaml": b"---\n---\n"}) == []


def test_a_definition_that_does_not_parse_is_an_error() -> None:
    (finding,) = lint_chart({**GOOD, "crds/a.yaml": b"a: ["}, {}, name="web")

    assert str(finding).startswith("[ERROR] crds/a.yaml: unable to parse YAML: ")


def documents(document: dict[str, Any], text: str = "") -> list[str]:
    written = f"{yamlcodec.dump(document)}# {text}\n"
    findings = lint_template("templates/a.yaml", written, kube_version=(1, 36))
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


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        pytest.param("Role", "a/b", "may not contain '/'", id="role"),
        pytest.param("ClusterRole", "..", "may not be '..'", id="cluster role"),
        pytest.param("Service", "a" * 64, "must be no more than 63 characters", id="long service"),
        pytest.param("Service", "1a", "a DNS-1035 label must consist of", id="digit first"),
        pytest.param("Namespace", "a.b", "must not contain dots", id="dot in namespace"),
    ],
)
def test_some_kinds_have_names_of_their_own(kind: str, name: str, said: str) -> None:
    (finding,) = documents({"kind": kind, "metadata": {"name": name}})

    assert f'Invalid value: "{name}": {said}' in finding


@pytest.mark.parametrize(
    ("kind", "name"),
    [("Role", "system:a.B"), ("Service", "web-1"), ("Namespace", "1a"), ("Pod", "a.1-b.c")],
)
def test_names_that_kubernetes_takes(kind: str, name: str) -> None:
    assert documents({"kind": kind, "metadata": {"name": name}}) == []


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param(
            [
                {},
                {"metadata": {"annotations": {"helm.sh/resource-policy": "keep"}}},
            ],
            ["ERROR annotation 'helm.sh/resource-policy' within List objects are ignored"],
            id="policy",
        ),
        pytest.param([{"metadata": {"annotations": {"a": "b"}}}], [], id="another annotation"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_policies_inside_lists_do_nothing(items: list[Any], expected: list[str]) -> None:
    assert documents({"kind": "List", "metadata": {"name": "a"}, "items": items}) == expected


def test_a_document_without_content_has_no_indent() -> None:
    assert list(lint_indent("templates/a.yaml", " \n\n")) == []


def test_an_indented_first_line_is_odd() -> None:
    (finding,) = lint_indent("templates/a.yaml", "\n  a: 1\n")

    assert finding.message.startswith('document starts with an illegal indent: "  a: 1"')
    assert list(lint_indent("templates/a.yaml", "a: 1\n")) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("a.json", "", ["file extension '.json' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"], id="extension"),
        pytest.param("a.yaml.j2", "a: [", ["unable to parse YAML: error converting YAML to JSON: yaml: line 1: did not find expected node content"], id="Jinja2"),
        pytest.param("a.j2", "a: [", [], id="Jinja2 text"),
        pytest.param("a.txt", "a: [", [], id="text"),
        pytest.param("a.yaml", "kind: A\n--- b\n", ["unable to parse YAML: invalid Yaml document separator: b"], id="separator"),
        pytest.param("a.yaml", "- a", ["unable to parse YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type rules.k8sYamlStruct"], id="list"),
        pytest.param("a.yaml", "metadata: {name: [a]}", ["unable to parse YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field k8sYamlMetadata.Metadata.Name of type string"], id="list as name"),
        pytest.param("a.yaml", '{"metadata": 5}', ["unable to parse YAML: json: cannot unmarshal number into Go struct field k8sYamlStruct.Metadata of type rules.k8sYamlMetadata"], id="JSON"),
        pytest.param("a.yaml", '{"metadata": ', ["unable to parse YAML: unexpected EOF"], id="half of JSON"),
    ],
)  # fmt: skip
def test_what_templates_render_to(path: str, text: str, expected: list[str]) -> None:
    said: list[str] = []
    with suppress(Unreadable):
        said.extend(
            finding.message
            for finding in lint_template(f"templates/{path}", text, kube_version=(1, 36))
        )

    assert said == expected
