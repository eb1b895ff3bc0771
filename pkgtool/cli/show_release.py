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
from pkgtool.store.codec import NO_TIME, release_document
from pkgtool.store.fields import format_moment
from pkgtool.yamlcodec import Fields


class Detail(NamedTuple):
    """Which optional parts are shown."""

    chart: bool = False
    values: bool = False
    manifest: bool = False
    notes: bool = True


def ansic(at: datetime) -> str:
    """Return a time as Go's ANSIC layout does: `Mon Jan  2 15:04:05 2006`."""
    return f"{at:%a %b} {at.day:2d} {at:%H:%M:%S} {at.year:04d}"


def rfc3339(at: datetime) -> str:
    """Return a time as Go writes it into JSON."""
    return format_moment(at)


def show_release(release: Release, form: str, detail: Detail | None = None) -> None:
    """Print `release` as a table, or whole, its chart too, as JSON or YAML."""
    if form != "table":
        write_data(release_data(release), form)
        return
    _write(release_text(release, detail or Detail()), release)


def show_standing(standing: Standing, form: str, detail: Detail | None = None) -> None:
    """Print a release with its live objects, without its chart."""
    if form == "table":
        resources = resources_text(standing)
        _write(release_text(standing.release, detail or Detail(), resources), standing.release)
        return
    document = release_data(standing.release)
    document.pop("chart", None)
    if standing.resources:
        document["info"]["resources"] = _by_kind(standing.resources)
    write_data(document, form)


def _write(text: str, release: Release) -> None:
    """Write the lines about a release, its status in colour."""
    line = f"\nSTATUS: {release.status.value}\n"
    colored = f"\nSTATUS: {style_status(release.status.value)}\n"
    write_styled(shown(text).replace(line, colored, 1), newline=False)


def release_text(release: Release, detail: Detail, resources: str = "") -> str:
    """Return the lines about a release."""
    deployed = [] if release.last_deployed == NO_TIME else [ansic(release.last_deployed)]
    lines = [
        f"NAME: {release.name}",
        *(f"LAST DEPLOYED: {each}" for each in deployed),
        f"NAMESPACE: {release.namespace}",
        f"STATUS: {release.status.value}",
        f"REVISION: {release.revision}",
    ]
    if detail.chart:
        chart = release.chart.metadata
        lines += [f"CHART: {chart.name}", f"VERSION: {chart.version}"]
        lines += [f"APP_VERSION: {chart.app_version}"]
    lines += [f"DESCRIPTION: {release.description}"]
    text = "".join(f"{line}\n" for line in lines) + resources + _tests_text(release.hooks)
    if detail.values:
        text += values_text(release)
    if detail.manifest:
        text += f"HOOKS:\n{hooks_text(release)}MANIFEST:\n{release.manifest}\n"
    return text + notes_text(release) if detail.notes else text


def values_text(release: Release) -> str:
    """Return the user's and the computed values."""
    from pkgtool.ops.get import computed_values  # noqa: PLC0415

    user = yamlcodec.dump(dict(release.config)) if release.config else "null\n"
    computed = yamlcodec.dump(computed_values(release))
    return f"USER-SUPPLIED VALUES:\n{user}\nCOMPUTED VALUES:\n{computed}\n"


def hooks_text(release: Release) -> str:
    """Return all hooks with their sources."""
    return "".join(f"---\n# Source: {hook.path}\n{hook.manifest}\n" for hook in release.hooks)


def notes_text(release: Release) -> str:
    """Return the notes, or nothing."""
    return f"NOTES:\n{release.notes.strip()}\n" if release.notes else ""


def resources_text(standing: Standing) -> str:
    """Return the live objects as tables by kind."""
    tables = [
        f"==> {kind}\n{table(('NAME', 'STATUS'), [(_name(b), readiness(b)) for b in bodies])}"
        for kind, bodies in _by_kind(standing.resources).items()
    ]
    missing = "".join(f"missing: {each}\n" for each in standing.missing)
    return f"RESOURCES:\n{chr(10).join(tables)}{missing}\n" if tables or missing else ""


def _by_kind(bodies: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for body in bodies:
        groups.setdefault(f"{body.get('apiVersion')}/{body.get('kind')}", []).append(body)
    return groups


def _name(body: Mapping[str, Any]) -> str:
    return str(body.get("metadata", {}).get("name", ""))


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


def _tests_text(hooks: Iterable[HookRecord]) -> str:
    """Return the lines about tests; those that never ran have none."""
    tests = [hook for hook in hooks if any(event.startswith("test") for event in hook.events)]
    if not tests:
        return "TEST SUITE: None\n"
    return "".join(
        f"TEST SUITE:     {hook.name}\n"
        f"Last Started:   {ansic(hook.last_run.started_at)}\n"
        f"Last Completed: {ansic(hook.last_run.completed_at or NO_TIME)}\n"
        f"Phase:          {hook.last_run.phase}\n"
        for hook in tests
        if hook.last_run and hook.last_run.started_at
    )


def release_data(release: Release) -> Fields:
    """Return a release as JSON-shaped data, with Helm's keys in Helm's order."""
    document = release_document(release)
    for key in ("info", "chart"):
        document[key] = Fields(document[key])
    document["chart"]["metadata"] = Fields(document["chart"]["metadata"])
    for key in ("templates", "files"):
        document["chart"] = _ordered(document["chart"], key)
    hooks = [
        Fields({**each, "last_run": Fields(each["last_run"])}) for each in document.get("hooks", ())
    ]
    if hooks:
        document["hooks"] = hooks
    return Fields(document)


def _ordered(document: Mapping[str, Any], key: str) -> Fields:
    """Return `document` in its own order, and so the objects below `key`."""
    kept = Fields(document)
    if kept.get(key):
        kept[key] = [Fields(each) for each in kept[key]]
    return kept


def chart_label(release: Release) -> str:
    """Return `NAME-VERSION` of the release's chart."""
    metadata = release.chart.metadata
    return f"{metadata.name}-{metadata.version}" if metadata.name else MISSING


def app_version(release: Release) -> str:
    """Return the version of what the release's chart installs."""
    metadata = release.chart.metadata
    return metadata.app_version if metadata.name else MISSING


MISSING = "MISSING"
"""What stands for a chart that a record lacks."""
