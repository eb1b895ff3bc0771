"""Templates that would never end, or need all memory, end in a named error, soon and cheaply."""

import resource
import time

import pytest

from pkgtool.errors import (
    BudgetExceeded,
    FunctionFailed,
    PkgtoolError,
    TemplateRender,
    TemplateSyntax,
    UndefinedValue,
)
from pkgtool.template.fence import DEFAULT_LIMITS, FenceLimits, run_fenced
from pkgtool.template.jinja import JinjaEngine
from pkgtool.testing.engine_contract import nowhere

PATH = "web/templates/a.yaml"
SECONDS = DEFAULT_LIMITS.cpu_s
"""The named error must come before the fence's nameless end. Most take a tenth of that; CPython is
five times slower where calls happen to cross the end of a piece of its stack."""
MEMORY = 256 * 1024

GROW = "{% set ns = namespace(x=START, y=START) %}{% for i in range(40) %}STEP{% endfor %}"


def grow(start: str, step: str, end: str) -> str:
    return GROW.replace("START", start).replace("STEP", step) + end


BOMBS = [
    ("a long range", "{% for i in range(1000000) %}{% endfor %}", BudgetExceeded),
    ("a range beyond words", "{{ range(10 ** 30) }}", BudgetExceeded),
    ("loops in loops, 10^9", "{% for a in range(1000) %}" * 3 + "x" + "{% endfor %}" * 3, BudgetExceeded),
    ("loops in loops, 10^10, empty", "{% for a in range(100000) %}" * 2 + "{% endfor %}" * 2, BudgetExceeded),
    ("loops that write", "{% for a in range(1000) %}{% for b in range(100000) %}{{ b }}{% endfor %}{% endfor %}", BudgetExceeded),
    ("a repeated text", '{{ "a" * 10 ** 9 }}', BudgetExceeded),
    ("a repeated list", "{{ [1] * 10 ** 9 }}", BudgetExceeded),
    ("center", '{{ "a" | center(10 ** 9) }}', BudgetExceeded),
    ("a wide number", '{{ "%1000000000d" % 1 }}', FunctionFailed),
    ("a wide number by filter", '{{ "%1000000000d" | format(1) }}', FunctionFailed),
    ("str.format", '{{ "{:>1000000000}".format(1) }}', TemplateRender),
    ("a text joined to itself", grow("'aaaaaaaaaa'", "{% set ns.x = ns.x ~ ns.x %}", ""), BudgetExceeded),
    ("a text added to itself", grow("'aaaaaaaaaa'", "{% set ns.x = ns.x + ns.x %}", ""), BudgetExceeded),
    ("a list added to itself", grow("[1]", "{% set ns.x = ns.x + ns.x %}", ""), BudgetExceeded),
    ("a list of itself twice, printed", grow("[1]", "{% set ns.x = [ns.x, ns.x] %}", "{{ ns.x }}"), BudgetExceeded),
    ("a list of itself twice, compared", grow("[1]", "{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}", "{{ ns.x == ns.y }}"), BudgetExceeded),
    ("a number times itself", grow("3", "{% set ns.x = ns.x * ns.x %}", "{{ ns.x }}"), BudgetExceeded),
    ("replaced by more", "{{ ('a' * 10 ** 6).replace('a', 'a' * 1000) }}", BudgetExceeded),
    ("replaced by more, by filter", "{{ ('a' * 10 ** 6) | replace('a', 'a' * 1000) }}", BudgetExceeded),
    ("indent", '{{ "a" | indent(10 ** 9) }}', BudgetExceeded),
    ("lipsum", "{{ lipsum(100000) }}", UndefinedValue),
    ("wordwrap", "{{ ('a' * 10 ** 7) | wordwrap(1) }}", BudgetExceeded),
    ("join", "{{ range(100000) | join('a' * 10000) }}", BudgetExceeded),
    ("batch", "{{ [1] | batch(10 ** 9, 0) }}", BudgetExceeded),
    ("slice", "{{ [1] | slice(10 ** 9) }}", BudgetExceeded),
    ("sorted for ever", "{% for i in range(10000) %}{% set x = range(100000) | sort %}{% endfor %}", BudgetExceeded),
    ("mapped for ever", "{% for i in range(10000) %}{% set x = range(100000) | map('string') %}{% endfor %}", BudgetExceeded),
    ("searched for ever", "{% set x = range(100000) | list %}{% for i in range(99999) %}{% set y = 'a' in x %}{% endfor %}", BudgetExceeded),
    ("unique", "{{ range(100000) | unique }}", BudgetExceeded),
    ("a text of letters", "{{ ('a' * 10 ** 7) | list }}", BudgetExceeded),
    ("much output", "{% for i in range(100) %}{{ 'a' * 10 ** 6 }}{% endfor %}", BudgetExceeded),
    ("many lines", "{% for i in range(1000) %}{{ '\\n' * 10 ** 5 }}{% endfor %}", BudgetExceeded),
    ("much held", "{% set ns = namespace(x=[]) %}{% for i in range(1000) %}{% set ns.x = ns.x + ['a' * 10 ** 6] %}{% endfor %}", BudgetExceeded),
    ("macros fan out", "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(25) }}", BudgetExceeded),
    ("includes fan out", '{% define "d" %}{% if dot %}{{ include("d", dot - 1) }}{{ include("d", dot - 1) }}{% endif %}{% enddefine %}{{ include("d", 30) }}', BudgetExceeded),
    ("a macro calls itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", BudgetExceeded),
    ("a name includes itself", '{% define "d" %}{{ include("d") }}{% enddefine %}{{ include("d") }}', BudgetExceeded),
    ("a file includes itself", '{% include "a.yaml" %}', BudgetExceeded),
    ("a file imports itself", '{% import "a.yaml" as a %}', BudgetExceeded),
    ("a file extends itself", '{% extends "a.yaml" %}', BudgetExceeded),
    ("a block calls itself", "{% block b %}{{ self.b() }}{% endblock %}", BudgetExceeded),
    ("a loop calls itself", "{% for x in [1] recursive %}{{ loop([x]) }}{% endfor %}", BudgetExceeded),
    ("tpl calls itself", "{{ tpl(Values.text) }}", BudgetExceeded),
    ("deep brackets, 10^6", "{{ " + "(" * 10**6 + "1" + ")" * 10**6 + " }}", TemplateSyntax),
    ("deep brackets, 10^4", "{{ " + "[" * 10**4 + "1" + "]" * 10**4 + " }}", TemplateSyntax),
    ("a long sum", "{{ 1" + "+1" * 10**5 + " }}", TemplateSyntax),
    ("a long chain of names", "{{ a" + ".a" * 10**5 + " }}", TemplateSyntax),
    ("a long chain of filters", "{{ 1" + "|abs" * 10**5 + " }}", TemplateSyntax),
    ("many nots", "{{ " + "not " * 9000 + "1 }}", TemplateSyntax),
    ("many signs", "{{ " + "-" * 9000 + "1 }}", TemplateSyntax),
    ("many conditions", "{{ " + "1 if 1 else " * 1000 + "1 }}", TemplateSyntax),
    ("21 loops deep", "{% for a in b %}" * 21 + "{% endfor %}" * 21, TemplateSyntax),
    ("101 conditions deep", "{% if a %}" * 101 + "{% endif %}" * 101, TemplateSyntax),
    ("5000 conditions deep", "{% if a %}" * 5000 + "{% endif %}" * 5000, TemplateSyntax),
    ("5000 elifs", "{% if a %}" + "{% elif a %}" * 5000 + "{% endif %}", TemplateSyntax),
    ("a power of a power", "{{ 99 ** 99 ** 99 }}", BudgetExceeded),
    ("a number of 100 000 digits", "{{ " + "9" * 10**5 + " }}", TemplateSyntax),
    ("constants to fold", "{{ 'a' * 10 ** 10 }}{{ (1,) * 10 ** 10 }}{{ 10 ** 10 ** 10 ** 10 }}", BudgetExceeded),
]  # fmt: skip


