"""How long a command takes to start: whole processes against the bare interpreter, in one run.

Goals: `version` at most 5, `template charts/hello` at most 12, and `template` of a new Go chart at
most 9 bare interpreters of CPU time, with compiled templates cached.
"""

import statistics
import subprocess
import tempfile
from pathlib import Path

from tests.bench.measure import BIN, ROOT, homes, interleaved

PYTHON = str(BIN / "python")
PKGTOOL = str(BIN / "pkgtool")

COMMANDS = {
    "python -c pass": [PYTHON, "-c", "pass"],
    "python -c 'import click'": [PYTHON, "-c", "import click"],
    "python -c 'import click, jinja2, yaml'": [PYTHON, "-c", "import click, jinja2, yaml"],
    "pkgtool version": [PKGTOOL, "version"],
    "pkgtool --help": [PKGTOOL, "--help"],
    "pkgtool template charts/hello": [PKGTOOL, "template", "charts/hello"],
    "pkgtool lint charts/hello": [PKGTOOL, "lint", "charts/hello"],
    "pkgtool list": [PKGTOOL, "list"],
}


def main(runs: int = 15) -> None:
    """Print a table of medians and ratios, then what the time of `template` goes into."""
    with tempfile.TemporaryDirectory() as folder:
        chart = f"{folder}/web"
        subprocess.run([PKGTOOL, "create", chart, "--engine", "gotpl"], check=True)
        commands = {**COMMANDS, "pkgtool template of a new Go chart": [PKGTOOL, "template", chart]}
        found = interleaved(commands, homes(Path(folder)), runs=runs)
        bare = statistics.median(found["python -c pass"])
        print(f"cold start, CPU, medians of {runs} interleaved runs")
        for name, times in found.items():
            middle = statistics.median(times)
            print(f"  {name:40} {middle * 1000:7.1f} ms  {middle / bare:5.1f} x bare")
        print("what the time of `template charts/hello` is, by import (self, ms):")
        for line in heaviest_imports(Path(folder)):
            print(f"  {line}")


def heaviest_imports(home: Path) -> list[str]:
    """Return the packages whose own modules take longest to import."""
    done = subprocess.run(
        [PYTHON, "-X", "importtime", PKGTOOL, "template", "charts/hello"],
        cwd=ROOT,
        env=homes(home),
        capture_output=True,
        text=True,
        check=True,
    )
    totals: dict[str, float] = {}
    for line in done.stderr.splitlines():
        cells = line.removeprefix("import time:").split("|")
        if len(cells) == 3 and cells[0].strip().isdigit():
            package = cells[2].strip().partition(".")[0]
            totals[package] = totals.get(package, 0.0) + int(cells[0]) / 1000
    top = sorted(totals.items(), key=lambda item: -item[1])[:8]
    return [f"{package:24} {ms:6.1f}" for package, ms in top]


if __name__ == "__main__":
    main()
