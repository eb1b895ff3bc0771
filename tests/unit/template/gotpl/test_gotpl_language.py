"""Go's template language, rule by rule."""

from collections.abc import Callable

import pytest

from pkgtool.values.setflags import SetNumber

Render = Callable[..., str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{{ .Values.name }}", "web", id="field"),
        pytest.param("{{ .Values.million }}", "1e+06", id="large numbers are floats"),
        pytest.param("[{{ .Values.missing }}]", "[]", id="a missing value is nothing"),
        pytest.param("{{ $x := .Values.name }}{{ $x }}", "web", id="variable"),
        pytest.param("{{ $x := 1 }}{{ $x = 2 }}{{ $x }}", "2", id="assignment"),
        pytest.param("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}", "1",
                     id="a block hides variables"),
        pytest.param("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2",
                     id="a block assigns outer variables"),
        pytest.param("{{ $x := 1 }}{{ range $i, $e := .Values.list }}{{ if eq $i 1 }}{{ $x }}{{ end }}"
                     "{{ $x := 2 }}{{ $x }}{{ end }}", "2122",
                     id="a block reached late sees what stands before it"),
        pytest.param("{{ with $y := .Values.name }}{{ $y }}{{ . }}{{ end }}", "webweb", id="with"),
        pytest.param("{{ with .Values.empty }}a{{ else }}b{{ end }}", "b", id="with else"),
        pytest.param("{{ with .Values.empty }}a{{ else with 2 }}{{ . }}{{ end }}", "2",
                     id="else with"),
        pytest.param("{{ if 0 }}a{{ else if 1 }}b{{ else }}c{{ end }}", "b", id="else if"),
        pytest.param("{{ range .Values.list }}{{ . }}{{ end }}", "abc", id="range"),
        pytest.param("{{ range $i, $e := .Values.list }}{{ $i }}{{ $e }}{{ end }}", "0a1b2c",
                     id="range with index"),
        pytest.param("{{ range $k, $v := .Values.map }}{{ $k }}{{ $v }}{{ end }}", "a1b2",
                     id="range over a map is sorted"),
        pytest.param("{{ range .Values.nothing }}a{{ else }}b{{ end }}", "b", id="range else"),
        pytest.param("{{ range $v := list }}{{ else }}{{ $v }}{{ end }}", "[]",
                     id="the variable of a range in its else"),
        pytest.param("{{ range 3 }}{{ . }}{{ end }}", "012", id="range over a number"),
        pytest.param("{{ range .Values.list }}{{ if eq . \"b\" }}{{ continue }}{{ end }}{{ . }}"
                     "{{ end }}", "ac", id="continue"),
        pytest.param("{{ range .Values.list }}{{ range 2 }}{{ break }}{{ end }}{{ . }}{{ end }}",
                     "abc", id="break leaves one loop"),
        pytest.param("{{ range .Values.list }}{{ with . }}{{ break }}{{ end }}x{{ end }}y", "y",
                     id="break out of a with"),
        pytest.param('{{ define "a" }}<{{ . }}>{{ end }}{{ template "a" 1 }}{{ template "a" }}',
                     "<1><>", id="template"),
        pytest.param('{{ block "a" .Values.name }}<{{ . }}>{{ end }}', "<web>", id="block"),
        pytest.param('{{ define "a" }}{{ $ }}{{ end }}{{ include "a" 7 }}', "7", id="root"),
        pytest.param("{{ (dict \"a\" (dict \"b\" 1)).a.b }}", "1", id="field of a pipe"),
        pytest.param("[{{ (.Values.missing).b.c }}]", "[]", id="field of nil in parentheses"),
        pytest.param("{{ $x := .Values.missing }}[{{ $x.b.c }}]", "[]", id="field of a nil variable"),
        pytest.param('{{ "a" | printf "%s%s" "b" }}', "ba", id="a piped value comes last"),
        pytest.param("{{ and 1 0 2 }}{{ or 0 \"\" 3 }}", "03", id="and, or"),
        pytest.param("{{ or true (fail \"no\") }}", "true", id="or stops early"),
        pytest.param("{{ 1 | and 0 }}{{ 1 | or 0 }}", "01", id="piped into and, or"),
        pytest.param("{{ eq 1 2 1 }}{{ ne 1 2 }}{{ lt 1 2 }}{{ ge 1.5 1.5 }}", "truetruetruetrue",
                     id="comparisons"),
        pytest.param("{{ eq nil .Values.missing }}{{ eq .Values.missing \"\" }}", "truefalse",
                     id="nil equals nil only"),
        pytest.param("{{ not .Values.empty }}{{ not .Values.list }}", "truefalse", id="truth"),
        pytest.param("{{ len \"ä\" }}{{ len .Values.map }}", "22", id="length in bytes"),
        pytest.param('{{ regexFindAll "z" "a" 1 | toJson }}{{ concat | toJson }}{{ list | toJson }}',
                     "nullnull[]", id="nil lists in JSON"),
        pytest.param("{{ rest list | toJson }}{{ initial list | toYaml }}{{ rest (list 1) | toJson }}",
                     "nullnull[]", id="the rest of nothing is nil"),
        pytest.param("{{ dict \"a\" concat | toYaml }} {{ dict \"a\" concat | toYamlPretty }}",
                     "a: null a: []", id="nil lists in YAML"),
        pytest.param("{{ typeOf . }} {{ kindOf . }} {{ typeOf dict }}",
                     "common.Values map map[string]interface {}", id="type of the root"),
        pytest.param("{{ concat }}{{ range concat }}{{ else }}{{ len concat }}{{ end }}", "[]0",
                     id="nil lists are empty lists"),
        pytest.param("{{ index .Values.list 1 }}{{ index .Values.map \"a\" }}", "b1", id="index"),
        pytest.param("{{ index .Values.nested \"x\" \"y\" }}", "deep", id="index deeper"),
        pytest.param("{{ html .Values.html }}", "&lt;a&gt;&amp;&#39;&#34;", id="html"),
        pytest.param("{{ js .Values.html }}", "\\u003Ca\\u003E\\u0026\\'\\\"", id="js"),
        pytest.param('{{ urlquery "a b/é" }}', "a+b%2F%C3%A9", id="urlquery"),
        pytest.param("{{ print 1 2 \"a\" nil }}", "1 2a<nil>", id="print"),
        pytest.param("{{ trunc 2.0 \"abc\" }}", "ab", id="a whole float literal is an integer"),
        pytest.param("{{ hasKey (.Values.missing) \"a\" }}", "false", id="a nil map is empty"),
        pytest.param("{{ hasKey (.Values.missing).more \"a\" }}", "false",
                     id="a field of nothing is an empty map"),
        pytest.param("{{ $x := .Values.missing }}{{ hasKey $x.more \"a\" }}", "false",
                     id="a field of a variable without a value is an empty map"),
        pytest.param("{{ define \"x\" }}{{ hasKey .a \"b\" }}{{ end }}{{ template \"x\" }}", "false",
                     id="a field of no data is an empty map"),
        pytest.param("{{ define \"x\" }}{{ .Values.Table \"a\" }}{{ end }}{{ template \"x\" }}", "",
                     id="a method of no data"),
        pytest.param("{{ quote (split \".\" \"a\").x (index (split \".\" \"a\") \"y\") }}", '"" ""',
                     id="what is missing in a map of texts is a text"),
        pytest.param("{{ set (merge (.Values.missing) (dict)) \"a\" 1 }}", "map[a:1]",
                     id="merging into nothing makes a map"),
        pytest.param("{{ range $v := .Values.missing }}{{ else }}{{ $v.a }}b{{ end }}", "b",
                     id="the variable of a loop without rounds"),
        pytest.param("{{ typeOf (add 1 2) }} {{ typeOf (int 1) }}", "int64 int", id="whole numbers"),
        pytest.param("{{ .Files.Get \"conf/b.txt\" }}", "three", id="method"),
        pytest.param('{{ "conf/b.txt" | .Files.Get }}', "three", id="piped into a method"),
        pytest.param("{{ (.Files.Glob \"conf/*\").AsConfig }}", "a.txt: |\n  one\n  two\nb.txt: three",
                     id="method of a pipe"),
        pytest.param("{{ if .Files.Glob \"nope/*\" }}a{{ else }}b{{ end }}", "b", id="no files"),
        pytest.param("{{ if .Capabilities.APIVersions.Has \"v1\" }}a{{ end }}", "a", id="Has"),
        pytest.param("{{ .Values.PathValue \"nested.x.y\" }}", "deep", id="method of values"),
        pytest.param("{{ (toDate \"2006-01-02\" \"2026-11-23\").Year }}", "2026", id="of a time"),
        pytest.param("a {{- /* note */ -}} b", "ab", id="comment"),
        pytest.param("{{ tpl \"{{ .Values.name }}\" . }}", "web", id="tpl"),
        pytest.param('{{ tpl `{{ define "x" }}1{{ end }}{{ include "x" . }}` . }}', "1",
                     id="tpl defines names"),
        pytest.param("{{ required \"no\" 0 }}", "0", id="zero is a value"),
        pytest.param('{{ lookup "v1" "Secret" "a" "b" }}', "map[]", id="lookup offline"),
    ],
)  # fmt: skip
def test_language(render: Render, text: str, expected: str) -> None:
    assert render(text) == expected


