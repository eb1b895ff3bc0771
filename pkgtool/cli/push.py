"""`pkgtool push`: store a packed chart in a registry."""

from pathlib import Path
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import write
from pkgtool.cli.params import command
from pkgtool.cli.progress import current_progress
from pkgtool.cli.registries import certificate_options, registry_access
from pkgtool.ops.push import push
from pkgtool.repo.oci.report import announce
from pkgtool.wiring.registries import open_registries
from pkgtool.wiring.repos import open_http


@command("push")
@click.argument("chart", metavar="CHART.tgz")
@click.argument("remote")
@click.argument("more", nargs=-1, metavar="", expose_value=False)
@click.option("--username", default="", help="For the registry.")
@click.option("--password", default="", help="For the registry.")
@click.option("--insecure-skip-tls-verify", is_flag=True, help="Trust any certificate.")
@certificate_options
def push_command(chart: str, remote: str, **flags: Any) -> None:
    r"""Store a packed chart below REMOTE in a registry, with its provenance file.

    \b
    Example:
      pkgtool push web-1.2.3.tgz oci://registry.example.com/charts
    """
    settings = current_settings()
    access = registry_access(flags, username=flags["username"], password=flags["password"])
    epoch = settings.environ.get("SOURCE_DATE_EPOCH", "")
    http = open_http(progress=current_progress())
    registries = open_registries(settings, access, http=http)
    pushed = push(Path(chart), remote, registries, epoch=epoch)
    write(announce("Pushed", pushed.ref, pushed.digest), newline=False)
