"""`pkgtool install`, in Helm 4's grammar and in Helm 2's."""

from pathlib import Path
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.inputs import user_values, walk_settings, wanted_chart
from pkgtool.cli.operations import dry_run, labels_of, rollout_settings, session
from pkgtool.cli.output import note
from pkgtool.cli.params import (
    chart_argument,
    command,
    option_group,
    output_option,
    postrender_options,
    render_options,
    rollout_options,
    source_options,
    values_options,
)
from pkgtool.cli.show_release import Detail, show_release
from pkgtool.errors import UsageError
from pkgtool.ops.install import InstallOptions, Wish, install, prepare_install
from pkgtool.ops.operation import Attempt
from pkgtool.ops.session import Session
from pkgtool.release.names import check_release_name, generate_name

_options = option_group(
    click.option("--name", default="", help="Name of the release (as in Helm 2)."),
    click.option("--generate-name", "-g", is_flag=True, help="Make up a name."),
    click.option("--create-namespace", is_flag=True, help="Make the namespace if missing."),
    click.option("--replace", is_flag=True, help="Reuse the name of a failed release."),
    click.option("--skip-crds", is_flag=True, help="Do not apply CRDs."),
    click.option("--take-ownership", is_flag=True, help="Take over objects of others."),
    click.option(
        "--rollback-on-failure",
        "--atomic",
        "rollback_on_failure",
        is_flag=True,
        help="Remove what was made when it fails.",
    ),
    click.option("--hide-notes", is_flag=True, help="Do not show the notes."),
    click.option("--labels", "-l", default="", metavar="K=V,…", help="Labels of the record."),
)


@command("install")
@chart_argument("words", nargs=-1, metavar="[NAME] CHART")
@_options
@values_options
@source_options
@render_options
@postrender_options
@rollout_options
@output_option
def install_command(words: tuple[str, ...], **flags: Any) -> None:
    r"""Install CHART as a new release.

    Without a NAME, one is made up of an adjective and an animal.

    \b
    Example:
      pkgtool install web ./web --set replicas=2 --wait
      pkgtool install stable/web --name web
    """
    opened = session()
    name, reference = release_and_chart(words, flags, opened)
    wish = Wish(
        wanted_chart(reference, flags), user_values(flags), name, current_settings().namespace
    )
    options = InstallOptions(
        walk=walk_settings(flags),
        rollout=rollout_settings(flags),
        skip_crds=flags["skip_crds"],
        replace=flags["replace"],
        labels=labels_of(flags["labels"]),
    )
    if dry_run(flags):
        records = opened.store.history(name, wish.namespace)
        show_attempt(prepare_install(opened, wish, options, records), flags)
        return
    release = install(opened, wish, options)
    debug = current_settings().debug
    detail = Detail(values=debug, manifest=debug, notes=not flags["hide_notes"])
    show_release(release, flags["output"], detail)


def show_attempt(attempt: Attempt, flags: Any) -> None:
    """Show what a dry run found out: values, hooks and manifest, nothing of it done."""
    for warning in attempt.warnings:
        note(f"warning: {warning}")
    shown = attempt.release.concluded(
        attempt.release.status, "Dry run complete", at=attempt.release.last_deployed
    )
    debug = current_settings().debug
    detail = Detail(values=debug, manifest=True, notes=not flags["hide_notes"])
    show_release(shown, flags["output"], detail)


def release_and_chart(words: tuple[str, ...], flags: Any, opened: Session) -> tuple[str, str]:
    """Tell the release name and the chart apart, in either grammar.

    Raises:
        UsageError: There are too many or too few words, or two names.
    """
    if not 1 <= len(words) <= 2:
        raise UsageError(
            f"expected at most two arguments, unexpected arguments: {', '.join(words[2:])}"
            if words
            else '"pkgtool install" requires at least 1 argument',
            hint="pkgtool install [NAME] CHART",
        )
    if len(words) == 2:
        if flags["name"] or flags["generate_name"]:
            raise UsageError("cannot set --name or --generate-name and also specify a name")
        # An empty one, of a variable that is not set, is refused and not made up.
        check_release_name(words[0])
        return words[0], words[1]
    if not flags["name"]:
        _no_chart_forgotten(words[0], flags)
    return flags["name"] or generate_name(opened.random), words[0]


def _no_chart_forgotten(word: str, flags: Any) -> None:
    """Catch `install web`, where the chart was forgotten rather than the name."""
    if "/" in word or word.endswith(".tgz") or flags["repo"] or Path(word).exists():
        return
    raise UsageError(
        f"{word!r} is neither a folder, a .tgz, a URL nor REPOSITORY/CHART",
        hint=f"to install a chart as {word!r}: pkgtool install {word} CHART",
    )
