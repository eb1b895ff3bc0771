"""What a chart writer reads after the most common mistakes in Go templates: kept as files."""

from collections.abc import Callable
from typing import Any

import pytest

from pkgtool.chart.model import Chart, Metadata
from pkgtool.cli.failure import is_told
from pkgtool.errors import PkgtoolError, TemplateError
from pkgtool.manifest.parse import parse_manifests
from pkgtool.manifest.validate import validate_manifests
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.render import render_chart

VALUES: dict[str, Any] = {
    "name": "web",
    "env": "prod",
    "port": 8080,
    "hosts": ["a.example.com", "b.example.com"],
    "image": {"repository": "nginx", "tag": "1.27"},
    "resources": {"limits": {"cpu": "1", "memory": "64Mi"}},
    "config": "greeting: {{ .Values.greetings.hello }}\n",
    "motto": 'say "hi"',
    "budget": 1000000,
}
NAMES = '{{- define "web.labels" }}\napp: {{ .Chart.Name }}\n{{- end }}\n'
HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"
DATA = f"{HEAD}data:\n"
LABELS = f"{HEAD}  labels:\n"
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n"
    "    - name: web\n      image: nginx\n      resources:"
)

MISTAKES: dict[str, str] = {
    "missing-parent": DATA + "  host: {{ .Values.ingress.host | quote }}\n",
    "dot-in-range": DATA + "{{- range .Values.hosts }}\n  {{ . }}: {{ .Values.port | quote }}\n{{- end }}\n",
    "dot-in-with": DATA + "{{- with .Values.image }}\n  app: {{ .Release.Name }}-{{ .tag }}\n{{- end }}\n",
    "missing-end": DATA + "{{- if .Values.name }}\n  name: {{ .Values.name }}\n",
    "extra-end": DATA + "  name: {{ .Values.name }}\n{{- end }}\n",
    "one-brace": DATA + "  name: {{ .Values.name }\n  env: {{ .Values.env }}\n",
    "unclosed": DATA + "  name: {{ .Values.name\n  env: test\n",
    "function-name": DATA + "  name: {{ .Values.name | qoute }}\n",
    "missing-dot": DATA + "  name: {{ Values.name }}\n",
    "include-name": LABELS + '    {{- include "web.lables" . | nindent 4 }}\n',
    "include-without-dot": LABELS + '    {{- include "web.labels" | nindent 4 }}\n',
    "include-of-values": LABELS + '    {{- include "web.labels" .Values | nindent 4 }}\n',
    "template-name": LABELS + '    {{- template "web.lables" . }}\n',
    "template-piped": LABELS + '    {{- template "web.labels" .Chart | nindent 4 }}\n',
    "release-field": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Nmae }}\n",
    "variable-of-a-block": HEAD + "{{- if true }}{{ $name := 1 }}{{ end }}\ndata:\n  name: {{ $name }}\n",
    "argument-count": DATA + "  name: {{ trunc .Values.name }}\n",
    "equal-numbers": HEAD + "{{- if eq .Values.port 8080 }}\n{{- end }}\n",
    "text-and-number": HEAD + '{{- if eq .Values.port "8080" }}\n{{- end }}\n',
    "compare-missing": HEAD + "{{- if gt .Values.replicas 3 }}\n{{- end }}\n",
    "equals-sign": HEAD + '{{- if .Values.env = "prod" }}\n{{- end }}\n',
    "range-over-number": DATA + "{{- range .Values.port }}\n  a: {{ . }}\n{{- end }}\n",
    "index-out-of-range": DATA + "  third: {{ index .Values.hosts 2 }}\n",
    "dash-in-name": DATA + "  name: {{ .Values.my-name }}\n",
    "missing-for-text": DATA + "  name: {{ .Values.nmae | upper }}\n",
    "number-for-text": DATA + "  port: {{ upper .Values.port }}\n",
    "required": DATA + '  host: {{ required "ingress.host is needed" .Values.host }}\n',
    "fail": HEAD + '{{- if eq .Values.env "prod" }}\n{{ fail "prod needs a host" }}\n{{- end }}\n',
    "single-quotes": DATA + "  name: {{ .Values.name | default 'web' }}\n",
    "lookup": DATA + '  a: {{ (lookup "v1" "Secret" "default" "a").data.password }}\n',
    "from-yaml": DATA + "  a: {{ (fromYaml .Values.motto).a.b }}\n",
    "tpl": DATA + "  {{- tpl .Values.config . | nindent 2 }}\n",
    "semver": HEAD + '{{- if semverCompare "1.20 or newer" .Capabilities.KubeVersion.Version }}\n{{- end }}\n',
    "files-method": DATA + '  a: {{ .Files.get "a.txt" | quote }}\n',
    "to-yaml-indent": POD + "\n{{ toYaml .Values.resources | indent 4 }}\n",
    "to-yaml-without-nindent": POD + "\n        {{ toYaml .Values.resources }}\n",
    "mapping-printed": POD + " {{ .Values.resources }}\n",
    "quotes-in-quotes": DATA + '  motto: "{{ .Values.motto }}"\n',
    "tab": DATA + "\tname: {{ .Values.name }}\n",
    "label-number": LABELS + "    budget: {{ .Values.budget }}\n",
}  # fmt: skip


