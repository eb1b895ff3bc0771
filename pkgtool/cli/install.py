"""`pkgtool install`, in Helm 4's grammar and in Helm 2's."""

from pathlib import Path
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.inputs import installable_chart, user_values, walk_settings
from pkgtool.cli.modes import FALSE, TRUE, doing, dry_run
from pkgtool.cli.naming import given_name, install_options
from pkgtool.cli.operations import labels_of, rollout_settings
from pkgtool.cli.output import warn
from pkgtool.cli.params import (
    chart_argument,
    command,
    output_option,
    postrender_options,
    render_options,
    rollout_options,
    source_options,
    values_options,
)
from pkgtool.cli.session import session
from pkgtool.cli.show_release import Detail, show_release
from pkgtool.errors import UsageError
from pkgtool.ops.attempt import Attempt
from pkgtool.ops.install import InstallOptions, Wish, install, prepare_install
from pkgtool.ops.session import Session
from pkgtool.ops.template import offline_capabilities
from pkgtool.release.names import generate_name, name_from_chart
from pkgtool.store.protocol import Records


@command("install")
@chart_argument("words", nargs=-1, required=True, metavar="[NAME] CHART")
@install_options
@click.option("--hide-secret", is_flag=True, help="With --dry-run: do not show Secrets.")
@values_options
@source_options
@render_options
@postrender_options
@rollout_options
@output_option
def install_command(words: tuple[str, ...], **flags: Any) -> None:
    r"""Install CHART as a new release.

    Without a NAME, one is made up of an adjective and an animal; with --generate-name it is made
    of the chart's name and the time.

    \b
    Example:
      pkgtool install web ./web --set replicas=2 --wait
      pkgtool install stable/web --name web
    """
    mode = dry_run(flags)
    flags["server_side"] = _server_side(flags["server_side"])
    with doing("INSTALLATION FAILED"):
        opened = session()
        name, reference = release_and_chart(words, flags, opened)
        wish = wish_of(reference, name, flags)
        options = install_settings(flags, mode)
        if mode == "none":
            release = install(opened, wish, options)
        else:
            empty = Records(()) if mode == "client" else opened.store.history(name, wish.namespace)
            attempt = prepare_install(opened, wish, options, empty)
    if mode == "none":
        debug = current_settings().debug
        detail = Detail(values=debug, manifest=debug, notes=not flags["hide_notes"])
        show_release(release, flags["output"], detail)
    else:
        show_attempt(attempt, flags)


def _server_side(text: str) -> str:
    """Return who merges objects; nothing was before, so that it is on or off, as in Helm.

    Raises:
        UsageError: It is neither.
    """
    if text == "auto" or text in TRUE:
        return "true"
    if text in FALSE:
        return "false"
    reason = f'strconv.ParseBool: parsing "{text}": invalid syntax'
    raise UsageError(f'invalid argument "{text}" for "--server-side" flag: {reason}')


def wish_of(reference: str, name: str, flags: Any) -> Wish:
    """Return which chart is to become the release `name`, with which values."""
    chart = installable_chart(reference, flags)
    return Wish(chart, user_values(flags), name, current_settings().namespace)


def install_settings(flags: Any, mode: str) -> InstallOptions:
    """Return how a first revision is made.

    Raises:
        UsageError: Secrets are to be hidden where nothing is shown.
    """
    if flags["hide_secret"] and mode == "none":
        raise UsageError("hiding Kubernetes secrets requires a dry-run mode")
    pinned = current_settings().pinned.kube_version
    return InstallOptions(
        walk=walk_settings(flags),
        rollout=rollout_settings(flags),
        skip_crds=flags["skip_crds"],
        replace=flags["replace"],
        labels=labels_of(flags["labels"]),
        hide_secrets=flags["hide_secret"],
        offline=offline_capabilities(pinned) if mode == "client" else None,
    )


def show_attempt(attempt: Attempt, flags: Any) -> None:
    """Show what a dry run found out: values, hooks and manifest, nothing of it done."""
    for warning in attempt.warnings:
        warn(warning)
    shown = attempt.release.concluded(
        attempt.release.status, "Dry run complete", at=attempt.release.last_deployed
    )
    debug = current_settings().debug
    detail = Detail(values=debug, manifest=True, notes=not flags["hide_notes"])
    show_release(shown, flags["output"], detail)


def release_and_chart(words: tuple[str, ...], flags: Any, opened: Session) -> tuple[str, str]:
    """Tell the release name and the chart apart, in either grammar.

    Raises:
        UsageError: There are too many words, or two names.
    """
    given = given_name(words, flags)
    if len(words) == 2 or given:
        return given, words[-1]
    if flags["generate_name"]:
        return name_from_chart(words[0], opened.pace.clock()), words[0]
    _no_chart_forgotten(words[0], flags)
    return generate_name(opened.random.choice), words[0]


def _no_chart_forgotten(word: str, flags: Any) -> None:
    """Catch `install web`, where the chart was forgotten rather than the name."""
    if "/" in word or word.endswith(".tgz") or flags["repo"] or Path(word).exists():
        return
    raise UsageError(
        "must either provide a name or specify --generate-name",
        hint=f"{word!r} is neither a folder, a .tgz, a URL nor REPOSITORY/CHART; to install a "
        f"chart as {word!r}: pkgtool install {word} CHART",
    )
