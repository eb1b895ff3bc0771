"""`pkgtool history`."""

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.operations import session
from pkgtool.cli.output import table, write, write_data
from pkgtool.cli.params import NumberParam, command, output_option, release_argument
from pkgtool.cli.show_release import ansic, chart_label, rfc3339
from pkgtool.ops.history import history
from pkgtool.release.model import Release

_HEADER = ("REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION")


@command("history")
@release_argument()
@click.option(
    "--max",
    "limit",
    type=NumberParam(1),
    default=256,
    show_default=True,
    help="At most so many.",
)
@output_option
def history_command(release: str, limit: int, output: str) -> None:
    r"""Show the revisions of RELEASE, oldest first.

    \b
    Example:
      pkgtool history web
    """
    found = history(session(), release, current_settings().namespace, limit=limit)
    if output != "table":
        write_data([_document(each) for each in found], output)
        return
    write(table(_HEADER, [_row(each) for each in found]), newline=False)


def _row(release: Release) -> tuple[str, ...]:
    return (
        str(release.revision),
        ansic(release.last_deployed),
        release.status.value,
        chart_label(release),
        release.chart.metadata.app_version,
        release.description,
    )


def _document(release: Release) -> dict[str, object]:
    return {
        "revision": release.revision,
        "updated": rfc3339(release.last_deployed),
        "status": release.status.value,
        "chart": chart_label(release),
        "app_version": release.chart.metadata.app_version,
        "description": release.description,
    }
