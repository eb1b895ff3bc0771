"""Values that nothing reads are found, and those that something reads are left alone."""

import pytest

from pkgtool.chart.load import load_chart
from pkgtool.ops.lint_values import value_findings

META = b"apiVersion: v2\nname: web\nversion: 1.0.0\n"
VALUES = b"""
a: 1
b: {c: 1, d: {e: 2}}
list: [{x: 1}]
global: {g: 1}
"""


def said(template: str, values: bytes = VALUES, **files: bytes) -> list[str]:
    chart = load_chart(
        {
            "Chart.yaml": META,
            "values.yaml": values,
            "templates/a.yaml": template.encode(),
            **files,
        },
        name="web",
    )
    return [finding.message for finding in value_findings(chart, {})]


def unread(template: str, values: bytes = VALUES, **files: bytes) -> list[str]:
    start = "no template reads "
    return [each.removeprefix(start) for each in said(template, values, **files) if start in each]


@pytest.mark.parametrize(
    ("template", "left"),
    [
        ("", ["a", "b.c", "b.d.e", "list"]),
        ("{{ .Values.a }}{{ .Values.b.c }}", ["b.d.e", "list"]),
        ("{{ toYaml .Values.b }}", ["a", "list"]),
        ("{{ with .Values.b }}{{ .c }}{{ end }}", ["a", "list"]),
        ("{{ range .Values.list }}{{ .x }}{{ end }}", ["a", "b.c", "b.d.e"]),
        ("{{ $b := .Values.b }}{{ $b.d.e }}", ["a", "b.c", "list"]),
        ('{{ index .Values "b" "c" }}', ["a", "b.d.e", "list"]),
        ('{{ index .Values.b "d" .Release.Name }}', ["a", "list"]),
        ('{{ define "t" }}{{ .Values.a }}{{ end }}{{ include "t" . }}', ["b.c", "b.d.e", "list"]),
        ('{{ define "t" }}{{ .e }}{{ end }}{{ template "t" .Values.b.d }}', ["a", "b.c", "list"]),
        (
            '{{ define "t" }}{{ .v.c }}{{ .r.Values.a }}{{ end }}{{ include "t" (dict "v" .Values.b "r" $) }}',
            ["b.d.e", "list"],
        ),
        ("{{ if .Values.b.d }}{{ end }}", ["a", "b.c", "list"]),
        ("{{ (.Values.b).c }}", ["a", "b.d.e", "list"]),
        ("{{ $x := 1 }}{{ if .Values.a }}{{ $x = .Values.b }}{{ end }}{{ $x }}", ["list"]),
        ("{{ toYaml .Values }}", []),
        ("{{ include .Values.a . }}", []),
        ("{{ . | toYaml }}", []),
        ("{{ broken", []),
    ],
)
def test_what_is_not_read(template: str, left: list[str]) -> None:
    assert unread(template) == left


def test_values_that_are_templates_read_values() -> None:
    assert unread("{{ tpl .Values.a . }}", b"a: '{{ .Values.b }}'\nb: 1\nc: 1\n") == ["c"]


def test_sections_of_subcharts_are_theirs() -> None:
    db = {"charts/db/Chart.yaml": META.replace(b"web", b"db")}

    assert unread("", b"db: {port: 1}\na: 1\n", **db) == ["a"]


def test_jinja_templates_are_searched() -> None:
    meta = {"Chart.yaml": META + b"engine: jinja2\n"}

    assert unread("{{ Values.a }}{{ Values.b.c }}", **meta) == ["b.d.e", "list"]
    assert unread("{{ Values['a'] }}", **meta) == []


def test_a_library_has_no_values_of_its_own() -> None:
    assert said("", **{"Chart.yaml": META + b"type: library\n"}) == []


def test_what_no_default_sets() -> None:
    assert said("{{ .Values.gone }}", b"a: 1\n") == [
        "no template reads a",
        "templates read gone, which no default sets",
    ]
    assert said("{{ .Values.a.gone }}", b"a: {}\n") == []
    assert said("{{ if .Values.gone }}{{ .Values.gone }}{{ end }}", b"") == []
    assert said("{{ .Values.gone | default 1 }}", b"") == []
