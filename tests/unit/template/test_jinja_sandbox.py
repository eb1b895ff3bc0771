"""No expression leads from a template to Python: a corpus of known ways out, and a random one."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkgtool.errors import PkgtoolError, TemplateError
from pkgtool.template.jinja import JinjaEngine
from pkgtool.template.jinja.runtime import Undefined
from pkgtool.template.methods import Record
from pkgtool.testing.engine_contract import nowhere

Render = Callable[..., str]

PRELUDE = (
    "{% macro m(a=1) %}x{% endmacro %}{% import '_lib.yaml' as lib %}"
    "{% set ns = namespace(a=1) %}{% block b %}y{% endblock %}"
)
LIB = {"web/templates/_lib.yaml": "{% macro l() %}{% endmacro %}"}

OWNERS = [
    "''", "[]", "{}", "()", "1", "1.5", "none", "true", "Values", "Release", "Files", "Files.Glob('*')",
    "include", "range", "tpl", "quote", "namespace", "ns", "m", "lib", "lib.l", "self", "self.b", "range(3)",
]  # fmt: skip
WAYS = [
    "__class__", "__init__", "__globals__", "__dict__", "__self__", "__func__", "__code__", "mro",
    "format", "format_map", "__reduce_ex__", "_context", "_function", "_budget", "_values", "environment",
    "gi_frame", "tree", "target", "methods", "item", "func_globals", "__subclasses__", "encode",
]  # fmt: skip

CLASSICS = [
    "''.__class__.__mro__[1].__subclasses__()",
    "[].__class__.__base__.__subclasses__()",
    "{}.__class__.__bases__[0].__subclasses__()[40]('/etc/passwd').read()",
    "().__class__.__bases__[0]",
    "lipsum.__globals__['os'].popen('id').read()",
    "cycler.__init__.__globals__.os.popen('id').read()",
    "joiner.__init__.__globals__.os",
    "namespace.__init__.__globals__.os",
    "self.__init__.__globals__.__builtins__",
    "self._TemplateReference__context.cycler.__init__.__globals__.os",
    "self._context.environment",
    "request.application.__globals__",
    "config.__class__.from_envvar",
    "url_for.__globals__",
    "get_flashed_messages.__globals__",
    "context.environment",
    "environment.tree",
    "resolve('x')",
    "undefined('x')",
    "Macro",
    "Markup('a')",
    "missing",
    "_loop_vars",
    "(''|attr('__class__')).__mro__",
    "''|attr('format')",
    "'{0.__class__}'.format(1)",
    "'{a.__class__}'.format_map({'a': 1})",
    "'{0.__class__.__init__.__globals__}'|format(self)",
    "('{0.__cl' ~ 'ass__}').format(1)",
    "['{0.__class__}']|map('format', 1)|list",
    "['{0.__class__}']|map(attribute='format')|map('string')|list",
    "[1]|map(attribute='__class__')|list|first ~ ''",
    "[1]|groupby('__class__')",
    "[1]|sort(attribute='__class__')",
    "[m]|sum(attribute='__class__')",
    "[1]|join(attribute='__class__')",
    "[1]|map('attr', '__class__')|list",
    "'a'|map('attr', '__class__')|list|first",
    "dict.__base__",
    "dict(__class__=1).__class__.__class__",
    "range.__class__",
    "range(3).index.__self__",
    "include.__globals__",
    "include.target.__globals__",
    "m._function.__globals__",
    "m.__call__.__func__",
    "lib.__class__",
    "lib.l._budget",
    "lib.__name__",
    "lib._body_stream",
    "ns.__class__",
    "ns._values",
    "ns.__setitem__",
    "Files.__class__",
    "Files.methods",
    "Files.Get.__globals__",
    "Files.Get.__closure__",
    "Files.Get",
    "Files.Glob('*').Get",
    "Files.__missing__('Get')",
    "Files.Get('../../../../etc/passwd') or fail('nothing there')",
    "Files.Get('/etc/passwd') or fail('nothing there')",
    "Values.__class__",
    "Values['__class__']",
    "Values|attr('items')",
    "Values.items.__self__",
    "''['__class__']",
    "[]['append']",
    "''['format']('a')",
    "1['__class__']",
    "none['__class__']",
    "(m)['__globals__']",
    "self['_context']",
    "self.b.__self__",
    "super",
    "super.__self__",
    "caller",
    "caller.__globals__",
    "loop",
    "loop.__init__",
    "import('os')",
    "__import__('os')",
    "open('/etc/passwd')",
    "eval('1')",
    "exec('1')",
    "getattr('', '__class__')",
    "globals()",
    "vars()",
    "type('')",
    "isinstance(1, 1)",
    "slice(1)",
    "env('HOME')",
    "expandenv('$HOME')",
    "'a'.encode('utf-16')",
    "'a'.join",
    "'a'.__add__('b')",
    "'%(a)s' % {'a': 1}",
    "(1).real",
    "(1).bit_length()",
    "(1.5).hex()",
    "true.numerator",
    "Files.Get.__class__('x')",
    "include('x', self)",
    "tpl('{{ self.__class__ }}')",
    "tpl('{{ x.__class__ }}', {'x': m})",
    "quote(m)",
    "toJson(m)",
    "toYaml(lib)",
    "[m, lib, self]",
    "{'a': include}",
    "m ~ ''",
    "include|string",
    "lib|tojson",
    "[m]|join",
    "kindOf(m).__class__",
]


def payloads() -> Iterator[str]:
    """Yield every expression of the corpus."""
    yield from CLASSICS
    for owner, way in product(OWNERS, WAYS[:10]):
        yield f"({owner}).{way}"
    for owner, way in zip(OWNERS, WAYS, strict=True):
        yield f"({owner})['{way}']"
        yield f"({owner}).{way}()"


def test_the_corpus_is_large() -> None:
    assert len(set(payloads())) > 300


@pytest.mark.parametrize("payload", sorted(set(payloads())))
def test_no_way_leads_out(render: Render, payload: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(f"{PRELUDE}{{{{ {payload} }}}}", LIB)

    shown = str(caught.value)
    assert " object at " not in shown
    assert "<class" not in shown


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{% set self.x = 1 %}", id="assign to self"),
        pytest.param("{% set Values.x = 1 %}", id="assign to values"),
        pytest.param("{% set loop = 1 %}{% for loop in [1] %}{% endfor %}", id="assign to loop"),
        pytest.param("{% for x in [1] %}{{ loop.__init__ }}{% endfor %}", id="inside of loop"),
        pytest.param("{% for x in [1] %}{{ loop._values }}{% endfor %}", id="fields of loop"),
        pytest.param("{% for x in [1] %}{{ loop }}{% endfor %}", id="loop itself"),
        pytest.param("{% import '/etc/passwd' as x %}", id="file of the machine"),
        pytest.param("{% include 'a.yaml' ~ m %}", id="name made of a macro"),
        pytest.param("{% do [].append(1) %}", id="do"),
        pytest.param("{% autoescape true %}{% endautoescape %}", id="autoescape"),
        pytest.param("{% debug %}", id="debug"),
        pytest.param("{% call m.__init__() %}{% endcall %}", id="call block"),
        pytest.param("{% filter attr('__class__') %}{% endfilter %}", id="filter block"),
        pytest.param("{% extends lib %}", id="extend a module"),
    ],
)
def test_no_tag_leads_out(render: Render, text: str) -> None:
    with pytest.raises(TemplateError):
        render(PRELUDE + text, LIB)


PLAIN = (str, int, float, bool, list, tuple, range, bytes)

names = st.sampled_from([*OWNERS, "Values.a", "Values.m", "'abc'", "[1, {'a': 2}]"])
steps = st.sampled_from(
    [
        ".a", "['a']", "[0]", "[1:]", ".items()", ".keys()", "|list", "|first", "|length", "|string",
        "|default('x')", "|map('string')", "|dictsort", "|tojson", "|groupby('a')", " ~ 'x'", " + [1]",
        "()", "(1)", ".Get('a')", ".Has('x')", "|sort", "|unique", "|reverse", " is defined", " == 1",
        *(f".{way}" for way in WAYS[:12]),
    ]
)  # fmt: skip


@pytest.mark.property
@settings(max_examples=400, deadline=None)
@given(
    st.builds(lambda name, rest: "".join([f"({name})", *rest]), names, st.lists(steps, max_size=5))
)
def test_every_value_in_reach_is_plain_data(expression: str) -> None:
    seen: list[Any] = []
    probe = Record("probe", {}, {"See": seen.append})
    scope = {"Values": {"a": 1, "m": {"a": [1]}}, "Release": {}, "Files": probe, "Probe": probe}
    text = f"{PRELUDE}{{{{ Probe.See({expression}) }}}}"

    try:
        JinjaEngine().compile({"web/templates/a.yaml": text, **LIB}, outside=nowhere).render(
            "web/templates/a.yaml", scope
        )
    except PkgtoolError:
        return

    for value in seen:
        _assert_plain(value)


def _assert_plain(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _assert_plain(key)
            _assert_plain(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _assert_plain(item)
    else:
        own = type(value).__module__ == Undefined.__module__
        # Macros, modules and the like may be handed on; nothing of them can be read.
        known = type(value).__name__ == "Function" or own
        assert value is None or isinstance(value, PLAIN) or known, value
