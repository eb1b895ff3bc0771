"""`pkgtool version`."""

import sys

import click

from pkgtool.cli.output import write_data
from pkgtool.cli.params import command, output_option

VERSION = "0.1.0"
"""Kept equal to `pyproject.toml` by a test; reading the installed metadata costs 10 ms."""


@command("version")
@click.option("--short", is_flag=True, help="Only the number.")
@click.option("--client", "-c", is_flag=True, hidden=True)
@output_option
def version_command(short: bool, client: bool, output: str) -> None:
    r"""Print the version.

    \b
    Example:
      pkgtool version --short
    """
    del client
    python = ".".join(map(str, sys.version_info[:3]))
    if output != "table":
        write_data({"version": f"v{VERSION}", "python": python}, output)
    else:
        click.echo(f"v{VERSION}" if short else f"pkgtool v{VERSION} (Python {python})")
