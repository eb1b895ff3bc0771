"""Template functions and the engine: results, order, sharing, errors, `lookup`, capabilities."""

import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pytest

from pkgtool.chart.model import Chart, Metadata
from pkgtool.errors import TemplateError
from pkgtool.template.capabilities import Capabilities, parse_kube_version
from pkgtool.template.codecache import CodeCache
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.gotpl.runtime import functions
from pkgtool.template.protocol import RenderedText, Scope, TemplateSet
from pkgtool.template.render import render_chart
from pkgtool.template.scopes import ChartScope, Facts, build_scopes
from pkgtool.testing.engine_contract import nowhere
from tests.conformance.helm_tables.tables import RowReader, Site, TableReader, load_tables
from tests.conftest import ROOT, SHARED

OBJECTS = {
    "Namespace": [("", "default")],
    "Pod": [("default", "pod1"), ("ns1", "pod2"), ("ns1", "pod3")],
}
"""Where and what the cluster of `TestRenderWithClientProvider` has."""


def rendered(template: str, data: Any, facts: Facts | None = None) -> str:
    """Return the text of `template`, to which `.` is `data`."""
    sources = {"whole": '{{ template "row" .data }}', "row": template}
    templates = GotplEngine().compile(sources, outside=nowhere)
    return templates.render("whole", ChartScope({"data": data}, facts or Facts())).text


def answer(template: str, data: Any) -> str | None:
    """Return the text of `template`, or nothing when it fails.

    Helm's tables know functions that its releases do not have yet, and that templates are refused.
    Those are called in an interpreter of their own, where they are let in.
    """
    if any(name in template for name in functions._LATER):
        return _later_answers()[template, repr(data)]
    return text_or_nothing(template, data)


def text_or_nothing(template: str, data: Any) -> str | None:
    """Return the text of `template`, or nothing when it fails."""
    try:
        return rendered(template, data)
    except TemplateError:
        return None


@lru_cache
def _later_answers() -> Mapping[tuple[str, str], str | None]:
    """Return the texts of all rows that call later functions, by template and data."""
    asked = [
        [row.data["tpl"], row.data.get("vars")]
        for table in load_tables(SHARED / "cases" / "helm-unit-tables.json")
        for row in table.rows
        if isinstance(row.data, Mapping)
        and any(name in str(row.data.get("tpl")) for name in functions._LATER)
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.conformance.helm_tables.later"],
        cwd=ROOT,
        input=pickle.dumps(asked),
        stdout=subprocess.PIPE,
        check=True,
    )
    texts = pickle.loads(done.stdout)
    return {(each[0], repr(each[1])): text for each, text in zip(asked, texts, strict=True)}


def read_function(row: Mapping[str, Any], site: Site) -> None:
    """A function gives a text."""
    assert answer(row["tpl"], row.get("vars")) == row["expect"]


def read_failure(row: Mapping[str, Any], site: Site) -> None:
    """A function fails."""
    assert answer(row["tpl"], row.get("vars")) is None


def read_must_function(row: Mapping[str, Any], site: Site) -> None:
    """A function gives a text or, in rows without one, fails.

    Where there is data but no text, Helm's map contains itself, which JSON cannot show.
    """
    data = row.get("vars")
    if data and not row.get("expect"):
        data = {**data}
        data["loop"] = [data]
    assert answer(row["tpl"], data) == row.get("expect")


def read_merge(rows: Sequence[Any], site: Site) -> None:
    """Three maps are merged by `merge` and `mergeOverwrite`."""
    maps = dict(rows)
    merged = "{{ %s .dst .src1 .src2 | toJson }}"

    assert rendered(merged % "merge", maps) == (
        '{"a":"one","b":2,"c":3,"d":{"e":"four","f":5},"g":[8,9],"h":10,"i":"eye","j":"jay",'
        '"k":{"l":true}}'
    )
    maps = dict(rows)
    assert rendered(merged % "mergeOverwrite", maps) == (
        '{"a":1,"b":2,"c":3,"d":{"e":"four","f":5},"g":[6,7],"h":10,"i":"i","j":"j",'
        '"k":{"l":false}}'
    )


