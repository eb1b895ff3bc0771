"""`pkgtool dependency`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.groups import group
from pkgtool.cli.output import table, write, write_data
from pkgtool.cli.params import command, output_option
from pkgtool.ops.dependency import build_dependencies, list_dependencies, update_dependencies
from pkgtool.repo.client import Refresh
from pkgtool.repo.dependencies import Fetched
from pkgtool.repo.urls import shown
from pkgtool.wiring.repos import open_repos


@group("dependency")
def dependency_command() -> None:
    r"""List, update or build a chart's dependencies.

    \b
    Example:
      pkgtool dependency update ./web
    """


@command("list")
@click.argument("chart", default=".")
@click.option("--max-col-width", type=int, default=80, show_default=True, help="Of a column.")
@output_option
def _list(chart: str, max_col_width: int, output: str) -> None:
    r"""List the dependencies of CHART and whether they are there.

    \b
    Example:
      pkgtool dependency list ./web
    """
    found = list_dependencies(Path(chart))
    rows = found.rows
    if output != "table":
        write_data([_document(row.dependency, row.status) for row in rows], output)
    elif not rows:
        write(f"WARNING: no dependencies at {Path(chart) / 'charts'}")
    else:
        cells = [tuple(_document(row.dependency, row.status).values()) for row in rows]
        header = ("NAME", "VERSION", "REPOSITORY", "STATUS")
        write(table(header, cells, width=max_col_width))
        for warning in found.warnings:
            write(f"WARNING: {warning}")


def _document(dependency: Any, status: str) -> dict[str, str]:
    return {
        "name": dependency.name,
        "version": dependency.version,
        "repository": dependency.repository,
        "status": status,
    }


@command("update")
@click.argument("chart", default=".")
@click.option("--skip-refresh", is_flag=True, help="Use the cached indexes.")
def _update(chart: str, skip_refresh: bool) -> None:
    r"""Choose versions, put them into charts/ and lock them.

    \b
    Example:
      pkgtool dependency update ./web
    """
    repos = open_repos(current_settings())
    refresh: Refresh = "never" if skip_refresh else "always"
    _report(update_dependencies(Path(chart), repos, at=datetime.now(UTC), refresh=refresh))


@command("build")
@click.argument("chart", default=".")
@click.option("--skip-refresh", is_flag=True, help="Use the cached indexes.")
def _build(chart: str, skip_refresh: bool) -> None:
    r"""Put what the lock says into charts/.

    \b
    Example:
      pkgtool dependency build ./web
    """
    repos = open_repos(current_settings())
    refresh: Refresh = "never" if skip_refresh else "missing"
    _report(build_dependencies(Path(chart), repos, at=datetime.now(UTC), refresh=refresh))


def _report(fetched: Sequence[Fetched]) -> None:
    write(f"Saving {len(fetched)} charts")
    for each in fetched:
        place = shown(each.dependency.repository)
        where = f" from repo {place}" if place else ""
        write(f"Saved {each.dependency.name} {each.dependency.version}{where}")


for _name, _each in (("list", _list), ("ls", _list), ("update", _update), ("up", _update)):
    dependency_command.add_command(_each, _name)
dependency_command.add_command(_build)
