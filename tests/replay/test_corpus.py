"""Everything in the corpus is as in Helm 4.2.3: texts byte for byte, values, and what is refused.

The corpus lies beside the checkout; without it these tests are skipped. `check.py` runs them as a
step of their own. The corpus also has its own runner, which shows what differs: see
`tests/conformance/adapter.py`.
"""

import gzip
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pkgtool.chart.archive import read_archive
from pkgtool.chart.load import load_chart
from pkgtool.manifest.parse import parse_manifests
from pkgtool.template.codecache import CodeCache
from pkgtool.template.notebook import CacheNotebook
from pkgtool.yamlcodec.notebook import Notebook
from tests.conformance.adapter import Library

KNOWN = {
    "multi-bad-chart-api": "the command line of Helm refuses that apiVersion, too; its SDK does not",
    "tpl-builtins-0346": "the named type of `.Values` is a plain map here",
    "toyaml-099": "the character U+0085 is written as an escape, which reads back",
}
"""What differs, and why; a row that no longer does fails the test."""

MOST_KNOWN = 0.005
"""Which part of the snippets may be known to differ; of everything else, nothing may."""

UNPACKED = re.compile(r"/tmp/helm-lint[^/\"]*|@TMP@")

SHARDS = 40
SNIPPET_SHARDS = 4


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.fixture
def corpus(shared: Path) -> Path:
    folder = shared / "corpus"
    if not (folder / "golden").is_dir():
        pytest.skip(f"needs the corpus of charts in {folder} (set PKGTOOL_SHARED)")
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def failed(reply: Mapping[str, Any]) -> bool:
    return "error" in reply and not any("/" in path for path in reply)


