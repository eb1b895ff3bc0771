"""`pkgtool upgrade`."""

from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.inputs import user_values, walk_settings, wanted_chart
from pkgtool.cli.install import show_attempt
from pkgtool.cli.operations import dry_run, parse_labels, rollout_settings, session
from pkgtool.cli.output import write
from pkgtool.cli.params import (
    NumberParam,
    chart_argument,
    command,
    option_group,
    output_option,
    postrender_options,
    release_argument,
    render_options,
    rollout_options,
    source_options,
    values_options,
)
from pkgtool.cli.show_release import Detail, show_release
from pkgtool.errors import UsageError
from pkgtool.ops.install import InstallOptions, Wish
from pkgtool.ops.upgrade import (
    Reuse,
    UpgradeOptions,
    prepare_upgrade,
    upgrade,
    upgrade_or_install,
)

upgrade_options = option_group(
    click.option("--reuse-values", is_flag=True, help="Old values below the new ones."),
    click.option("--reset-values", is_flag=True, help="Only the new values."),
    click.option(
        "--reset-then-reuse-values", is_flag=True, help="New defaults, old values, new values."
    ),
    click.option("--skip-crds", is_flag=True, help="Do not apply CRDs."),
    click.option(
        "--labels",
        "-l",
        default="",
        metavar="K=V,…",
        help="Labels of the record; null removes one.",
    ),
)
"""The flags about values; `diff upgrade` takes them too."""

_options = option_group(
    click.option("--install", "-i", "install", is_flag=True, help="Install if there is none."),
    click.option("--create-namespace", is_flag=True, help="With --install: make the namespace."),
    click.option("--take-ownership", is_flag=True, help="Take over objects of others."),
    click.option(
        "--rollback-on-failure",
        "--atomic",
        "rollback_on_failure",
        is_flag=True,
        help="Roll back when it fails.",
    ),
    click.option(
        "--history-max", type=NumberParam(), default=None, help="Revisions to remember; 0: all."
    ),
    click.option("--hide-notes", is_flag=True, help="Do not show the notes."),
    click.option("--recreate-pods", is_flag=True, hidden=True),
)


@command("upgrade")
@release_argument()
@chart_argument()
@_options
@upgrade_options
@values_options
@source_options
@render_options
@postrender_options
@rollout_options
@output_option
def upgrade_command(release: str, chart: str, **flags: Any) -> None:
    r"""Upgrade RELEASE to CHART.

    \b
    Example:
      pkgtool upgrade web ./web --set image.tag=1.2 --wait
      pkgtool upgrade -i web stable/web --reuse-values
    """
    opened = session()
    wish = Wish(
        wanted_chart(chart, flags), user_values(flags), release, current_settings().namespace
    )
    options = settings_of(flags)
    if dry_run(flags):
        records = opened.store.history(release, wish.namespace)
        show_attempt(prepare_upgrade(opened, wish, options, records), flags)
        return
    if flags["install"]:
        labels = {key: value for key, value in options.labels.items() if value is not None}
        fresh = InstallOptions(options.walk, options.rollout, options.skip_crds, labels=labels)
        done = upgrade_or_install(opened, wish, options, absent=fresh)
    else:
        done = upgrade(opened, wish, options)
    if flags["output"] == "table" and done.description != "Install complete":
        write(f'Release "{release}" has been upgraded. Happy Helming!')
    debug = current_settings().debug
    detail = Detail(values=debug, manifest=debug, notes=not flags["hide_notes"])
    show_release(done, flags["output"], detail)


def settings_of(flags: Any) -> UpgradeOptions:
    """Return how a release is upgraded.

    Raises:
        UsageError: Two flags about old values contradict each other.
    """
    chosen: list[Reuse] = []
    if flags["reset_values"]:
        chosen.append("reset")
    if flags["reuse_values"]:
        chosen.append("reuse")
    if flags["reset_then_reuse_values"]:
        chosen.append("reset-then-reuse")
    if len(chosen) > 1:
        raise UsageError(
            "--reset-values, --reuse-values and --reset-then-reuse-values exclude each other",
            hint="keep one of them",
        )
    return UpgradeOptions(
        walk=walk_settings(flags),
        rollout=rollout_settings(flags),
        skip_crds=flags["skip_crds"],
        reuse=chosen[0] if chosen else "auto",
        labels=parse_labels(flags["labels"]),
    )
