"""Compiled code is kept by text, one entry for all definitions, and used whenever it fits."""

from pathlib import Path

import pytest

from pkgtool.errors import TemplateSyntax
from pkgtool.template.codecache import CodeCache
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.gotpl.compiled import CompiledTemplate
from pkgtool.template.gotpl.entries import OWN_BODY, CodePage, compile_ahead
from pkgtool.testing.engine_contract import nowhere

TEXT = '{{ define "a" }}{{ .x }}{{ end }}{{ define "b" }} {{ end }}own {{ include "a" . }}'


PATH = "web/templates/a.yaml"


@pytest.fixture
def cache(tmp_path: Path) -> CodeCache:
    return CodeCache(tmp_path / "code")


def compile_wanted(cache: CodeCache) -> int:
    return len(list(compile_ahead(cache)))


def render(cache: CodeCache, text: str = TEXT, **others: str) -> str:
    engine = GotplEngine(cache)
    sources = {PATH: text, **{f"web/templates/{name}": each for name, each in others.items()}}
    return engine.compile(sources, outside=nowhere).render(PATH, {"x": "1"}).text


def later(cache: CodeCache) -> CodeCache:
    """Return what another process has as its cache."""
    cache.flush()
    return CodeCache(cache._folder)


def wanted(cache: CodeCache) -> list[str]:
    return [text for _, text in cache.wanted()]


def test_what_was_evaluated_is_wanted_and_then_found(cache: CodeCache) -> None:
    assert render(cache) == "own 1"
    assert wanted(cache) == [TEXT]
    assert compile_wanted(cache) == 1

    entry = CodePage(cache, [PATH]).find(TEXT)
    assert entry is not None
    assert [(name, blank) for name, blank, *_ in entry] == [
        ("a", False),
        ("b", True),
        (OWN_BODY, False),
    ]


def test_cached_code_renders_the_same_and_wants_nothing(cache: CodeCache) -> None:
    render(cache)
    compile_wanted(cache)

    again = later(cache)
    assert render(again) == "own 1"
    assert wanted(again) == []


def test_who_edits_one_template_finds_the_others(cache: CodeCache) -> None:
    render(cache, b="b", c="c")
    compile_wanted(cache)

    edited = later(cache)
    assert render(edited, b="B", c="c") == "own 1"
    # The whole page is wanted, so that it has what counts now; what is there is not compiled again.
    assert wanted(edited) == ["c", "B", TEXT]
    page = CodePage(edited, [PATH, "web/templates/b", "web/templates/c"])
    known = {text: page.find(text) for text in ("c", TEXT)}
    compile_wanted(edited)

    after = later(edited)
    assert render(after, b="B", c="c") == "own 1"
    assert render(after, b="b", c="c") == "own 1"
    assert wanted(after) == []
    page = CodePage(after, [PATH, "web/templates/b", "web/templates/c"])
    assert {text: page.find(text) for text in ("c", TEXT)} == known


def test_a_page_does_not_grow_without_end(cache: CodeCache) -> None:
    for number in range(5):
        render(cache, f"version {number}")
        compile_wanted(cache)
        cache = later(cache)

    page = CodePage(cache, [PATH])
    assert [page.find(f"version {number}") is not None for number in range(5)] == [
        *[False] * 3,
        *[True] * 2,
    ]


def test_charts_with_other_files_have_pages_of_their_own(cache: CodeCache) -> None:
    render(cache)
    compile_wanted(cache)

    assert CodePage(cache, [PATH, "web/templates/b"]).find(TEXT) is None


def test_a_text_that_does_not_parse_is_not_compiled(cache: CodeCache) -> None:
    with pytest.raises(TemplateSyntax):
        render(cache, "{{ if }}")

    assert compile_wanted(cache) == 1
    assert CodePage(cache, [PATH]).find("{{ if }}") is None


def test_a_text_that_python_cannot_nest_is_left_to_the_evaluator(cache: CodeCache) -> None:
    deep = "{{ range list 1 }}" * 40 + "x" + "{{ end }}" * 40

    assert render(cache, deep) == "x"
    compile_wanted(cache)
    again = later(cache)
    assert CodePage(again, [PATH]).find(deep) is None
    assert render(again, deep) == "x"
    assert wanted(again) == []


def test_texts_given_to_tpl_are_on_the_page_of_the_chart(cache: CodeCache) -> None:
    def render_tpl(cache: CodeCache, *, private: bool = False) -> str:
        sources = {"a": "{{ tpl .text . }}"}
        templates = GotplEngine(cache).compile(sources, outside=nowhere, private=private)
        return templates.render("a", {"x": "1", "text": "x is {{ .x }}"}).text

    assert render_tpl(cache, private=True) == "x is 1"
    assert wanted(cache) == ["{{ tpl .text . }}"]
    assert render_tpl(cache) == "x is 1"
    assert wanted(cache) == ["{{ tpl .text . }}", "x is {{ .x }}"]
    compile_wanted(cache)

    again = later(cache)
    assert render_tpl(again) == "x is 1"
    assert wanted(again) == []


def test_a_damaged_page_is_a_miss(cache: CodeCache, tmp_path: Path) -> None:
    render(cache)
    compile_wanted(cache)
    cache.flush()
    for path in (tmp_path / "code").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"?")

    assert render(CodeCache(tmp_path / "code")) == "own 1"


def test_what_is_rendered_again_is_compiled_in_memory() -> None:
    engine = GotplEngine()
    kinds = []
    for _ in range(3):
        templates = engine.compile({"f": TEXT}, outside=nowhere)
        kinds.append(isinstance(templates._run.templates["a"], CompiledTemplate))
        assert templates.render("f", {"x": "1"}).text == "own 1"

    assert kinds == [False, True, True]


def test_a_definition_that_never_ran_is_compiled_when_it_has() -> None:
    engine = GotplEngine()
    text = '{{ define "a" }}a{{ end }}{{ if .x }}{{ include "a" . }}{{ end }}'
    for x, compiled in ((0, False), (1, False), (1, True)):
        templates = engine.compile({"f": text}, outside=nowhere)
        assert isinstance(templates._run.templates["a"], CompiledTemplate) is compiled
        templates.render("f", {"x": x})
