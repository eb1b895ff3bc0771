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
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from pkgtool import yamlcodec
from pkgtool.chart.archive import read_archive
from pkgtool.chart.files import read_chart_files
from pkgtool.chart.jsonpath import print_jsonpath
from pkgtool.chart.load import load_chart
from pkgtool.chart.metadata import parse_lock, parse_metadata, parse_requirements
from pkgtool.chart.pack import pack_chart
from pkgtool.digest import Digest
from pkgtool.errors import PkgtoolError
from pkgtool.plugin.manifest import parse_manifest
from pkgtool.repo.cache import IndexCache
from pkgtool.repo.config import RepoEntry, load_repositories
from pkgtool.repo.http import Answer
from pkgtool.repo.index import parse_index
from pkgtool.repo.indexdb import IndexDb, make_database, open_database
from pkgtool.repo.oci.challenge import parse_challenges
from pkgtool.repo.oci.loginfile import LoginFile
from pkgtool.repo.oci.manifest import MANIFEST, read_document, read_manifest
from pkgtool.repo.oci.reference import parse_reference
from pkgtool.repo.provenance import read_trusted, verify_package
from pkgtool.repo.provenance.armor import decode_armor
from pkgtool.repo.provenance.packet import read_signature
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
SIGNED = Path(__file__).parent / "signed"
PACKAGE = "web-1.0.0.tgz"
LOGINS = b"""{"auths": {
  "registry.example.com": {"auth": "bWU6c2VjcmV0"},
  "https://index.docker.io/v1/": {"username": "me", "password": "p", "identitytoken": "t"},
  "other.example": {}},
 "credHelpers": {"gcr.example": "gcr"}, "HttpHeaders": {"A": "b"}}"""
_HEX = b"5f61ffc5b0b0d0f5a2b5c6d1e0b6b0d0f5a2b5c6d1e0b6b0d0f5a2b5c6d1e0b6"
OCI_MANIFEST = b"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
"artifactType":"application/vnd.helm.plugin.v1+json",
"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"sha256:%s","size":12},
"layers":[{"mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip","digest":"sha256:%s",
"size":99,"annotations":{"org.opencontainers.image.title":"web-1.0.0.tgz"}}],
"annotations":{"org.opencontainers.image.version":"1.0.0"}}""" % (_HEX, _HEX)
OCI_TYPE = "application/vnd.oci.image.index.v1+json"
OCI_INDEX = (
    b"""{"schemaVersion":2,"manifests":[{"mediaType":
"application/vnd.oci.image.manifest.v1+json","artifactType":"a/b","digest":"sha256:%s","size":5,
"platform":{"os":"linux","architecture":"amd64"}}]}"""
    % _HEX
)
OCI_CONFIG = b'{"name":"web","version":"1.0.0","apiVersion":"v2","keywords":["a"],"appVersion":"1"}'
PLUGIN = b"""apiVersion: v1
name: hello
version: 1.0.0
type: getter/v1
runtime: subprocess
sourceURL: https://example.com
config: {protocols: [s3, gs]}
runtimeConfig:
  protocolCommands:
  - protocols: [s3]
    platformCommand: [{os: linux, arch: amd64, command: "$HELM_PLUGIN_DIR/get", args: [a, "b c"]}]
  platformCommand: [{command: x}]
  platformHooks: {install: [{command: y, args: []}], update: [], delete: []}
"""
LEGACY_PLUGIN = b"""name: secrets
version: "4.0.0"
usage: "secrets in values"
description: |-
  long
