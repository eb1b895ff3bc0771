"""Charts and snippets render as Helm 4.2.3 rendered them, byte for byte.

The corpus lies beside the checkout; without it these tests are skipped. A few charts are replayed at
every run, the default renders of all of them with `-m property`, and everything that the corpus holds
with its own runner, see `adapter.py`.
"""

import gzip
import hashlib
import importlib.util
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

EXPECTED = {
    "multi-bad-chart-api": "the command line of Helm refuses that apiVersion, too; its SDK does not",
    "tpl-builtins-0346": "the named type of `.Values` is a plain map here",
    "tpl-codecs-0761": "the words about a null key in YAML are ours",
    "toyaml-099": "the character U+0085 is written as an escape, which reads back",
}
"""Snippets that differ, and why; one that no longer does fails the test."""

SAMPLE = 30
"""Every how manieth chart is replayed each time."""

SHARDS = 16


def adapter() -> Any:
    """Return the module beside this one; test folders are no packages."""
    place = Path(__file__).with_name("adapter.py")
    spec = importlib.util.spec_from_file_location("corpus_adapter", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def library() -> Any:
    return adapter().Library()


@pytest.fixture
def corpus(shared: Path) -> Path:
    folder = shared / "corpus"
    if not (folder / "golden").is_dir():
        pytest.skip(f"needs the corpus of charts in {folder}")
    return folder


def request_for(chart: Path, case: Mapping[str, Any]) -> dict[str, Any]:
    named = ("values", "release", "namespace", "kube_version", "revision", "is_upgrade")
    return {
        "op": "render",
        "chart": str(chart),
        "api_versions": case.get("api_versions") or [],
        **{key: case[key] for key in named},
    }


def failed(reply: Mapping[str, Any]) -> bool:
    return "error" in reply and not any("/" in path for path in reply)


def differences(reply: Mapping[str, str], case: Mapping[str, Any]) -> list[str]:
    """Return the paths whose texts are not Helm's."""
    if failed(reply) or case["error"]:
        return [] if failed(reply) and case["error"] else [str(reply)[:300]]
    free = set(case.get("nondeterministic") or ())
    digests = {
        path: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        for path, text in reply.items()
    }
    wanted = {path: each["sha256"] for path, each in case["files"].items()}
    paths = (digests.keys() | wanted.keys()) - free
    return sorted(path for path in paths if digests.get(path) != wanted.get(path))


def replay_defaults(corpus: Path, library: Any, goldens: list[Path]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in goldens:
        golden = json.loads(path.read_text())
        for case in golden["cases"]:
            if case["case"] == "default" and not (case.get("env_dependent") or case.get("flaky")):
                request = request_for(corpus / "charts" / golden["tgz"], case)
                found[golden["id"]] = differences(library.answer(request), case)
    return {name: paths for name, paths in found.items() if paths}


def test_some_charts_render_as_helm_renders_them(corpus: Path, library: Any) -> None:
    goldens = sorted((corpus / "golden").iterdir())[::SAMPLE]

    assert replay_defaults(corpus, library, goldens) == {}


@pytest.mark.property
@pytest.mark.parametrize("shard", range(SHARDS))
def test_all_charts_render_as_helm_renders_them(corpus: Path, library: Any, shard: int) -> None:
    goldens = sorted((corpus / "golden").iterdir())[shard::SHARDS]

    assert replay_defaults(corpus, library, goldens) == {}


def packed(files: Mapping[str, str]) -> bytes:
    data = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=data, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as archive,
    ):
        for path, text in sorted(files.items()):
            entry = tarfile.TarInfo(f"snip/{path}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return data.getvalue()


def test_snippets_render_as_helm_renders_them(corpus: Path, library: Any, tmp_path: Path) -> None:
    base = json.loads((corpus / "snippets" / "base.json").read_text())["files"]
    facts = json.loads((corpus / "meta.json").read_text())
    lines = (corpus / "snippets" / "templates.jsonl").read_text().splitlines()
    chart = tmp_path / "snip.tgz"
    differing = set()
    for snippet in map(json.loads, lines):
        if snippet.get("nondeterministic"):
            continue
        chart.write_bytes(
            packed({**(base if snippet["base"] == "snip" else {}), **snippet["overlay"]})
        )
        reply = library.answer(
            {
                "op": "render",
                "chart": str(chart),
                "values": snippet["values"],
                "release": "demo",
                "namespace": "prod",
                "kube_version": facts["kube_version"],
                "revision": 1,
                "is_upgrade": False,
            }
        )
        wanted = snippet.get("output")
        if reply != wanted if wanted is not None else not failed(reply):
            differing.add(snippet["id"])

    assert differing == set(EXPECTED)
