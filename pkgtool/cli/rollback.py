"""`pkgtool rollback`."""

import re
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.modes import dry_run
from pkgtool.cli.operations import rollout_settings
from pkgtool.cli.output import write
from pkgtool.cli.params import NumberParam, command, release_argument, rollout_options
from pkgtool.cli.session import session
from pkgtool.cli.upgrade import recreates_nothing
from pkgtool.errors import UsageError
from pkgtool.ops.rollback import prepare_rollback, rollback

_LIMIT_CHARACTERS = 256


@command("rollback")
@release_argument()
@click.argument("revision", default="0")
@rollout_options
@click.option(
    "--history-max", type=NumberParam(), default=None, help="Revisions to remember; 0: all."
)
@click.option("--cleanup-on-fail", is_flag=True, help="Delete what a failure made.")
@click.option("--recreate-pods", is_flag=True, hidden=True)
def rollback_command(release: str, revision: str, **flags: Any) -> None:
    r"""Go back to REVISION of RELEASE; without one, or with 0, to the one before.

    \b
    Example:
      pkgtool rollback web 1
    """
    number, mode = _number(revision), dry_run(flags)
    if len(flags["description"]) > _LIMIT_CHARACTERS:
        raise UsageError(f"description must be at most {_LIMIT_CHARACTERS} characters long")
    if flags["recreate_pods"]:
        recreates_nothing()
    opened, options = session(), rollout_settings(flags)
    namespace = current_settings().namespace
    if mode == "none":
        rollback(opened, release, namespace, number, options)
    else:
        records = opened.store.history(release, namespace)
        attempt = prepare_rollback(opened, release, namespace, number, options, records)
        if current_settings().debug:
            write(attempt.plan.describe(), newline=False)
    write("Rollback was a success! Happy Helming!")


def _number(text: str) -> int:
    """Return the revision in `text`, in the words of Go when it is none."""
    if not re.fullmatch(r"[+-]?[0-9]+", text, re.ASCII):
        reason = f'strconv.Atoi: parsing "{text}": invalid syntax'
        raise UsageError(f"could not convert revision to a number: {reason}")
    # The length is far above any number in use, and far below where `int` gets slow.
    if len(text) > 18:
        reason = f'strconv.Atoi: parsing "{text[:80]}": value out of range'
        raise UsageError(f"could not convert revision to a number: {reason}")
    if int(text) < 0:
        raise UsageError("revision must be non-negative")
    return int(text)
