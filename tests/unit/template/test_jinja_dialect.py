"""What Jinja2 templates may write and what comes out."""

from collections.abc import Callable
from typing import Any

import pytest

from pkgtool.errors import (
    FunctionFailed,
    RequiredValueMissing,
    TemplateError,
    TemplateRender,
    UndefinedValue,
)
from pkgtool.template.scopes import Facts

Render = Callable[..., str]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("Values.name", "web", id="text as it is"),
        pytest.param("Values.replicas", "3", id="whole number"),
        pytest.param("Values.big", "12345678901234567890", id="large whole number, exactly"),
        pytest.param("Values.ratio", "1.5", id="number with a fraction"),
        pytest.param("1e300 * 1e300", ".inf", id="infinity, as YAML has it"),
        pytest.param("Values.on", "true", id="true"),
        pytest.param("Values.off", "false", id="false"),
        pytest.param("Values.nothing", "null", id="null"),
        pytest.param("Values.ports", "[80, 443]", id="list"),
        pytest.param("Values.image", '{"repository": "nginx", "tag": "1.27"}', id="mapping"),
        pytest.param("[none, true, 'a\"b']", '[null, true, "a\\"b"]', id="nested scalars"),
        pytest.param("['\x85\u2028é']", '["\\u0085\\u2028é"]', id="what YAML would break lines at"),
        pytest.param("{1: 2, false: 3}", '{"1": 2, "false": 3}', id="keys are texts"),
        pytest.param("range(3)", "[0, 1, 2]", id="range"),
        pytest.param("(1, 2)", "[1, 2]", id="tuple"),
        pytest.param("Values.ports ~ none", "[80, 443]null", id="joined values print alike"),
        pytest.param("'a' + 'b'", "ab", id="texts are added"),
        pytest.param("[1] + [2]", "[1, 2]", id="lists are added"),
        pytest.param("'ab' * 2", "abab", id="repeated text"),
        pytest.param("2 ** 3 - 7 // 2 * -1", "11", id="arithmetic"),
        pytest.param("'%s-%d' % ('a', 1)", "a-1", id="text filled with values"),
        pytest.param("1 < 2 <= 2 != 3", "true", id="chained comparison"),
        pytest.param("'e' in 'web' and 3 not in [1]", "true", id="containment"),
        pytest.param("Values.ports[0]", "80", id="index"),
        pytest.param("Values.ports[-1:]", "[443]", id="slice"),
        pytest.param("'abc'[::-1]", "cba", id="slice of a text"),
        pytest.param("Values['image']['tag']", "1.27", id="key in brackets"),
        pytest.param("'yes' if Values.on else 'no'", "yes", id="conditional"),
        pytest.param("'yes' if Values.off", "", id="conditional without else"),
        pytest.param(
            "Values.image.items()", '[["repository", "nginx"], ["tag", "1.27"]]', id="items"
        ),
        pytest.param("Values.image.keys()", '["repository", "tag"]', id="keys"),
        pytest.param("Values.image.get('x', 'd')", "d", id="get with a fallback"),
        pytest.param("'a,b'.split(',')", '["a", "b"]', id="method of a text"),
        pytest.param("Files.Get('conf/b.txt')", "three", id="file"),
        pytest.param("Files.Lines('conf/a.txt')", '["one", "two"]', id="lines of a file"),
        pytest.param("Files.Glob('conf/*').keys()", '["conf/a.txt", "conf/b.txt"]', id="glob"),
    ],
)
def test_expressions_print_as_yaml(render: Render, expression: str, expected: str) -> None:
    assert render(f"{{{{ {expression} }}}}") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("-3 | abs", "3", id="abs"),
        pytest.param("[1, 2, 3] | batch(2, 0)", "[[1, 2], [3, 0]]", id="batch"),
        pytest.param("'WEB app' | capitalize", "Web app", id="capitalize"),
        pytest.param("'a' | center(3)", " a ", id="center"),
        pytest.param("Values.none | default('x')", "x", id="default for undefined"),
        pytest.param("'' | default('x')", "x", id="default for empty, as in Helm"),
        pytest.param("'' | default('x', false)", "", id="default for undefined only"),
        pytest.param("{'b': 1, 'A': 2} | dictsort", '[["A", 2], ["b", 1]]', id="dictsort"),
        pytest.param("[] | first", "null", id="first of nothing"),
        pytest.param("[1, 2] | last", "2", id="last"),
        pytest.param("'3.5' | float", "3.5", id="float"),
        pytest.param("'%05.1f' | format(3.14159)", "003.1", id="format"),
        pytest.param(
            "Values.users | groupby('age') | map('first') | list", "[20, 30]", id="groupby"
        ),
        pytest.param("'a\nb' | indent(2)", "  a\n  b", id="indent, every line as in Helm"),
        pytest.param("'a' | nindent(2)", "\n  a", id="nindent"),
        pytest.param("[1, 'a', none] | join('-')", "1-a-null", id="join"),
        pytest.param("Values.users | join(',', attribute='name')", "ann,Bob", id="join attribute"),
        pytest.param("Values.image | length", "2", id="length"),
        pytest.param("'ab' | list", '["a", "b"]', id="list of a text"),
        pytest.param("Values.users | map(attribute='age') | max", "30", id="max of a list"),
        pytest.param("5 | max(9, 7)", "9", id="max of arguments, as in Sprig"),
        pytest.param("['b', 'A'] | sort", '["A", "b"]', id="sort folds case"),
        pytest.param(
            "Values.users | sort(attribute='age') | map(attribute='name') | list",
            '["Bob", "ann"]',
            id="sort attribute",
        ),
        pytest.param("[1, 2, 3, 4] | select('even') | list", "[2, 4]", id="select"),
        pytest.param("[1, 2, 3, 4] | reject('>', 2) | list", "[1, 2]", id="reject"),
        pytest.param(
            "Values.users | selectattr('age', '>', 25) | map(attribute='name') | first",
            "ann",
            id="selectattr",
        ),
        pytest.param("Values.users | rejectattr('age', 'eq', 30) | length", "1", id="rejectattr"),
        pytest.param("2.567 | round(1)", "2.6", id="round"),
        pytest.param("2.1 | round(0, 'ceil')", "3.0", id="round up"),
        pytest.param("[1, 2, 3] | slice(2)", "[[1, 2], [3]]", id="slice"),
        pytest.param("[1, 2] | sum", "3", id="sum"),
        pytest.param("{'a': '<'} | tojson", '{"a":"\\u003c"}', id="tojson"),
        pytest.param("'  a ' | trim", "a", id="trim"),
        pytest.param("'a long text here' | truncate(9, leeway=0)", "a...", id="truncate"),
        pytest.param("[1, 2, 1] | unique", "[1, 2]", id="unique"),
        pytest.param("'a b/é' | urlencode", "a%20b/%C3%A9", id="urlencode"),
        pytest.param("'aa bb' | wordwrap(2)", "aa\nbb", id="wordwrap"),
        pytest.param("'a b' | wordcount", "2", id="wordcount"),
        pytest.param("'ab' | reverse", "ba", id="reverse of a text"),
        pytest.param("Values.text | quote", '"say \\"hi\\"\\n"', id="quote"),
        pytest.param("'abc' | replace('b', 'x')", "axc", id="replace"),
        pytest.param("'abc' | trunc(2)", "ab", id="a Sprig function, the value last"),
        pytest.param("{'b': [1], 'a': 2} | toYaml", "a: 2\nb:\n- 1", id="toYaml"),
        pytest.param("'a' | b64enc | b64dec", "a", id="b64enc and b64dec"),
        pytest.param("'1.2.3' | semverCompare('>=1.2')", "true", id="semverCompare"),
    ],
)
def test_filters(render: Render, expression: str, expected: str) -> None:
    assert render(f"{{{{ {expression} }}}}") == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("quote('a')", '"a"', id="function"),
        pytest.param("default('x', Values.none)", "x", id="undefined argument of default"),
        pytest.param("dict('a', 1)", '{"a": 1}', id="dict of pairs, as in Sprig"),
        pytest.param("dict(a=1)", '{"a": 1}', id="dict of keywords, as in Jinja"),
        pytest.param("dict({'a': 1}, b=2)", '{"a": 1, "b": 2}', id="dict from another"),
        pytest.param("list(1, 2)", "[1, 2]", id="list of arguments, as in Sprig"),
        pytest.param("printf('%s:%d', 'a', 80)", "a:80", id="printf"),
        pytest.param("ternary('a', 'b', true)", "a", id="ternary"),
        pytest.param("range(1, 6, 2)", "[1, 3, 5]", id="range with a step"),
        pytest.param("range(2, 0, -1)", "[2, 1]", id="range downwards"),
        pytest.param("max(1, 3, 2)", "3", id="max of arguments"),
        pytest.param("len(Values.ports)", "2", id="len"),
        pytest.param("tpl('{{ Release.Name }}')", "shop", id="tpl with the scope"),
        pytest.param("tpl('{{ a }}', {'a': 1})", "1", id="tpl with data"),
        pytest.param("lookup('v1', 'Secret', 'ns', 'x')", "{}", id="lookup offline"),
        pytest.param("getHostByName('example.com')", "", id="no DNS unless asked for"),
        pytest.param("required('give a name', Values.name)", "web", id="required and there"),
        pytest.param("Values.off | required('x')", "false", id="required takes false"),
    ],
)
def test_functions(render: Render, call: str, expected: str) -> None:
    assert render(f"{{{{ {call} }}}}") == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("Values.x is defined", "false", id="undefined"),
        pytest.param("Values.nothing is defined", "true", id="null is defined"),
        pytest.param("Values.nothing is none", "true", id="null"),
        pytest.param("Values.ports is sequence", "true", id="list"),
        pytest.param("Values.image is mapping", "true", id="mapping"),
        pytest.param("Values.on is boolean", "true", id="boolean"),
        pytest.param("Values.on is number", "false", id="a boolean is no number"),
        pytest.param("3 is odd and 4 is divisibleby(2)", "true", id="numbers"),
        pytest.param("3 is gt(2) and 3 is not in([1])", "true", id="comparisons"),
        pytest.param("Values.x is empty", "true", id="undefined is empty"),
    ],
)
def test_tests(render: Render, question: str, expected: str) -> None:
    assert render(f"{{{{ {question} }}}}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a:\n  {% if true %}\n  b: 1\n  {% endif %}\n",
            "a:\n  b: 1\n",
            id="block tags leave no lines",
        ),
        pytest.param("a\n{# note #}\nb\n", "a\nb\n", id="nor do comments"),
        pytest.param("{% raw %}{{ x }}{% endraw %}", "{{ x }}", id="raw"),
        pytest.param(
            "{% set ns = namespace(n=0) %}{% for i in range(3) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
            "3",
            id="namespace",
        ),
        pytest.param(
            "{% for k, v in Values.image.items() %}{{ loop.index }}{{ k }}={{ v }}{{ '' if loop.last else ',' }}{% endfor %}",
            "1repository=nginx,2tag=1.27",
            id="loop over a mapping",
        ),
        pytest.param(
            "{% for x in [] %}a{% else %}none{% endfor %}", "none", id="loop without items"
        ),
        pytest.param(
            "{% for x in [1, 2, 3] if x > 1 %}{{ loop.length }}{% endfor %}",
            "22",
            id="filtered loop",
        ),
        pytest.param(
            "{% for x in [1, [2, [3]]] recursive %}{{ loop(x) if x is sequence else x }}{% endfor %}",
            "123",
            id="recursive loop",
        ),
        pytest.param(
            "{% for x in 'ab' %}{{ loop.cycle(1, 2) }}{{ loop.changed(1) }}{% endfor %}",
            "1true2false",
            id="loop methods",
        ),
        pytest.param(
            "{% for x in [1, 2] %}{{ loop.previtem | default('-') }}{% endfor %}",
            "-1",
            id="neighbours",
        ),
        pytest.param(
            "{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, b=3) }}",
            "1213",
            id="macro",
        ),
        pytest.param(
            "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, a=2) }}",
            '[1]{"a": 2}',
            id="macro with any arguments",
        ),
        pytest.param(
            "{% macro m() %}<{{ caller(1) }}>{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}",
            "<1>",
            id="call block",
        ),
        pytest.param("{% set x %}a{{ 1 }}{% endset %}{{ x }}", "a1", id="set block"),
        pytest.param("{% filter upper %}a{% endfilter %}", "A", id="filter block"),
        pytest.param("{% with a = 1 %}{{ a }}{% endwith %}", "1", id="with"),
    ],
)
def test_tags(render: Render, text: str, expected: str) -> None:
    assert render(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{{ include("n") }}', "shop", id="the scope by default"),
        pytest.param('{{ include("n", {"Release": {"Name": "x"}}) }}', "x", id="with other data"),
        pytest.param(
            '{{ dict("Release", dict("Name", "y")) | include("n") }}', "y", id="piped data"
        ),
        pytest.param('{{ include("d", [1]) }}', "[1]", id="data that is no mapping is `dot`"),
        pytest.param('{{ include("n") | nindent(2) }}', "\n  shop", id="indented"),
        pytest.param('{% set Release = 1 %}{{ include("n") }}', "shop", id="not local variables"),
    ],
)
def test_named_templates(render: Render, text: str, expected: str) -> None:
    more = {
        "web/templates/_n.yaml": '{% define "n" %}{{ Release.Name }}{% enddefine %}'
        '{% define "d" %}{{ dot }}{% enddefine %}'
    }

    assert render(text, more) == expected


