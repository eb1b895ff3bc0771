"""`template`: show what a chart would send, without a cluster."""

from collections.abc import Mapping
from typing import Any

from pkgtool.chart.model import Chart
from pkgtool.ops.walk import Surroundings, Walked, WalkOptions, walk_chart
from pkgtool.plan.build import plan_install
from pkgtool.plan.model import Plan


def template(
    chart: Chart, inputs: Mapping[str, Any], around: Surroundings, options: WalkOptions
) -> Walked:
    """Render `chart` and return every arrow's result.

    Raises:
        ChartError, ValuesError, TemplateError, ManifestError: As `walk_chart`.
    """
    return walk_chart(chart, inputs, around, options)


def plan_of(walked: Walked, *, hooks: bool = True, skip_crds: bool = False) -> Plan:
    """Return what installing `walked` as a new release would do."""
    return plan_install(
        walked.desired,
        namespace=walked.context.release.namespace,
        create_namespace=False,
        hooks=hooks,
        skip_crds=skip_crds,
    )
