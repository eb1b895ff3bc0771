"""The page about Helm charts is true: its commands run, its two languages render the same."""

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from pkgtool.chart.model import Chart, Metadata
from pkgtool.docs import page
from pkgtool.errors import PkgtoolError, TemplateError
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.jinja import JinjaEngine
from pkgtool.template.protocol import Engine
from pkgtool.template.render import render_chart
from pkgtool.testing.helm_oracle import HelmOracle

PAGE = page("howto/convert-a-helm-chart.md")

HELM = """\
#!{python}
# `helm template NAME CHART`, as far as it takes for kinds that install in the order of their names.
import json, sys
import helm_python
from helm_python import _native

_, _, name, chart = sys.argv
loaded = helm_python.Chart.load(chart)
options = {{"name": name, "namespace": "default", "revision": 1, "is_install": True,
            "is_upgrade": False, "kube_version": "v1.36.0", "api_versions": []}}
values = open(chart + "/values.yaml").read()
given = json.dumps(helm_python.values_from_yaml(values))
made = json.loads(_native.call_string("helm_render", loaded._raw(), given, json.dumps(options)))
made = {{path: text for path, text in made.items() if text.strip()}}
kinds = {{path: text.split("kind: ")[1].split()[0] for path, text in made.items()}}
documents = [f"---\\n# Source: {{path}}\\n{{made[path]}}" for path in sorted(made, key=kinds.get)]
print("\\n".join(documents).strip())
"""


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Yield the blocks of the page in order: a path and what is in that file, or a command."""
    lead, block = "", ""
    for line in [*text.splitlines(), "end"]:
        if line.startswith("    ") or (block and not line):
            block += f"{line}\n"
            continue
        if block:
            yield from _read(lead, textwrap.dedent(block).strip("\n") + "\n")
            block = ""
        lead = line or lead


def _read(lead: str, block: str) -> Iterator[tuple[str, str]]:
    path = re.search(r"`([^`]+)`:$", lead)
    if path:
        yield path[1], block
    else:
        yield from (("", command) for command in block.splitlines())


def test_the_page_from_top_to_bottom(shell: Any) -> None:
    programs = shell.folder.parent / "bin"
    programs.mkdir()
    (programs / "helm").write_text(HELM.format(python=sys.executable))
    (programs / "helm").chmod(0o755)
    path = f"{programs}:{shell.program.parent}:{shell.environment['PATH']}"
    commands = []

    for place, text in steps(PAGE):
        if place:
            shell.write(place, text)
        elif HelmOracle.installed() or "helm" not in text:
            done = subprocess.run(
                ["sh", "-ec", text],
                cwd=shell.folder,
                env={**shell.environment, "PATH": path},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
            commands.append(text)

    assert len(commands) >= 10
    assert not list((shell.folder / "web").rglob("*.j2"))
    assert not list((shell.folder / "web").rglob("*.tpl"))


def test_a_difference_would_be_seen(shell: Any) -> None:
    """Otherwise the page could compare nothing."""
    for place, text in steps(PAGE):
        if place and "j2" not in place and not (shell.folder / place).exists():
            shell.write(place, text)
    shell.ok("install", "shop", "./web")
    values = shell.folder / "web/values.yaml"

    values.write_text(values.read_text().replace("hello", "good morning"))

    assert "good morning" in shell.run("diff", "upgrade", "shop", "./web", "--exit-code").out
    assert shell.run("diff", "upgrade", "shop", "./web", "--exit-code").status == 4


VALUES: dict[str, Any] = {
    "name": "web",
    "on": True,
    "replicas": 2,
    "log-level": "info",
    "hosts": ["a", "b"],
    "none": [],
    "labels": {"zone": "z", "app": "web"},
    "image": {"repository": "nginx", "tag": "1.27"},
    "resources": {"limits": {"cpu": "1"}},
}
ENGINES: Mapping[str, Engine] = {"gotpl": GotplEngine(), "jinja2": JinjaEngine()}


def rendered(
    text: str, engine: str, values: Any = VALUES, *libraries: Chart, name: str = "a.yaml"
) -> str:
    """Return what one template makes."""
    web = Chart(
        Metadata(name="web", version="1.0.0", engine=engine),
        values={},
        templates={f"templates/{name}": text.encode()},
        files={"config/app.conf": b"x=1\n"},
        dependencies=libraries,
    )
    context = RenderContext(
        web, json.loads(json.dumps(values)), ReleaseFacts("shop"), Capabilities()
    )
    return render_chart(context, ENGINES).files[0].text


def outcome(text: str, engine: str) -> str:
    """Return what a template makes, or how it refuses."""
    try:
        return rendered(text, engine)
    except TemplateError as error:
        return f"{error.code}: {error.what.rpartition(': ')[2]}"


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table under `heading`."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [[cell.replace(r"\|", "|").strip("`") for cell in row] for row in cells]


@pytest.mark.parametrize("row", rows("The idioms"), ids=lambda row: row[0])
def test_both_ways_make_the_same(row: list[str]) -> None:
    _, go, jinja = row

    assert outcome(go, "gotpl") == outcome(jinja, "jinja2")


@pytest.mark.parametrize("row", rows("What prints differently"), ids=lambda row: row[0])
def test_values_print_as_the_page_says(row: list[str]) -> None:
    _, value, go, jinja = row
    given, _, function = value.partition(" | ")
    values = {"x": json.loads(given)}
    piped = f" | {function}" if function else ""

    assert rendered(f"{{{{ .Values.x{piped} }}}}", "gotpl", values) == go
    assert rendered(f"{{{{ Values.x{piped} }}}}", "jinja2", values) == jinja


def test_the_tables_are_read() -> None:
    assert len(rows("The idioms")) > 30
    assert len(rows("What prints differently")) > 6


@pytest.mark.parametrize(
    ("text", "engine", "code"),
    [
        pytest.param("{{ eq .Values.replicas 2 }}", "gotpl", "P303", id="a float and a number"),
        pytest.param("{{ Values.missing }}", "jinja2", "P307", id="a missing value"),
        pytest.param("{{ .Values.missing.x }}", "gotpl", "P307", id="a missing parent"),
        pytest.param("{{ .Values. }}", "gotpl", "P301", id="syntax of Go"),
        pytest.param("{{ Values. }}", "jinja2", "P301", id="syntax of Jinja2"),
        pytest.param("{% for a in [1] %}{% break %}{% endfor %}", "jinja2", "P301", id="break"),
    ],
)
def test_what_the_page_says_fails(text: str, engine: str, code: str) -> None:
    assert outcome(text, engine).startswith(code)


@pytest.mark.parametrize(
    ("text", "engine", "expected"),
    [
        pytest.param("{{ .Values.missing }}", "gotpl", "", id="a missing value is nothing in Go"),
        pytest.param("{{ Values.replicas == 2 }}", "jinja2", "true", id="numbers are numbers"),
        pytest.param("{{ none | default(1) }}", "jinja2", "1", id="default replaces null"),
        pytest.param("{{ Values.missing is empty }}", "jinja2", "true", id="is empty may ask"),
    ],
)
def test_what_the_page_says_works(text: str, engine: str, expected: str) -> None:
    assert rendered(text, engine) == expected


def library(engine: str, path: str, text: str) -> Chart:
    metadata = Metadata(name="lib", version="1.0.0", engine=engine, type="library")
    return Chart(metadata, {}, {f"templates/{path}": text.encode()}, {})


def test_a_library_may_be_in_the_other_language() -> None:
    go = library(
        "gotpl", "_n.tpl", '{{ define "n" }}{{ .Release.Name }} {{ .Values.replicas }}{{ end }}'
    )
    jinja = library("jinja2", "_n.yaml", '{% define "n" %}{{ Release.Name }}{% enddefine %}')

    assert rendered('{{ include("n") }}', "jinja2", VALUES, go) == "shop 2"
    assert rendered('{{ include "n" . }}', "gotpl", VALUES, jinja) == "shop"
    with pytest.raises(PkgtoolError, match="not defined") as caught:
        rendered('{{ template "n" . }}', "gotpl", VALUES, jinja)
    assert "`include` also finds" in caught.value.hint


def test_texts_of_users_may_stay_go_templates() -> None:
    text = '{{ include("web.tpl", {"text": Values.text, "scope": dot}) }}'
    go = library("gotpl", "_n.tpl", '{{ define "web.tpl" }}{{ tpl .text .scope }}{{ end }}')
    assert '`include("web.tpl", {"text": Values.text, "scope": dot})`' in PAGE

    assert rendered(text, "jinja2", {"text": "{{ .Release.Name }}"}, go) == "shop"


def test_what_the_other_language_sets_stays_there() -> None:
    go = library("gotpl", "_n.tpl", '{{ define "n" }}{{ $_ := set .Values "name" "new" }}{{ end }}')

    assert rendered('{{ include("n") }}{{ Values.name }}', "jinja2", VALUES, go) == "web"


def test_dashes_can_go() -> None:
    go = "{{- if .Values.on }}\na: 1\n{{- end }}\nb: 1\n"
    jinja = "{% if Values.on %}\na: 1\n{% endif %}\nb: 1\n"

    assert rendered(go, "gotpl").lstrip() == rendered(jinja, "jinja2")
