"""From a chart tree to files, notes and warnings."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pkgtool.chart.model import Chart, Metadata
from pkgtool.errors import EngineUnavailable, TemplateError, TemplateSyntax, UndefinedValue
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.codecache import CodeCache
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.jinja import JinjaEngine
from pkgtool.template.protocol import Engine, Include, RenderedText, Scope, TemplateSet
from pkgtool.template.render import RenderedChart, render_chart

ENGINES: Mapping[str, Engine] = {"jinja2": JinjaEngine()}


def chart(
    name: str,
    templates: Mapping[str, str],
    *dependencies: Chart,
    engine: str = "jinja2",
    kind: str = "",
) -> Chart:
    return Chart(
        Metadata(name=name, version="1.0.0", engine=engine, type=kind),
        values={},
        templates={f"templates/{path}": text.encode() for path, text in templates.items()},
        files={},
        dependencies=dependencies,
    )


def context(
    root: Chart, values: Mapping[str, Any] | None = None, *, lint: bool = False
) -> RenderContext:
    return RenderContext(root, values or {}, ReleaseFacts("shop"), Capabilities(), lint=lint)


def rendered(
    root: Chart, values: Mapping[str, Any] | None = None, **options: bool
) -> RenderedChart:
    return render_chart(context(root, values), ENGINES, **options)


def texts(made: RenderedChart) -> dict[str, str]:
    return {file.path: file.text for file in made.files}


def test_files_come_by_path_and_keep_their_names() -> None:
    made = rendered(chart("web", {"b.yaml": "b", "a.yaml.j2": "a", "sub/c.yaml": "c"}))

    assert texts(made) == {
        "web/templates/a.yaml.j2": "a",
        "web/templates/b.yaml": "b",
        "web/templates/sub/c.yaml": "c",
    }
    assert list(texts(made)) == sorted(texts(made))


def test_a_file_brings_its_template_and_line_map() -> None:
    made = rendered(chart("web", {"a.yaml": "{# note #}\na: {{ Release.Name }}\n"}))

    assert made.files[0].text == "a: shop\n"
    assert made.files[0].lines == (2,)
    assert made.files[0].template == "{# note #}\na: {{ Release.Name }}\n"


def test_partials_write_nothing() -> None:
    made = rendered(chart("web", {"_names.yaml": "x", "sub/_more.txt": "y"}))

    assert made.files == ()


def test_only_partials_of_a_library_count() -> None:
    library = chart(
        "lib",
        {"_names.yaml": '{% define "n" %}from lib{% enddefine %}', "broken.yaml": "{{"},
        kind="Library",
    )

    made = rendered(chart("web", {"a.yaml": '{{ include("n") }}'}, library))

    assert texts(made) == {"web/templates/a.yaml": "from lib"}


def test_subcharts_are_rendered_with_their_values() -> None:
    db = chart("db", {"a.yaml": "{{ Values.size }} {{ Chart.Name }} {{ Template.BasePath }}"})

    made = rendered(chart("web", {}, db), {"db": {"size": 3}})

    assert texts(made) == {"web/charts/db/templates/a.yaml": "3 db web/charts/db/templates"}


def test_the_parent_wins_over_the_subchart_for_a_name() -> None:
    db = chart(
        "db", {"_n.yaml": '{% define "n" %}db{% enddefine %}', "a.yaml": '{{ include("n") }}'}
    )

    made = rendered(chart("web", {"_n.yaml": '{% define "n" %}web{% enddefine %}'}, db))

    assert texts(made) == {"web/charts/db/templates/a.yaml": "web"}


def test_of_two_files_the_first_by_name_wins() -> None:
    made = rendered(
        chart(
            "web",
            {
                "_a.yaml": '{% define "n" %}a{% enddefine %}',
                "_b.yaml": '{% define "n" %}b{% enddefine %}',
                "c.yaml": '{{ include("n") }}',
            },
        )
    )

    assert texts(made) == {"web/templates/c.yaml": "a"}


def test_what_one_template_sets_a_later_one_sees() -> None:
    """Helm renders backwards by name, and charts rely on it."""
    made = rendered(
        chart("web", {"a.yaml": "{{ Values.x }}", "b.yaml": "{{ set(Values, 'x', 5) | length }}"}),
        {"x": 1},
    )

    assert texts(made)["web/templates/a.yaml"] == "5"


NOTES = {"NOTES.txt": "of {{ Chart.Name }}", "a.yaml": "a"}


def test_notes_are_no_file() -> None:
    made = rendered(chart("web", NOTES, chart("db", NOTES)))

    assert made.notes == "of web"
    assert list(texts(made)) == ["web/charts/db/templates/a.yaml", "web/templates/a.yaml"]


def test_notes_of_subcharts_come_when_asked_for() -> None:
    made = rendered(chart("web", NOTES, chart("db", NOTES)), subchart_notes=True)

    assert made.notes == "of db\nof web"


def test_notes_may_be_called_j2() -> None:
    assert rendered(chart("web", {"NOTES.txt.j2": "hi"})).notes == "hi"


def test_failing_notes_fail() -> None:
    with pytest.raises(UndefinedValue):
        rendered(chart("web", {"NOTES.txt": "{{ Values.x }}"}))


class Echo:
    """An engine for tests: a template is its own text; `include NAME` asks outside."""

    name = "echo"
    cache: CodeCache | None = None

    def compile(
        self,
        sources: Mapping[str, str],
        *,
        outside: Include,
        lined: bool = False,
        private: bool = True,
    ) -> TemplateSet:
        return EchoTemplates(sources, outside)


class EchoTemplates:
    def __init__(self, sources: Mapping[str, str], outside: Include) -> None:
        self._sources = sources
        self._outside = outside

    @property
    def defines(self) -> list[str]:
        return ["echo.name"]

    def render(self, path: str, scope: Scope) -> RenderedText:
        text = self._sources[path]
        if text.startswith("include "):
            text = self._outside(text.removeprefix("include "), scope)
        return RenderedText(text, (1,))

    def include(self, name: str, data: Any) -> str:
        return f"{name} of {data['Release']['Name']}"


BOTH: Mapping[str, Engine] = {**ENGINES, "echo": Echo()}


def test_charts_of_one_tree_may_have_different_engines() -> None:
    db = chart("db", {"a.yaml": "{{ as it is }}", "b.yaml.j2": "{{ 1 + 1 }}"}, engine="echo")

    made = render_chart(context(chart("web", {"a.yaml": "{{ 2 }}"}, db)), BOTH)

    assert texts(made) == {
        "web/charts/db/templates/a.yaml": "{{ as it is }}",
        "web/charts/db/templates/b.yaml.j2": "2",
        "web/templates/a.yaml": "2",
    }


def test_named_templates_reach_across_engines() -> None:
    db = chart("db", {"a.yaml": "include jinja.name"}, engine="echo")
    web = chart(
        "web",
        {
            "_n.yaml": '{% define "jinja.name" %}jinja for {{ Release.Name }}{% enddefine %}',
            "a.yaml": '{{ include("echo.name") }}',
        },
        db,
    )

    made = render_chart(context(web), BOTH)

    assert texts(made) == {
        "web/charts/db/templates/a.yaml": "jinja for shop",
        "web/templates/a.yaml": "echo.name of shop",
    }


def test_a_name_that_no_engine_has_is_an_error_with_the_nearest() -> None:
    web = chart("web", {"a.yaml": '{{ include("eco.name") }}', "b.yaml.j2": ""})

    with pytest.raises(TemplateError, match=r"eco\.name") as caught:
        render_chart(context(chart("top", {"x.yaml": "x"}, web, engine="echo")), BOTH)

    assert caught.value.hint == "did you mean 'echo.name'?"


def test_an_unknown_engine_is_named_with_the_nearest() -> None:
    with pytest.raises(EngineUnavailable, match="'jinja3'") as caught:
        rendered(chart("web", {"a.yaml": ""}, engine="jinja3"))

    assert caught.value.hint == "did you mean 'jinja2'?"


def test_an_engine_that_no_file_needs_is_not_asked_for() -> None:
    made = rendered(chart("web", {"a.yaml.j2": "a"}, engine="gotpl"))

    assert texts(made) == {"web/templates/a.yaml.j2": "a"}


def test_linting_collects_what_would_have_failed() -> None:
    web = chart("web", {"a.yaml": "{{ fail('stop') }}{{ required('need x', none) }}a"})

    made = render_chart(context(web, lint=True), ENGINES)

    assert texts(made) == {"web/templates/a.yaml": "a"}
    assert made.warnings == ("fail: stop", "missing required value: need x")


def test_a_template_that_is_no_text_is_refused() -> None:
    web = Chart(Metadata("web", "1.0.0", engine="jinja2"), {}, {"templates/a.yaml": b"a\xff"}, {})

    with pytest.raises(TemplateSyntax, match="not UTF-8"):
        rendered(web)


ERRORS: dict[str, dict[str, str]] = {
    "undefined": {"a.yaml": "a: 1\nhost: {{ Values.ingress.hots | quote }}\n"},
    "syntax": {"a.yaml": "a: 1\nb: {{ Values. }}\n"},
    "unknown-filter": {"a.yaml": "a: {{ Values.name | qoute }}\n"},
    "unclosed": {"a.yaml": "{% if Values.name %}\na: 1\n"},
    "unknown-name": {"a.yaml": 'a: {{ include("web.lables") }}\n', "_n.yaml": '{% define "web.labels" %}{% enddefine %}'},
    "include-chain": {
        "a.yaml": '{% from "_m.yaml" import port %}\na: 1\n{{ include("outer") }}\n',
        "_m.yaml": "{% macro port(n) %}\nport: {{ n + 'x' }}\n{% endmacro %}\n",
        "_n.yaml": '{% define "outer" %}\n{% from "_m.yaml" import port %}\nx\n{{ port(80) }}\n{% enddefine %}\n',
    },
    "function": {"a.yaml": "a: {{ Values.name | trunc('x') }}\n"},
    "required": {"a.yaml": "a: {{ required('name the host', Values.empty) }}\n"},
    "fail": {"a.yaml": "{% if true %}\n  {{ fail('choose one of a and b') }}\n{% endif %}\n"},
    "tpl": {"a.yaml": "a: 1\nb: {{ tpl(Values.text) }}\n"},
    "missing-file": {"a.yaml": '{% include "_lables.yaml" %}\n', "_labels.yaml": "x"},
    "loop": {"a.yaml": "{% for x in Values.name %}{% for y in 5 %}{% endfor %}{% endfor %}\n"},
    "nested": {"a.yaml": "{% for x in y %}\n" * 17 + "{% endfor %}" * 17},
    "steps": {"a.yaml": "{% for a in range(9999) %}\n{% for b in range(9999) %}\n{% endfor %}\n{% endfor %}\n"},
    "twice": {"_n.yaml": '{% define "n" %}a{% enddefine %}\n{% define "n" %}b{% enddefine %}\n'},
    "method": {"a.yaml": "{{ Values.list.append(1) }}\n"},
    "operands": {"a.yaml": "port: {{ Values.name + 1 }}\n"},
    "engine": {"a.yaml": ""},
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_errors_read_well(name: str, golden: Callable[[str, str], None]) -> None:
    values = {
        "name": "web",
        "ingress": {"host": "a"},
        "empty": "",
        "text": "{{ 1 +\n Values.x }}",
        "list": [],
    }
    engine = "jinja3" if name == "engine" else "jinja2"

    with pytest.raises(TemplateError) as caught:
        rendered(chart("web", ERRORS[name], engine=engine), values)

    shown: list[str] = []
    error: BaseException | None = caught.value
    while error is not None:
        shown.append(f"{error}\n")
        error = error.__cause__
    golden(f"errors/jinja-{name}.txt", "caused by: ".join(shown))
