"""What people read when a chart or its values are not right."""

from collections.abc import Callable

import pytest

from pkgtool.chart.archive import read_archive
from pkgtool.chart.ignore import parse_ignore
from pkgtool.chart.load import load_chart
from pkgtool.errors import PkgtoolError
from pkgtool.values.schema import check_values
from pkgtool.values.setflags import parse_set

META = b"apiVersion: v2\nname: web\nversion: 1.0.0\n"


def broken_schema() -> None:
    schema = b'{"properties": {"port": {"type": "integer"}}, "required": ["host"]}'
    chart = load_chart({"Chart.yaml": META, "values.schema.json": schema}, name="web")
    check_values(chart, {"port": "http"})


CASES: dict[str, Callable[[], object]] = {
    "chart-engine": lambda: load_chart({"Chart.yaml": META + b"engine: jinja\n"}, name="web"),
    "chart-alias": lambda: load_chart(
        {"Chart.yaml": META + b"dependencies:\n  - name: db\n    alias: ../db\n"}, name="web"
    ),
    "chart-missing": lambda: load_chart({"values.yaml": b""}, name="web"),
    "chart-archive": lambda: read_archive(b"<html>404</html>", name="web-1.0.0.tgz"),
    "chart-ignore": lambda: parse_ignore("*.bak\nci/**\n", name="web/.helmignore"),
    "values-set": lambda: parse_set("image.tag=1,ports[first]=80"),
    "values-schema": broken_schema,
}


@pytest.mark.parametrize("case", CASES)
def test_message(case: str, golden: Callable[[str, str], None]) -> None:
    with pytest.raises(PkgtoolError) as caught:
        CASES[case]()

    golden(f"errors/{case}.txt", f"{caught.value}\n")
