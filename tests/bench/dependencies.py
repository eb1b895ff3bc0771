"""How long `dependency build` takes for corpus charts from a loopback repository, beside Helm's SDK.

Run it: `python -m tests.bench.dependencies [HOW MANY]`. Both start with an empty `charts/` and the
same lock, and the server is a process of its own. Ours keeps tarballs by digest, so that the second
build asks the server only for its index; the SDK makes a cache of its own for every call.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from pkgtool.chart.files import read_chart
from pkgtool.ops.dependency import build_dependencies, update_dependencies
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import Repositories
from pkgtool.repo.http import HttpClient
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import chart_folder, index_yaml
from pkgtool.testing.dependencies import dependency_sources
from pkgtool.testing.helm_oracle import HelmOracle

SHARED = Path(os.environ.get("PKGTOOL_SHARED", Path(__file__).parents[3] / "shared"))
ROUNDS = 5
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main(count: int = 20) -> None:
    """Print medians."""
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as other, tempfile.TemporaryDirectory() as place:
        top = Path(place)
        charts = smallest(count)
        url = other.submit(serve, charts).result()
        try:
            folder = prepared(url, charts, top)
            compare(folder, top)
        finally:
            other.submit(stop).result()


def compare(folder: Path, top: Path) -> None:
    """Build the dependencies of `folder` in turn, and print how long it took."""

    def ours(cache: Path) -> None:
        client = client_in(cache)
        build_dependencies(folder, dependency_sources(client), at=NOW)
        client.http.close()

    works: dict[str, Callable[[], None]] = {
        "nothing cached": lambda: ours(Path(tempfile.mkdtemp(dir=top))),
        "tarballs cached": lambda: ours(top),
    }
    if HelmOracle.installed():
        import helm_python

        works["Helm 4.2 SDK, nothing cached"] = lambda: helm_python.dependency_build(folder)
    print(f"dependency build, {ROUNDS} rounds in turn: wall (median), CPU (least)")
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for turn in range(ROUNDS + 1):
        for name, work in works.items():
            spent = timed(work, folder)
            if turn:
                found[name].append(spent)
    for name, times in found.items():
        wall, cpu = statistics.median(each[0] for each in times), min(each[1] for each in times)
        print(f"  {name:30} {wall * 1000:7.1f} ms {cpu * 1000:7.1f} ms")


def timed(work: Callable[[], None], folder: Path) -> tuple[float, float]:
    """Return seconds by the wall and of CPU that `work` takes with an empty `charts/`."""
    shutil.rmtree(folder / "charts")
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def smallest(count: int) -> list[tuple[str, str, bytes]]:
    """Return name, version and tarball of the `count` smallest charts of the corpus."""
    found: dict[str, tuple[str, str, bytes]] = {}
    for path in sorted(
        (SHARED / "corpus/charts").glob("*.tgz"), key=lambda each: each.stat().st_size
    ):
        chart = read_chart(path)
        found.setdefault(chart.name, (chart.name, chart.metadata.version, path.read_bytes()))
        if len(found) == count:
            break
    return list(found.values())


_RUNNING = ExitStack()


def serve(charts: list[tuple[str, str, bytes]]) -> str:
    """Serve `charts` from this process until `stop`, and return the URL of the repository."""
    server = _RUNNING.enter_context(BadServer())
    server.on("/index.yaml", Reply(index_yaml(*charts)))
    for name, version, data in charts:
        server.on(f"/{name}-{version}.tgz", Reply(data))
    return server.url


def stop() -> None:
    """Serve nothing more."""
    _RUNNING.close()


def prepared(url: str, charts: list[tuple[str, str, bytes]], top: Path) -> Path:
    """Return a chart that depends on all `charts` of the repository at `url`, locked."""
    wanted = [{"name": name, "version": version, "repository": url} for name, version, _ in charts]
    folder = chart_folder(top / "app", "app", dependencies=wanted)
    update_dependencies(folder, dependency_sources(client_in(top)), at=NOW)
    return folder


def client_in(cache: Path) -> RepoClient:
    """Return what fetches charts and keeps them in `cache`."""
    return RepoClient(
        HttpClient(), Repositories(), indexes=cache / "indexes", content=cache / "content"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
