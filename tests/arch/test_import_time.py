"""Cheap commands stay cheap: heavy modules are absent where they are not needed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

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

LIGHT = {"jinja2", "json", "yaml", "dataclasses", "pathlib", "pkgtool.ops", "pkgtool.wiring"}
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
import sys
from pkgtool.cli.root import run
status = run(sys.argv[1:])
modules = sorted(sys.modules)
import json
print("MODULES", json.dumps([status, modules]))
"""


@pytest.mark.parametrize("path", PATHS)
def test_heavy_modules_are_absent(path: str, tmp_path: Path) -> None:
    arguments, also = PATHS[path]
    arguments = [_go_chart(tmp_path) if each == GO_CHART else each for each in arguments]

    modules = _run(arguments, tmp_path).modules

    allowed = {"sqlite3"} if path == "list" else set()
    assert {name.partition(".")[0] for name in modules} & (HEAVY - allowed) == set()
    assert {
        each
        for each in also
        if any(name == each or name.startswith(f"{each}.") for name in modules)
    } == set()


def test_a_cluster_that_is_there_is_read_without_the_rules_of_writing(tmp_path: Path) -> None:
    first, second = (_run(["list"], tmp_path).modules for _ in range(2))

    assert first - second >= {"pkgtool.cluster.rules.writes", "pkgtool.cluster.rules.objects"}


class Ran(NamedTuple):
    """What a command said, and what it had loaded at its end."""

    said: str
    modules: set[str]


def _run(arguments: list[str], home: Path) -> Ran:
    homes = {"PKGTOOL_DATA_HOME", "PKGTOOL_CACHE_HOME", "PKGTOOL_CONFIG_HOME"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        cwd=ROOT,
        env={name: str(home / name) for name in homes} | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    said, _, rest = done.stdout.rpartition("MODULES")
    status, modules = json.loads(rest)
    assert status == 0
    return Ran(said, set(modules))


def _go_chart(folder: Path) -> str:
    chart = folder / "web"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 0.1.0\n")
    (chart / "templates" / "none.yaml").write_text("# {{ .Release.Name }}\n")
    (chart / "templates" / "map.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name | quote }}\n"
    )
    return str(chart)


@pytest.mark.parametrize("chart", ["charts/hello", GO_CHART])
def test_what_was_parsed_once_needs_no_parser(chart: str, tmp_path: Path) -> None:
    chart = _go_chart(tmp_path) if chart == GO_CHART else chart
    first, second = (_run(["template", chart], tmp_path) for _ in range(2))

    assert "yaml" in first.modules
    assert "yaml" not in second.modules
    assert second.said == first.said
