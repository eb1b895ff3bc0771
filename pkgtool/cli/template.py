"""`pkgtool template`: render a chart without a cluster."""

from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.inputs import code_cache, user_values, walk_settings, wanted_chart
from pkgtool.cli.manifests import Shown, show_files
from pkgtool.cli.output import note
from pkgtool.cli.params import (
    chart_argument,
    command,
    option_group,
    postrender_options,
    render_options,
    source_options,
    values_options,
)
from pkgtool.errors import UsageError
from pkgtool.ops.template import offline_capabilities, template
from pkgtool.ops.walk import Surroundings
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
        "show_only",
        multiple=True,
        metavar="TEMPLATE",
        help="Only what this template makes.",
    ),
    click.option("--output-dir", default="", metavar="DIR", help="Write files instead."),
    click.option("--include-crds", is_flag=True, help="CRDs too."),
    click.option("--skip-tests", is_flag=True, help="No tests."),
    click.option("--no-hooks", is_flag=True, help="No hooks."),
    click.option("--is-upgrade", is_flag=True, help="Render as an upgrade."),
    click.option("--kube-version", default="", metavar="VERSION", help="For this Kubernetes."),
    click.option(
        "--api-versions", "-a", multiple=True, metavar="VERSION", help="The cluster has these too."
    ),
    click.option("--name", default="", hidden=True),
    click.option("--validate", is_flag=True, hidden=True),
    click.option("--dry-run", default="client", hidden=True),
    click.option("--notes", is_flag=True, help="The notes too."),
)


@command("template")
@chart_argument("words", nargs=-1, metavar="[NAME] CHART")
@_options
@values_options
@source_options
@render_options
@postrender_options
def template_command(words: tuple[str, ...], **flags: Any) -> None:
    r"""Render CHART without a cluster.

    \b
    Example:
      pkgtool template web ./web --set replicas=2
      pkgtool template ./web --stage plan
    """
    name, reference = _name_and_chart(words, flags["name"])
    around = Surroundings(
        release=ReleaseFacts(name, current_settings().namespace, is_upgrade=flags["is_upgrade"]),
        engines=open_engines(code_cache()),
        capabilities=offline_capabilities(
            flags["kube_version"] or current_settings().pinned.kube_version, flags["api_versions"]
        ),
        compat=current_settings().compat,
    )
    chart = wanted_chart(reference, flags)
    walked = template(chart, user_values(flags), around, walk_settings(flags))
    for warning in walked.warnings:
        note(f"warning: {warning}")
    shown = Shown(
        include_crds=flags["include_crds"],
        tests=not flags["skip_tests"],
        hooks=not flags["no_hooks"],
        notes=flags["notes"],
        only=flags["show_only"],
    )
    if flags["stage"]:
        # Imported here: a plain render needs no planner.
        from pkgtool.cli.stages import show_stage  # noqa: PLC0415

        show_stage(walked, flags["stage"])
    else:
        show_files(walked, shown, flags["output_dir"])


def _name_and_chart(words: tuple[str, ...], name: str) -> tuple[str, str]:
    """Return the release name and the chart reference."""
    if not 1 <= len(words) <= 2:
        raise UsageError(
            f'"pkgtool template" requires 1 or 2 arguments, got {len(words)}',
            hint="pkgtool template [NAME] CHART",
        )
    return (words[0] if len(words) == 2 else name or "release-name"), words[-1]
