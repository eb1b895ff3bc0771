"""Print a release: the block of lines that install, upgrade, status and get share.

Source: Helm v4 `pkg/cmd/status.go`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pkgtool import yamlcodec
from pkgtool.cli.output import shown, style_status, table, write_data, write_styled
from pkgtool.ops.status import Standing
from pkgtool.release.model import HookRecord, Release


class Detail(NamedTuple):
    """Which optional parts are shown."""

    chart: bool = False
    values: bool = False
    manifest: bool = False
    notes: bool = True
    resources: bool = False


def ansic(at: datetime) -> str:
    """Return a time as Go's ANSIC layout does: `Mon Jan  2 15:04:05 2006`."""
    return f"{at:%a %b} {at.day:2d} {at:%H:%M:%S %Y}"


def rfc3339(at: datetime) -> str:
    """Return a time as Go writes it into JSON."""
    return at.isoformat().replace("+00:00", "Z")


def show_release(release: Release, form: str, detail: Detail | None = None) -> None:
    """Print `release` as a table, JSON or YAML."""
    if form != "table":
        write_data(release_document(release), form)
        return
    _write(release_text(release, detail or Detail()), release)


def show_standing(standing: Standing, form: str) -> None:
    """Print a release with its live objects."""
    if form != "table":
        document = release_document(standing.release)
        document["info"]["resources"] = list(standing.resources)
        write_data(document, form)
        return
    text = release_text(standing.release, Detail(notes=False))
    notes = notes_text(standing.release)
    _write(text + resources_text(standing) + notes, standing.release)


def _write(text: str, release: Release) -> None:
    """Write the lines about a release, its status in colour."""
    line = f"\nSTATUS: {release.status.value}\n"
    colored = f"\nSTATUS: {style_status(release.status.value)}\n"
    write_styled(shown(text).replace(line, colored, 1), newline=False)


def release_text(release: Release, detail: Detail) -> str:
    """Return the lines about a release."""
    lines = [
        f"NAME: {release.name}",
        f"LAST DEPLOYED: {ansic(release.last_deployed)}",
        f"NAMESPACE: {release.namespace}",
        f"STATUS: {release.status.value}",
        f"REVISION: {release.revision}",
    ]
    if detail.chart:
        chart = release.chart.metadata
        lines += [f"CHART: {chart.name}", f"VERSION: {chart.version}"]
        lines += [f"APP_VERSION: {chart.app_version}"]
    lines += [f"DESCRIPTION: {release.description}", *_tests(release.hooks)]
    text = "\n".join(lines) + "\n"
    if detail.values:
        text += values_text(release)
    if detail.manifest:
        text += f"HOOKS:\n{hooks_text(release)}MANIFEST:\n{release.manifest.strip()}\n\n"
    return text + notes_text(release) if detail.notes else text


def values_text(release: Release) -> str:
    """Return the user's and the computed values."""
    from pkgtool.ops.get import computed_values  # noqa: PLC0415

    user = yamlcodec.dump(dict(release.config)) if release.config else "null\n"
    computed = yamlcodec.dump(computed_values(release))
    return f"USER-SUPPLIED VALUES:\n{user}\nCOMPUTED VALUES:\n{computed}\n"


def hooks_text(release: Release) -> str:
    """Return all hooks with their sources."""
    return "".join(
        f"---\n# Source: {hook.path}\n{hook.manifest.rstrip()}\n" for hook in release.hooks
    )


def notes_text(release: Release) -> str:
    """Return the notes, or nothing."""
    return f"NOTES:\n{release.notes.strip()}\n" if release.notes.strip() else ""


def resources_text(standing: Standing) -> str:
    """Return the live objects as tables by kind."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for body in standing.resources:
        kind = f"{body.get('apiVersion')}/{body.get('kind')}"
        name = str(body.get("metadata", {}).get("name", ""))
        groups.setdefault(kind, []).append((name, readiness(body)))
    tables = [f"==> {kind}\n{table(('NAME', 'STATUS'), rows)}" for kind, rows in groups.items()]
    missing = "".join(f"missing: {each}\n" for each in standing.missing)
    return f"RESOURCES:\n{chr(10).join(tables)}{missing}\n" if tables or missing else ""


def readiness(body: Mapping[str, Any]) -> str:
    """Return how an object does, in a word or two."""
    status = body.get("status") or {}
    wanted = (body.get("spec") or {}).get("replicas")
    if wanted is not None and "replicas" in status | {"replicas": 0}:
        return f"{status.get('readyReplicas', 0)}/{wanted} ready"
    if "phase" in status:
        return str(status["phase"])
    for condition in status.get("conditions") or ():
        if condition.get("status") == "True" and condition.get("type") in ("Complete", "Failed"):
            return str(condition["type"])
    return "present"


def _tests(hooks: Iterable[HookRecord]) -> list[str]:
    """Return the lines about test hooks."""
    tests = [hook for hook in hooks if any(event.startswith("test") for event in hook.events)]
    ran = [hook for hook in tests if hook.last_run is not None]
    if not ran:
        return ["TEST SUITE: None"]
    lines: list[str] = []
    for hook in ran:
        run = hook.last_run
        if run is None:
            continue
        lines.append(f"TEST SUITE:     {hook.name}")
        lines.append(f"Last Started:   {ansic(run.started_at) if run.started_at else ''}")
        lines.append(f"Last Completed: {ansic(run.completed_at) if run.completed_at else ''}")
        lines.append(f"Phase:          {run.phase}")
    return lines


def release_document(release: Release) -> dict[str, Any]:
    """Return a release as JSON-shaped data, without its chart."""
    info: dict[str, Any] = {
        "first_deployed": rfc3339(release.first_deployed),
        "last_deployed": rfc3339(release.last_deployed),
        "deleted": rfc3339(release.deleted) if release.deleted else "",
        "description": release.description,
        "status": release.status.value,
    }
    if release.notes:
        info["notes"] = release.notes
    document: dict[str, Any] = {"name": release.name, "info": info}
    if release.config:
        document["config"] = dict(release.config)
    document["manifest"] = release.manifest
    if release.hooks:
        document["hooks"] = [_hook_document(hook) for hook in release.hooks]
    document["version"] = release.revision
    document["namespace"] = release.namespace
    return document


def _hook_document(hook: HookRecord) -> dict[str, Any]:
    run = hook.last_run
    phase = {"phase": run.phase} if run else {}
    return {
        "name": hook.name,
        "kind": hook.kind,
        "path": hook.path,
        "manifest": hook.manifest,
        "events": list(hook.events),
        "last_run": phase,
        "weight": hook.weight,
    }


def chart_label(release: Release) -> str:
    """Return `NAME-VERSION` of the release's chart."""
    return f"{release.chart.metadata.name}-{release.chart.metadata.version}"