def work(text: str) -> str:
    """Render, parse and validate a chart with one template besides its names."""
    chart = Chart(
        Metadata(name="web", version="1.0.0"),
        values={},
        templates={"templates/a.yaml": text.encode(), "templates/_n.tpl": NAMES.encode()},
        files={"a.txt": b"a"},
    )
    context = RenderContext(chart, VALUES, ReleaseFacts("shop"), Capabilities())
    made = render_chart(context, {"gotpl": GotplEngine()})
    parsed = parse_manifests(made.files, namespace="default")
    validate_manifests(parsed, kube_version="1.36")
    return made.files[0].text


def told(error: BaseException | None) -> str:
    """Return what the command line says, without what it leaves out."""
    shown: list[str] = []
    while error is not None:
        if isinstance(error, PkgtoolError) and not is_told(error, "".join(shown)):
            shown.append(f"{error}\n")
        error = error.__cause__
    return "caused by: ".join(shown)


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_read_well(name: str, golden: Callable[[str, str], None]) -> None:
    with pytest.raises(PkgtoolError) as caught:
        work(MISTAKES[name])

    golden(f"errors/gotpl-{name}.txt", told(caught.value))
    assert caught.value.hint


def test_a_misspelled_field_of_a_release_is_empty() -> None:
    """As in Helm: it is a mapping, whose missing keys are nil."""
    assert work(DATA + '  a: "{{ .Release.Nmae }}{{ .Chart.appVersion }}"\n').endswith('a: ""\n')


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("{{ .Values.a.b.c }}", "write `((.Values.a).b).c`", id="every field in brackets"),
        pytest.param("{{ range list nil }}{{ .a }}{{ end }}", "`.` is null here", id="null item"),
        pytest.param("{{ with $.Values.image }}{{ $.Values.x.y }}{{ end }}", "`$.Values.x` is not set",
                     id="of a variable"),
        pytest.param("{{ (dict `a` nil).a.b }}", "what `.b` is asked of is null", id="of a result"),
        pytest.param("{{ .Values.db.db }}", "write `(.Values.db).db`", id="the same name twice"),
        pytest.param("{{ tpl `{{ .Release.Name }}` .Values }}", "give it all, `tpl … $`",
                     id="tpl with other data"),
        pytest.param('{{ .Files.Read "a" }}', "there are AsConfig, AsSecrets, Get,", id="methods"),
        pytest.param('{{ env "HOME" }}', "cannot read the environment", id="env"),
        pytest.param("{{ .Values.hosts.first }}", "`index .Values.hosts 0`", id="field of a list"),
        pytest.param("{{ .Values.name.x }}", "`.Values.name` is text", id="field of a text"),
        pytest.param("{{ .Values.hosts[0] }}", "`index .a 0`", id="index in brackets"),
        pytest.param("{{ $name := 1 }}{{ $nmae }}", "'$name'", id="variable"),
        pytest.param('{{ .a | default "b }}', "close the text", id="open quote"),
        pytest.param("{{ range .Values.name }}{{ end }}", "`splitList`", id="range over a text"),
        pytest.param("{{ if .a and .b }}{{ end }}", "`and .a .b`", id="and in between"),
        pytest.param("{{ if .a }}{{ elseif .b }}{{ end }}", "write `else if`", id="elseif"),
        pytest.param("{{ .a\nb: {{ .b }}", "begins in line 1 has no `}}`", id="action that runs on"),
        pytest.param("{{ .Values.port.x }}", "no mapping but a plain value", id="field of a number"),
        pytest.param("{{ .Capabilities.KubeVersions.Minor }}", "'KubeVersion'", id="capabilities"),
        pytest.param('{{ .Capabilities.APIVersions.has "v1" }}', "'Has'", id="method of a list"),
        pytest.param("{{ if .a && .b }}{{ end }}", "`and .a .b`", id="&&"),
        pytest.param("{{ if .a || .b }}{{ end }}", "`or .a .b`", id="||"),
        pytest.param("{{ if !.a }}{{ end }}", "`not .a`", id="!"),
        pytest.param("{{ if .a < 1 }}{{ end }}", "`lt`", id="<"),
        pytest.param("{{ if .a > 1 }}{{ end }}", "`gt`", id=">"),
        pytest.param("{{ .a + 1 }}", "`add .a .b`", id="+"),
        pytest.param("{{ .a * 2 }}", "`mul .a .b`", id="*"),
        pytest.param("{{ .a % 2 }}", "`mod .a .b`", id="%"),
        pytest.param('{{ dict "a", 1 }}', "without commas", id="comma"),
        pytest.param("{{ default(1) }}", "without brackets", id="brackets"),
        pytest.param("{{ (upper .a }}", "closed in the action", id="open bracket"),
        pytest.param("{{ .a.0 }}", "`index .a 0`", id="number as a field"),
        pytest.param("{{-.a }}", "need a space", id="trim marker without a space"),
        pytest.param("{{ /* a */ }}", "`{{/* … */}}`", id="spaces around a comment"),
        pytest.param("{{# a #}}", "`{{/* … */}}`", id="comment of another language"),
        pytest.param("{{/* a }}", "`*/}}`", id="open comment"),
        pytest.param("{{{ .a }}}", "two braces are enough", id="three braces"),
        pytest.param("{{ if .a }}{{ endif }}", "write `end`", id="endif"),
        pytest.param("{{ for .a }}", "write `range`", id="for"),
        pytest.param("{{ eq .a null }}", "write `nil`", id="null"),
        pytest.param("{{ include web . }}", '`"web"` a text', id="text without quotes"),
        pytest.param("{{ .a | 1 }}", "into functions only", id="piped into a number"),
        pytest.param("{{ if 1 }}{{ else }}{{ else if 2 }}{{ end }}", "`else if` goes before",
                     id="else if last"),
        pytest.param('{{ if 1 }}{{ define "a" }}{{ end }}{{ end }}', "move the `define`",
                     id="define in a block"),
        pytest.param("{{ if 1 }}{{ break }}{{ end }}", "only a `range`", id="break"),
        pytest.param('{{ template "from.jinja" }}', "`include` also finds", id="template"),
        pytest.param('{{ tpl "{{ .a " . }}', "ends with `}}`", id="in tpl"),
        pytest.param('{{ index .Values.hosts "a" }}', "takes a number", id="list with a key"),
        pytest.param("{{ index .Values.hosts .Values.port }}", "`int`", id="list with a float"),
        pytest.param("{{ index .Values.image 0 }}", "key in quotes", id="mapping with a number"),
        pytest.param("{{ index .Values.x 0 }}", "ask with `if`", id="index of nothing"),
        pytest.param("{{ len .Values.x }}", "missing or null", id="length of nothing"),
        pytest.param("{{ len .Values.port }}", "have a length", id="length of a number"),
        pytest.param("{{ eq .Values.image .Values.image }}", "`deepEqual`", id="equal mappings"),
        pytest.param("{{ lt .Values.image .Values.image }}", "have an order", id="order of mappings"),
        pytest.param("{{ eq true 1 }}", "around both", id="equal kinds"),
        pytest.param("{{ until .Values.port }}", "`int`", id="float for a whole number"),
        pytest.param("{{ upper .Values.image }}", "`toYaml`", id="mapping for a text"),
        pytest.param("{{ nindent .Values.image 2 }}", "another order", id="order of arguments"),
        pytest.param('{{ ternary 1 2 "a" }}', "without quotes", id="text for a truth value"),
        pytest.param("{{ ternary 1 2 .Values.name }}", "`eq .a .b`", id="value for a truth value"),
        pytest.param('{{ hasKey .Values.name "a" }}', "must be a mapping", id="text for a mapping"),
        pytest.param("{{ upper 1 }}", "in quotes", id="number for a text"),
        pytest.param('{{ "a" 1 }}', "in front", id="text called"),
        pytest.param("{{ max }}", "`max number others…`", id="usage of a function with many arguments"),
        pytest.param("{{ eq }}", "`eq first others…`", id="usage of a function of the language"),
        pytest.param('{{ tpl "a" }}', "`tpl text data`; `.` hands over", id="tpl without data"),
    ],
)  # fmt: skip
def test_hints_tell_the_next_step(text: str, hint: str) -> None:
    with pytest.raises(TemplateError) as caught:
        work(text)

    assert hint in caught.value.hint


def test_an_open_block_is_shown_where_it_began() -> None:
    """Helm's words name the end of the file, where there is nothing to see."""
    with pytest.raises(TemplateError) as caught:
        work("a: 1\n{{- range .a }}\nb: 1\n")

    assert caught.value.what == "parse error at (web/templates/a.yaml:4): unexpected EOF"
    assert str(caught.value.where) == "web/templates/a.yaml:2:5"
