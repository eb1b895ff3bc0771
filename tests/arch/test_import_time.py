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

PATHS = {
    "version": (["version"], {"jinja2", "yaml", "pkgtool.ops", "pkgtool.wiring"}),
    "help": (["--help"], {"jinja2", "yaml", "pkgtool.ops", "pkgtool.wiring"}),
    "template": (["template", "charts/hello"], set()),
    "list": (["list"], {"jinja2"}),
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
    homes = {"PKGTOOL_DATA_HOME", "PKGTOOL_CACHE_HOME", "PKGTOOL_CONFIG_HOME"}
    environment = {name: str(tmp_path / name) for name in homes} | {"HOME": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    status, modules = json.loads(done.stdout.rpartition("MODULES")[2])
    allowed = {"sqlite3"} if path == "list" else set()
    assert status == 0
    assert {name.partition(".")[0] for name in modules} & (HEAVY - allowed) == set()
    assert {
        each
        for each in also
        if any(name == each or name.startswith(f"{each}.") for name in modules)
    } == set()
