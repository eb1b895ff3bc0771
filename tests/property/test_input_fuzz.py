"""Damaged files and hostile words end in an error with a code, in little time and memory.

A few hundred damaged inputs of each kind are read at every run. The whole of it:

    PYTHONPATH=. python tests/property/test_input_fuzz.py --inputs 10000 --seed 1

prints for each kind how many were read and refused, and the worst CPU time and memory of one.
An input is made again with `damaged(seed_of_the_kind, Random(f"{kind}/{number}"))`.
"""

import argparse
import base64
import gzip
import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from pkgtool import yamlcodec
from pkgtool.chart.archive import read_archive
from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.metadata import parse_lock, parse_metadata
from pkgtool.chart.pack import pack_chart
from pkgtool.errors import PkgtoolError
from pkgtool.repo.config import load_repositories
from pkgtool.repo.index import parse_index
from pkgtool.store.codec import decode_release, encode_release
from pkgtool.testing.mutation import damaged
from pkgtool.testing.releases import rich_release
from pkgtool.values.setflags import KINDS, parse_set
from tests.conftest import ROOT

LIMIT_BYTES = 150 * 1024 * 1024
"""How much memory one input may cost."""

STEADY = 150
"""Inputs of each kind at every run."""

Reader = Callable[[bytes], object]


class Kind(NamedTuple):
    """A kind of input: a sound one to be damaged, and what reads it."""

    sound: bytes
    read: Reader


class Outcome(NamedTuple):
    """What became of the damaged inputs of one kind."""

    counts: Counter[str]
    failures: list[str]
    """Tracebacks, with the numbers of the inputs."""
    worst_s: float
    """CPU seconds of the slowest."""


def _archive() -> bytes:
    files = read_chart_files(ROOT / "charts" / "mariadb")
    files["Chart.yaml"] = b"{apiVersion: v2, name: mariadb, version: 1.0.0}"
    return pack_chart(load_chart(files, name="mariadb"))[1]


def _tar() -> bytes:
    return gzip.decompress(_archive())


def _open_chart(data: bytes) -> object:
    return load_chart(read_archive(data, name="x.tgz"), name="x")


def _file_reader(read: Callable[[Path], object]) -> Reader:
    def from_file(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "file")
            path.write_bytes(data)
            return read(path)

    return from_file


def _text_reader(read: Callable[[str], object]) -> Reader:
    # Words of a command line are text, whatever bytes they were.
    return lambda data: read(data.decode("utf-8", "surrogateescape"))


INDEX = b"""apiVersion: v1
generated: "2024-01-01T00:00:00Z"
entries:
  web:
    - name: web
      version: 1.2.3
      created: "2024-01-01T00:00:00Z"
      description: a chart
      digest: 5f61ffc5b0b0d0f5a2b5c6d1e0b6b0d0f5a2b5c6d1e0b6b0d0f5a2b5c6d1e0b6
      urls: [charts/web-1.2.3.tgz]
      maintainers: [{name: n, email: e@example.com}]
    - {name: web, version: 1.2.4-rc.1, urls: [https://example.com/web.tgz], deprecated: true}
  db: [{name: db, version: 0.1.0, urls: [db.tgz], keywords: [a, b]}]
"""
LOCK = b"""dependencies:
- name: db
  repository: https://example.com/charts
  version: 1.2.3
digest: sha256:5f61ffc5b0b0d0f5a2b5c6d1e0b6b0d0f5a2b5c6d1e0b6b0d0f5a2b5c6d1e0b6
generated: "2024-01-01T00:00:00.123456789+02:00"
"""
CHART_YAML = b"""apiVersion: v2
name: web
version: 1.2.3
appVersion: "1.0"
kubeVersion: ">=1.20.0-0 <2"
annotations: {a: b}
maintainers: [{name: n}]
dependencies:
  - {name: db, version: ^1, repository: "@stable", alias: data, condition: db.enabled,
     tags: [a], import-values: [x, {child: a, parent: b}]}
"""
REPOSITORIES = b"""apiVersion: ""
generated: "0001-01-01T00:00:00Z"
repositories:
- {caFile: "", certFile: "", insecure_skip_tls_verify: false, keyFile: "", name: a,
   pass_credentials_all: false, password: p, url: "https://u:p@example.com/charts", username: u}
"""
SETS: Mapping[str, bytes] = {
    "json": b'a={"b":[1,2,{"c":null}]},d="x",e[1].f=1e3',
    "set": b"a.b=1,c[0].d=x\\,y,e={1,2,{3}},f=null,g[2][1]=true",
    "string": b"a.b=1,c[0].d=x\\,y,e={1,2},f=null",
    "file": b"a.b=x,c[1]=y",
    "literal": b"a.b[0].c=x,y=z{}",
}


