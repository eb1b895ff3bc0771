"""`pkgtool diff`: what would change, or what did."""

from collections.abc import Iterable
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.groups import group
from pkgtool.cli.inputs import installable_chart, user_values
from pkgtool.cli.output import shown, style, write_data, write_styled
from pkgtool.cli.params import (
    NumberParam,
    chart_argument,
    command,
    output_option,
    release_argument,
    render_options,
    rollout_options,
    source_options,
    values_options,
)
from pkgtool.cli.session import session
from pkgtool.cli.upgrade import settings_of, upgrade_options
from pkgtool.manifest.diff import Change
from pkgtool.ops.diff import diff_releases, diff_revisions, diff_upgrade
from pkgtool.ops.install import Wish

_exit_code = click.option("--exit-code", is_flag=True, help="Exit status 4 when something differs.")
_DIFFERS = 4
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@group("diff")
def diff_command() -> None:
    r"""Show what a change would change; values of Secrets stay hidden.

    \b
    Example:
      pkgtool diff upgrade web ./web --set replicas=3
    """


@command("upgrade")
@release_argument()
@chart_argument()
@_exit_code
@upgrade_options
@values_options
@source_options
@render_options
@rollout_options
@output_option
def _upgrade(release: str, chart: str, **flags: Any) -> int:
    r"""Show what upgrading RELEASE to CHART would change.

    \b
    Example:
      pkgtool diff upgrade web ./web --exit-code
    """
    wish = Wish(
        installable_chart(chart, flags), user_values(flags), release, current_settings().namespace
    )
    return _show(diff_upgrade(session(), wish, settings_of(flags)), flags)


@command("revision")
@release_argument()
@click.argument("before", type=NumberParam(1))
@click.argument("after", type=NumberParam(), default=0)
@_exit_code
@output_option
def _revision(release: str, before: int, after: int, **flags: Any) -> int:
    r"""Show what changed from revision BEFORE to AFTER (default: the last).

    \b
    Example:
      pkgtool diff revision web 1 2
    """
    namespace = current_settings().namespace
    return _show(diff_revisions(session(), release, namespace, before, after), flags)


@command("release")
@release_argument("first")
@release_argument("second")
@_exit_code
@output_option
def _release(first: str, second: str, **flags: Any) -> int:
    r"""Show how release SECOND differs from release FIRST.

    \b
    Example:
      pkgtool diff release web-staging web
    """
    return _show(diff_releases(session(), first, second, current_settings().namespace), flags)


def _show(changes: list[Change], flags: Any) -> int:
    if flags["output"] != "table":
        write_data([_document(each) for each in changes], flags["output"])
    else:
        for each in changes:
            write_styled(style(shown(f"{each.id}: {each.action}"), "bold"))
            write_styled("".join(_colored(each.lines)), newline=False)
    return _DIFFERS if changes and flags["exit_code"] else 0


def _colored(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        text = shown(line.rstrip("\n"))
        yield (style(text, _STYLES[line[0]]) if line[:1] in _STYLES else text) + "\n"


def _document(change: Change) -> dict[str, object]:
    return {
        "resource": str(change.id),
        "action": change.action,
        "lines": [line.rstrip("\n") for line in change.lines],
    }


for _each in (_upgrade, _revision, _release):
    diff_command.add_command(_each)