class Listening:
    """An engine that writes nothing, and notes which templates it was asked for, in order."""

    name = "gotpl"

    def __init__(self) -> None:
        self.cache: CodeCache | None = None
        self.defines: tuple[str, ...] = ()
        self.asked: list[str] = []

    def compile(
        self, sources: Any, *, outside: Any, lined: bool = False, private: bool = True
    ) -> TemplateSet:
        del sources, outside
        return self

    def render(self, path: str, scope: Scope) -> RenderedText:
        del scope
        self.asked.append(path)
        return RenderedText("", ())

    def include(self, name: str, data: Any) -> str:
        raise NotImplementedError


RENDER_ORDER = [
    "mychart/templates/charts/foo/charts/bar/templates/foo.tpl",
    "mychart/templates/charts/foo/templates/foo.tpl",
    "mychart/templates/charts/foo/templates/bar.tpl",
    "mychart/templates/charts/bar/templates/foo.tpl",
    "mychart/templates/foo.tpl",
    "mychart/templates/bar.tpl",
]
"""Deepest first, and then backwards; partials take part, but are never asked for."""


def read_order(rows: Sequence[Any], site: Site) -> None:
    """Templates are rendered in an order of their own."""
    paths = [path.removeprefix("/mychart/") for path, _ in rows]
    chart = Chart(Metadata(name="mychart", version="1.0.0"), {}, dict.fromkeys(paths, b""), {})
    engine = Listening()

    render_chart(RenderContext(chart, {}, ReleaseFacts("shop"), Capabilities()), {"gotpl": engine})

    assert [each for each in engine.asked if each in RENDER_ORDER] == RENDER_ORDER
    assert len(engine.asked) == len([each for each in paths if "/_" not in each])


def read_together(rows: Sequence[Any], site: Site) -> None:
    """Templates see each other."""
    templates = GotplEngine().compile({name: row["tpl"] for name, row in rows}, outside=nowhere)
    made = {name: templates.render(name, row["vals"]).text for name, row in rows}

    expected = {"one": "Hello One", "two": "Goodbye TWO", "three": "Goodbye THREE"}
    assert {name: made[name] for name in expected} == expected


def read_error(row: Mapping[str, Any], site: Site) -> None:
    """A template that fails is told of in Helm's words."""
    for name, template in row["tpls"].items():
        templates = GotplEngine().compile({name: template["tpl"]}, outside=nowhere)
        with pytest.raises(TemplateError) as caught:
            templates.render(name, template["vals"])
        assert caught.value.what == row["expected"]


def find(api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
    """Answer `lookup` as the cluster of the table does."""
    del api_version
    there = [each for each in OBJECTS[kind] if namespace in ("", each[0])]
    if not name:
        return {"items": [{"metadata": {"name": each}} for _, each in there]}
    found = name in [each for place, each in there if place == namespace]
    return {"metadata": {"name": name}} if found else {}


def read_lookup(row: Any, site: Site) -> None:
    """Objects are found in a cluster."""
    _, case = row
    assert rendered(case["template"], None, Facts(lookup=find)) == case["output"]


def read_kube_version(row: Mapping[str, Any], site: Site) -> None:
    """Vendors append what they like to versions of Kubernetes."""
    version = parse_kube_version(row["input"])
    chart = Chart(Metadata(name="web", version="1.0.0"), {}, {}, {})
    context = RenderContext(chart, {}, ReleaseFacts("shop"), Capabilities(version))
    seen = build_scopes(context, Facts())["web"]["Capabilities"]["KubeVersion"]

    told = (version, str(seen), seen["Major"], seen["Minor"])
    assert told == tuple(row[f"want{each}"] for each in ("Ver", "String", "Major", "Minor"))


READERS: Mapping[str, RowReader] = {
    "TestDurationHelpers": read_function,
    "TestDurationHelpers/mustErrTests": read_failure,
    "TestExecErrors": read_error,
    "TestFuncs": read_function,
    "TestFuncs/mustFuncsTests": read_must_function,
    "TestParseKubeVersionWithVendorSuffixes": read_kube_version,
    "TestRenderWithClientProvider": read_lookup,
}

TABLE_READERS: Mapping[str, TableReader] = {
    "TestMerge": read_merge,
    "TestRenderInternals": read_together,
    "TestSortTemplates": read_order,
}
