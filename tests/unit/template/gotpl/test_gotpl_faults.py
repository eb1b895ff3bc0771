"""What fails while a template runs is told in Helm's words, with our place and the calls before."""

from collections.abc import Callable

import pytest

from pkgtool.errors import (
    BudgetExceeded,
    FunctionFailed,
    RequiredValueMissing,
    TemplateError,
    TemplateRender,
    TemplateSyntax,
    UndefinedValue,
)
from pkgtool.template.protocol import RenderedText
from pkgtool.template.scopes import Facts

Render = Callable[..., str]
FILE = "web/templates/a.yaml"


@pytest.mark.parametrize(
    ("text", "at", "node", "message"),
    [
        pytest.param("{{ .Values.a.b }}", 10, ".Values.a.b",
                     "nil pointer evaluating interface {}.b", id="field of nil"),
        pytest.param("{{ .Values.name.b }}", 10, ".Values.name.b",
                     "can't evaluate field b in type interface {}", id="field of a text"),
        pytest.param("{{ range list nil }}{{ .a }}{{ end }}", 23, ".a",
                     "nil pointer evaluating interface {}.a", id="field of a nil element"),
        pytest.param("{{ $x := 1 }}{{ $x.a }}", 18, "$x.a",
                     "can't evaluate field a in type int", id="field of a number"),
        pytest.param("{{ $x = 1 }}", 8, "1", "undefined variable: $x", id="undeclared variable"),
        pytest.param("{{ nil }}", 3, "nil", "nil is not a command", id="nil"),
        pytest.param("{{ nil 1 }}", 3, "nil", "can't give argument to non-function nil",
                     id="nil applied"),
        pytest.param("{{ (list 1) 2 }}", 3, "(list 1) 2",
                     "can't give argument to non-function list 1", id="pipe applied"),
        pytest.param("{{ .Values.a.b | trunc 1 2 }}", 10, ".Values.a.b",
                     "nil pointer evaluating interface {}.b", id="a failing pipe comes first"),
        pytest.param("{{ 1 2 }}", 3, "1", "can't give argument to non-function 1", id="1 applied"),
        pytest.param("{{ (.Values.name) 2 }}", 3, "(.Values.name) 2",
                     "can't give argument to non-function .Values.name", id="parentheses applied"),
        pytest.param("{{ trunc 1 }}", 3, "trunc", "wrong number of args for trunc: want 2 got 1",
                     id="too few arguments"),
        pytest.param('{{ trunc "1" "a" }}', 9, '"1"', 'expected integer; found "1"',
                     id="a text for an integer"),
        pytest.param("{{ upper 1 }}", 9, "1", "expected string; found 1", id="a number for a text"),
        pytest.param("{{ keys 1 }}", 8, "1",
                     "can't handle 1 for arg of type map[string]interface {}", id="for a map"),
        pytest.param("{{ upper nil }}", 9, "nil", "cannot assign nil to string", id="nil for a text"),
        pytest.param("{{ upper .Values.count }}", 16, ".Values.count",
                     "wrong type for value; expected string; got float64", id="type of a value"),
        pytest.param("{{ upper .Values.a }}", 16, ".Values.a",
                     "wrong type for value; expected string; got interface {}", id="missing value"),
        pytest.param("{{ .Values.a | upper }}", 15, "upper", "invalid value; expected string",
                     id="missing value through a pipe"),
        pytest.param("{{ upper (.Values.a).b }}", 17, ".Values.a",
                     "invalid value; expected string", id="field of a missing value"),
        pytest.param("{{ upper (.Values.map).z }}", 17, ".Values.map",
                     "wrong type for value; expected string; got interface {}",
                     id="missing field of a pipe"),
        pytest.param("{{ .Values.list | trunc .Values.a.b }}", 31, ".Values.a.b",
                     "nil pointer evaluating interface {}.b", id="arguments before the type of a pipe"),
        pytest.param("{{ keys (split `.` `a`) }}", 19, "`a`",
                     "wrong type for value; expected map[string]interface {}; got map[string]string",
                     id="a map of texts is no map of values"),
        pytest.param("{{ urlJoin .Values.a }}", 18, ".Values.a",
                     "wrong type for value; expected map[string]interface {}; got interface {}",
                     id="the parts of a URL are a map"),
        pytest.param('{{ nil | trunc "a" }}', 3, "nil", "nil is not a command",
                     id="a failing pipe comes before constants of a wrong type"),
        pytest.param("{{ or 1 ($z := 2) }}{{ $z }}", 23, "$z", "undefined variable: $z",
                     id="variable of what was skipped"),
        pytest.param("{{ or 1 ($z := 2) }}{{ $z = 3 }}", 28, "3", "undefined variable: $z",
                     id="assignment to a variable of what was skipped"),
        pytest.param("{{ upper (list 1) }}", 15, "1",
                     "wrong type for value; expected string; got []interface {}", id="last seen node"),
        pytest.param("{{ until (add 1 2) }}", 16, "2",
                     "wrong type for value; expected int; got int64", id="int64 is no int"),
        pytest.param("{{ range .Values.name }}{{ end }}", 16, ".Values.name",
                     "range can't iterate over web", id="range over a text"),
        pytest.param("{{ range $i, $e := 3 }}{{ end }}", 19, "3",
                     "can't use 3 to iterate over more than one variable", id="two variables"),
        pytest.param('{{ template "nope" . }}', 12, '{{template "nope" .}}',
                     'template "nope" not defined', id="unknown template"),
        pytest.param("{{ .Files.Get }}", 9, ".Files.Get",
                     "wrong number of args for Get: want 1 got 0", id="method without arguments"),
        pytest.param('{{ .Values.map "a" }}', 10, ".Values.map",
                     "map is not a method but has arguments", id="field with arguments"),
        pytest.param("{{ 18446744073709551615 }}", 3, "18446744073709551615",
                     "18446744073709551615 overflows int", id="large constant"),
    ],
)  # fmt: skip
def test_expressions(render: Render, text: str, at: int, node: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(f"é\n{text}")

    where = caught.value.where
    assert caught.value.what == f'{FILE}:2:{at}\n  executing "{FILE}" at <{node}>:\n    {message}'
    assert where is not None
    assert (where.line, where.column) == (2, at + 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{{ len 3 }}", "error calling len: len of type int", id="len"),
        pytest.param("{{ eq 1 1.0 }}",
                     "error calling eq: incompatible types for comparison: int and float64", id="eq"),
        pytest.param('{{ set (.Values.a) "b" 1 }}',
                     "error calling set: assignment to entry in nil map", id="set in nothing"),
        pytest.param('{{ len (semver "1.2.3") }}', "error calling len: len of type semver.Version",
                     id="len of what a pointer points to"),
        pytest.param("{{ ne (list 1) (dict) }}",
                     "error calling ne: non-comparable types [%!s(int=1)]: []interface {}, "
                     "map[string]interface {}: map[]", id="ne of different kinds"),
        pytest.param("{{ index (list 1) 7 }}", "error calling index: index out of range: 7",
                     id="index"),
        pytest.param("{{ index (list 1) 1 }}",
                     "error calling index: reflect: slice index out of range", id="index at the end"),
        pytest.param('{{ index "" 0 }}',
                     "error calling index: reflect: string index out of range", id="index of a text"),
        pytest.param("{{ lt true false }}", "error calling lt: invalid type for comparison", id="lt"),
        pytest.param('{{ call "x" }}', "error calling call: non-function of type string", id="call"),
        pytest.param('{{ tpl "{{ nope }}" . }}', 'error calling tpl: cannot parse template "{{ nope }}"'
                     ': template: gotpl:1: function "nope" not defined', id="tpl that does not parse"),
        pytest.param('{{ tpl "{{ .a.b }}" dict }}', "error calling tpl: error during tpl function "
                     'execution for "{{ .a.b }}": template: gotpl:1:5: executing "gotpl" at <.a.b>: '
                     "nil pointer evaluating interface {}.b", id="tpl that fails"),
    ],
)  # fmt: skip
def test_functions(render: Render, text: str, message: str) -> None:
    inner = text.removeprefix("{{ ").removesuffix(" }}")

    with pytest.raises(TemplateError) as caught:
        render(text)

    head = f'template: {FILE}:1:3: executing "{FILE}" at <{inner}>: '
    assert caught.value.what == head + message