def kinds() -> dict[str, Kind]:
    """Return all kinds of input by name."""
    return {
        "archive": Kind(_archive(), _open_chart),
        "tar": Kind(_tar(), lambda data: _open_chart(gzip.compress(data, 1))),
        "Chart.yaml": Kind(CHART_YAML, lambda data: parse_metadata(data, name="Chart.yaml")),
        "Chart.lock": Kind(LOCK, lambda data: parse_lock(data, name="Chart.lock")),
        "index": Kind(INDEX, lambda data: parse_index(data, name="index.yaml")),
        "repositories.yaml": Kind(REPOSITORIES, _file_reader(load_repositories)),
        "values": Kind(
            (ROOT / "charts" / "go-demo" / "values.yaml").read_bytes(),
            lambda data: yamlcodec.load(data, name="values.yaml"),
        ),
        "record": Kind(
            gzip.decompress(base64.b64decode(encode_release(rich_release()))),
            lambda data: decode_release(base64.b64encode(data)),
        ),
        "packed record": Kind(encode_release(rich_release()), decode_release),
        **{
            f"--set {kind}": Kind(sound, _text_reader(_set_reader(kind)))
            for kind, sound in SETS.items()
        },
    }


def _set_reader(kind: str) -> Callable[[str], object]:
    return lambda text: parse_set(text, kind=kind, read=lambda path: path)


def run_kind(name: str, kind: Kind, count: int) -> Outcome:
    """Read `count` damaged inputs of a kind."""
    counts: Counter[str] = Counter()
    failures: list[str] = []
    worst_s = 0.0
    for number in range(count):
        data = damaged(kind.sound, Random(f"{name}/{number}"))
        began = time.process_time()
        try:
            kind.read(data)
            counts["read"] += 1
        except PkgtoolError as error:
            counts["refused"] += 1
            if not error.code[1:].isdigit() or not str(error):
                failures.append(f"{name}/{number}: an error without words: {error!r}")
        except BaseException:  # noqa: BLE001
            failures.append(f"{name}/{number}:\n{traceback.format_exc()}")
        worst_s = max(worst_s, time.process_time() - began)
    return Outcome(counts, failures, worst_s)


def _within_memory(work: Callable[[], Any]) -> Any:
    """Return what `work` returns, done in a child that may take no more than the limit above ours."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (size + LIMIT_BYTES, size + LIMIT_BYTES))
            answer = yamlcodec.dump_json(work()).encode()
        except BaseException:  # noqa: BLE001
            answer = yamlcodec.dump_json({"failures": [traceback.format_exc()]}).encode()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return yamlcodec.load(answer, name="answer")


def _document(outcome: Outcome) -> dict[str, Any]:
    return {
        "counts": dict(outcome.counts),
        "failures": outcome.failures,
        "worst_s": outcome.worst_s,
    }


def outcome_of(name: str, count: int) -> Any:
    """Return what became of `count` damaged inputs of a kind, read within the limit of memory."""
    kind = kinds()[name]
    return _within_memory(lambda: _document(run_kind(name, kind, count)))


@pytest.mark.parametrize("name", kinds())
def test_damaged_inputs_end_in_an_error_with_a_code(name: str) -> None:
    outcome = outcome_of(name, STEADY)

    assert outcome["failures"] == []
    assert sum(outcome["counts"].values()) == STEADY


def test_kinds_of_set_flags_are_all_here() -> None:
    assert set(SETS) == set(KINDS)


def main() -> int:
    """Read as many inputs as the command line says, and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="in all")
    count = parser.parse_args().inputs
    bad = 0
    known = kinds()
    share = -(-count // len(known))
    for name in known:
        outcome = outcome_of(name, share)
        bad += len(outcome["failures"])
        print(
            f"{name:20} {outcome.get('counts')}  failures {len(outcome['failures'])}"
            f"  slowest {outcome.get('worst_s', 0):.3f} s",
            flush=True,
        )
        print("\n".join(outcome["failures"][:3]), end="")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
