"""`pkgtool test`."""

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.operations import session
from pkgtool.cli.params import DurationParam, command, output_option, release_argument
from pkgtool.cli.show_release import Detail, show_release
from pkgtool.errors import UsageError
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
@click.option("--cleanup", is_flag=True, hidden=True)
@output_option
def test_command(
    release: str, timeout: float, filters: tuple[str, ...], cleanup: bool, output: str
) -> None:
    r"""Run the tests of RELEASE.

    \b
    Example:
      pkgtool test web --filter name=web-test
    """
    del cleanup
    words = [word for each in filters for word in each.split(",")]
    options = TestOptions(
        WaitPolicy("watcher", timeout_s=timeout),
        only=_names(words, "name="),
        without=_names(words, "!name="),
    )
    done = run_tests(session(), release, current_settings().namespace, options)
    show_release(done, output, Detail(notes=False))


def _names(words: list[str], prefix: str) -> tuple[str, ...]:
    for word in words:
        if not word.startswith(("name=", "!name=")):
            raise UsageError(f"invalid filter {word!r}", hint="write name=X or !name=X")
    return tuple(word.removeprefix(prefix) for word in words if word.startswith(prefix))