def test_a_named_template_may_have_the_name_of_a_function_among_its_data(render: Render) -> None:
    text = '{% define "n" %}{{ list(1) }}{{ list }}{% enddefine %}{{ include("n", {"list": 5}) }}'

    assert render(text) == "[1]5"


LIBRARY = {
    "web/templates/_macros.j2": "{% macro hi(n) %}hi {{ n }} from {{ Release.Name }}{% endmacro %}{% set x = 1 %}",
    "web/templates/sub/part.yaml": "part {{ y | default('-') }}",
    "web/templates/_base.yaml": "<{% block a %}base{% endblock %}{% block b %}b{% endblock %}>",
    "web/charts/lib/templates/_lib.yaml": "{% macro l() %}lib{% endmacro %}",
    "web/charts/db/templates/d.yaml": '{% from "lib/templates/_lib.yaml" import l %}{{ l() }}',
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            '{% import "_macros.j2" as m %}{{ m.hi(1) }}{{ m.x }}', "hi 1 from shop1", id="import"
        ),
        pytest.param(
            '{% from "_macros.j2" import hi as h %}{{ h(2) }}', "hi 2 from shop", id="from"
        ),
        pytest.param(
            '{% from "_macros.j2" import hi with context %}{{ hi(2) }}',
            "hi 2 from shop",
            id="with context",
        ),
        pytest.param(
            '{% set y = 2 %}{% include "sub/part.yaml" %}', "part 2", id="include sees variables"
        ),
        pytest.param(
            '{% set y = 2 %}{% include "sub/part.yaml" without context %}',
            "part -",
            id="include without them",
        ),
        pytest.param(
            '{% include "templates/sub/part.yaml" %}', "part -", id="from the chart's root"
        ),
        pytest.param(
            '{% include "web/templates/sub/part.yaml" %}', "part -", id="by the chart's name"
        ),
        pytest.param('{% include "none" ignore missing %}x', "x", id="ignore missing"),
        pytest.param('{% include ["none", "sub/part.yaml"] %}', "part -", id="first that exists"),
        pytest.param(
            '{% extends "_base.yaml" %}{% block a %}{{ super() }}+{% endblock %}',
            "<base+b>",
            id="extends",
        ),
        pytest.param(
            '{% extends "_base.yaml" %}{% block b %}{{ self.a() }}{% endblock %}',
            "<basebase>",
            id="self",
        ),
        pytest.param(
            '{% from "lib/templates/_lib.yaml" import l %}{{ l() }}', "lib", id="library chart"
        ),
        pytest.param(
            '{% include "db/templates/d.yaml" %}', "lib", id="library chart of the parent"
        ),
    ],
)
def test_files_work_together(render: Render, text: str, expected: str) -> None:
    assert render(text, LIBRARY) == expected


