"""Real charts against what Helm 4.2 answers."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pkgtool.chart.deps import defaults_tree
from pkgtool.chart.files import read_chart
from pkgtool.chart.lint import lint_chart
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.chart.pack import chart_files
from pkgtool.values.merge import coalesce_values


def corpus(shared: Path) -> Iterator[tuple[str, Chart]]:
    """Yield every tenth real chart."""
    for path in sorted((shared / "corpus" / "charts").glob("*.tgz"))[::10]:
        yield path.name.removesuffix(".tgz"), read_chart(path)


def as_floats(value: Any) -> Any:
    """Return `value` with all numbers as floats: all that values in JSON have in Go."""
    if isinstance(value, dict):
        return {key: as_floats(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_floats(each) for each in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else value


def test_values_of_real_charts(shared: Path) -> None:
    compared, wrong = 0, []
    for name, chart in corpus(shared):
        golden = json.loads((shared / "corpus" / "golden" / f"{name}.json").read_text())
        texts = json.loads(
            lzma.decompress((shared / "corpus" / "texts" / f"{name}.json.xz").read_bytes())
        )
        for case in golden["cases"]:
            if "merged" in case:
                expected = json.loads(texts[case["merged"]["sha256"]])
                found, _ = coalesce_values(defaults_tree(chart), case["values"])
                compared += 1
                wrong += [(name, case["case"])] if as_floats(found) != as_floats(expected) else []

    assert compared > 100
    assert wrong == []


def test_real_charts_pack_and_load(shared: Path) -> None:
    for name, chart in corpus(shared):
        assert load_chart(chart_files(chart), name=name) == chart


LINT_PATHS = ("Chart.yaml", "values.yaml")


def test_lint_of_real_charts(shared: Path) -> None:
    """What needs no render; the chart's own folder is named `@TMP@/NAME` there."""
    words = {1: "INFO", 2: "WARNING", 3: "ERROR"}
    for name, chart in corpus(shared):
        golden = json.loads((shared / "corpus" / "golden" / f"{name}.json").read_text())
        expected = {
            f"[{words[each['severity']]}] {each['path']}: {each['error']}"
            for each in golden["lint"]["messages"]
            if each["path"] in LINT_PATHS or each["path"].startswith("@TMP@")
        }
        findings = lint_chart(chart_files(chart), {}, name=f"@TMP@/{chart.name}")
        found = {str(each) for each in findings if not each.path.startswith(("templates", "crds"))}
        assert found == expected, name