ignoreFlags: false
command: $HELM_PLUGIN_DIR/run.sh a b
hooks: {install: "cd $HELM_PLUGIN_DIR; ./x", update: y}
downloaders:
- {command: get.sh decrypt, protocols: [secrets, "secrets+gpg-import"]}
useTunnel: true
"""
JSONPATH = (
    b"""a {.a.b[0]} {..c} {.a['b.c']} {"x\\n"}{range .l[?(@.k=="Pod")]}{.k}, {end}{.l[0:-1:2]}"""
)
VALUES = {
    "a": {"b": [1, {"c": None}], "b.c": "x"},
    "l": [{"k": "Pod", "n": 1.5}, {"k": "Job"}, {"k": "Pod", "c": [True]}],
}
SETS: Mapping[str, bytes] = {
    "json": b'a={"b":[1,2,{"c":null}]},d="x",e[1].f=1e3',
    "set": b"a.b=1,c[0].d=x\\,y,e={1,2,3},f=null,g[2][1]=true",
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
        **_signed_kinds(),
        **_registry_kinds(),
        **_plugin_kinds(),
        **_cache_kinds(),
        "JSONPath": Kind(JSONPATH, _text_reader(lambda text: print_jsonpath(text, VALUES))),
        "packed record": Kind(encode_release(rich_release()), decode_release),
        **{
            f"--set {kind}": Kind(sound, _text_reader(_set_reader(kind)))
            for kind, sound in SETS.items()
        },
    }


def _signed_kinds() -> dict[str, Kind]:
    keyring = read_trusted(SIGNED / "public.asc", {})
    provenance = (SIGNED / f"{PACKAGE}.prov").read_bytes()
    armor = b"\n" + provenance.rpartition(b"SIGNATURE-----")[0].partition(b"SIGNATURE-----")[2]
    armor = armor.rpartition(b"\n-----END")[0]
    return {
        "provenance": Kind(
            provenance, lambda data: verify_package(b"the package", PACKAGE, data, keyring)
        ),
        "signature armor": Kind(armor, lambda data: read_signature(decode_armor(data))),
        "signature packet": Kind(decode_armor(armor), read_signature),
        "keyring": Kind(
            (SIGNED / "public.asc").read_bytes(),
            _file_reader(lambda path: read_trusted(path, {}).keys),
        ),
    }


def _registry_kinds() -> dict[str, Kind]:
    return {
        "config.json": Kind(LOGINS, _file_reader(_logins)),
        "OCI manifest": Kind(
            OCI_MANIFEST, lambda data: read_manifest(data, MANIFEST, name="a manifest")
        ),
        "OCI index": Kind(OCI_INDEX, lambda data: read_manifest(data, OCI_TYPE, name="an index")),
        "OCI config": Kind(OCI_CONFIG, lambda data: read_document(data, name="a config")),
        "OCI reference": Kind(
            b"oci://registry.example.com:5000/charts/web:1.2.3+b@sha256:" + b"5f" * 32,
            _text_reader(lambda text: str(parse_reference(text))),
        ),
        "WWW-Authenticate": Kind(
            b'Basic realm="a", Bearer realm="https://a.example/token",service="s", scope="x\\"y"',
            _text_reader(parse_challenges),
        ),
    }


def _plugin_kinds() -> dict[str, Kind]:
    metadata = parse_metadata(b"{apiVersion: v1, name: web, version: 1.0.0}", name="Chart.yaml")
    return {
        "plugin.yaml v1": Kind(PLUGIN, lambda data: parse_manifest(data, name="plugin.yaml")),
        "plugin.yaml legacy": Kind(
            LEGACY_PLUGIN, lambda data: parse_manifest(data, name="plugin.yaml")
        ),
        "requirements.yaml": Kind(
            CHART_YAML[CHART_YAML.index(b"dependencies") :],
            lambda data: parse_requirements(data, metadata, name="requirements.yaml"),
        ),
        "requirements.lock": Kind(LOCK, lambda data: parse_lock(data, name="requirements.lock")),
    }


def _cache_kinds() -> dict[str, Kind]:
    index = parse_index(INDEX, name="index.yaml")
    made = make_database(index, repository="r", digest=Digest.of(INDEX))
    database = made.serialize()
    made.close()
    tags = b'{"url":"https://a.example","etag":"1","digest":"%s","stamp":["a",1,2,"3","4"]}'
    return {
        "index database": Kind(database, _cached("r-index.db")),
        "index database, trusted": Kind(database, _database),
        "NAME-index.tags": Kind(tags % Digest.of(INDEX).hex.encode(), _cached("r-index.tags")),
        "NAME-charts.txt": Kind(b"db\nweb\n", _cached("r-charts.txt")),
    }


def _logins(path: Path) -> object:
    file = LoginFile(path, {"PATH": "/nonexistent"})
    return [file.find(host) for host in ("registry.example.com", "docker.io", "other.example")]


def _cached(damage: str) -> Reader:
    """Return what reads a cached index with one of the files beside it damaged."""
    entry = RepoEntry("r", "https://a.example")
    index = parse_index(INDEX, name="index.yaml")

    def read(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            cache = IndexCache(Path(folder))
            cache.keep(entry, index, Answer(INDEX)).close()
            Path(folder, damage).write_bytes(data)
            cache.known(entry)
            with cache.open(entry) as opened:
                answers = [opened.versions("web"), opened.names(), opened.warnings]
            assert answers == [index.entries["web"], ["db", "web"], index.warnings]
            return answers

    return read


def _database(data: bytes) -> object:
    """Ask a damaged database everything, as if nobody could have damaged it."""
    index = parse_index(INDEX, name="index.yaml")
    digest = Digest.of(INDEX)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "r-index.db")
        path.write_bytes(data)
        path.chmod(0o600)
        opened = open_database(path, digest=digest)
        if opened is None:
            return None
        remake = partial(make_database, index, repository="r", digest=digest)
        with IndexDb(opened, remake) as found:
            lines = [line.id for line in (*found.lines(), *found.lines("web"))]
            entries = [found.entry(each) for each in found.candidates(lines)]
            return [found.warnings, found.names(), found.newest(), found.versions("web"), entries]


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


def test_sound_inputs_are_read() -> None:
    """Else damage to them would show nothing."""
    for kind in kinds().values():
        kind.read(kind.sound)


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
