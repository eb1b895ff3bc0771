"""`pkgtool package`."""

from pathlib import Path

import click

from pkgtool.cli.output import write
from pkgtool.cli.params import chart_argument, command
from pkgtool.cli.sources import update_here
from pkgtool.ops.package import PackageOptions, package
from pkgtool.ops.session import say_nothing


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
            update_here(Path(chart), say=say_nothing)
        path = package(Path(chart), Path(destination), options)
        write(f"Successfully packaged chart and saved it to: {path}")
