"""`pkgtool show`, and Helm 2's `inspect`."""

from collections.abc import Callable
from typing import Any

import click

from pkgtool.chart.model import Chart
from pkgtool.cli.groups import group
from pkgtool.cli.inputs import wanted_chart
from pkgtool.cli.output import write
from pkgtool.cli.params import chart_argument, command, source_options
from pkgtool.ops.show import show_all, show_chart, show_crds, show_readme, show_values


@group("show", default="all")
def show_command() -> None:
    r"""Show what is in a chart; `show CHART` is `show all CHART`.

    \b
    Example:
      pkgtool show values stable/web
    """


def _part(name: str, what: str, text_of: Callable[[Chart], str]) -> click.Command:
    def run(chart: str, **flags: Any) -> None:
        write(text_of(wanted_chart(chart, flags)), newline=False)

    run.__doc__ = f"Show {what} of CHART.\n\n\b\nExample:\n  pkgtool show {name} ./web\n"
    return command(name)(chart_argument()(source_options(run)))


@command("values")
@chart_argument()
@click.option("--jsonpath", default="", metavar="TEMPLATE", help="Only what this picks: {.a.b}.")
@source_options
def _values(chart: str, jsonpath: str, **flags: Any) -> None:
    r"""Show the default values of CHART.

    \b
    Example:
      pkgtool show values ./web
      pkgtool show values ./web --jsonpath '{.image.tag}'
    """
    write(show_values(wanted_chart(chart, flags), jsonpath), newline=False)


for _each in (
    _part("all", "everything", show_all),
    _part("chart", "the Chart.yaml", show_chart),
    _values,
    _part("readme", "the README", show_readme),
    _part("crds", "the CRDs", show_crds),
):
    show_command.add_command(_each)