def test_an_include_chain_is_one_message_and_a_chain_of_causes(render: Render) -> None:
    more = {"web/templates/_b.tpl": '{{ define "b" }}\n{{ .Values.a.b }}{{ end }}'}

    with pytest.raises(UndefinedValue) as caught:
        render('{{ include "b" . }}', more)

    assert caught.value.what.splitlines() == [
        f"{FILE}:1:3",
        f'  executing "{FILE}" at <include "b" .>:',
        "    error calling include:",
        "web/templates/_b.tpl:2:10",
        '  executing "b" at <.Values.a.b>:',
        "    nil pointer evaluating interface {}.b",
    ]
    assert str(caught.value.where) == "web/templates/_b.tpl:2:11"
    cause = caught.value.__cause__
    assert isinstance(cause, TemplateRender)
    assert str(cause.where) == f"{FILE}:1:4"


def test_a_template_action_is_a_cause_only(render: Render) -> None:
    text = '{{ define "b" }}{{ .a.b }}{{ end }}{{ template "b" dict }}'

    with pytest.raises(UndefinedValue) as caught:
        render(text)

    assert caught.value.what.count("executing") == 1
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param('{{ required "no name" .Values.empty }}', RequiredValueMissing, id="required"),
        pytest.param('{{ fail "no name" }}', FunctionFailed, id="fail"),
        pytest.param('{{ tpl "{{ fail .m }}" (dict "m" "no name") }}', FunctionFailed, id="in tpl"),
    ],
)
def test_wanted_failures_have_their_own_words(
    render: Render, text: str, kind: type[TemplateError]
) -> None:
    with pytest.raises(kind) as caught:
        render(text)

    assert caught.value.what == f"execution error at ({FILE}:1:3): no name"


