"""`pkgtool template`: render a chart without a cluster."""

from typing import Any

import click
from click.core import ParameterSource

from pkgtool.cli.cache import code_cache, yaml_notebook
from pkgtool.cli.current import current_settings
from pkgtool.cli.inputs import installable_chart, user_values, walk_settings
from pkgtool.cli.manifests import Shown, show_broken, show_files
from pkgtool.cli.modes import dry_run
from pkgtool.cli.naming import given_name, install_options
from pkgtool.cli.output import warn
from pkgtool.cli.params import (
    chart_argument,
    command,
    option_group,
    postrender_options,
    render_options,
    rollout_options,
    source_options,
    values_options,
)
from pkgtool.errors import ManifestUnparsable, PkgtoolError, ReleaseNameInvalid, TemplateError
from pkgtool.ops.template import offline_capabilities, template
from pkgtool.ops.walk import Surroundings, Walked
from pkgtool.template.context import ReleaseFacts
from pkgtool.wiring.engines import open_engines

_options = option_group(
    click.option(
        "--stage",
        type=click.Choice(["values", "context", "text", "manifests", "plan"]),
        help="Print the result of this step instead.",
    ),
    click.option(
        "--show-only",
        "-s",
        "-x",
        "--execute",
        "show_only",
        multiple=True,
        metavar="TEMPLATE",
        help="Only what this template makes.",
    ),
    click.option("--output-dir", default="", metavar="DIR", help="Write files instead."),
    click.option(
        "--release-name", is_flag=True, help="With --output-dir: below the release's name."
    ),
    click.option("--include-crds", is_flag=True, help="CRDs too."),
    click.option("--skip-tests", is_flag=True, help="No tests."),
    click.option("--is-upgrade", is_flag=True, help="Render as an upgrade."),
    click.option("--kube-version", default="", metavar="VERSION", help="For this Kubernetes."),
    click.option(
        "--api-versions", "-a", multiple=True, metavar="VERSION", help="The cluster has these too."
    ),
    click.option("--validate", is_flag=True, hidden=True),
    click.option("--notes", is_flag=True, help="The notes too."),
)


@command("template")
@chart_argument("words", nargs=-1, required=True, metavar="[NAME] CHART")
@_options
@install_options
@values_options
@source_options
@render_options
@postrender_options
@rollout_options
def template_command(words: tuple[str, ...], **flags: Any) -> None:
    r"""Render CHART without a cluster.

    \b
    Example:
      pkgtool template web ./web --set replicas=2
      pkgtool template ./web --stage plan
    """
    around, reference = _surroundings(words, flags)
    chart = installable_chart(reference, flags)
    try:
        options = walk_settings(flags)._replace(notebook=yaml_notebook())
        walked = template(chart, user_values(flags), around, options)
    except PkgtoolError as error:
        _explain(error, flags)
        raise
    for warning in walked.warnings:
        warn(warning)
    _show(walked, around.release.name, flags)


def _surroundings(words: tuple[str, ...], flags: Any) -> tuple[Surroundings, str]:
    """Return what the render may know, and where the chart is."""
    live = flags["validate"] or _asks_cluster(flags)
    name = given_name(words, flags)
    if name or len(words) == 2:
        _check_name(name)
    name = name or "release-name"
    facts = ReleaseFacts(name, current_settings().namespace, is_upgrade=flags["is_upgrade"])
    if live:
        # Imported here: nothing of a cluster is loaded where none is asked.
        from pkgtool.cli.session import session  # noqa: PLC0415
        from pkgtool.ops.live import live_surroundings  # noqa: PLC0415

        return live_surroundings(session(), facts), words[-1]
    versions = [each for entry in flags["api_versions"] for each in entry.split(",") if each]
    capabilities = offline_capabilities(
        flags["kube_version"] or current_settings().pinned.kube_version, tuple(versions)
    )
    around = Surroundings(
        release=facts,
        engines=open_engines(code_cache()),
        capabilities=capabilities,
        compat=current_settings().compat,
    )
    return around, words[-1]


def _asks_cluster(flags: Any) -> bool:
    """Tell what `--dry-run` says, when it is given; nothing is ever done here."""
    source = click.get_current_context().get_parameter_source("dry_run")
    return source is not ParameterSource.DEFAULT and dry_run(flags, rendering=True) == "server"


def _check_name(name: str) -> None:
    from pkgtool.release.names import check_release_name  # noqa: PLC0415

    try:
        check_release_name(name)
    except ReleaseNameInvalid as error:
        raise error.under(f'release name check failed: release name "{name}"') from None


def _explain(error: PkgtoolError, flags: Any) -> None:
    """Say how to see what was rendered, or show it."""
    rendered = isinstance(error, TemplateError) or error.what.startswith(_OF_RENDERING)
    if current_settings().debug:
        if rendered and not flags["show_only"]:
            show_broken(error.rendered if isinstance(error, ManifestUnparsable) else "")
    elif rendered:
        error.what += "\n\nUse --debug flag to render out invalid YAML"


_OF_RENDERING = ("YAML parse error on", "chart requires kubeVersion")
"""How errors begin that Helm has after it began to render, besides those of templates."""


def _show(walked: Walked, name: str, flags: Any) -> None:
    if flags["stage"]:
        # Imported here: a plain render needs no planner.
        from pkgtool.cli.stages import show_stage  # noqa: PLC0415

        show_stage(walked, flags["stage"])
        return
    shown = Shown(
        include_crds=flags["include_crds"],
        tests=not flags["skip_tests"],
        hooks=not flags["no_hooks"],
        notes=flags["notes"],
        only=flags["show_only"],
    )
    folder = flags["output_dir"]
    show_files(walked, shown, f"{folder}/{name}" if folder and flags["release_name"] else folder)
