"""`pkgtool rollback`."""

from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.operations import dry_run, rollout_settings, session
from pkgtool.cli.output import write
from pkgtool.cli.params import NumberParam, command, release_argument, rollout_options
from pkgtool.errors import UsageError
from pkgtool.ops.rollback import prepare_rollback, rollback


@command("rollback")
@release_argument()
@click.argument("revision", default="0")
@rollout_options
@click.option(
    "--history-max", type=NumberParam(), default=None, help="Revisions to remember; 0: all."
)
@click.option("--recreate-pods", is_flag=True, hidden=True)
def rollback_command(release: str, revision: str, **flags: Any) -> None:
    r"""Go back to REVISION of RELEASE; without one, or with 0, to the one before.

    \b
    Example:
      pkgtool rollback web 1
    """
    number = _number(revision)
    opened, options = session(), rollout_settings(flags)
    namespace = current_settings().namespace
    if dry_run(flags):
        records = opened.store.history(release, namespace)
        attempt = prepare_rollback(opened, release, namespace, number, options, records)
        write(attempt.plan.describe(), newline=False)
        return
    rollback(opened, release, namespace, number, options)
    write("Rollback was a success! Happy Helming!")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise UsageError(f"could not convert revision to a number: {text!r}")
    return int(text)
