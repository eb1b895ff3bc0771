"""`pkgtool uninstall`, and Helm 2's `delete`, which kept the history unless `--purge`."""

from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.operations import dry_run, rollout_settings, session
from pkgtool.cli.output import note, write
from pkgtool.cli.params import command, release_argument, rollout_options
from pkgtool.errors import ReleaseNotFound
from pkgtool.ops.session import Session
from pkgtool.ops.uninstall import Removal, UninstallOptions, prepare_uninstall, uninstall


@command("uninstall")
@release_argument("releases", nargs=-1, required=True, metavar="RELEASE...")
@click.option("--keep-history", is_flag=True, help="Keep the records.")
@click.option("--purge", is_flag=True, help="Forget the records too (for `delete`).")
@click.option("--ignore-not-found", is_flag=True, help="A missing release is fine.")
@click.option("--cascade", type=click.Choice(["background"]), hidden=True)
@rollout_options
def uninstall_command(releases: tuple[str, ...], **flags: Any) -> None:
    r"""Remove RELEASE and what it made.

    As `delete` or `del` the records are kept unless --purge is given, as older guides expect.

    \b
    Example:
      pkgtool uninstall web
      pkgtool delete web --purge
    """
    older = click.get_current_context().info_name in ("delete", "del")
    keep = flags["keep_history"] or (older and not flags["purge"])
    options = UninstallOptions(rollout_settings(flags), keep_history=keep)
    opened = session()
    for name in releases:
        _remove(opened, name, options, flags)


def _remove(opened: Session, name: str, options: UninstallOptions, flags: Any) -> None:
    namespace = current_settings().namespace
    try:
        if dry_run(flags):
            write(prepare_uninstall(opened, name, namespace, options).describe(), newline=False)
        else:
            _show(uninstall(opened, name, namespace, options))
    except ReleaseNotFound:
        if not flags["ignore_not_found"]:
            raise
    write(f'release "{name}" uninstalled')


def _show(removal: Removal) -> None:
    if removal.kept:
        write("These resources were kept due to the resource policy:")
        for step in removal.kept:
            write(f"[{step.id.kind}] {step.id.name}")
    if removal.not_ours:
        note(
            f"{len(removal.not_ours)} resource(s) were not deleted because they are not owned by "
            "this release:"
        )
        for step in removal.not_ours:
            note(f"[{step.id.kind}] {step.id.name}")
