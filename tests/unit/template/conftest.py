"""Render single Jinja2 templates the way a chart would."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pkgtool.template.files import chart_files
from pkgtool.template.jinja import JinjaEngine
from pkgtool.template.scopes import ChartScope, Facts
from pkgtool.testing.engine_contract import nowhere

PATH = "web/templates/a.yaml"

VALUES: dict[str, Any] = {
    "name": "web",
    "replicas": 3,
    "ratio": 1.5,
    "big": 12345678901234567890,
    "on": True,
    "off": False,
    "nothing": None,
    "ports": [80, 443],
    "image": {"repository": "nginx", "tag": "1.27"},
    "users": [{"name": "ann", "age": 30}, {"name": "Bob", "age": 20}],
    "text": 'say "hi"\n',
}


@pytest.fixture
def render() -> Callable[..., str]:
    """Render a template text; keywords are further files by name, `facts` the world around."""

    def render(
        text: str,
        more: Mapping[str, str] | None = None,
        *,
        values: Mapping[str, Any] | None = None,
        facts: Facts | None = None,
    ) -> str:
        sources = {PATH: text, **(more or {})}
        scope = ChartScope(
            {
                "Values": dict(VALUES if values is None else values),
                "Release": {"Name": "shop", "Namespace": "prod", "Service": "Helm"},
                "Files": chart_files({"conf/a.txt": b"one\ntwo\n", "conf/b.txt": b"three"}),
            },
            facts or Facts(),
        )
        return JinjaEngine().compile(sources, outside=nowhere).render(PATH, scope).text

    return render
