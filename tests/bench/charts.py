"""Rendering, packing, loading and indexing: seconds, peak memory, and rates.

Sizes: rendering is of `charts/hello` (2 objects) and `charts/go-demo` (11); packing and loading of
`charts/go-demo`; the index is of 1 000 charts.
"""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pkgtool.chart.archive import read_archive
from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.chart.pack import pack_chart
from pkgtool.ops.template import offline_capabilities
from pkgtool.ops.walk import Surroundings, WalkOptions, walk_chart
from pkgtool.repo.index import parse_index
from pkgtool.repo.publish import index_folder, write_index
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.jinja import JinjaEngine
from pkgtool.template.render import render_chart
from tests.bench.measure import ROOT, function_cpu_s, peak_mib

COUNT = 1000


def chart_of(name: str) -> Chart:
    return load_chart(read_chart_files(ROOT / "charts" / name), name=name)


def main() -> None:
    """Print one table each for rendering and for charts at rest."""
    rendering()
    at_rest()


def rendering() -> None:
    print("rendering, one process, CPU, medians")
    for name in ("hello", "go-demo"):
        render_s, walk_s = rates(chart_of(name))
        print(
            f"  {name:10} render_chart {1 / render_s:7.0f} per second   "
            f"whole walk, validated, in a child {1 / walk_s:7.0f} per second"
        )


def rates(chart: Chart) -> tuple[float, float]:
    """Return the seconds of one warm render, and of one whole walk."""
    around = Surroundings(ReleaseFacts("web"), {"jinja2": JinjaEngine()}, offline_capabilities())
    context = RenderContext(chart, dict(chart.values), around.release, around.capabilities)
    return (
        function_cpu_s(lambda: render_chart(context, around.engines), runs=15),
        function_cpu_s(lambda: walk_chart(chart, {}, around, WalkOptions()), runs=15),
    )


def at_rest() -> None:
    print(f"charts at rest, CPU and peak memory ({COUNT} charts in the index)")
    chart = chart_of("go-demo")
    filename, data = pack_chart(chart)
    report("pack go-demo", lambda: pack_chart(chart), runs=15)
    report(
        "load go-demo.tgz",
        lambda: load_chart(read_archive(data, name=filename), name=filename),
        runs=15,
    )
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        for number in range(COUNT):
            (folder / f"go-demo-{number}.tgz").write_bytes(_renamed(chart, number))
        now = datetime.now(UTC)
        report(f"index {COUNT} charts", lambda: index_folder(folder, at=now), runs=3)
        write_index(folder, index_folder(folder, at=now))
        index = (folder / "index.yaml").read_bytes()
        report(
            f"load the index ({len(index) / 2**20:.1f} MiB)",
            lambda: parse_index(index, name="index.yaml"),
            runs=3,
        )


def _renamed(chart: Chart, number: int) -> bytes:
    return pack_chart(replace(chart, metadata=chart.metadata._replace(name=f"c{number}")))[1]


def report(name: str, work: object, *, runs: int) -> None:
    assert callable(work)
    print(
        f"  {name:36} {function_cpu_s(work, runs=runs) * 1000:9.1f} ms  "
        f"{peak_mib(work):7.1f} MiB peak"
    )


if __name__ == "__main__":
    main()
