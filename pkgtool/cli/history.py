"""`pkgtool history`."""

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import table, write, write_data
from pkgtool.cli.params import NumberParam, command, output_option, release_argument
from pkgtool.cli.session import session
from pkgtool.cli.show_release import ansic, app_version, chart_label, rfc3339
from pkgtool.ops.history import history
from pkgtool.release.model import Release
from pkgtool.store.codec import NO_TIME
from pkgtool.yamlcodec import Fields

_HEADER = ("REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION")


@command("history")
@release_argument()
@click.option(
    "--max",
    "limit",
    type=NumberParam(),
    default=256,
    show_default=True,
    help="At most so many.",
)
@click.option(
    "--show-rollback-revision", "rollbacks", is_flag=True, help="What a rollback went to."
)
@output_option
def history_command(release: str, limit: int, rollbacks: bool, output: str) -> None:
    r"""Show the revisions of RELEASE, oldest first.

    \b
    Example:
      pkgtool history web
    """
    found = history(session(), release, current_settings().namespace, limit=limit)
    if output != "table":
        write_data([_document(each) for each in found], output)
        return
    header = (*_HEADER, *(("ROLLBACK",) if rollbacks else ()), "DESCRIPTION")
    rows = [_row(each, rollbacks=rollbacks) for each in found]
    write(table(header, rows), newline=False)


def _row(release: Release, *, rollbacks: bool) -> tuple[str, ...]:
    went_to = str(release.rollback_revision) if release.rollback_revision else ""
    return (
        str(release.revision),
        ansic(release.last_deployed),
        release.status.value,
        chart_label(release),
        app_version(release),
        *((went_to,) if rollbacks else ()),
        release.description,
    )


def _document(release: Release) -> Fields:
    document = Fields(revision=release.revision)
    if release.last_deployed != NO_TIME:
        document["updated"] = rfc3339(release.last_deployed)
    document["status"] = release.status.value
    document["chart"] = chart_label(release)
    document["app_version"] = app_version(release)
    if release.rollback_revision:
        document["rollback_revision"] = release.rollback_revision
    document["description"] = release.description
    return document
