"""`pkgtool pull`, and Helm 2's `fetch`."""

from pathlib import Path
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import write
from pkgtool.cli.params import command, source_options
from pkgtool.cli.progress import current_progress
from pkgtool.cli.sources import chart_source
from pkgtool.ops.charts import Fetched
from pkgtool.ops.pull import pull
from pkgtool.wiring.repos import open_repos


@command("pull")
@click.argument("charts", nargs=-1, required=True, metavar="CHART...")
@click.option("--destination", "-d", default=".", metavar="DIR", help="Where to write.")
@click.option("--untar", is_flag=True, help="Unpack it.")
@click.option("--untardir", default=".", metavar="DIR", help="Unpack below this folder.")
@click.option("--prov", is_flag=True, help="Fetch the provenance file too, without checking it.")
@source_options
def pull_command(charts: tuple[str, ...], **flags: Any) -> None:
    r"""Download CHART.

    \b
    Example:
      pkgtool pull stable/web --version 1.2.3
      pkgtool pull stable/web --untar
    """
    repos = open_repos(current_settings(), progress=current_progress())
    folder = Path(flags["untardir"]) if flags["untar"] else None
    for chart in charts:
        source = chart_source(chart, flags)
        pulled = pull(source, repos, Path(flags["destination"]), untar=folder)
        _report(pulled.fetched)


def _report(fetched: Fetched) -> None:
    write(fetched.said, newline=False)
    for warning in fetched.warnings:
        write(warning)
    if fetched.verified is not None:
        write("\n".join(fetched.verified.lines))
