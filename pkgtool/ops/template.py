"""`template`: show what a chart would send, without a cluster."""

from collections.abc import Mapping
from typing import Any

from pkgtool.chart.model import Chart
from pkgtool.errors import UsageError, VersionInvalid
from pkgtool.ops.walk import Surroundings, Walked, WalkOptions, walk_chart
from pkgtool.template.capabilities import (
    DEFAULT_API_VERSIONS,
    DEFAULT_KUBE_VERSION,
    Capabilities,
    parse_kube_version,
)


def template(
    chart: Chart, inputs: Mapping[str, Any], around: Surroundings, options: WalkOptions
) -> Walked:
    """Render `chart` and return every arrow's result.

    Raises:
        ChartError, ValuesError, TemplateError, ManifestError: As `walk_chart`.
    """
    return walk_chart(chart, inputs, around, options)


def offline_capabilities(
    kube_version: str = "", api_versions: tuple[str, ...] = ()
) -> Capabilities:
    """Return what is assumed of a cluster that is not there.

    Args:
        kube_version: As on the command line: `1.30`, `v1.30.2-gke.1`; empty for the default.
        api_versions: More API versions that it has.

    Raises:
        UsageError: `kube_version` is not a version.
    """
    try:
        version = parse_kube_version(kube_version or DEFAULT_KUBE_VERSION)
    except VersionInvalid as error:
        raise UsageError(f"invalid kube version {kube_version!r}", hint=error.what) from error
    return Capabilities(version, (*DEFAULT_API_VERSIONS, *api_versions))
