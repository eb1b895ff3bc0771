"""Render single Go templates the way a chart would."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest

from pkgtool.template.capabilities import Capabilities
from pkgtool.template.files import chart_files
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.methods import Listing
from pkgtool.template.protocol import Engine, RenderedText
from pkgtool.template.scopes import ChartScope, Facts
from pkgtool.testing.engine_contract import nowhere
from pkgtool.testing.gotpl_back_ends import same_outcome

PATH = "web/templates/a.yaml"

VALUES: dict[str, Any] = {
    "name": "web",
    "empty": "",
    "count": 3.0,
    "million": 1000000.0,
    "ratio": 1.5,
    "on": True,
    "off": False,
    "nothing": None,
    "list": ["a", "b", "c"],
    "map": {"b": 2.0, "a": 1.0},
    "nested": {"x": {"y": "deep"}},
    "html": "<a>&'\"",
}


@pytest.fixture
def render_lines() -> Callable[..., RenderedText]:
    """Render a template text with its line map, by evaluator and compiler: both do the same."""

    def render_lines(
        text: str,
        more: Mapping[str, str] | None = None,
        *,
        values: Mapping[str, Any] | None = None,
        facts: Facts | None = None,
    ) -> RenderedText:
        sources = {PATH: text, **(more or {})}

        def with_engine(engine: Engine, *, lined: bool = False) -> RenderedText:
            scope = made_scope(deepcopy(VALUES if values is None else values), facts or Facts())
            return engine.compile(sources, outside=nowhere, lined=lined).render(PATH, scope)

        found = same_outcome(lambda engine: with_engine(engine).text)
        text, lines = with_engine(GotplEngine(), lined=True)
        assert text == found
        return RenderedText(text, tuple(lines or ()))

    return render_lines


def made_scope(values: Mapping[str, Any], facts: Facts) -> ChartScope:
    """Return what the template sees."""
    return ChartScope(
        {
            "Values": values,
            "Release": {"Name": "shop", "Namespace": "prod", "Service": "Helm"},
            "Files": chart_files({"conf/a.txt": b"one\ntwo\n", "conf/b.txt": b"three"}),
            "Capabilities": {
                "APIVersions": Listing(["v1"], {"Has": lambda name: name == "v1"}),
                "KubeVersion": Capabilities().kube_version,
            },
            "Template": {"Name": PATH, "BasePath": "web/templates"},
        },
        facts,
    )


@pytest.fixture
def render(render_lines: Callable[..., RenderedText]) -> Callable[..., str]:
    """Render a template text; `more` are further files, `facts` the world around."""

    def render(text: str, more: Mapping[str, str] | None = None, **options: Any) -> str:
        return render_lines(text, more, **options).text

    return render
