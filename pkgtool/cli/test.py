"""`pkgtool test`."""

import re

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import warn, write
from pkgtool.cli.params import DurationParam, command, output_option, release_argument
from pkgtool.cli.session import session
from pkgtool.cli.show_release import Detail, show_release
from pkgtool.errors import ClusterError, HookFailed, UsageError
from pkgtool.ops.history import get_release
from pkgtool.ops.test import TestOptions, run_tests
from pkgtool.rollout.wait import WaitPolicy


@command("test")
@release_argument()
@click.option(
    "--timeout", type=DurationParam(), default="5m0s", show_default=True, help="For each test."
)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="name=X",
    help="Only this test, or with !name=X all but it.",
)
@click.option("--logs", is_flag=True, help="Show what the tests wrote.")
@click.option("--cleanup", is_flag=True, hidden=True)
@output_option
def test_command(
    release: str, timeout: float, filters: tuple[str, ...], output: str, **flags: bool
) -> None:
    r"""Run the tests of RELEASE.

    \b
    Example:
      pkgtool test web --filter name=web-test
    """
    words = [_NOT.sub("!name=", word) for each in filters for word in each.split(",")]
    options = TestOptions(
        WaitPolicy("watcher", timeout_s=timeout),
        only=_names(words, "name="),
        without=_names(words, "!name="),
    )
    opened, failure = session(), None
    try:
        tested = run_tests(opened, release, current_settings().namespace, options)
    except (HookFailed, ClusterError) as error:
        # The record says which test failed, and that is shown first.
        failure = error
        tested = get_release(opened, release, current_settings().namespace)
    debug = current_settings().debug
    show_release(tested, output, Detail(values=debug, manifest=debug, notes=False))
    if flags["logs"]:
        write("")
        warn("this cluster keeps no logs of pods")
    if failure is not None:
        raise failure


_NOT = re.compile(r"^!\s?name=")


def _names(words: list[str], prefix: str) -> tuple[str, ...]:
    for word in words:
        if not word.startswith(("name=", "!name=")):
            raise UsageError(f"invalid filter {word!r}", hint="write name=X or !name=X")
    return tuple(word.removeprefix(prefix) for word in words if word.startswith(prefix))
