"""Where versions of Helm differ, `--compat` decides."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pkgtool.chart.files import read_chart
from pkgtool.errors import TemplateError
from pkgtool.ops.walk import Surroundings, WalkOptions, walk_chart
from pkgtool.template.context import ReleaseFacts
from pkgtool.wiring.engines import open_engines

FILES = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "values.yaml": "own: null\ndeep: {gone: null, kept: 1}\ndb: {port: null}\n",
    "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
    "charts/db/values.yaml": "port: 5432\n",
}
LEVELS = ("helm3", "helm4.1", "helm4.2")


def walked_values(place: Path, level: str, user: Mapping[str, Any]) -> Mapping[str, Any]:
    return walk(place, level, user, "")[0]


def walk(
    place: Path, level: str, user: Mapping[str, Any], template: str
) -> tuple[Mapping[str, Any], str]:
    for path, text in {**FILES, "templates/a.txt": template}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text)
    around = Surroundings(ReleaseFacts("r"), open_engines(), compat=level)
    options = WalkOptions(validate=False)
    processed = walk_chart(read_chart(place), user, around, options)
    return processed.values, "".join(file.text for file in processed.rendered.files)


def text_of(place: Path, level: str, template: str) -> str:
    # A comment is no object, and still shows what the expression gives.
    return walk(place, level, {}, f"# {{{{ {template} | toJson }}}}")[1].removeprefix("# ")


@pytest.mark.parametrize("level", LEVELS)
def test_nulls_in_defaults(tmp_path: Path, level: str) -> None:
    values = walked_values(tmp_path, level, {})

    assert ("port" in values["db"]) is (level == "helm4.2")
    assert ("own" in values) is (level != "helm4.2")
    assert ("gone" in values["deep"]) is (level != "helm4.2")


@pytest.mark.parametrize("level", LEVELS)
def test_nulls_of_the_user_always_remove(tmp_path: Path, level: str) -> None:
    values = walked_values(tmp_path, level, {"db": {"port": None}, "deep": None})

    assert "port" not in values["db"]
    assert "deep" not in values


@pytest.mark.parametrize("level", LEVELS)
def test_the_chart_is_a_struct_or_a_map(tmp_path: Path, level: str) -> None:
    assert text_of(tmp_path, level, ".Chart.Name") == '"web"'
    if level == "helm3":
        with pytest.raises(TemplateError, match="can't evaluate field Foo"):
            text_of(tmp_path, level, ".Chart.Foo")
        assert text_of(tmp_path, level, ".Chart.IsRoot") == "true"
        assert '"apiVersion":"v2"' in text_of(tmp_path, level, ".Chart")
    else:
        assert text_of(tmp_path, level, ".Chart.Foo") == "null"
        assert '"APIVersion":"v2"' in text_of(tmp_path, level, ".Chart")
