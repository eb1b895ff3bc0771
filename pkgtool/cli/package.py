"""`pkgtool package`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import write
from pkgtool.cli.params import Flags, chart_argument, command
from pkgtool.cli.progress import current_progress
from pkgtool.cli.registries import certificate_options, registry_access
from pkgtool.cli.signing import chosen_signature, signing_options
from pkgtool.errors import UsageError
from pkgtool.ops.package import PackageOptions, package
from pkgtool.ops.session import say_nothing


@command("package")
@chart_argument("charts", nargs=-1, metavar="CHART...")
@click.option("--destination", "-d", default=".", metavar="DIR", help="Where to write.")
@click.option("--version", default="", help="Instead of the version in Chart.yaml.")
@click.option("--app-version", default="", help="Instead of the appVersion in Chart.yaml.")
@click.option("--dependency-update", "-u", is_flag=True, help="Fetch dependencies first.")
@click.option("--sign", is_flag=True, help="Sign with a PGP key; see --key.")
@signing_options
@click.option("--username", default="", help="For the registry of a dependency.")
@click.option("--password", default="", help="For the registry of a dependency.")
@certificate_options
@click.option("--insecure-skip-tls-verify", is_flag=True, help="Trust any certificate.")
@click.option("--save", hidden=True, default="", help="Of Helm 2; there is no local store.")
def package_command(charts: tuple[str, ...], **flags: Any) -> None:
    r"""Pack CHART into a tarball; the same chart makes the same bytes.

    \b
    Example:
      pkgtool package ./web -d dist
      pkgtool package ./web --sign --key 'Jo' --keyring ~/.gnupg/secring.gpg
    """
    if not charts:
        raise UsageError("need at least one argument, the path to the chart")
    settings = current_settings()
    options = PackageOptions(flags["version"], flags["app_version"], settings.epoch_s)
    sign = chosen_signature(flags, settings) if flags["sign"] else None
    for chart in map(Path, charts):
        if flags["dependency_update"] and chart.exists():
            _update(chart, flags)
        path = package(chart, Path(flags["destination"]), options, sign=sign)
        write(f"Successfully packaged chart and saved it to: {path}")


def _update(chart: Path, flags: Flags) -> None:
    # Imported here: most charts are complete, and packing needs no network.
    from pkgtool.ops.dependency import update_dependencies  # noqa: PLC0415
    from pkgtool.wiring.dependencies import DependencyOptions, open_sources  # noqa: PLC0415
    from pkgtool.wiring.repos import open_repos  # noqa: PLC0415

    settings = current_settings()
    access = registry_access(flags, username=flags["username"], password=flags["password"])
    options = DependencyOptions(credentials=access.credentials, plain_http=access.plain_http)
    repos = open_repos(settings, progress=current_progress())
    sources = open_sources(settings, repos, options, say=say_nothing, note=say_nothing)
    update_dependencies(chart, sources, at=datetime.now(UTC), say=say_nothing)
