"""`pkgtool package`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import write
from pkgtool.cli.params import chart_argument, command
from pkgtool.ops.dependency import update_dependencies
from pkgtool.ops.package import PackageOptions, package
from pkgtool.wiring.repos import open_repos


@command("package")
@chart_argument("charts", nargs=-1, required=True, metavar="CHART...")
@click.option("--destination", "-d", default=".", metavar="DIR", help="Where to write.")
@click.option("--version", default="", help="Instead of the version in Chart.yaml.")
@click.option("--app-version", default="", help="Instead of the appVersion in Chart.yaml.")
@click.option("--dependency-update", "-u", is_flag=True, help="Fetch dependencies first.")
@click.option("--save", hidden=True, default="", help="Of Helm 2; there is no local store.")
def package_command(
    charts: tuple[str, ...],
    destination: str,
    version: str,
    app_version: str,
    dependency_update: bool,
    save: str,
) -> None:
    r"""Pack CHART into a tarball; the same chart makes the same bytes.

    \b
    Example:
      pkgtool package ./web -d dist
    """
    del save
    options = PackageOptions(version, app_version)
    for chart in charts:
        if dependency_update:
            update_dependencies(Path(chart), open_repos(current_settings()), at=datetime.now(UTC))
        path = package(Path(chart), Path(destination), options)
        write(f"Successfully packaged chart and saved it to: {path}")
