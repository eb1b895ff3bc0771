"""How long `lint` takes beside Helm's SDK, chart by chart, each in a process of its own.

Goal: at most half of Helm's CPU time, in the median. The chart is read, rendered and judged from
its archive each time, twice over: as the first time ever, when no template was compiled before, and
as every later time, when compiled code is on the disk. A third process compiles it, as a command
leaves one behind. The time of children counts, for ours renders in one; what a child imports, the
next one imports again.

    python -m tests.bench.lint              every eighth chart
    python -m tests.bench.lint STEP
"""

import resource
import statistics
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from pkgtool.ops.lint import RELEASE, lint
from pkgtool.ops.template import offline_capabilities
from pkgtool.ops.walk import Surroundings
from pkgtool.template.codecache import CodeCache
from pkgtool.template.context import ReleaseFacts
from pkgtool.wiring.engines import open_engines
from tests.bench.measure import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "charts"


def ours(chart: Path, folder: str) -> CodeCache:
    """Lint `chart` as a new process would that finds compiled code in `folder`."""
    code = CodeCache(folder)
    facts = ReleaseFacts(RELEASE, "prod")
    lint(chart, {}, Surroundings(facts, open_engines(code), offline_capabilities()))
    return code


def compile_for(chart: Path, folder: str) -> None:
    """Leave in `folder` what the next `lint` of `chart` finds there."""
    from pkgtool.template.gotpl.entries import compile_ahead

    code = ours(chart, folder)
    for _ in compile_ahead(code):
        pass
    code.flush()


def theirs(chart: Path) -> object:
    """Lint `chart` with Helm."""
    import helm_python

    return helm_python.lint(chart, {}, namespace="prod")


def spent_s(work: Callable[[], object], runs: int) -> float:
    """Return the CPU time that `work` takes, children included: the least after a first run."""
    work()
    times = []
    for _ in range(runs):
        begin = _cpu_s()
        work()
        times.append(_cpu_s() - begin)
    return min(times)


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main(step: int = 8, runs: int = 3, corpus: Path = CORPUS) -> None:
    """Print median and p95 of the ratios over every `step`th chart of the corpus."""
    charts = sorted(corpus.glob("*.tgz"))[::step]
    if find_spec("helm_python") is None or not charts:
        print("lint: skipped, it needs Helm's SDK and the corpus")
        return
    spawn = get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as top,
        ProcessPoolExecutor(1, spawn) as mine,
        ProcessPoolExecutor(1, spawn) as compiler,
        ProcessPoolExecutor(1, spawn) as helms,
    ):

        def times(chart: Path) -> tuple[float, float, float]:
            folder, empty = f"{top}/{chart.name}", f"{top}/{chart.name}.none"
            helm = helms.submit(spent_s, partial(theirs, chart), runs).result()
            first = mine.submit(spent_s, partial(ours, chart, empty), runs).result()
            compiler.submit(compile_for, chart, folder).result()
            return helm, first, mine.submit(spent_s, partial(ours, chart, folder), runs).result()

        found = [times(chart) for chart in charts]
    print(f"lint / Helm, CPU, {len(found)} charts, the least of {runs} runs each")
    print(f"  nothing compiled  {summary([(helm, first) for helm, first, _ in found])}")
    print(f"  code on the disk  {summary([(helm, cached) for helm, _, cached in found])}")


def summary(pairs: list[tuple[float, float]]) -> str:
    """Return the middle, the tail and the whole of Helm's times and ours."""
    ratios = sorted(our / helm for helm, our in pairs)
    p95 = ratios[int(len(ratios) * 0.95)]
    whole = sum(our for _, our in pairs) / sum(helm for helm, _ in pairs)
    return f"median {statistics.median(ratios):.2f}   p95 {p95:.2f}   all together {whole:.2f}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