def _measured(text: str) -> tuple[str, float, int]:
    """Return the error that rendering `text` ends in, its processor time and peak memory."""
    began = time.process_time()
    scope = {"Values": {"text": "{{ tpl(Values.text) }}"}}
    with pytest.raises(PkgtoolError) as caught:
        JinjaEngine().compile({PATH: text}, outside=nowhere).render(PATH, scope)
    used_s = time.process_time() - began
    assert caught.value.where is not None
    return type(caught.value).__name__, used_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(text, kind, id=name) for name, text, kind in BOMBS]
)
def test_bombs_end_in_a_named_error(text: str, expected: type[PkgtoolError]) -> None:
    found, used_s, peak_kib = run_fenced(
        lambda: _measured(text), limits=FenceLimits(memory_bytes=1 << 30, cpu_s=20)
    )

    assert found == expected.__name__
    assert used_s < SECONDS
    # A test run is larger than a render to begin with; what counts is what came on top.
    base_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak_kib < max(base_kib, 64 * 1024) + MEMORY


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{% for a in b %}" * 16 + "x" + "{% endfor %}" * 16, id="loops"),
        pytest.param("{% if b %}" * 60 + "x" + "{% endif %}" * 60, id="conditions"),
        pytest.param("{% if b %}" + "{% elif b %}x" * 200 + "{% endif %}", id="elifs"),
        pytest.param("{{ " + "(" * 50 + "1" + ")" * 50 + " }}", id="brackets"),
        pytest.param("{{ " + "[" * 50 + "1" + "]" * 50 + " }}", id="lists"),
        pytest.param("{{ 1" + " + 1" * 80 + " }}", id="sum"),
        pytest.param("{{ 'a'" + " | string" * 80 + " | length }}", id="filters"),
        pytest.param("{{ " + "1 if 1 else " * 40 + "1 }}", id="conditionals"),
        pytest.param("{% set x = [" + "1, " * 5000 + "] %}", id="a long list"),
    ],
)
def test_what_is_allowed_to_nest_also_compiles(text: str) -> None:
    set_ = JinjaEngine().compile({PATH: "{% set b = [] %}" + text}, outside=nowhere)

    set_.render(PATH, {})


def test_keys_are_counted_per_render() -> None:
    """Each costs the same everywhere, so that a chart fails at the same call on every machine."""
    # A kind of key that does not exist costs as much as any other, and takes no time.
    text = "{% for i in range(Values.count) %}{{ genPrivateKey('x') | trunc(0) }}{% endfor %}"
    templates = JinjaEngine().compile({PATH: text}, outside=nowhere)

    for _ in range(3):
        assert templates.render(PATH, {"Values": {"count": 16}}).text == ""
    with pytest.raises(BudgetExceeded, match="budget for keys"):
        templates.render(PATH, {"Values": {"count": 17}})
