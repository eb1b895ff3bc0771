"""What does not parse is refused at its place, in Helm's words."""

from collections.abc import Callable

import pytest

from pkgtool.errors import BudgetExceeded, TemplateError, TemplateSyntax

Render = Callable[..., str]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{{ }}", "missing value for command", id="nothing"),
        pytest.param("{{ if }}x{{ end }}", "missing value for if", id="if without a value"),
        pytest.param("{{ if true }}x", "unexpected EOF", id="no end"),
        pytest.param("{{ end }}", "unexpected {{end}}", id="stray end"),
        pytest.param("{{ else }}", "unexpected {{else}}", id="stray else"),
        pytest.param("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "expected end; found {{else}}",
                     id="two elses"),
        pytest.param("{{ range . }}{{ else if 1 }}{{ end }}", "unexpected <if> in input",
                     id="else if of a range"),
        pytest.param("{{ break }}", "{{break}} outside {{range}}", id="stray break"),
        pytest.param("{{ nope }}", 'function "nope" not defined', id="unknown function"),
        pytest.param("{{ mustToDuration 1 }}", 'function "mustToDuration" not defined',
                     id="a function of later versions"),
        pytest.param("{{ $x }}", 'undefined variable "$x"', id="unknown variable"),
        pytest.param("{{ if 1 }}{{ $x := 1 }}{{ end }}{{ $x }}", 'undefined variable "$x"',
                     id="variable of a block that is over"),
        pytest.param("{{ $a, $b := 1 }}", "too many declarations in command", id="two variables"),
        pytest.param("{{ range $a, 1 }}{{ end }}", "range can only initialize variables",
                     id="range over a comma"),
        pytest.param("{{ 1 | 2 }}", "non executable command in pipeline stage 2", id="piped into 2"),
        pytest.param('{{ "a".b }}', 'unexpected . after term "\\"a\\""', id="field of a text"),
        pytest.param("{{ .a.1 }}", 'unexpected ".1" in operand', id="number as field"),
        pytest.param("{{ define x }}{{ end }}", 'unexpected "x" in define clause', id="define"),
        pytest.param("{{ template }}", 'unexpected "}}" in template clause', id="template"),
        pytest.param('{{ if 1 }}{{ define "a" }}{{ end }}{{ end }}',
                     "unexpected <define> in command", id="define in a block"),
        pytest.param('{{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }}',
                     'multiple definition of template "a"', id="defined twice"),
        pytest.param("{{{ 1 }}}", 'unexpected "{" in command', id="three braces"),
        pytest.param("{{ toString a-very-long-word }}", "bad character U+002D '-'", id="hyphen"),
        pytest.param("{{ 1 := 2 }}", 'unexpected ":=" in operand', id="declaring a number"),
    ],
)  # fmt: skip
def test_syntax_errors(render: Render, text: str, message: str) -> None:
    with pytest.raises(TemplateSyntax) as caught:
        render(f"a: 1\n{text}")

    where = caught.value.where
    shown = message.rpartition(": ")[2]
    assert caught.value.what == f"parse error at (web/templates/a.yaml:2): {shown}"
    assert where is not None
    assert where.line == 2


def test_what_helm_cuts_off_is_in_the_hint(render: Render) -> None:
    with pytest.raises(TemplateSyntax) as caught:
        render("{{ 08 }}")

    assert caught.value.what == 'parse error at (web/templates/a.yaml:1): "08"'
    assert caught.value.hint == 'integer overflow: "08"'


def test_a_line_end_after_a_trim_marker_is_inside_of_the_action(render: Render) -> None:
    with pytest.raises(
        TemplateSyntax, match=r"string in action started at web/templates/a\.yaml:1"
    ):
        render('{{-\n"')


def test_an_action_over_several_lines_says_where_it_began(render: Render) -> None:
    with pytest.raises(TemplateSyntax, match=r"unclosed action started at web/templates/a\.yaml:1"):
        render("{{ .a\n\n")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("{{\nend\n}}", 3, "unexpected {{end}}", id="stray end"),
        pytest.param("{{\nbreak }}", 2, "{{break}} outside {{range}}", id="stray break"),
        pytest.param("{{\nelse }}", 2, "unexpected {{else}}", id="stray else"),
        pytest.param("{{\nelse if\n1 }}", 2, "unexpected {{else}}", id="stray else if"),
        pytest.param("{{ if 1 }}{{ else }}{{ else\n}}{{ end }}", 2,
                     "expected end; found {{else}}", id="two elses"),
        pytest.param('{{ define "a" }}{{\nelse }}{{ end }}', 2,
                     "unexpected {{else}} in define clause", id="else of a definition"),
        pytest.param('{{ block "a" . }}\n{{ else }}{{ end }}', 1,
                     "unexpected {{else}} in block clause", id="else of a block"),
        pytest.param('{{ define "a" }}1{{ end }}\n{{ define "a" }}2\n{{ end }}', 3,
                     'multiple definition of template "a"', id="defined twice"),
        pytest.param("{{ if 1 }}{{\ndefine nothing }}{{ end }}", 2,
                     "unexpected <define> in command", id="define in a block"),
        pytest.param("{{/* a\n */ b }}", 1, "comment ends before closing delimiter", id="comment"),
        pytest.param("{{ if 1 }}{{\nelse if 'a\n}}", 2, "unterminated character constant",
                     id="else if does not say where it started"),
    ],
)  # fmt: skip
def test_lines_are_those_that_go_names(render: Render, text: str, line: int, message: str) -> None:
    with pytest.raises(TemplateSyntax) as caught:
        render(text)

    assert caught.value.what == f"parse error at (web/templates/a.yaml:{line}): {message}"


def test_nesting_is_bounded(render: Render) -> None:
    with pytest.raises(BudgetExceeded):
        render("{{ if 1 }}" * 5000)
    with pytest.raises(TemplateSyntax, match="max expression depth exceeded"):
        render("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}")


def test_a_trailing_pipe_is_accepted(render: Render) -> None:
    """As Go does, and as released charts need."""
    assert render("{{ .Values.name | }}") == "web"


def test_variables_of_an_if_are_known_in_its_else(render: Render) -> None:
    """They parse there, as in Go, but are not declared when the other branch did not run."""
    text = "{{ if .Values.on }}{{ $x := 1 }}{{ $x }}{{ else }}{{ $x }}{{ end }}"

    assert render(text) == "1"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("{{ if 0 }}" + "{{ else if 0 }}" * 2000 + "{{ end }}", BudgetExceeded, id="else if"),
        pytest.param("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", TemplateSyntax, id="brackets"),
        pytest.param("{{ " + "{" * 5000 + " }}", TemplateSyntax, id="braces"),
        pytest.param("{{ 1e999 }}", TemplateSyntax, id="a number beyond floats, as in Go"),
    ],
)  # fmt: skip
def test_what_goes_on_without_end_is_refused(
    render: Render, text: str, error: type[TemplateError]
) -> None:
    with pytest.raises(error):
        render(text)
