"""New charts are whole charts."""

import pytest

from pkgtool.chart.lint import lint_chart
from pkgtool.chart.load import load_chart
from pkgtool.chart.pack import pack_chart
from pkgtool.chart.scaffold import PLACEHOLDER, SCAFFOLD_ENGINES, scaffold_chart
from pkgtool.errors import ChartInvalid
from pkgtool.values.schema import check_values


@pytest.mark.parametrize("engine", SCAFFOLD_ENGINES)
def test_a_new_chart_loads_packs_and_lints_clean(engine: str) -> None:
    files = scaffold_chart("web", engine=engine)

    chart = load_chart(files, name="web")
    check_values(chart, chart.values)
    pack_chart(chart)

    assert (chart.name, chart.engine) == ("web", engine)
    assert [str(each) for each in lint_chart(files, {}, name="web")] == [
        "[INFO] Chart.yaml: icon is recommended"
    ]
    assert not any(PLACEHOLDER in data for data in files.values())


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b", "é", "a" * 251, "a\n"])
def test_names_that_no_chart_can_have(name: str) -> None:
    with pytest.raises(ChartInvalid):
        scaffold_chart(name)


def test_an_unknown_engine_is_answered_with_the_nearest() -> None:
    with pytest.raises(ChartInvalid) as caught:
        scaffold_chart("web", engine="jinja")

    assert caught.value.hint == "did you mean 'jinja2'?"
