"""Rendering Helm charts, side by side with the Helm SDK: CPU time, ratios ours / Helm, per chart.

Needs the corpus of charts and the SDK, and says so where they are not there. Below 1 we are faster.
Helm parses all templates at every render, because it keeps nothing between two.

    python -m tests.bench.render            all charts, a few minutes
    python -m tests.bench.render 10         every tenth
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pkgtool.chart.archive import read_archive
from pkgtool.chart.deps import process_chart
from pkgtool.chart.load import load_chart
from pkgtool.errors import PkgtoolError
from pkgtool.template.capabilities import DEFAULT_API_VERSIONS, Capabilities
from pkgtool.template.codecache import CodeCache
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.gotpl.entries import compile_ahead
from pkgtool.template.gotpl.runtime.run import Run
from pkgtool.template.protocol import Engine
from pkgtool.template.render import render_chart
from pkgtool.testing.helm_oracle import HelmOracle
from pkgtool.wiring.engines import open_notebook
from pkgtool.yamlcodec.notebook import Notebook
from tests.bench.measure import BIN, ROOT, homes, process_cpu_s

RUNS = 5
PROCESS_RUNS = 9
PROCESS_CHARTS = (
    "vfarcic_go-demo-3__",
    "helm_charts__wordpress",
    "jenkinsci_helm-charts__jenkins",
    "ingress-nginx__ingress",
    "tempo-distributed",
    "argo-cd-",
    "bitnami_charts__kafka",
    "kube-prometheus-stack",
)
PEER = r"""
#include <stdint.h>
#include <stdio.h>
int32_t helm_chart_load(const char *, uint64_t *, char **);
int32_t helm_render(uint64_t, const char *, const char *, char **, char **);
int main(int count, char **words) {
  uint64_t chart = 0;
  char *text = 0, *error = 0;
  if (count < 3 || helm_chart_load(words[1], &chart, &error)) return 1;
  if (helm_render(chart, "{}", words[2], &text, &error)) return 2;
  return puts(text) < 0;
}
"""
"""What a `helm template` must at least do: start Go, load the chart, render it, print it."""


@dataclass(frozen=True, slots=True)
class Case:
    """The default render of one chart of the corpus."""

    name: str
    path: Path
    values: Mapping[str, Any]
    release: str
    namespace: str
    kube_version: str

    def context(self, notebook: Notebook | None = None) -> RenderContext:
        """Load the chart, with what `notebook` knows of its YAML, and merge its values."""
        name = self.path.name
        files = read_archive(self.path.read_bytes(), name=name)
        chart = load_chart(files, name=name, notebook=notebook)
        processed = process_chart(chart, self.values)
        return RenderContext(
            processed.chart,
            processed.values,
            ReleaseFacts(self.release, self.namespace),
            Capabilities(self.kube_version, DEFAULT_API_VERSIONS),
            private=bool(self.values),
        )

    @property
    def options(self) -> str:
        """What the SDK wants to know, as JSON."""
        return json.dumps(
            {
                "name": self.release,
                "namespace": self.namespace,
                "revision": 1,
                "is_install": True,
                "is_upgrade": False,
                "kube_version": self.kube_version,
                "api_versions": [],
            }
        )


@dataclass
class Row:
    """Ratios ours / Helm of all charts, by name."""

    title: str
    goal: str
    ratios: dict[str, float] = field(default_factory=dict)
    ours_s: float = 0.0
    helm_s: float = 0.0

    def add(self, name: str, ours_s: float, helm_s: float) -> None:
        self.ratios[name] = ours_s / helm_s
        self.ours_s += ours_s
        self.helm_s += helm_s

    def __str__(self) -> str:
        values = sorted(self.ratios.values())
        p95 = values[min(len(values) - 1, int(len(values) * 0.95))]
        return (
            f"  {self.title:44} {statistics.median(values):6.2f} {p95:6.2f} {values[-1]:7.2f}   "
            f"{self.ours_s:7.2f} s {self.helm_s:7.2f} s   {self.goal}"
        )

    def worst(self, count: int) -> str:
        """Name the charts with the highest ratios."""
        names = sorted(self.ratios, key=self.ratios.__getitem__, reverse=True)[:count]
        return ", ".join(f"{name.partition('__')[2]} {self.ratios[name]:.2f}" for name in names)


def cases(corpus: Path, step: int) -> Iterator[Case]:
    """Yield the default renders that Helm makes without error."""
    for golden in sorted((corpus / "golden").iterdir())[::step]:
        found = json.loads(golden.read_text())
        for case in found["cases"]:
            odd = case["error"] or case.get("env_dependent") or case.get("flaky")
            if case["case"] == "default" and not odd:
                names = ("values", "release", "namespace", "kube_version")
                path = corpus / "charts" / found["tgz"]
                yield Case(found["id"], path, *(case[name] for name in names))


def in_turn(ours: Callable[[], object], helm: Callable[[], object]) -> tuple[float, float]:
    """Return the median CPU seconds of both, run in turn after one warm-up each.

    Ours are those of this thread: Go's collector still works in others while we have our turn.
    """
    works = ((ours, time.thread_time), (helm, time.process_time))
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(RUNS + 1):
        for (work, clock), found in zip(works, times, strict=True):
            began = clock()
            work()
            if turn:
                found.append(clock() - began)
    return statistics.median(times[0]), statistics.median(times[1])


def in_process(found: list[Case], folder: Path) -> list[Row]:
    """Measure rendering in this process."""
    import helm_python
    from helm_python import _native

    warm = Row("render, compiled code warm", "0.15 (0.35)")
    cached = Row("load, values, render; code, YAML from disk", "0.60 (0.90)")
    cold = Row("load, values, render; nothing cached", "")
    for case in found:
        engine = GotplEngine()
        engines: dict[str, Engine] = {"gotpl": engine}
        context = case.context()
        chart = helm_python.Chart.load(str(case.path))
        raw, values, options = chart._raw(), json.dumps(case.values), case.options

        def render_with_helm(raw: Any = raw, values: str = values, options: str = options) -> None:
            _native.call_string("helm_render", raw, values, options)

        def load_with_helm(case: Case = case, values: str = values, options: str = options) -> None:
            loaded = helm_python.Chart.load(str(case.path))
            _native.call_string("helm_render", loaded._raw(), values, options)

        def whole(cache: CodeCache | None, case: Case = case) -> None:
            notebook = open_notebook(cache) if cache is not None else None
            render_chart(case.context(notebook), {"gotpl": GotplEngine(cache)})

        for _ in range(2):
            render_chart(context, engines)
        warm.add(
            case.name,
            *in_turn(lambda: render_chart(context, engines), render_with_helm),  # noqa: B023
        )
        fill(folder, case)
        cached.add(case.name, *in_turn(lambda: whole(CodeCache(folder)), load_with_helm))
        cold.add(case.name, *in_turn(lambda: whole(None), load_with_helm))
    return [warm, cached, cold]


def fill(folder: Path, case: Case) -> None:
    """Put everything that a render wants into the cache in `folder`."""
    cache = CodeCache(folder)
    notebook = open_notebook(cache)
    render_chart(case.context(notebook), {"gotpl": GotplEngine(cache)})
    for _ in compile_ahead(cache):
        pass
    notebook.flush()
    cache.flush()


def processes(found: list[Case], folder: Path) -> None:
    """Measure `pkgtool template` against a C program that does the same with the SDK."""
    peer = peer_program(folder)
    if peer is None:
        print("whole processes: needs a C compiler for the peer")
        return
    print(f"whole processes, CPU ms, medians of {PROCESS_RUNS} in turn")
    print(f"  {'':38} {'Helm':>7} {'cached':>16} {'first time ever':>17}")
    rows: dict[str, list[float]] = {"cached": [], "first": []}
    for wanted in PROCESS_CHARTS:
        for case in [each for each in found if wanted in each.name][:1]:
            helm, cached, first = process_times(case, peer, folder)
            rows["cached"].append(cached / helm)
            rows["first"].append(first / helm)
            print(
                f"  {case.name.partition('__')[2]:38} {helm * 1000:7.1f} "
                f"{cached * 1000:7.1f} ({cached / helm:5.2f}) {first * 1000:8.1f} ({first / helm:5.2f})"
            )
    if rows["cached"]:
        medians = {name: statistics.median(ratios) for name, ratios in rows.items()}
        print(
            f"  median ratio: cached {medians['cached']:.2f} (goal 1.0), "
            f"first time {medians['first']:.2f} (goal 1.5)"
        )


def process_times(case: Case, peer: Path, folder: Path) -> tuple[float, float, float]:
    """Return CPU seconds: Helm's, ours with the code cached, ours the first time."""
    ours = [str(BIN / "pkgtool"), "template", case.release, str(case.path)]
    # Helm does not look at the objects, either.
    ours += ["--namespace", case.namespace, "--kube-version", case.kube_version]
    ours += ["--disable-openapi-validation"]
    helm = [str(peer), str(case.path), case.options]
    warm = homes(folder / "warm")
    home = folder / "warm" / ".cache" / "pkgtool" / "code"
    fill(home, case)
    found: dict[str, list[float]] = {"helm": [], "cached": [], "first": []}
    for turn in range(PROCESS_RUNS + 1):
        empty = folder / f"first-{case.name}-{turn}"
        times = {
            "helm": process_cpu_s(helm, warm),
            "cached": process_cpu_s(ours, warm),
            "first": process_cpu_s(ours, homes(empty)),
        }
        if turn:
            for name, seconds in times.items():
                found[name].append(seconds)
    return tuple(statistics.median(found[name]) for name in ("helm", "cached", "first"))  # type: ignore[return-value]


