"""`pkgtool upgrade`."""

from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.inputs import walk_settings
from pkgtool.cli.install import show_attempt, wish_of
from pkgtool.cli.modes import doing, dry_run
from pkgtool.cli.operations import parse_labels, rollout_settings
from pkgtool.cli.output import warn, write
from pkgtool.cli.params import (
    NumberParam,
    chart_argument,
    command,
    labels_option,
    option_group,
    output_option,
    postrender_options,
    release_argument,
    render_options,
    rollout_options,
    source_options,
    values_options,
)
from pkgtool.cli.session import session
from pkgtool.cli.show_release import Detail, show_release
from pkgtool.errors import UsageError
from pkgtool.ops.install import InstallOptions, Wish, prepare_install
from pkgtool.ops.session import Session
from pkgtool.ops.upgrade import (
    Reuse,
    UpgradeOptions,
    installs,
    prepare_upgrade,
    upgrade,
    upgrade_or_install,
)
from pkgtool.release.model import Release

upgrade_options = option_group(
    click.option("--reuse-values", is_flag=True, help="Old values below the new ones."),
    click.option("--reset-values", is_flag=True, help="Only the new values."),
    click.option(
        "--reset-then-reuse-values", is_flag=True, help="New defaults, old values, new values."
    ),
    click.option("--skip-crds", is_flag=True, help="Do not apply CRDs."),
    labels_option,
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
    click.option("--cleanup-on-fail", is_flag=True, help="Delete what a failure made."),
    click.option("--hide-notes", is_flag=True, help="Do not show the notes."),
    click.option("--hide-secret", is_flag=True, help="With --dry-run: do not show Secrets."),
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
    mode = dry_run(flags)
    if flags["recreate_pods"]:
        recreates_nothing()
    opened = session()
    first = flags["install"] and installs(opened, release, current_settings().namespace)
    if first and flags["output"] == "table":
        write(f'Release "{release}" does not exist. Installing it now.')
    # Helm puts no words in front of errors about the chart, nor when it installs.
    wish = wish_of(chart, release, flags)
    if mode != "none":
        _show_what_would_be(opened, wish, flags, first=first)
        return
    options = settings_of(flags)
    if flags["install"]:
        done = _upgraded_or_installed(opened, wish, options, first=first)
    else:
        with doing("UPGRADE FAILED"):
            done = upgrade(opened, wish, options)
    if flags["output"] == "table" and done.description != "Install complete" and not first:
        write(f'Release "{release}" has been upgraded. Happy Helming!')
    debug = current_settings().debug
    detail = Detail(values=debug, manifest=debug, notes=not flags["hide_notes"])
    show_release(done, flags["output"], detail)


def recreates_nothing() -> None:
    """Say what a flag of Helm 2 does: nothing any more."""
    warn(
        "--recreate-pods does nothing: a checksum of the configuration, as an annotation of the "
        "pods, makes new ones when it changes"
    )


def _upgraded_or_installed(
    opened: Session, wish: Wish, options: UpgradeOptions, *, first: bool
) -> Release:
    fresh = _fresh(options)
    if first:
        return upgrade_or_install(opened, wish, options, absent=fresh)
    with doing("UPGRADE FAILED"):
        return upgrade_or_install(opened, wish, options, absent=fresh)


def _fresh(options: UpgradeOptions) -> InstallOptions:
    """Return how a release is made that is not there yet."""
    labels = {key: value for key, value in options.labels.items() if value is not None}
    return InstallOptions(
        options.walk,
        options.rollout,
        options.skip_crds,
        labels=labels,
        hide_secrets=options.hide_secrets,
    )


def _show_what_would_be(opened: Session, wish: Wish, flags: Any, *, first: bool) -> None:
    options = settings_of(flags)
    records = opened.store.history(wish.name, wish.namespace)
    if first:
        show_attempt(prepare_install(opened, wish, _fresh(options), records), flags)
        return
    with doing("UPGRADE FAILED"):
        attempt = prepare_upgrade(opened, wish, options, records)
    if flags["output"] == "table":
        write(f'Release "{wish.name}" has been upgraded. Happy Helming!')
    show_attempt(attempt, flags)


def settings_of(flags: Any) -> UpgradeOptions:
    """Return how a release is upgraded.

    Raises:
        UsageError: Secrets are to be hidden where nothing is shown.
    """
    if flags.get("hide_secret") and dry_run(flags) == "none":
        raise UsageError("hiding Kubernetes secrets requires a dry-run mode").under(
            "UPGRADE FAILED"
        )
    return UpgradeOptions(
        walk=walk_settings(flags),
        rollout=rollout_settings(flags),
        skip_crds=flags["skip_crds"],
        reuse=_reuse(flags),
        labels=parse_labels(flags["labels"]),
        hide_secrets=bool(flags.get("hide_secret")),
    )


def _reuse(flags: Any) -> Reuse:
    """Return where old values go; of several flags the first counts, as in Helm."""
    if flags["reset_values"]:
        return "reset"
    if flags["reuse_values"]:
        return "reuse"
    return "reset-then-reuse" if flags["reset_then_reuse_values"] else "auto"
