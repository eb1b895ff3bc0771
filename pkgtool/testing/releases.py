"""Releases to test with: small, complete, and made in one line."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pkgtool.chart.model import Chart, Dependency, Lock, Maintainer, Metadata
from pkgtool.release.model import HookRecord, HookRun, Release, Status

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

RICH_CHART = Chart(
    metadata=Metadata(
        name="web",
        version="1.2.3",
        api_version="v2",
        type="application",
        description="a web server",
        app_version="7",
        kube_version=">=1.25.0-0",
        engine="jinja2",
        home="https://example.test",
        icon="https://example.test/icon.png",
        sources=("https://example.test/src",),
        keywords=("http", "server"),
        maintainers=(Maintainer("ops", "ops@example.test"),),
        deprecated=True,
        annotations={"category": "web"},
        dependencies=(
            Dependency(
                name="db",
                version="^2",
                repository="https://example.test/charts",
                condition="db.enabled",
                tags=("back",),
                alias="store",
                import_values=("data", {"child": "a", "parent": "b"}),
                enabled=True,
            ),
        ),
    ),
    values={"replicas": 2, "ratio": 0.5, "name": "wëb", "nothing": None, "list": [1, "a"]},
    templates={"templates/web.yaml": b"kind: {{ Values.name }}\n", "templates/raw": b"\xff\x00"},
    files={"README.md": b"# web\n", ".helmignore": b""},
    schema=b'{"type": "object"}',
    lock=Lock(
        digest="sha256:abc",
        dependencies=(Dependency("db", "2.1.0", "https://example.test/charts"),),
        generated="2026-01-02T03:04:05.678Z",
    ),
)
"""A chart that uses every field that a record keeps."""


def release(revision: int = 1, status: Status = Status.DEPLOYED, **fields: Any) -> Release:
    """Return release `web` in namespace `default` as of `revision`."""
    plain = Release(
        name="web",
        namespace="default",
        revision=revision,
        status=status,
        chart=Chart(Metadata("web", "1.2.3"), values={}, templates={}, files={}),
        first_deployed=NOON,
        last_deployed=NOON,
    )
    return replace(plain, **fields)


def rich_release(revision: int = 1) -> Release:
    """Return a release that uses every field."""
    return release(
        revision,
        chart=RICH_CHART,
        last_deployed=NOON.replace(microsecond=120_500),
        description="Upgrade complete",
        config={"replicas": 3, "deep": {"null": None, "flag": False}},
        manifest="---\n# Source: web/templates/web.yaml\nkind: wëb\n",
        hooks=(
            HookRecord(
                name="migrate",
                kind="Job",
                path="web/templates/migrate.yaml",
                manifest="kind: Job\n",
                events=("pre-install", "pre-upgrade"),
                weight=-5,
                delete_policies=("hook-succeeded",),
                output_log_policies=("hook-failed",),
                last_run=HookRun("Succeeded", NOON, NOON),
            ),
            HookRecord("check", "Pod", "web/templates/check.yaml", "kind: Pod\n", ("test",)),
        ),
        notes="open http://web\n",
        deleted=NOON,
        labels={"team": "blue"},
        rollback_revision=4,
    )
