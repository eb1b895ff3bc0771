"""How long `lint` takes beside Helm's SDK, chart by chart, each in a process of its own.

Goal: at most half of Helm's CPU time, in the median. The chart is read, rendered and judged from
its archive each time; compiled templates are kept between the runs, as a user's cache keeps them.
The time of children counts, for ours renders in one.
"""

import atexit
import resource
import statistics
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from pkgtool.ops.lint import RELEASE, lint
from pkgtool.ops.template import offline_capabilities
from pkgtool.ops.walk import Surroundings
from pkgtool.template.codecache import CodeCache
from pkgtool.template.context import ReleaseFacts
from pkgtool.wiring.engines import keep_code, open_engines
from tests.bench.measure import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "charts"


@cache
def _around() -> Surroundings:
    # The command keeps code beside the user's other caches; here it is thrown away at the end.
    folder = mkdtemp()
    atexit.register(rmtree, folder, ignore_errors=True)
    code = CodeCache(folder)
    atexit.register(keep_code, code)
    return Surroundings(ReleaseFacts(RELEASE, "prod"), open_engines(code), offline_capabilities())


def ours(chart: Path) -> object:
    """Lint `chart` with pkgtool."""
    return lint(chart, {}, _around())


def theirs(chart: Path) -> object:
    """Lint `chart` with Helm."""
    import helm_python

    return helm_python.lint(chart, {}, namespace="prod")


def spent_s(work: Callable[[Path], object], chart: Path, runs: int) -> float:
    """Return the CPU time that `work` takes, children included: the median after a first run."""
    work(chart)
    times = []
    for _ in range(runs):
        begin = _cpu_s()
        work(chart)
        times.append(_cpu_s() - begin)
    return statistics.median(times)


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main(step: int = 8, runs: int = 3, corpus: Path = CORPUS) -> None:
    """Print median and p95 of the ratio over every `step`th chart of the corpus."""
    charts = sorted(corpus.glob("*.tgz"))[::step]
    if find_spec("helm_python") is None or not charts:
        print("lint: skipped, it needs Helm's SDK and the corpus")
        return
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as mine, ProcessPoolExecutor(1, spawn) as helms:
        ratios = sorted(
            mine.submit(spent_s, ours, chart, runs).result()
            / helms.submit(spent_s, theirs, chart, runs).result()
            for chart in charts
        )
    p95 = ratios[int(len(ratios) * 0.95)]
    middle = statistics.median(ratios)
    print(f"lint / Helm, CPU, {len(ratios)} charts: median {middle:.2f}, p95 {p95:.2f}")