@pytest.mark.parametrize(
    "name",
    ["../x.yaml", "/etc/passwd", "sub/../sub/part.yaml", "./sub/part.yaml", "", "sub//part.yaml"],
)
def test_includes_stay_inside_the_chart(render: Render, name: str) -> None:
    with pytest.raises(TemplateRender, match="there is no template"):
        render(f'{{% include "{name}" %}}', LIBRARY)


def test_tpl_forgets_the_names_it_defines(render: Render) -> None:
    text = "{{ tpl(\"{% define 'n' %}a{% enddefine %}{{ include('n') }}\") }}{{ include(\"n\") }}"

    with pytest.raises(TemplateError, match="'n'"):
        render(text)


def test_lookup_asks_the_world_around(render: Render) -> None:
    facts = Facts(lookup=lambda *names: {"asked": list(names)})

    text = render("{{ lookup('v1', 'Secret', 'ns', 'x').asked | join(' ') }}", facts=facts)

    assert text == "v1 Secret ns x"


def test_linting_goes_on_behind_fail_and_required(render: Render) -> None:
    facts = Facts(lint=True)

    text = render("a{{ fail('no') }}{{ required('name it', '') }}b", facts=facts)

    assert text == "ab"
    assert facts.warnings == ["fail: no", "missing required value: name it"]


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        pytest.param("{{ fail('no way') }}", FunctionFailed, "no way", id="fail"),
        pytest.param(
            "{{ required('name it', '') }}", RequiredValueMissing, "name it", id="required"
        ),
        pytest.param("{{ Values.x }}", UndefinedValue, "'Values.x' is not defined", id="undefined"),
        pytest.param(
            "{{ Values.x.y }}", UndefinedValue, "'Values.x' is not defined", id="inside it"
        ),
        pytest.param(
            "{{ Values.x | upper }}", UndefinedValue, "'Values.x' is not defined", id="piped"
        ),
        pytest.param(
            "{{ quote(Values.x) }}", UndefinedValue, "'Values.x' is not defined", id="argument"
        ),
        pytest.param(
            "{% if Values.x %}{% endif %}", UndefinedValue, "Values.x", id="asked in an if"
        ),
        pytest.param(
            "{% for a in Values.x %}{% endfor %}", UndefinedValue, "Values.x", id="looped over"
        ),
        pytest.param("{{ Values.x == 1 }}", UndefinedValue, "Values.x", id="compared"),
        pytest.param("{{ Values.x ~ 1 }}", UndefinedValue, "Values.x", id="joined"),
        pytest.param("{{ Values.x + 1 }}", UndefinedValue, "Values.x", id="added"),
        pytest.param("{{ 1 + 'a' }}", TemplateRender, "a number and a string", id="wrong operands"),
        pytest.param(
            "{{ 1 < 'a' }}", TemplateRender, "compare a number with a string", id="no order"
        ),
        pytest.param("{{ 1 / 0 }}", TemplateRender, "division by zero", id="zero"),
        pytest.param(
            "{% for a in 5 %}{% endfor %}",
            TemplateRender,
            "cannot go through a number",
            id="no items",
        ),
        pytest.param(
            "{{ Values.name() }}", TemplateRender, "has no method 'name'", id="a value called"
        ),
        pytest.param("{{ include }}", TemplateRender, "cannot print", id="function printed"),
        pytest.param(
            "{{ Files.Get }}", TemplateRender, "'Get' is a function", id="method not called"
        ),
        pytest.param(
            "{{ trunc('a', 'b', 'c', 'd') }}", FunctionFailed, "trunc", id="too many arguments"
        ),
        pytest.param(
            "{{ [1, 'a'] | sort }}",
            FunctionFailed,
            "sort: cannot be applied",
            id="no order to sort",
        ),
        pytest.param("{{ '%d' | format('x') }}", FunctionFailed, "do not fit", id="format"),
        pytest.param(
            "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
            TemplateRender,
            "at most 1",
            id="macro arguments",
        ),
        pytest.param(
            "{% for a, b in [1] %}{% endfor %}", TemplateRender, "do not go together", id="no pair"
        ),
        pytest.param(
            "{% for a, b in [[1]] %}{% endfor %}", TemplateRender, "come apart", id="too few"
        ),
        pytest.param("{{ 'a' is divisibleby(2) }}", FunctionFailed, "cannot be asked", id="test"),
    ],
)
def test_failures_say_what_is_wrong(
    render: Render, text: str, kind: type[TemplateError], what: str
) -> None:
    with pytest.raises(kind) as caught:
        render(text)

    assert what in caught.value.what
    assert caught.value.where is not None


def test_values_are_not_changed_by_what_jinja_allows(render: Render) -> None:
    values: dict[str, Any] = {"list": [1], "map": {"a": 1}}

    render("{% set x = Values.list + [2] %}{% set Values = 1 %}{{ x }}", values=values)

    assert values == {"list": [1], "map": {"a": 1}}
