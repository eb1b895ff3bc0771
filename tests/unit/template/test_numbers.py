"""Numbers are Go's in Go templates, exact in Jinja's, and right wherever one includes the other."""

from collections.abc import Mapping
from typing import Any

import pytest

from pkgtool.chart.model import Chart, Metadata
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.render import render_chart
from pkgtool.values.setflags import SetNumber
from pkgtool.wiring.engines import open_engines

VALUES = {"million": 1000000, "port": 80, "set": SetNumber(7), "lib": {"port": 81}}


def chart(
    name: str, templates: Mapping[str, str], *children: Chart, engine: str = "", kind: str = ""
) -> Chart:
    metadata = Metadata(name, "1.0.0", engine=engine, type=kind)
    texts = {f"templates/{path}": text.encode() for path, text in templates.items()}
    return Chart(metadata, {}, texts, {}, dependencies=children)


def rendered(root: Chart, values: Mapping[str, Any] = VALUES) -> dict[str, str]:
    context = RenderContext(root, values, ReleaseFacts("shop"), Capabilities())
    return {file.path: file.text for file in render_chart(context, open_engines()).files}


def test_numbers_of_files_are_floats_in_go_templates_and_those_of_set_are_not() -> None:
    text = "{{ .Values.million }} {{ kindOf .Values.port }} {{ kindOf .Values.set }}"

    assert rendered(chart("web", {"a.yaml": text})) == {
        "web/templates/a.yaml": "1e+06 float64 int64"
    }


def test_a_jinja_file_in_a_chart_of_go_templates_sees_exact_numbers() -> None:
    templates = {
        "z.yaml": '{{ $_ := set .Values "port" 90 }}{{ .Values.million }}',
        "a.yaml.j2": "{{ Values.million }} {{ Values.port }}",
    }

    assert rendered(chart("web", templates)) == {
        "web/templates/z.yaml": "1e+06",
        "web/templates/a.yaml.j2": "1000000 80",
    }


def test_a_jinja_chart_includes_from_a_library_of_go_templates() -> None:
    library = chart(
        "lib",
        {
            "_x.tpl": '{{ define "lib.port" }}{{ .Release.Name }}:{{ eq .Values.port 80.0 }}{{ end }}'
        },
        kind="library",
    )
    root = chart("web", {"a.yaml": '{{ include("lib.port") }}'}, library, engine="jinja2")

    assert rendered(root) == {"web/templates/a.yaml": "shop:true"}


def test_a_chart_of_go_templates_includes_from_a_jinja_library() -> None:
    library = chart(
        "lib",
        {
            "_x.yaml": '{% define "lib.port" %}{{ Release.Name }}:{{ Values.port + 1 }}{% enddefine %}'
        },
        engine="jinja2",
        kind="library",
    )
    root = chart("web", {"a.yaml": '{{ include "lib.port" . }}'}, library)

    assert rendered(root) == {"web/templates/a.yaml": "shop:81"}


@pytest.mark.parametrize("engine", ["jinja2", "gotpl"])
def test_a_plain_map_is_handed_over_too(engine: str) -> None:
    go = {"_x.tpl": '{{ define "x" }}{{ .port }}{{ end }}'}
    jinja = {"_x.yaml": '{% define "x" %}{{ port }}{% enddefine %}'}
    library = (
        chart("lib", go, kind="library")
        if engine == "jinja2"
        else chart("lib", jinja, engine="jinja2", kind="library")
    )
    call = '{{ include("x", {"port": Values.port}) }}'
    if engine == "gotpl":
        call = '{{ include "x" (dict "port" .Values.port) }}'

    assert rendered(chart("web", {"a.yaml": call}, library, engine=engine)) == {
        "web/templates/a.yaml": "80"
    }


def test_what_a_subchart_sets_its_parent_sees() -> None:
    child = chart("lib", {"a.yaml": '{{ $_ := set .Values "port" 5 }}'})
    root = chart(
        "web", {"b.yaml": "{{ .Values.lib.port }} {{ .Subcharts.lib.Values.port }}"}, child
    )

    assert rendered(root)["web/templates/b.yaml"] == "5 5"


def test_what_contains_itself_is_handed_over_as_it_is() -> None:
    library = {"_x.yaml": '{% define "lib.x" %}{{ root.root.port }}{% enddefine %}'}
    text = '{{ $_ := set .Values "root" .Values }}{{ include "lib.x" .Values }}'
    child = chart("lib", library, engine="jinja2", kind="library")

    made = rendered(chart("web", {"a.yaml": text}, child), {"port": 80})

    assert made["web/templates/a.yaml"] == "80"


def test_the_values_stay_as_they_were() -> None:
    values = {"port": 80, "map": {"a": 1}}

    rendered(chart("web", {"a.yaml": '{{ $_ := set .Values.map "a" 2 }}'}), values)

    assert values == {"port": 80, "map": {"a": 1}}
    assert type(values["port"]) is int
