"""`pkgtool list`, and Helm 2's `ls` forms: a positional filter, `--deleted`, `-a NAME`."""

from datetime import datetime
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import style, style_status, table, warn, write, write_data, write_styled
from pkgtool.cli.params import NumberParam, command, option_group, output_option
from pkgtool.cli.session import session
from pkgtool.cli.show_release import app_version, chart_label
from pkgtool.ops.list import Listing, ListOptions, list_releases
from pkgtool.release.model import Release, Status
from pkgtool.release.selector import parse_selector
from pkgtool.store.codec import NO_TIME
from pkgtool.yamlcodec import Fields

_HEADER = ("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION")

_options = option_group(
    click.option("-A", "--all-namespaces", is_flag=True, help="In all namespaces."),
    click.option("-a", "--all", "all_", is_flag=True, help="In every state (as is the default)."),
    click.option("-q", "--short", is_flag=True, help="Only names."),
    click.option("--no-headers", is_flag=True, help="Without the first line."),
    click.option("-f", "--filter", "pattern", default="", help="Names that match this."),
    click.option("-l", "--selector", default="", metavar="K=V,…", help="With these labels."),
    click.option("-d", "--date", "by_date", is_flag=True, help="By date."),
    click.option("-r", "--reverse", is_flag=True, help="The other way round."),
    click.option(
        "-m",
        "--max",
        "limit",
        type=NumberParam(),
        default=256,
        show_default=True,
        help="At most so many; 0: all.",
    ),
    click.option("--time-format", default="", metavar="LAYOUT", help="A layout of Go for times."),
    click.option("--offset", type=NumberParam(), default=0, help="Leave out so many."),
    click.option("--deployed", is_flag=True, help="Those deployed."),
    click.option("--failed", is_flag=True, help="Those failed."),
    click.option("--pending", is_flag=True, help="Those pending."),
    click.option("--superseded", is_flag=True, help="Those superseded."),
    click.option(
        "--uninstalled", "--deleted", "uninstalled", is_flag=True, help="Those uninstalled."
    ),
    click.option(
        "--uninstalling",
        "--deleting",
        "uninstalling",
        is_flag=True,
        help="Those being uninstalled.",
    ),
)


@command("list")
@click.argument("name", default="", metavar="[FILTER]")
@_options
@output_option
def list_command(name: str, **flags: Any) -> None:
    r"""List releases.

    \b
    Example:
      pkgtool list -A
      pkgtool ls --deleted
    """
    namespace = "" if flags["all_namespaces"] else current_settings().namespace
    options = ListOptions(
        statuses=_statuses(flags),
        pattern=flags["pattern"] or name,
        selector=parse_selector(flags["selector"]),
        by_date=flags["by_date"],
        reverse=flags["reverse"],
        limit=flags["limit"],
        offset=flags["offset"],
    )
    _show(list_releases(session(), namespace, options), flags)


def _statuses(flags: Any) -> frozenset[Status]:
    groups = {
        "deployed": {Status.DEPLOYED},
        "failed": {Status.FAILED},
        "pending": {each for each in Status if each.is_pending},
        "superseded": {Status.SUPERSEDED},
        "uninstalled": {Status.UNINSTALLED},
        "uninstalling": {Status.UNINSTALLING},
    }
    chosen: set[Status] = set()
    for name, statuses in groups.items():
        if flags[name]:
            chosen |= statuses
    return frozenset(Status) if flags["all_"] or not chosen else frozenset(chosen)


def _show(listing: Listing, flags: Any) -> None:
    for bad in listing.unreadable:
        warn(f"record {bad.key.name} v{bad.key.revision} is unreadable: {bad.reason}")
    rows = [_document(each, flags["time_format"]) for each in listing.releases]
    if flags["short"] and flags["output"] == "table":
        write("".join(f"{each.name}\n" for each in listing.releases), newline=False)
    elif flags["short"]:
        write_data([each.name for each in listing.releases], flags["output"])
    elif flags["output"] != "table":
        write_data(rows, flags["output"])
    else:
        header = () if flags["no_headers"] else _HEADER
        cells = [tuple(each.values()) for each in rows]
        write_styled(table(header, cells, paint=_PAINT), newline=False)


_KEYS = ("name", "namespace", "revision", "updated", "status", "chart", "app_version")


def _updated(at: datetime, layout: str) -> str:
    """Return a time as Go prints one, or in the `layout` that was asked for."""
    if at == NO_TIME:
        return "-"
    if layout:
        from pkgtool.template.funcs.golang.layout import format_time  # noqa: PLC0415

        return format_time(layout, at)
    seconds = f"{at:%Y-%m-%d %H:%M:%S.%f}".rstrip("0").rstrip(".")
    zone = f"{at:%z}"[:5]
    return f"{seconds} {zone} {'UTC' if zone == '+0000' else zone}"


def _document(release: Release, layout: str) -> Fields:
    values = (
        release.name,
        release.namespace,
        str(release.revision),
        _updated(release.last_deployed, layout),
        release.status.value,
        chart_label(release),
        app_version(release),
    )
    return Fields(zip(_KEYS, values, strict=True))


def _namespace(text: str) -> str:
    return style(text, "cyan")


_PAINT = (str, _namespace, str, str, style_status, str, str)
"""What colours the cells of each column."""
