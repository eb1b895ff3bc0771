"""`get`: parts of a recorded release."""

from collections.abc import Mapping
from typing import Any

from pkgtool.chart.document import dependency_documents
from pkgtool.release.model import Release
from pkgtool.values.merge import DefaultsTree, coalesce_values


def computed_values(release: Release) -> Mapping[str, Any]:
    """Return the values that the release was rendered with, as far as its record knows them.

    The recorded chart has the defaults of its subcharts merged in.
    """
    tree = DefaultsTree(release.chart.name, release.chart.values, ())
    return coalesce_values(tree, release.config)[0]


def metadata_of(release: Release) -> dict[str, Any]:
    """Return what `get metadata` shows, by Helm's names."""
    chart = release.chart.metadata
    return {
        "name": release.name,
        "chart": chart.name,
        "version": chart.version,
        "appVersion": chart.app_version,
        "annotations": dict(chart.annotations),
        "labels": dict(release.labels),
        "dependencies": dependency_documents(chart.dependencies),
        "namespace": release.namespace,
        "revision": release.revision,
        "status": release.status.value,
        "deployedAt": release.last_deployed.isoformat().replace("+00:00", "Z"),
        "applyMethod": release.apply_method,
    }
