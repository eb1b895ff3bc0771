"""`pkgtool version`."""

import platform

import click

from pkgtool.cli.params import command

VERSION = "0.1.0"
"""Kept equal to `pyproject.toml` by a test; reading the installed metadata costs 10 ms."""


@command("version")
@click.option("--short", is_flag=True, help="Only the number.")
@click.option("--client", "-c", is_flag=True, hidden=True)
def version_command(short: bool, client: bool) -> None:
    r"""Print the version.

    \b
    Example:
      pkgtool version --short
    """
    del client
    click.echo(f"v{VERSION}" if short else f"pkgtool v{VERSION} (Python {_python()})")


def _python() -> str:
    return platform.python_version()
