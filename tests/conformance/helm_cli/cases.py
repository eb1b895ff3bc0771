"""Run Helm's own command lines against pkgtool, called as `helm`, and compare what is printed.

The cases and their fixtures stay in the shared folder; its README says how they are to be run: the
releases of a case are put into the driver `memory`, the clock and the version of Kubernetes stand
still, errors say no more than Helm's, and lines of the log do not count.
"""

import json
import lzma
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pkgtool import yamlcodec
from tests.conftest import SHARED

FOLDER = SHARED / "cases" / "helm-cli"
MOMENT = "1977-09-02T22:04:05Z"
_LOG = re.compile(r"(?m)^(?:time=\S+ )?level=(?:DEBUG|INFO|WARN|ERROR) .*\n")


class Ran(NamedTuple):
    """What a command line did."""

    text: str
    """Standard output and standard error as they came, without lines of the log."""
    failed: bool


@lru_cache
def load_cases() -> tuple[dict[str, Any], ...]:
    """Return all cases; none when they are not there."""
    path = FOLDER / "cases.json"
    return tuple(json.loads(path.read_text())["cases"]) if path.is_file() else ()


def unpack_fixtures(folder: Path) -> Path:
    """Put Helm's charts and expected outputs below `folder`, where cases may change them."""
    with lzma.open(FOLDER / "fixtures.tar.xz") as packed, tarfile.open(fileobj=packed) as archive:
        archive.extractall(folder, filter="data")
    # A command called `helm` calls itself so.
    (folder / "bin").mkdir()
    (folder / "bin" / "helm").symlink_to(Path(sys.executable).parent / "pkgtool")
    return folder


def run_case(case: Mapping[str, Any], fixtures: Path, scratch: Path) -> Ran:
    """Run the command line of `case` with its releases in a scratch folder of its own."""
    command = case["cmd"].replace("${TMPDIR}", str(scratch))
    _write_fixture(case, scratch)
    places = {"PKGTOOL_MEMORY_DRIVER_DATA": str(_records(case, scratch))} if case["rels"] else {}
    done = subprocess.run(
        [fixtures / "bin" / "helm", *shlex.split(command)],
        cwd=fixtures / case["cwd"],
        env=_environment(fixtures, scratch) | places,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    text = done.stdout.decode().replace("\r\n", "\n")
    return Ran(_LOG.sub("", text), done.returncode != 0)


def expected(case: Mapping[str, Any], fixtures: Path) -> str | None:
    """Return what Helm prints, or `None` where only success or failure is known."""
    golden = case["golden"]
    return (fixtures / golden).read_text().replace("\r\n", "\n") if golden else None


def _environment(fixtures: Path, scratch: Path) -> dict[str, str]:
    home = fixtures / "pkg" / "cmd" / "testdata" / "helmhome" / "helm"
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch),
        "HELM_DRIVER": "memory",
        "HELM_CONFIG_HOME": str(home),
        "HELM_CACHE_HOME": str(scratch / "cache"),
        "HELM_REPOSITORY_CONFIG": str(home / "repositories.yaml"),
        "HELM_REPOSITORY_CACHE": str(home / "repository"),
        "HELM_PLUGINS": str(home / "plugins"),
        "PKGTOOL_TEST_CLOCK": MOMENT,
        "PKGTOOL_TEST_KUBE_VERSION": "v1.20.0",
        "PKGTOOL_ERROR_DETAIL": "0",
        "PYTHONDONTWRITEBYTECODE": "",
    }


def _write_fixture(case: Mapping[str, Any], scratch: Path) -> None:
    """Write the chart that Helm's test makes for itself, if it does."""
    fixture = case.get("fixture")
    if not fixture:
        if case["category"] == "completion" and "${TMPDIR}/repositories.yaml" in case["cmd"]:
            names = [
                {"name": name, "url": "https://host.example"} for name in ("foo", "bar", "baz")
            ]
            (scratch / "repositories.yaml").write_text(yamlcodec.dump({"repositories": names}))
        return
    folder = Path(fixture["chart_dir"].replace("${TMPDIR}", str(scratch)))
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in fixture["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _records(case: Mapping[str, Any], scratch: Path) -> Path:
    """Write the releases that are there before, and return where."""
    path = scratch / "releases.yaml"
    path.write_text(yamlcodec.dump([_record(each) for each in case["rels"]]))
    return path


@lru_cache
def _mock() -> Mapping[str, Any]:
    mock: Mapping[str, Any] = json.loads((FOLDER / "cases.json").read_text())["how"]["mock"]
    return mock


def _record(release: Mapping[str, Any]) -> dict[str, Any]:
    """Return a release as it is stored, from the literal in Helm's test."""
    if not release.get("$mock"):
        return dict(_stored(release))
    mock = _mock()
    chart = {key: value for key, value in mock["Chart"].items() if key != "templates"}
    info = {
        **mock["Info"],
        "status": release.get("Status", "deployed"),
    }
    made = {
        "name": release["Name"],
        "version": release.get("Version") or 1,
        "namespace": release.get("Namespace") or "default",
        "info": info,
        "chart": {
            "metadata": chart,
            "templates": [{"name": "templates/foo.tpl", "data": "TW9ja01hbmlmZXN0"}],
        },
        "config": mock["Config"],
        "manifest": mock["MockManifest"],
        "hooks": [{**each, "manifest": mock["MockHookTemplate"]} for each in mock["Hooks"]],
        "labels": release.get("Labels") or {},
    }
    if release.get("Chart"):
        made["chart"] = _stored(release["Chart"])
    return made


_STORED = {"LastRun": "last_run", "Metadata": "metadata"}


def _stored(value: Any) -> Any:
    """Return Go's literal with the keys of its JSON: `LastDeployed` is `last_deployed`."""
    if isinstance(value, list):
        return [_stored(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {_key(name): _stored(each) for name, each in value.items() if name != "$type"}


def _key(name: str) -> str:
    if name in ("APIVersion", "AppVersion", "KubeVersion"):
        return name
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