def test_linting_goes_on(render: Render) -> None:
    facts = Facts(lint=True)

    assert render('[{{ required "no name" nil }}{{ fail "stop" }}]', facts=facts) == "[]"
    assert facts.warnings == ["missing required value: no name", "fail: stop"]


def test_an_unknown_include_names_the_nearest(render: Render) -> None:
    with pytest.raises(TemplateRender) as caught:
        render('{{ include "nope" . }}')

    assert caught.value.what.endswith(
        'error calling include:\ntemplate: no template "nope" associated with template "gotpl"'
    )


def test_a_broken_tpl_is_a_syntax_error_in_its_own_text(render: Render) -> None:
    with pytest.raises(TemplateSyntax) as caught:
        render('{{ tpl "a\\n{{ }}" . }}')

    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_lines_know_where_they_came_from(render_lines: Callable[..., RenderedText]) -> None:
    text = "a: 1\n{{- if .Values.on }}\nb: 2\n{{ toYaml .Values.list }}\n{{- end }}\nc\n"

    made = render_lines(text)

    assert made.text == "a: 1\nb: 2\n- a\n- b\n- c\nc\n"
    assert made.lines == (1, 3, 4, 4, 4, 6)


BOMBS = [
    pytest.param('{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', id="include"),
    pytest.param('{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}', id="template"),
    pytest.param('{{ define "a" }}{{ include "b" . }}{{ end }}{{ define "b" }}{{ include "a" . }}'
                 '{{ end }}{{ include "a" . }}', id="two that include each other"),
    pytest.param("{{ tpl .Values.bomb . }}", id="tpl of itself"),
    pytest.param("{{ range 100000000 }}a{{ end }}", id="long loop"),
    pytest.param("{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}", id="loops in loops"),
    pytest.param("{{ range 9223372036854775807 }}{{ end }}", id="the longest loop"),
    pytest.param('{{ define "a" }}{{ if . }}{{ include "a" (rest .) }}{{ include "a" (rest .) }}'
                 '{{ end }}{{ end }}{{ include "a" (until 30) }}', id="fan-out"),
    pytest.param('{{ $x := "aaaaaaaa" }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}', id="doubling"),
    pytest.param('{{ $x := repeat 1000000 "a" }}{{ range 100000 }}{{ $x }}{{ end }}', id="output"),
    pytest.param('{{ $x := repeat 1000000 "a" }}{{ range 100000 }}{{ contains "b" $x }}{{ end }}',
                 id="work without output"),
    pytest.param("{{ until 1000000000 }}", id="list"),
]  # fmt: skip


@pytest.mark.parametrize("text", BOMBS)
def test_bombs_end_in_a_named_error_with_a_place(render: Render, text: str) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        render(text, values={"bomb": "{{ tpl .Values.bomb . }}"})

    assert caught.value.where is not None


def test_a_failed_render_leaves_the_templates_usable(render: Render) -> None:
    text = '{{ define "a" }}{{ if . }}{{ include "a" (rest .) }}{{ end }}x{{ end }}'

    assert render(text + '{{ include "a" (until 900) | len }}') == "901"
