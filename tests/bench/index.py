"""Indexes: ours beside Helm's SDK in the same run, CPU seconds (of all threads) and ratios.

Sizes: an index of about 25 MB with 27 360 entries (304 charts, 90 versions of each); a folder of
500 tarballs. Helm has no index at rest: whatever it does begins with parsing the YAML.
"""

import importlib.util
import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pkgtool.digest import Digest
from pkgtool.repo.cache import IndexCache
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry, Repositories
from pkgtool.repo.http import HttpClient
from pkgtool.repo.index import parse_index
from pkgtool.repo.publish import index_folder, merge_index, write_index
from pkgtool.repo.search import SearchOptions, search
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import tarball
from tests.bench.measure import function_cpu_s

CHARTS = 304
VERSIONS = 90
TARBALLS = 500

_ENTRY = """\
  - annotations:
      category: Infrastructure
      licenses: Apache-2.0
    apiVersion: v2
    appVersion: {version}
    created: "2024-03-01T10:00:18.230700509Z"
    dependencies:
    - name: common
      repository: oci://registry.example.com/charts
      tags:
      - common
      version: 2.x.x
    description: Chart number {chart} is software that does things for people, packaged by people.
    digest: {digest}
    home: https://charts.example.com
    icon: https://charts.example.com/assets/stacks/chart-{chart}/img/chart-{chart}-220x234.png
    keywords:
    - keyword{chart}
    - database
    - sql
    maintainers:
    - name: The maintainers of all charts
      url: https://charts.example.com/maintainers
    name: chart-{chart}
    sources:
    - https://charts.example.com/source/tree/main/charts/chart-{chart}
    urls:
    - https://charts.example.com/chart-{chart}-{version}.tgz
    version: {version}
"""


class Peer(NamedTuple):
    """One row: what is done, by us and by Helm."""

    what: str
    ours: Callable[[], object]
    helm: Callable[[], object] | None


def index_text() -> bytes:
    """Return a large index."""
    parts = ["apiVersion: v1\nentries:\n"]
    for chart in range(CHARTS):
        parts.append(f"  chart-{chart}:\n")
        for number in range(VERSIONS, 0, -1):
            version = f"{number // 10}.{number % 10}.1"
            digest = Digest.of(f"{chart} {version}".encode()).hex
            parts.append(_ENTRY.format(chart=chart, version=version, digest=digest))
    parts.append('generated: "2024-03-01T10:00:18.230700509Z"\n')
    return "".join(parts).encode()


def main() -> None:
    """Print one table."""
    data = index_text()
    print(f"index of {len(data) / 1e6:.1f} MB, {CHARTS * VERSIONS} entries; CPU seconds, medians")
    with tempfile.TemporaryDirectory() as name, BadServer() as server:
        folder = Path(name)
        for kind in ("CACHE", "CONFIG", "DATA"):
            os.environ[f"HELM_{kind}_HOME"] = str(folder / "helm" / kind)
        for row in rows(data, folder, server):
            show(row)
        unchanged(data, folder, server)


def rows(data: bytes, folder: Path, server: BadServer) -> list[Peer]:
    """Return what is measured."""
    entry = RepoEntry("r", server.on("", Reply()))
    server.on("/index.yaml", Reply(data))
    dist = folder / "dist"
    dist.mkdir()
    for number in range(TARBALLS):
        (dist / f"web-1.0.{number}.tgz").write_bytes(tarball("web", f"1.0.{number}"))
    old = folder / "old.yaml"
    old.write_bytes(data)
    parse = helm("helm_values_from_yaml", data)
    download = helm("helm_repo_index_download", server.url.encode(), b"{}")
    generate = helm("helm_repo_index_generate", os.fsencode(dist), b"{}")
    merging = json.dumps({"merge": str(old)}).encode()
    return [
        Peer("parse", lambda: parse_index(data, name="i"), parse),
        Peer("repo update: fetch, parse, keep", lambda: update(folder, entry), download),
        Peer("search, nothing cached", lambda: found(folder, entry, data), parse),
        Peer("search", lambda: found(folder, entry), parse),
        Peer("search for all", lambda: found(folder, entry, word=""), parse),
        Peer("find one chart", lambda: one(folder, entry), parse),
        Peer(f"repo index of {TARBALLS} tarballs", lambda: index(dist), generate),
        Peer(
            "repo index --merge",
            lambda: index(dist, old),
            helm("helm_repo_index_generate", os.fsencode(dist), merging),
        ),
    ]


def helm(function: str, *arguments: bytes) -> Callable[[], object] | None:
    """Return what calls the SDK, if it is installed."""
    if importlib.util.find_spec("helm_python") is None:
        return None
    from helm_python import _native

    return lambda: _native.call_string(function, *arguments)


def client(folder: Path, entry: RepoEntry) -> RepoClient:
    known = Repositories((entry,))
    return RepoClient(HttpClient(), known, indexes=folder / "i", content=folder / "c")


def update(folder: Path, entry: RepoEntry) -> None:
    repos = client(folder, entry)
    repos.update(entry).close()
    repos.http.close()


def found(folder: Path, entry: RepoEntry, fresh: bytes = b"", *, word: str = "number 17 ") -> None:
    if fresh:
        for each in (folder / "i").iterdir():
            each.unlink()
        (folder / "i" / "r-index.yaml").write_bytes(fresh)
    with closing(IndexCache(folder / "i").open(entry)) as opened:
        assert len(search({"r": opened}, word, SearchOptions())) == (1 if word else CHARTS)


def one(folder: Path, entry: RepoEntry) -> None:
    with closing(IndexCache(folder / "i").open(entry)) as opened:
        assert opened.find("chart-17", "^3").version == "3.9.1"


def index(dist: Path, old: Path | None = None) -> None:
    made = index_folder(dist, at=datetime.now(UTC))
    write_index(dist, merge_index(made, old) if old is not None else made)


def show(row: Peer) -> None:
    """Measure and print a row."""
    ours_s = function_cpu_s(row.ours, runs=3)
    line = f"  {row.what:34} ours {ours_s:8.4f}"
    if row.helm is not None:
        helm_s = function_cpu_s(row.helm, runs=3)
        line += f"   Helm {helm_s:8.4f}   ratio {ours_s / helm_s:7.4f}"
    print(line)


def unchanged(data: bytes, folder: Path, server: BadServer) -> None:
    """Print what it takes to update a repository that did not change."""
    entry: Any = RepoEntry("r", server.url)
    server.on("/index.yaml", Reply(data, headers={"ETag": '"1"'}), Reply(status=304))
    update(folder, entry)
    before = len(server.asked)
    began = time.perf_counter()
    update(folder, entry)
    took_ms = (time.perf_counter() - began) * 1000
    print(
        f"  repo update, unchanged             {len(server.asked) - before} request, {took_ms:.1f} ms"
    )


if __name__ == "__main__":
    main()
