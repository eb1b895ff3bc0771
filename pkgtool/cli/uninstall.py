"""`pkgtool uninstall`, and Helm 2's `delete`, which kept the history unless `--purge`."""

from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.modes import dry_run
from pkgtool.cli.operations import rollout_settings
from pkgtool.cli.output import warn, write
from pkgtool.cli.params import command, release_argument, rollout_options
from pkgtool.cli.session import session
from pkgtool.errors import ReleaseNotFound
from pkgtool.ops.session import Session
from pkgtool.ops.uninstall import Removal, UninstallOptions, prepare_uninstall, uninstall


@command("uninstall")
@release_argument("releases", nargs=-1, required=True, metavar="RELEASE...")
@click.option("--keep-history", is_flag=True, help="Keep the records.")
@click.option("--purge", is_flag=True, help="Forget the records too (for `delete`).")
@click.option("--ignore-not-found", is_flag=True, help="A missing release is fine.")
@click.option(
    "--cascade",
    default="background",
    metavar="MODE",
    help="background, foreground or orphan: as background.",
)
@rollout_options
def uninstall_command(releases: tuple[str, ...], **flags: Any) -> None:
    r"""Remove RELEASE and what it made.

    As `delete` or `del` the records are kept unless --purge is given, as older guides expect.

    \b
    Example:
      pkgtool uninstall web
      pkgtool delete web --purge
    """
    if flags["cascade"] not in ("background", "foreground", "orphan"):
        warn(
            f"uninstall: given cascade value: {flags['cascade']}, defaulting to delete propagation "
            "background"
        )
    older = click.get_current_context().info_name in ("delete", "del")
    keep = flags["keep_history"] or (older and not flags["purge"])
    # Here it is on or off, and so nothing about it is out of date.
    really = flags["dry_run"] != "unchanged" and dry_run(flags) == "none"
    options = UninstallOptions(rollout_settings(flags), keep_history=keep)
    opened = session()
    for name in releases:
        try:
            _remove(opened, name, options, really=really)
        except ReleaseNotFound as error:
            if not flags["ignore_not_found"]:
                raise error.under(f"uninstall: Release not loaded: {name}") from None
        _say_gone(name)


def _remove(opened: Session, name: str, options: UninstallOptions, *, really: bool) -> None:
    namespace = current_settings().namespace
    if really:
        _show(uninstall(opened, name, namespace, options))
        return
    plan = prepare_uninstall(opened, name, namespace, options)
    if current_settings().debug:
        write(plan.describe(), newline=False)


def _say_gone(name: str) -> None:
    write(f'release "{name}" uninstalled')


def _show(removal: Removal) -> None:
    if removal.kept:
        write("These resources were kept due to the resource policy:")
        for step in removal.kept:
            write(f"[{step.id.kind}] {step.id.name}")
    if removal.not_ours:
        write(
            f"{len(removal.not_ours)} resource(s) were not deleted because they are not owned by "
            "this release:"
        )
        for step in removal.not_ours:
            write(f"[{step.id.kind}] {step.id.name}")
    if removal.kept or removal.not_ours:
        write("")
