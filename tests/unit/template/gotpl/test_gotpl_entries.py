"""Compiled code is kept by text, one entry for all definitions, and used whenever it fits."""

from pathlib import Path

import pytest

from pkgtool.template.codecache import CodeCache
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.gotpl.compiled import CompiledTemplate
from pkgtool.template.gotpl.entries import OWN_BODY, SORT, compile_ahead, find_entry
from pkgtool.testing.engine_contract import nowhere

TEXT = '{{ define "a" }}{{ .x }}{{ end }}{{ define "b" }} {{ end }}own {{ include "a" . }}'


@pytest.fixture
def cache(tmp_path: Path) -> CodeCache:
    return CodeCache(tmp_path / "code")


def compile_wanted(cache: CodeCache) -> int:
    return len(list(compile_ahead(cache)))


def render(cache: CodeCache, text: str = TEXT, path: str = "web/templates/a.yaml") -> str:
    engine = GotplEngine(cache)
    return engine.compile({path: text}, outside=nowhere).render(path, {"x": "1"}).text


def test_what_was_evaluated_is_wanted_and_then_found(cache: CodeCache) -> None:
    assert render(cache) == "own 1"
    assert cache.wanted() == [(SORT, TEXT)]
    assert compile_wanted(cache) == 1

    entry = find_entry(cache, TEXT)
    assert entry is not None
    assert [(name, blank) for name, blank, *_ in entry] == [
        ("a", False),
        ("b", True),
        (OWN_BODY, False),
    ]


def test_cached_code_renders_the_same_and_wants_nothing(cache: CodeCache, tmp_path: Path) -> None:
    render(cache)
    compile_wanted(cache)
    cache.flush()

    later = CodeCache(tmp_path / "code")
    assert render(later) == "own 1"
    assert later.wanted() == []


def test_a_text_is_one_entry_whatever_its_file_is_called(cache: CodeCache) -> None:
    render(cache)
    compile_wanted(cache)

    assert render(CodeCacheOf(cache), path="other/templates/b.yaml") == "own 1"


def test_a_text_that_does_not_parse_is_not_compiled(cache: CodeCache) -> None:
    cache.want(SORT, "{{ if }}")

    assert compile_wanted(cache) == 1
    assert find_entry(cache, "{{ if }}") is None


def test_a_text_that_python_cannot_nest_is_left_to_the_evaluator(cache: CodeCache) -> None:
    deep = "{{ range list 1 }}" * 40 + "x" + "{{ end }}" * 40

    assert render(cache, deep) == "x"
    compile_wanted(cache)
    assert find_entry(cache, deep) is None
    assert render(cache, deep) == "x"


def test_only_long_texts_of_tpl_are_worth_an_entry(cache: CodeCache) -> None:
    long = "x" * 300 + "{{ .x }}"
    for text in ("{{ .x }}", long):
        engine = GotplEngine(cache)
        templates = engine.compile({"a": "{{ tpl .text . }}"}, outside=nowhere)
        templates.render("a", {"x": "1", "text": text})

    assert [text for _, text in cache.wanted()] == ["{{ tpl .text . }}", long]


def test_a_damaged_entry_is_a_miss(cache: CodeCache, tmp_path: Path) -> None:
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


class CodeCacheOf(CodeCache):
    """Another cache with the same fresh code."""

    def __init__(self, cache: CodeCache) -> None:
        super().__init__("/nowhere")
        self.absorb(cache.fresh())
