"""Turn parsed flags into values, a chart, and how it is rendered.

A command receives its flags as one mapping, because the groups are long; this module, `sources`
and `operations` pick them apart.
"""

import os
from collections.abc import Mapping
from typing import Any

from pkgtool.chart.deps import BEFORE_INSTALLING, check_dependencies
from pkgtool.chart.files import read_chart
from pkgtool.chart.model import Chart
from pkgtool.cli.cache import yaml_notebook
from pkgtool.cli.current import current_settings
from pkgtool.cli.output import remark, warn
from pkgtool.cli.params import Flags
from pkgtool.diskread import plain_path
from pkgtool.errors import DependencyMissing, UsageError
from pkgtool.ops.walk import Postrender, WalkOptions, check_installable
from pkgtool.values.inputs import ValueInputs, merge_inputs
from pkgtool.wiring.inputs import read_input


def user_values(flags: Flags) -> Mapping[str, Any]:
    """Return what the values flags say, merged in Helm's order.

    Raises:
        ValuesError, InputError: A flag or file cannot be used.
    """
    inputs = ValueInputs(
        files=tuple(name for entry in flags["values"] for name in entry.split(",")),
        set_json=flags["set_json"],
        set=flags["set_"],
        set_string=flags["set_string"],
        set_file=flags["set_file"],
        set_literal=flags["set_literal"],
    )
    settings = current_settings()
    return merge_inputs(inputs, lambda place: read_input(place, settings))


def wanted_chart(reference: str, flags: Flags) -> Chart:
    """Return the chart that the command line names, its dependencies fetched on demand."""
    # `os.path.exists` takes any text; `Path.exists` fails on names that no disk would take.
    here = os.path.exists(reference) and not flags["repo"]  # noqa: PTH110
    if here and not flags.get("verify"):
        chart = _local_chart(plain_path(reference), flags)
    else:
        # A chart on the disk needs nothing of what fetching one takes.
        from pkgtool.cli.sources import fetched_chart  # noqa: PLC0415

        chart = fetched_chart(reference, flags)
    return chart


def installable_chart(reference: str, flags: Flags) -> Chart:
    """Return the chart that the command line names, fit to be installed.

    Raises:
        ChartInvalid: It is only part of other charts.
        DependencyMissing: Something that it depends on is missing.
    """
    chart = wanted_chart(reference, flags)
    check_installable(chart)
    if chart.metadata.deprecated:
        warn("this chart is deprecated")
    check_dependencies(chart, advice=BEFORE_INSTALLING)
    return chart


def _local_chart(path: str, flags: Flags) -> Chart:
    """Return the chart at `path`; what it depends on is fetched when missing and wanted."""
    chart = read_chart(path, yaml_notebook())
    if not flags.get("dependency_update") or not os.path.isdir(path):  # noqa: PTH112
        return chart
    try:
        check_dependencies(chart)
    except DependencyMissing:
        from pkgtool.cli.sources import fetched_chart  # noqa: PLC0415

        return fetched_chart(path, flags)
    return chart


def walk_settings(flags: Flags) -> WalkOptions:
    """Return how a chart is rendered and judged."""
    return WalkOptions(
        # The cluster of the driver `memory` stands for one that takes everything.
        validate=not flags["no_validation"] and current_settings().driver != "memory",
        strict=flags["strict"],
        schema=not flags["skip_schema_validation"],
        subchart_notes=flags["render_subchart_notes"],
        enable_dns=flags["enable_dns"],
        postrender=_postrender(flags),
        loose=flags["no_validation"] or current_settings().driver == "memory",
    )


def _postrender(flags: Flags) -> Postrender | None:
    if not flags.get("post_renderer"):
        return None
    # Few charts are changed on their way.
    from pkgtool.wiring.plugins import open_postrenderer  # noqa: PLC0415

    given = flags["post_renderer"]
    if len(given) > 1:
        raise UsageError(
            f'invalid argument "{given[1]}" for "--post-renderer" flag: '
            "cannot specify --post-renderer flag more than once"
        )
    return open_postrenderer(current_settings(), given[0], flags["post_renderer_args"], remark)
