"""Where compiled code fails, the evaluator does everything again and says why, or that nothing is wrong."""

import warnings
from collections.abc import Mapping
from typing import Any

import pytest

from pkgtool.chart.model import Chart, Metadata
from pkgtool.errors import FunctionFailed, TemplateError
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.gotpl.compiler import compile_text
from pkgtool.template.protocol import TemplateSet
from pkgtool.template.render import render_chart
from pkgtool.template.scopes import ChartScope, Facts
from pkgtool.testing.engine_contract import nowhere
from pkgtool.testing.gotpl_back_ends import engine_for

COUNT = '{{ $_ := set .Values "n" (add1 .Values.n) }}{{ .Values.n }}'
"""Changes the values, so that who runs twice is found out."""


def compiled(sources: Mapping[str, str], outside: Any = nowhere) -> TemplateSet:
    return engine_for(sources).compile(sources, outside=outside)


def scope_of(path: str, **values: Any) -> ChartScope:
    return ChartScope({"Values": values, "Template": {"Name": path}}, Facts())


def test_an_error_tells_what_the_templates_before_it_have_changed() -> None:
    sources = {"a": COUNT, "b": COUNT + '{{ fail (print "n is " .Values.n) }}'}
    templates = compiled(sources)
    scope = scope_of("a", n=1)

    assert templates.render("a", scope).text == "2"
    scope["Template"] = {"Name": "b"}
    with pytest.raises(FunctionFailed) as caught:
        templates.render("b", scope)
    assert caught.value.what.endswith(": n is 3")


def test_templates_before_an_error_are_called_what_they_were() -> None:
    keep = '{{ $_ := set .Values "seen" .Template.Name }}'
    templates = compiled({"a": keep, "b": '{{ fail (print .Values.seen " " .Template.Name) }}'})
    scope = scope_of("a")

    templates.render("a", scope)
    scope["Template"] = {"Name": "b"}
    with pytest.raises(FunctionFailed) as caught:
        templates.render("b", scope)
    assert caught.value.what.endswith(": a b")


def test_what_only_the_evaluator_can_do_changes_nothing_twice() -> None:
    # A field of data that is no map: nil in Go, an exception in compiled code.
    sources = {"a": COUNT + '{{ include "x" nil }}', "b": "{{ define `x` }}({{ .y }}){{ end }}"}
    templates = compiled(sources)

    assert templates.render("a", scope_of("a", n=1)).text == "2()"
    assert templates.render("a", scope_of("a", n=5)).text == "6()"


def test_a_failure_in_the_other_language_and_back_is_told_as_it_is() -> None:
    sources = {
        "a": COUNT + '{{ include "theirs" . }}',
        "b": '{{ define "ours" }}{{ fail "no" }}{{ end }}',
    }
    templates: list[TemplateSet] = []

    def outside(name: str, data: Any) -> str:
        assert name == "theirs"
        return templates[0].include("ours", data)

    templates.append(compiled(sources, outside))
    with pytest.raises(TemplateError) as caught:
        templates[0].render("a", scope_of("a", n=1))

    assert caught.value.what.endswith("no")


def test_lines_are_found_out_when_somebody_asks() -> None:
    text = "a: 1\n{{- range until 2 }}\nb: {{ . }}\n{{- end }}\n"
    web = Chart(Metadata("web", "1.0.0"), {}, {"templates/a.yaml": text.encode()}, {})
    context = RenderContext(web, {}, ReleaseFacts("shop"), Capabilities())
    engine = GotplEngine()

    for _ in range(2):
        made = render_chart(context, {"gotpl": engine})
        assert made.files[0].lines == (1, 3, 3)
        assert made.files[0].lines[1:] == (3, 3)
    assert made == render_chart(context, {"gotpl": engine}, lined=True)


def test_lines_that_cannot_be_found_again_are_unknown() -> None:
    answers = iter([{"a": "1"}, {}])
    text = '{{ required "gone" (lookup "v1" "Pod" "a" "b").a }}'
    web = Chart(Metadata("web", "1.0.0"), {}, {"templates/a.yaml": text.encode()}, {})
    context = RenderContext(
        web, {}, ReleaseFacts("shop"), Capabilities(), lookup=lambda *_: next(answers)
    )

    made = render_chart(context, {"gotpl": GotplEngine()})

    assert (made.files[0].text, made.files[0].lines) == ("1", ())


def test_scopes_need_not_say_which_template_it_is() -> None:
    templates = compiled({"a": COUNT, "b": COUNT + '{{ fail "no" }}'})
    scope = ChartScope({"Values": {"n": 1}}, Facts())

    assert templates.render("a", scope).text == "2"
    with pytest.raises(FunctionFailed):
        templates.render("b", scope)


def test_keys_are_made_once() -> None:
    text = '{{ $_ := set .Values "key" (genPrivateKey "ecdsa") }}{{ fail .Values.key }}'
    made = []

    def keep(_name: str, data: Any) -> str:
        made.append(data["key"])
        return ""

    sources = {"a": text.replace("{{ fail", '{{ include "keep" .Values }}{{ fail')}
    with pytest.raises(FunctionFailed) as caught:
        compiled(sources, keep).render("a", scope_of("a"))

    assert len(made) == 2
    assert made[0] == made[1]
    assert made[0].strip() in caught.value.what


def test_odd_templates_make_python_warn_nobody() -> None:
    text = '{{ if .never }}{{ (true).a.b }}{{ ("x").y }}{{ (1).z "a" }}{{ eq 1 2 | not | print "a" }}{{ end }}ok'

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compile_text(text) is not None
    assert compiled({"a": text}).render("a", scope_of("a")).text == "ok"
