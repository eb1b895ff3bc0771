"""`pkgtool dependency`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.groups import group
from pkgtool.cli.output import note, table, write, write_data
from pkgtool.cli.params import command, option_group, output_option
from pkgtool.cli.progress import current_progress
from pkgtool.ops.dependency import build_dependencies, list_dependencies, update_dependencies
from pkgtool.repo.dependencies import Sources
from pkgtool.repo.http import Credentials
from pkgtool.wiring.dependencies import DependencyOptions, open_sources, open_verification
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


_fetch_options = option_group(
    click.option("--skip-refresh", is_flag=True, help="Use the cached indexes."),
    click.option("--verify", is_flag=True, help="Hold charts against their provenance."),
    click.option("--keyring", default="", metavar="PATH", help="Public keys, for --verify."),
    click.option("--username", default="", help="For registries."),
    click.option("--password", default="", help="For registries."),
    click.option("--ca-file", default="", metavar="PATH", help="CA of the servers."),
    click.option("--cert-file", default="", metavar="PATH", help="Certificate to show."),
    click.option("--key-file", default="", metavar="PATH", help="Key of the certificate."),
    click.option("--insecure-skip-tls-verify", is_flag=True, help="Trust any certificate."),
    click.option("--plain-http", is_flag=True, help="Talk to registries without TLS."),
)


@command("update")
@click.argument("chart", default=".")
@_fetch_options
def _update(chart: str, **flags: Any) -> None:
    r"""Choose versions, put them into charts/ and lock them.

    \b
    Example:
      pkgtool dependency update ./web
    """
    sources = _sources(flags, always=True)
    update_dependencies(Path(chart), sources, at=datetime.now(UTC), say=write)


@command("build")
@click.argument("chart", default=".")
@_fetch_options
def _build(chart: str, **flags: Any) -> None:
    r"""Put what the lock says into charts/.

    \b
    Example:
      pkgtool dependency build ./web
    """
    sources = _sources(flags, always=False)
    build_dependencies(Path(chart), sources, at=datetime.now(UTC), say=write)


def _sources(flags: Mapping[str, Any], *, always: bool) -> Sources:
    """Return where charts come from; `always` refuses those without provenance."""
    settings = current_settings()
    known = Credentials(
        username=flags["username"],
        password=flags["password"],
        cert_file=flags["cert_file"],
        key_file=flags["key_file"],
        ca_file=flags["ca_file"],
        insecure=flags["insecure_skip_tls_verify"],
    )
    options = DependencyOptions(
        refresh=not flags["skip_refresh"],
        credentials=known,
        plain_http=flags["plain_http"],
        verification=open_verification(settings, flags["keyring"], required=always)
        if flags["verify"]
        else None,
    )
    repos = open_repos(settings, progress=current_progress())
    return open_sources(settings, repos, options, say=write, note=note)


for _name, _each in (("list", _list), ("ls", _list), ("update", _update), ("up", _update)):
    dependency_command.add_command(_each, _name)
dependency_command.add_command(_build)
