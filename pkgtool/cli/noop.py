"""`pkgtool init` and `reset`: what older guides begin and end with.

Helm 2 had a server to set up. There is nothing to set up here, so these say so and succeed.
"""

import click

from pkgtool.cli.output import write
from pkgtool.cli.params import command

_IGNORED = {"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}


@command("init", context_settings=_IGNORED)
@click.argument("ignored", nargs=-1, type=click.UNPROCESSED)
def init_command(ignored: tuple[str, ...]) -> None:
    r"""Nothing to set up; kept for older guides.

    \b
    Example:
      pkgtool init --client-only
    """
    del ignored
    write("Nothing to set up: pkgtool needs no server. Happy packaging!")


@command("reset", context_settings=_IGNORED)
@click.argument("ignored", nargs=-1, type=click.UNPROCESSED)
def reset_command(ignored: tuple[str, ...]) -> None:
    r"""Nothing to remove; kept for older guides.

    \b
    Example:
      pkgtool reset
    """
    del ignored
    write("Nothing to remove: pkgtool has no server. Releases are untouched.")