def test_a_name_that_tpl_defines_is_gone_afterwards(render: Render) -> None:
    text = (
        '{{ define "x" }}out{{ end }}{{ tpl `{{ define "x" }}in{{ end }}{{ include "x" . }}` . }}'
    )

    assert render(text + '{{ include "x" . }}') == "inout"


def test_a_file_is_a_template_by_its_path(render: Render) -> None:
    text = '{{ include (print .Template.BasePath "/b.yaml") . | sha256sum | trunc 8 }}'

    assert render(text, {"web/templates/b.yaml": "b"}) == "3e23e816"


def test_no_value_is_removed_at_the_end_only(render: Render) -> None:
    text = '{{ define "x" }}{{ .nope }}{{ end }}{{ include "x" dict | len }} {{ include "x" dict }}'

    assert render(text) == "10 "


def test_numbers_given_with_set_are_int64(render: Render) -> None:
    values = {"a": SetNumber(1), "b": [SetNumber(10**7)], "c": 1}

    assert render(
        "{{ typeOf .Values.a }} {{ .Values.b }} {{ typeOf .Values.c }}", values=values
    ) == ("int64 [10000000] float64")


def test_numbers_given_with_set_are_ranged_over(render: Render) -> None:
    values = {"replicas": SetNumber(2), "none": SetNumber(0)}

    text = "{{ range .Values.replicas }}{{ . }}{{ end }}"
    assert render(text + "{{ range .Values.none }}a{{ else }}b{{ end }}", values=values) == "01b"
    assert render("{{ range add 1 1 }}{{ . }}{{ typeOf . }}{{ end }}") == "0int641int64"


def test_what_one_template_sets_the_next_one_sees(render: Render) -> None:
    assert render('{{ $_ := set .Values "a" 1 }}{{ .Values.a }}') == "1"
