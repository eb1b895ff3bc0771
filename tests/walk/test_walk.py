"""The data-flow walk on `charts/hello`, one golden file per arrow.

A newcomer reads `tests/golden/walk/` in order and then the code; a reviewer sees every change of
meaning as a diff.
"""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pkgtool import yamlcodec
from pkgtool.chart.deps import process_chart
from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.cluster.memory import MemoryCluster
from pkgtool.manifest.parse import parse_manifests
from pkgtool.manifest.validate import validate_manifests
from pkgtool.ops.attempt import RolloutOptions
from pkgtool.ops.install import InstallOptions, Wish, install
from pkgtool.ops.session import Session
from pkgtool.plan.build import plan_install
from pkgtool.rollout.pace import Pace
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.store.lease import this_process
from pkgtool.store.secrets import SecretStore
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.jinja import JinjaEngine
from pkgtool.template.render import render_chart

Golden = Callable[[str, str], None]


def test_walk(charts: Path, golden: Golden) -> None:
    chart = load_chart(read_chart_files(charts / "hello"), name="hello")
    golden("walk/1-chart.txt", "".join(f"{path}\n" for path in sorted(chart.raw)))

    processed = process_chart(chart, {"replicas": 2})
    golden("walk/2-values.yaml", yamlcodec.dump(processed.values))

    context = RenderContext(
        processed.chart, processed.values, ReleaseFacts("shop", "prod"), Capabilities()
    )
    rendered = render_chart(context, {"jinja2": JinjaEngine()})
    golden("walk/3-rendered.yaml", "".join(f"# {f.path}\n{f.text}" for f in rendered.files))

    desired = parse_manifests(rendered.files, namespace="prod")
    assert list(validate_manifests(desired, kube_version="1.36", strict=True)) == []
    golden("walk/4-manifests.txt", "".join(f"{m.id}  {m.span(1)}\n" for m in desired.manifests))

    plan = plan_install(desired, namespace="prod", create_namespace=True, wait=True)
    golden("walk/5-plan.txt", plan.describe())

    cluster = MemoryCluster()
    ticks = itertools.count()
    session = Session(
        cluster=cluster,
        store=SecretStore(cluster),
        engines={"jinja2": JinjaEngine()},
        holder=this_process(),
        pace=Pace(
            clock=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            monotonic=lambda: float(next(ticks)),
            sleep=lambda seconds: None,
        ),
        makes_namespaces=True,
    )
    rollout = RolloutOptions(wait=WaitPolicy("watcher"))
    wish = Wish(chart, {"replicas": 2}, "shop", "prod")
    release = install(session, wish, InstallOptions(rollout=rollout))
    golden(
        "walk/6-release.yaml",
        yamlcodec.dump(
            {
                "name": release.name,
                "namespace": release.namespace,
                "revision": release.revision,
                "status": release.status.value,
                "description": release.description,
                "config": dict(release.config),
                "notes": release.notes,
            }
        ),
    )
    secrets = cluster.list("", "Secret", namespace="prod")
    golden(
        "walk/7-record.yaml",
        yamlcodec.dump(
            [
                {
                    "name": each["metadata"]["name"],
                    "labels": {
                        key: value
                        for key, value in each["metadata"]["labels"].items()
                        if not key.endswith("At")
                    },
                    "type": each["type"],
                }
                for each in secrets
            ]
        ),
    )
