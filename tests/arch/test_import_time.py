"""Cheap commands stay cheap: heavy modules are absent where they are not needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HEAVY = {
    "bcrypt",
    "cryptography",
    "jsonschema",
    "re2",
    "requests",
    "rich",
    "ruamel",
    "semver",
    "sqlite3",
    "starlette",
    "uvicorn",
    "asyncio",
    "difflib",
    "multiprocessing",
}

GO_CHART = "<a chart in Go's language>"

LIGHT = {"jinja2", "yaml", "dataclasses", "pathlib", "pkgtool.ops", "pkgtool.wiring"}
CLUSTERLESS = {
    *("hashlib", "locale", "pathlib", "fnmatch", "pkgtool.regex", "pkgtool.values.schema"),
    *("pkgtool.blob", "pkgtool.cluster", "pkgtool.plan", "pkgtool.release"),
    *("pkgtool.repo", "pkgtool.rollout", "pkgtool.server", "pkgtool.store"),
}
READING = {
    *("jinja2", "locale", "hashlib", "pkgtool.chart.load", "pkgtool.template.render"),
    *("pkgtool.ops.walk", "pkgtool.plan", "pkgtool.rollout.run", "pkgtool.rollout.wait"),
    "pkgtool.cluster.simulation.progress",
}
"""What renders, plans, changes a cluster or lets its time pass: not for who only reads records."""

PATHS = {
    "version": (["version"], LIGHT),
    # It looks for plugins.
    "help": (["--help"], LIGHT - {"pathlib"}),
    "template": (["template", "charts/hello"], CLUSTERLESS),
    "template of Go": (["template", GO_CHART], {*CLUSTERLESS, "jinja2"}),
    "lint": (["lint", "charts/hello"], CLUSTERLESS - {"pathlib", "fnmatch", "pkgtool.regex"}),
    "list": (["list"], READING),
    "completion of a command": (["__complete", "comp"], LIGHT),
}
"""Arguments, and what must be absent besides `HEAVY`."""

PROBE = """
import json, sys
from pkgtool.cli.root import run
status = run(json.loads(sys.argv[1]))
print("MODULES", json.dumps([status, sorted(sys.modules)]))
"""


@pytest.mark.parametrize("path", PATHS)
def test_heavy_modules_are_absent(path: str, tmp_path: Path) -> None:
    arguments, also = PATHS[path]
    arguments = [_go_chart(tmp_path) if each == GO_CHART else each for each in arguments]

    modules = _loaded(arguments, tmp_path)

    allowed = {"sqlite3"} if path == "list" else set()
    assert {name.partition(".")[0] for name in modules} & (HEAVY - allowed) == set()
    assert {
        each
        for each in also
        if any(name == each or name.startswith(f"{each}.") for name in modules)
    } == set()


def test_a_cluster_that_is_there_is_read_without_the_rules_of_writing(tmp_path: Path) -> None:
    first, second = _loaded(["list"], tmp_path), _loaded(["list"], tmp_path)

    assert first - second >= {"pkgtool.cluster.rules.writes", "pkgtool.cluster.rules.objects"}


def _loaded(arguments: list[str], home: Path) -> set[str]:
    """Return the modules that are there when a command has run well."""
    homes = {"PKGTOOL_DATA_HOME", "PKGTOOL_CACHE_HOME", "PKGTOOL_CONFIG_HOME"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(arguments)],
        cwd=ROOT,
        env={name: str(home / name) for name in homes} | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    status, modules = json.loads(done.stdout.rpartition("MODULES")[2])
    assert status == 0
    return set(modules)


def _go_chart(folder: Path) -> str:
    chart = folder / "web"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 0.1.0\n")
    (chart / "templates" / "map.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name | quote }}\n"
    )
    return str(chart)
