"""Whatever a template does, every line of its text knows where it came from."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkgtool.template.jinja import JinjaEngine
from pkgtool.testing.engine_contract import nowhere

PATH = "web/templates/a.yaml"


class Traced(NamedTuple):
    text: str
    lines: Sequence[int]


def rendered(text: str, **more: str) -> Traced:
    sources = {PATH: text, **{f"web/templates/{name}": body for name, body in more.items()}}
    scope: dict[str, Any] = {"Values": {"lines": "1\n2\n3", "list": [1, 2]}}
    made = JinjaEngine().compile(sources, outside=nowhere, lined=True).render(PATH, scope)
    assert made.lines is not None
    return Traced(made.text, made.lines)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("a\nb\n", (1, 2), id="text"),
        pytest.param("a\nb", (1, 2), id="no newline at the end"),
        pytest.param("", (), id="nothing"),
        pytest.param("{# one\ntwo #}\na\n", (3,), id="behind a comment"),
        pytest.param("a{# one\ntwo #}b\nc\n", (1, 3), id="around a comment"),
        pytest.param("{{ Values.lines }}\na\n", (1, 1, 1, 2), id="a value of three lines"),
        pytest.param("a\n{% if true %}\nb\n{% endif %}\nc\n", (1, 3, 5), id="inside a condition"),
        pytest.param(
            "{% for x in Values.list %}\na: {{ x }}\nb\n{% endfor %}\n",
            (2, 3, 2, 3),
            id="inside a loop",
        ),
        pytest.param("a\n\n\n{{- 'b' }}\nc\n", (1, 5), id="blanks taken away"),
        pytest.param("a:\n  {{ 'x\ny' }}\n", (1, 2, 2), id="text in two lines of the template"),
        pytest.param("a\n{% include 'part' %}\nb\n", (1, 2, 2, 3), id="another file"),
        pytest.param("{% macro m() %}\nx\ny\n{% endmacro %}\n{{ m() }}\n", (5, 5, 5), id="a macro"),
    ],
)
def test_lines_lead_back(text: str, lines: tuple[int, ...]) -> None:
    assert rendered(text, part="p\nq\n").lines == lines


def test_blocks_of_a_child_lead_to_the_child() -> None:
    made = rendered(
        "{% extends 'base' %}\n\n{% block a %}\nmine\n{% endblock %}\n",
        base="one\n{% block a %}theirs{% endblock %}\ntwo\n",
    )

    assert made.text == "one\nmine\ntwo\n"
    assert made.lines[1] == 4


marked = st.recursive(
    st.sampled_from(
        ["LINE\n", "{{ 'LINE' }}\n", "{# note #}LINE\n", "{% set x = 1 %}\n", "  LINE\n"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        inner.map(lambda body: f"{{% if true %}}\n{body}{{% endif %}}\n"),
        inner.map(lambda body: f"{{% for x in [1, 2] %}}\n{body}{{% endfor %}}\n"),
        inner.map(lambda body: f"{{% with y = 1 %}}\n{body}{{%- endwith %}}\n"),
        inner.map(lambda body: f"{{% for x in [] %}}\n{{% else %}}\n{body}{{% endfor %}}\n"),
    ),
    max_leaves=12,
)


@pytest.mark.property
@settings(max_examples=300, deadline=None)
@given(marked)
def test_lines_of_any_template_lead_back(shape: str) -> None:
    """Each `LINE` is replaced by its own line number, which the map must then repeat."""
    text = "\n".join(
        line.replace("LINE", f"<{number}>") for number, line in enumerate(shape.split("\n"), 1)
    )

    made = rendered(text)

    shown = made.text.split("\n")
    assert len(made.lines) == len(shown) - (shown[-1] == "")
    for line, origin in zip(shown, made.lines, strict=False):
        if "<" in line and line.count("<") == 1:
            assert f"<{origin}>" in line
