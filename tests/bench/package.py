"""How long packing takes: charts of the public corpus, side by side with Helm's own library.

Goal: 0.9 of Helm's CPU time in the middle, for reading a folder and packing it. Writing is shown
apart: ours waits until the disk has the bytes, Helm's does not. Where the corpus or the library is
missing, nothing is measured.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.pack import pack_chart
from pkgtool.chart.unpack import unpack_files
from pkgtool.ops.package import PackageOptions, package
from pkgtool.testing.helm_oracle import HelmOracle
from tests.conftest import SHARED

CORPUS = SHARED / "corpus" / "charts"


def main(step: int = 8, runs: int = 3) -> None:
    """Print ratios over every `step`-th chart of the corpus, best of `runs` runs each."""
    if not CORPUS.is_dir() or not HelmOracle.installed():
        print("packing: needs the public corpus and helm-python-sdk")
        return
    import helm_python

    packed, written = [], []
    with tempfile.TemporaryDirectory() as home:
        for number, archive in enumerate(sorted(CORPUS.glob("*.tgz"))[::step]):
            chart, out = Path(home, str(number)), Path(home, "out")
            unpack_files(read_chart_files(archive), chart)
            helms = best_cpu_s(partial(helm_python.package, chart, destination=out), runs)
            packed.append(best_cpu_s(partial(pack, chart), runs) / helms)
            write = partial(package, chart, out, PackageOptions())
            written.append(best_cpu_s(write, runs) / helms)
    print(f"packing {len(packed)} charts, CPU, pkgtool / Helm:")
    print(f"  in memory                 {summary(packed)}")
    print(f"  written, on the disk      {summary(written)}")


def pack(chart: Path) -> None:
    """Do what `package` does, but for writing."""
    pack_chart(load_chart(read_chart_files(chart), name=str(chart)))


def summary(ratios: list[float]) -> str:
    """Return the middle and the tail of `ratios`."""
    tail = statistics.quantiles(ratios, n=20)[-1]
    return f"median {statistics.median(ratios):.2f}   p95 {tail:.2f}"


def best_cpu_s(work: Callable[[], object], runs: int) -> float:
    """Return the fewest CPU seconds that `work` took, all threads together, after one warm-up."""
    work()
    times = []
    for _ in range(runs):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


if __name__ == "__main__":
    main()
