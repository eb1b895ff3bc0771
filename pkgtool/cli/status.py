"""`pkgtool status`."""

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.params import NumberParam, command, output_option, release_argument
from pkgtool.cli.session import session
from pkgtool.cli.show_release import Detail, show_standing
from pkgtool.ops.status import Standing, status


@command("status")
@release_argument()
@click.option("--revision", type=NumberParam(), default=0, help="Instead of the last.")
@click.option("--show-resources", "--show-desc", is_flag=True, hidden=True)
@output_option
def status_command(release: str, revision: int, show_resources: bool, output: str) -> None:
    r"""Show how RELEASE and its objects stand.

    \b
    Example:
      pkgtool status web -o json
    """
    del show_resources
    found = status(session(), release, current_settings().namespace, revision=revision)
    if current_settings().driver == "memory":
        # Its cluster was never asked to make anything.
        found = Standing(found.release, ())
    debug = current_settings().debug
    show_standing(found, output, Detail(values=debug, manifest=debug))