def peer_program(folder: Path) -> Path | None:
    """Compile the C program, or return None."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    from helm_python import _native

    library = Path(str(_native.library_path))
    (folder / "peer.c").write_text(PEER)
    done = subprocess.run(
        [
            compiler,
            "-O1",
            "-o",
            folder / "peer",
            folder / "peer.c",
            library,
            f"-Wl,-rpath,{library.parent}",
        ],
        capture_output=True,
        check=False,
    )
    return folder / "peer" if done.returncode == 0 else None


def main(step: int = 1) -> None:
    """Print the table of ratios, the charts with the worst, and whole processes."""
    corpus = Path(os.environ.get("PKGTOOL_SHARED", ROOT.parent / "shared")) / "corpus"
    if not (corpus / "golden").is_dir() or not HelmOracle.installed():
        print(f"rendering against Helm: needs the Helm SDK and the corpus of charts in {corpus}")
        return
    found = list(cases(corpus, step))
    # Children that compile for the next command may still write there.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        made = {case.name: keys_made(case) for case in found}
        for title, usable in (
            ("charts", [case for case in found if made[case.name] == 0]),
            ("charts that make keys or hash passwords", [c for c in found if made[c.name]]),
        ):
            print(
                f"rendering {len(usable)} {title}, CPU, ours / Helm, medians of {RUNS} runs in turn"
            )
            print(f"  {'':44} {'median':>6} {'p95':>6} {'max':>7}   {'ours':>9} {'Helm':>9}   goal")
            rows = in_process(usable, folder / "code") if usable else []
            for row in rows:
                print(row)
            for row in rows:
                print(f"  worst: {row.title}: {row.worst(5)}")
        processes(list(cases(corpus, 1)) if step > 1 else found, folder)


def keys_made(case: Case) -> int | None:
    """Return how many keys and hashes the chart makes, which take most of its time; None if it fails.

    That time is OpenSSL's here and Go's there, and another one each time.
    """
    with patch.object(Run, "make_key", autospec=True, side_effect=Run.make_key) as make_key:
        try:
            render_chart(case.context(), {"gotpl": GotplEngine()})
        except PkgtoolError:
            return None
    return make_key.call_count


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
