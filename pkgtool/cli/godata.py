"""Name the fields of a release as Go does, for templates that users write about it.

Source: Helm v4 `pkg/release/v1`, `pkg/chart/v2`.
"""

from collections.abc import Mapping
from typing import Any

from pkgtool.release.model import HookRecord, Release
from pkgtool.store.chartform import chart_document
from pkgtool.store.fields import format_moment


def release_in_go(release: Release) -> dict[str, Any]:
    """Return `release` as `.Release` of a template."""
    return {
        "Name": release.name,
        "Namespace": release.namespace,
        "Version": release.revision,
        "Config": dict(release.config),
        "Manifest": release.manifest,
        "Labels": dict(release.labels),
        "ApplyMethod": release.apply_method,
        "Hooks": [_hook(each) for each in release.hooks],
        "Chart": _chart(chart_document(release.chart)),
        "Info": {
            "FirstDeployed": format_moment(release.first_deployed),
            "LastDeployed": format_moment(release.last_deployed),
            "Deleted": format_moment(release.deleted) if release.deleted else "",
            "Description": release.description,
            "Status": release.status.value,
            "Notes": release.notes,
            "RollbackRevision": release.rollback_revision,
        },
    }


def _hook(hook: HookRecord) -> dict[str, Any]:
    run = hook.last_run
    return {
        "Name": hook.name,
        "Kind": hook.kind,
        "Path": hook.path,
        "Manifest": hook.manifest,
        "Events": list(hook.events),
        "Weight": hook.weight,
        "DeletePolicies": list(hook.delete_policies),
        "OutputLogPolicies": list(hook.output_log_policies),
        "LastRun": {"Phase": run.phase if run else ""},
    }


def _chart(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Metadata": {**dict.fromkeys(_TEXTS, ""), **_titled(document["metadata"])},
        "Values": document["values"],
    }


def _titled(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return `document` with Go's names: `appVersion` is `AppVersion`, `apiVersion` `APIVersion`."""
    return {
        _name(key): [_titled(each) if isinstance(each, dict) else each for each in value]
        if isinstance(value, list)
        else value
        for key, value in document.items()
    }


def _name(key: str) -> str:
    special = {"apiVersion": "APIVersion", "url": "URL", "import-values": "ImportValues"}
    return special.get(key, key[:1].upper() + key[1:])


_TEXTS = (
    "Name",
    "Version",
    "APIVersion",
    "AppVersion",
    "Description",
    "KubeVersion",
    "Home",
    "Type",
)
"""Fields that are empty where the chart says nothing."""