def whole(value: Any) -> Any:
    """Return `value` with whole floats as integers: in JSON 1 and 1.0 are one number."""
    if isinstance(value, dict):
        return {key: whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def rendering(chart: Path, case: Mapping[str, Any]) -> dict[str, Any]:
    named = ("values", "release", "namespace", "kube_version", "revision", "is_upgrade")
    return {
        "op": "render",
        "chart": str(chart),
        "api_versions": case.get("api_versions") or [],
        **{key: case[key] for key in named},
    }


def differing_files(reply: Mapping[str, str], case: Mapping[str, Any]) -> list[str]:
    """Return the paths whose texts are not Helm's, or what was said instead of rendering."""
    if failed(reply) or case["error"]:
        return [] if failed(reply) and case["error"] else [str(reply)[:300]]
    free = set(case.get("nondeterministic") or ())
    digests = {path: sha256(text) for path, text in reply.items()}
    wanted = {path: each["sha256"] for path, each in case["files"].items()}
    paths = (digests.keys() | wanted.keys()) - free
    return sorted(path for path in paths if digests.get(path) != wanted.get(path))


def merges(library: Library, chart: Path, case: Mapping[str, Any]) -> bool:
    """Whether the values of `case` are laid over the chart's as Helm lays them."""
    reply = library.answer({"op": "merge_values", "chart": str(chart), "values": case["values"]})
    if failed(reply) or case.get("merged_error"):
        return failed(reply) and bool(case.get("merged_error"))
    text = json.dumps(
        whole(reply["result"]), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return bool(sha256(text) == case["merged"]["sha256"])


def replayed_cases(corpus: Path, library: Library, golden: Path) -> Iterator[str]:
    """Yield what differs in one chart's cases."""
    stated = json.loads(golden.read_text())
    chart = corpus / "charts" / stated["tgz"]
    told = library.answer({"op": "metadata", "chart": str(chart)})
    if told != {"result": stated["metadata"]}:
        yield f"{stated['id']}: metadata"
    for case in stated["cases"]:
        name = f"{stated['id']}#{case['case']}"
        if not (case.get("env_dependent") or case.get("flaky")):
            paths = differing_files(library.answer(rendering(chart, case)), case)
            yield from (f"{name}: {path}" for path in paths)
        if ("merged" in case or "merged_error" in case) and not merges(library, chart, case):
            yield f"{name}: merged values"


@pytest.mark.parametrize("shard", range(SHARDS))
def test_charts_render_and_merge_as_in_helm(corpus: Path, library: Library, shard: int) -> None:
    goldens = sorted((corpus / "golden").iterdir())[shard::SHARDS]

    assert [each for golden in goldens for each in replayed_cases(corpus, library, golden)] == []


def linted(report: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return what a report says, without the folders in which charts were unpacked."""
    return sorted(
        tuple(UNPACKED.sub("", str(each[key])) for key in ("severity", "path", "error"))
        for each in report["messages"]
    )


@pytest.mark.parametrize("shard", range(SHARDS))
def test_charts_are_judged_as_by_helm(corpus: Path, library: Library, shard: int) -> None:
    differing = []
    for golden in sorted((corpus / "golden").iterdir())[shard::SHARDS]:
        stated = json.loads(golden.read_text())
        if not stated.get("lint_stable") or stated.get("lint") is None:
            continue
        chart = str(corpus / "charts" / stated["tgz"])
        told = library.answer({"op": "lint", "chart": chart, "values": {}, "namespace": "prod"})
        if failed(told) or linted(told["result"]) != linted(stated["lint"]):
            differing.append(stated["id"])

    assert differing == []


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


def snippets(corpus: Path) -> list[dict[str, Any]]:
    found = lines(corpus / "snippets" / "templates.jsonl")
    return [each for each in found if not each.get("nondeterministic")]


@pytest.mark.parametrize("shard", range(SNIPPET_SHARDS))
def test_snippets_render_as_in_helm(
    corpus: Path, library: Library, tmp_path: Path, shard: int
) -> None:
    base = json.loads((corpus / "snippets" / "base.json").read_text())["files"]
    version = json.loads((corpus / "meta.json").read_text())["kube_version"]
    around = {"release": "demo", "namespace": "prod", "revision": 1, "is_upgrade": False}
    mine = snippets(corpus)[shard::SNIPPET_SHARDS]
    chart = tmp_path / "snip.tgz"
    differing = set()
    for snippet in mine:
        own = base if snippet["base"] == "snip" else {}
        chart.write_bytes(packed({**own, **snippet["overlay"]}))
        case = {"values": snippet["values"], "kube_version": version, **around}
        reply = library.answer(rendering(chart, case))
        wanted = snippet.get("output")
        if reply != wanted if wanted is not None else not failed(reply):
            differing.add(snippet["id"])

    assert differing == KNOWN.keys() & {each["id"] for each in mine}


def test_few_snippets_are_known_to_differ(corpus: Path) -> None:
    assert len(KNOWN) <= MOST_KNOWN * len(snippets(corpus))


def test_set_expressions_mean_what_they_mean_in_helm(
    corpus: Path, library: Library, tmp_path: Path
) -> None:
    folder = corpus / "snippets"
    files = json.loads((folder / "set_files.json").read_text())
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    differing = []
    for row in lines(folder / "strvals.jsonl"):
        expression = row["expr"]
        for name in files:
            expression = expression.replace(f"@{name}@", str(tmp_path / name))
        reply = library.answer({"op": "strvals", "kind": row["kind"], "expr": expression})
        if differs(reply, row):
            differing.append(row["id"])

    assert differing == []


def test_documents_mean_what_they_mean_in_helm(corpus: Path, library: Library) -> None:
    rows = lines(corpus / "snippets" / "values_yaml.jsonl")

    assert [
        row["id"]
        for row in rows
        if differs(library.answer({"op": "values_from_yaml", "yaml": row["yaml"]}), row)
    ] == []


def differs(reply: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    if row.get("error"):
        return not failed(reply)
    return failed(reply) or whole(reply["result"]) != whole(row["result"])


@pytest.mark.parametrize("shard", range(SHARDS))
def test_charts_are_remembered_as_they_are(corpus: Path, tmp_path: Path, shard: int) -> None:
    differing = []
    for path in sorted((corpus / "charts").iterdir())[shard::SHARDS]:
        files = read_archive(path.read_bytes(), name=path.name)
        parsed = known(files, None)
        for _ in range(2):
            cache = CodeCache(tmp_path / "code")
            notebook = CacheNotebook(cache)
            if known(files, notebook) != parsed:
                differing.append(path.name)
            notebook.flush()
            cache.flush()

    assert differing == []


def known(files: Mapping[str, bytes], notebook: Notebook | None) -> str:
    """Return all that is read from YAML in a chart, types and the order of keys included."""
    chart = load_chart(dict(files), name="chart", known_api=False, notebook=notebook)
    parts = [(part.metadata, part.values, part.lock, part.warnings) for _, part in chart.walk()]
    crds = {
        f"{prefix}/{path}": data
        for prefix, part in chart.walk()
        for path, data in part.crds.items()
    }
    found = parse_manifests((), namespace="default", crds=crds, loose=True, notebook=notebook)
    return repr((parts, [each.body for each in found.crds], found.warnings))
