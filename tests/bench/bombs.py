"""Templates that would never end: what they cost here until their named error, and in Helm itself.

The rows are those of the table in `spec/reliability.md` §2.5. Helm renders each in a process of its
own, which is ended at the limits below; where the SDK is not installed its columns stay empty.
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pkgtool.errors import BudgetExceeded, PkgtoolError
from pkgtool.template.fence import FenceLimits, run_fenced
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.scopes import ChartScope, Facts
from pkgtool.testing.engine_contract import nowhere
from pkgtool.testing.gotpl_back_ends import engine_for
from pkgtool.testing.helm_oracle import HelmOracle
from tests.bench.measure import ROOT

PATH = "web/templates/a.yaml"
OURS = FenceLimits(memory_bytes=2 << 30, cpu_s=20)
CPU_S, WALL_S, MEMORY_MIB = 8, 10.0, 1500
"""What Helm may use for one bomb. Its memory is watched: Go reserves far more than it touches."""

GROW = '{{ $x := "aaaaaaaaaa" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}{{ len $x }}'
FAN_OUT = '{{ define "d" }}{{ if . }}{{ include "d" (rest .) }}{{ include "d" (rest .) }}{{ end }}{{ end }}{{ include "d" (until 30) }}'
RECURSION = '{{ define "d" }}{{ include "d" . }}{{ end }}{{ include "d" . }}'
CYCLE = '{{ $d := dict }}{{ $_ := set $d "self" $d }}'

BOMBS = {
    "until 10^8": "{{ until 100000000 | len }}",
    "untilStep to 2 * 10^9": "{{ untilStep 0 2000000000 1 | len }}",
    "seq to 10^8": "{{ seq 1 100000000 | len }}",
    "until the largest number": "{{ until 9223372036854775807 | len }}",
    "nested ranges, 10^9": "{{ range until 1000 }}" * 3 + "{{ end }}" * 3,
    "range 10^10": "{{ range 10000000000 }}{{ end }}",
    "repeat 10^9": '{{ repeat 1000000000 "a" | len }}',
    "printf of width 10^9": '{{ printf "%1000000000d" 1 | len }}',
    "repeat in repeat": '{{ repeat 4000 (repeat 4000 (repeat 400 "a")) | len }}',
    "replaced by more": '{{ replace "a" (repeat 1000 "a") (repeat 1000000 "a") | len }}',
    "doubled 40 times": GROW,
    "indent 10^9": '{{ indent 1000000000 "a" | len }}',
    "include fan-out 2^30": FAN_OUT,
    "include recursion": RECURSION,
    "tpl of itself": "{{ tpl .Values.bomb . }}",
    "deepCopy of a cycle": CYCLE + "{{ deepCopy $d | len }}",
    "print of a cycle": CYCLE + "{{ print $d | len }}",
    "genPrivateKey for ever": '{{ range until 99999 }}{{ $x := genPrivateKey "rsa" }}{{ end }}',
    "htpasswd for ever": '{{ range until 99999 }}{{ $x := htpasswd "a" "b" }}{{ end }}',
    "derivePassword for ever": '{{ range until 99999 }}{{ $x := derivePassword 1 "long" "a" "b" "c" }}{{ end }}',
    "randAlphaNum 10^8": "{{ randAlphaNum 100000000 | len }}",
    "deep brackets, 10^6": "{{ " + "(" * 10**6 + "1" + ")" * 10**6 + " }}",
    "deep brackets, 10^4": "{{ " + "(" * 10**4 + "1" + ")" * 10**4 + " }}",
    "regex (a+)+$, once": '{{ regexMatch "(a+)+$" (printf "%sb" (repeat 100000 "a")) }}',
    "regex (a+)+$ for ever": '{{ $t := printf "%sb" (repeat 100000 "a") }}{{ range until 99999 }}{{ $x := regexMatch "(a+)+$" $t }}{{ end }}',
    "sortAlpha for ever": '{{ $l := splitList "," (repeat 100000 "b,a,") }}{{ range until 99999 }}{{ $x := sortAlpha $l }}{{ end }}',
}  # fmt: skip


def main() -> None:
    """Print one row for each bomb."""
    print("bombs in Go templates, each in a process of its own")
    print(f"  {'':26} {'here':^29} {'here, compiled':^29} {'Helm':^30}")
    for name, text in BOMBS.items():
        evaluated = ours(text, GotplEngine)
        compiled = ours(text, partial(engine_for, {PATH: text}))
        print(f"  {name:26} {evaluated} {compiled} {helms(text)}", flush=True)


def ours(text: str, make_engine: Callable[[], GotplEngine]) -> str:
    """Return the seconds, the peak memory and the end of `text` here."""
    try:
        end, used_s, peak_mib = run_fenced(lambda: _ours(text, make_engine), limits=OURS)
    except BudgetExceeded as error:
        return f"stopped by the fence: {error.what}"
    return f"{used_s:7.2f} s {peak_mib:7.1f} MiB {end:9}"


def _ours(text: str, make_engine: Callable[[], GotplEngine]) -> tuple[str, float, float]:
    engine = make_engine()
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    scope = ChartScope({"Values": {"bomb": "{{ tpl .Values.bomb . }}"}}, Facts())
    end = "rendered"
    try:
        engine.compile({PATH: text}, outside=nowhere).render(PATH, scope)
    except PkgtoolError as error:
        end = error.code
    used_s = time.process_time() - began
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    return end, used_s, peak_kib / 1024


def helms(text: str) -> str:
    """Return the seconds, the peak memory and the end of `text` in Helm."""
    if not HelmOracle.installed():
        return "Helm's SDK is not installed"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bomb").write_text(text)
        # Go asks for address space as it likes; processor time it cannot get around.
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.bombs", folder],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1)),  # noqa: PLW1509
        )
        killed = _watch(child)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.stdout is not None
        with child.stdout as stdout:
            end = stdout.read().decode().strip()
    used_s = usage.ru_utime + usage.ru_stime
    if killed or child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        end = f"killed at {killed or f'{CPU_S} s'}"
    elif not end:
        end = f"crashed with status {child.returncode}"
    return f"{used_s:7.2f} s {usage.ru_maxrss / 1024:7.1f} MiB {end}"


def _watch(child: "subprocess.Popen[bytes]") -> str:
    """Wait for `child`, and end it when it takes too much; return what that was."""
    deadline = time.monotonic() + WALL_S
    while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if _resident_mib(child.pid) > MEMORY_MIB:
            os.kill(child.pid, 9)
            return f"{MEMORY_MIB} MiB"
        if time.monotonic() > deadline:
            os.kill(child.pid, 9)
            return f"{WALL_S:.0f} s by the clock"
        time.sleep(0.01)
    return ""


def _resident_mib(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def render_with_helm(folder: Path) -> None:
    """Render the bomb in `folder` with Helm, and print how that ended."""
    text = (folder / "bomb").read_text()
    chart = folder / "chart"
    chart.mkdir()
    answer = HelmOracle(chart).render(text, {"bomb": "{{ tpl .Values.bomb . }}"})
    print(answer.splitlines()[0][:40] if answer.startswith("error") else "rendered")


def _command(arguments: list[str]) -> Callable[[], None]:
    return (lambda: render_with_helm(Path(arguments[0]))) if arguments else main


if __name__ == "__main__":
    _command(sys.argv[1:])()
