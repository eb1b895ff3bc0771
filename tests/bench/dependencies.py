"""How long `dependency build` takes for corpus charts from a loopback repository, beside Helm's SDK.

Run it: `python -m tests.bench.dependencies [HOW MANY]`. Both start with an empty `charts/` and the
same lock. Ours keeps tarballs by digest, so that the second build asks the server only for its
index; the SDK makes a cache of its own for every call.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
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
    with BadServer() as server, tempfile.TemporaryDirectory() as place:
        top = Path(place)
        folder = prepared(server, count, top)

        def ours(cache: Path) -> None:
            client = RepoClient(
                HttpClient(), Repositories(), indexes=cache / "indexes", content=cache / "content"
            )
            build_dependencies(folder, dependency_sources(client), at=NOW)
            client.http.close()

        def cold() -> None:
            ours(Path(tempfile.mkdtemp(dir=top)))

        print(f"{count} charts, {ROUNDS} rounds, medians")
        print(f"dependency build, nothing cached   {median(cold, folder):7.3f} s")
        print(f"dependency build, tarballs cached  {median(lambda: ours(top), folder):7.3f} s")
        if HelmOracle.installed():
            import helm_python

            def helm() -> None:
                helm_python.dependency_build(folder)

            print(f"Helm 4.2 SDK, nothing cached       {median(helm, folder):7.3f} s")
        else:
            print("Helm 4.2 SDK: not installed")


def prepared(server: BadServer, count: int, top: Path) -> Path:
    """Serve the `count` smallest corpus charts and return a chart that depends on them, locked."""
    found: dict[str, tuple[str, str, bytes]] = {}
    for path in sorted(
        (SHARED / "corpus/charts").glob("*.tgz"), key=lambda each: each.stat().st_size
    ):
        chart = read_chart(path)
        found.setdefault(chart.name, (chart.name, chart.metadata.version, path.read_bytes()))
        if len(found) == count:
            break
    server.on("/index.yaml", Reply(index_yaml(*found.values())))
    for name, version, data in found.values():
        server.on(f"/{name}-{version}.tgz", Reply(data))
    wanted = [
        {"name": name, "version": version, "repository": server.url}
        for name, version, _ in found.values()
    ]
    folder = chart_folder(top / "app", "app", dependencies=wanted)
    client = RepoClient(
        HttpClient(), Repositories(), indexes=top / "indexes", content=top / "content"
    )
    update_dependencies(folder, dependency_sources(client), at=NOW)
    return folder


def median(work: Callable[[], None], folder: Path) -> float:
    """Return seconds."""
    times = []
    for _ in range(ROUNDS):
        shutil.rmtree(folder / "charts")
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
