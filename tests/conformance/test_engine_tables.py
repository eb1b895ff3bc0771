"""The template engine against the tables of Helm's own unit tests: order, sharing, errors, lookup."""

import json
from pathlib import Path
from typing import Any

import pytest

from pkgtool.chart.lint import lint_chart
from pkgtool.chart.model import Chart, Metadata
from pkgtool.errors import TemplateError
from pkgtool.template.capabilities import Capabilities, parse_kube_version
from pkgtool.template.codecache import CodeCache
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.protocol import RenderedText, Scope, TemplateSet
from pkgtool.template.render import render_chart
from pkgtool.template.scopes import ChartScope, Facts, build_scopes
from pkgtool.testing.engine_contract import nowhere


def rows(shared: Path, function: str) -> Any:
    """Return the rows of one table: a list of maps, or of pairs for a table with names."""
    tables = json.loads((shared / "cases" / "helm-unit-tables.json").read_text())
    found = next(each for each in tables if each["func"] == function and each["resolved"])
    if isinstance(found["rows"], dict):
        return list(found["rows"].items())
    return found["rows"]


def plain(value: Any) -> Any:
    """Return `value` without the notes about Go's types."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if key != "$type"}
    return value


class Listening:
    """An engine that writes nothing, and notes which templates it was asked for, in order."""

    name = "gotpl"

    def __init__(self) -> None:
        self.cache: CodeCache | None = None
        self.defines: tuple[str, ...] = ()
        self.asked: list[str] = []

    def compile(self, sources: Any, *, outside: Any) -> TemplateSet:
        del sources, outside
        return self

    def render(self, path: str, scope: Scope) -> RenderedText:
        del scope
        self.asked.append(path)
        return RenderedText("", ())

    def include(self, name: str, data: Any) -> str:
        raise NotImplementedError


def test_templates_are_rendered_deepest_first_and_then_backwards(shared: Path) -> None:
    """Partials are in the table too; they take part in the order, but are never asked for."""
    paths = [path.removeprefix("/mychart/") for path, _ in rows(shared, "TestSortTemplates")]
    chart = Chart(Metadata(name="mychart", version="1.0.0"), {}, dict.fromkeys(paths, b""), {})
    engine = Listening()

    render_chart(RenderContext(chart, {}, ReleaseFacts("shop"), Capabilities()), {"gotpl": engine})

    assert len(paths) == 7
    assert engine.asked == [
        "mychart/templates/charts/foo/charts/bar/templates/foo.tpl",
        "mychart/templates/charts/foo/templates/foo.tpl",
        "mychart/templates/charts/foo/templates/bar.tpl",
        "mychart/templates/charts/bar/templates/foo.tpl",
        "mychart/templates/foo.tpl",
        "mychart/templates/bar.tpl",
    ]


def test_templates_see_each_other(shared: Path) -> None:
    table = rows(shared, "TestRenderInternals")
    templates = GotplEngine().compile({name: row["tpl"] for name, row in table}, outside=nowhere)
    made = {name: templates.render(name, plain(row["vals"])).text for name, row in table}

    assert made == {"one": "Hello One", "two": "Goodbye TWO", "three": "Goodbye THREE"}


def test_failures_are_told_in_the_words_of_helm(shared: Path) -> None:
    for row in rows(shared, "TestExecErrors"):
        for name, template in row["tpls"].items():
            templates = GotplEngine().compile({name: template["tpl"]}, outside=nowhere)
            with pytest.raises(TemplateError) as caught:
                templates.render(name, plain(template["vals"]))
            assert caught.value.what == row["expected"], row["name"]


OBJECTS = {
    "Namespace": [("", "default")],
    "Pod": [("default", "pod1"), ("ns1", "pod2"), ("ns1", "pod3")],
}
"""Where and what the cluster of the table has."""


def find(api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
    """Answer `lookup` as the cluster of the table does."""
    del api_version
    there = [each for each in OBJECTS[kind] if namespace in ("", each[0])]
    if not name:
        return {"items": [{"metadata": {"name": each}} for _, each in there]}
    found = name in [each for place, each in there if place == namespace]
    return {"metadata": {"name": name}} if found else {}


def test_lookup_finds_objects(shared: Path) -> None:
    scope = ChartScope({}, Facts(lookup=find))
    for name, row in rows(shared, "TestRenderWithClientProvider"):
        templates = GotplEngine().compile({"t": row["template"]}, outside=nowhere)

        assert templates.render("t", scope).text == row["output"], name


def test_lookup_finds_nothing_offline(shared: Path) -> None:
    asked = [row for row in rows(shared, "TestFuncs") if "lookup" in row["tpl"]]

    assert asked
    for row in asked:
        templates = GotplEngine().compile({"t": row["tpl"]}, outside=nowhere)
        assert templates.render("t", ChartScope({}, Facts())).text == row["expect"]


def test_vendors_append_what_they_like_to_versions(shared: Path) -> None:
    for row in rows(shared, "TestParseKubeVersionWithVendorSuffixes"):
        version = parse_kube_version(row["input"])
        chart = Chart(Metadata(name="web", version="1.0.0"), {}, {}, {})
        context = RenderContext(chart, {}, ReleaseFacts("shop"), Capabilities(version))
        seen = build_scopes(context, Facts())["web"]["Capabilities"]["KubeVersion"]

        told = (version, str(seen), seen["Major"], seen["Minor"])
        assert told == tuple(row[f"want{each}"] for each in ("Ver", "String", "Major", "Minor"))


def test_lint_reads_yaml_files(shared: Path) -> None:
    """Only what is called a YAML file must be one."""
    for row in rows(shared, "TestIsYamlFileExtension"):
        files = {"Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.0.0\n"}
        files[f"crds/{row['filename']}"] = b"{"
        found = [each.path for each in lint_chart(files, {}, name="web")]

        assert (f"crds/{row['filename']}" in found) is row["expected"], (row, found)
