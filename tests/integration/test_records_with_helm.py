"""Helm reads our records and we read Helm's: its own SDK talks to a small API server here.

The server knows version, discovery, and Secrets of one namespace, which is all that Helm needs for
a chart without objects.
"""

import gzip
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.manifest.model import ResourceId
from pkgtool.release.history import rollback_target
from pkgtool.release.model import Release, Status
from pkgtool.store.codec import release_document
from pkgtool.store.protocol import ReleaseStore
from pkgtool.store.secrets import SecretStore
from pkgtool.testing.releases import release, rich_release

helm = pytest.importorskip("helm_python")

SECRETS = "/api/v1/namespaces/default/secrets"
DISCOVERY: dict[str, Any] = {
    "/version": {"major": "1", "minor": "36", "gitVersion": "v1.36.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {
        "kind": "APIResourceList",
        "groupVersion": "v1",
        "resources": [
            {
                "name": "secrets",
                "singularName": "secret",
                "namespaced": True,
                "kind": "Secret",
                "verbs": ["get", "list", "create", "update", "delete"],
            }
        ],
    },
}


class Handler(BaseHTTPRequestHandler):
    """Serves the Secrets of `server.cluster`."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    @property
    def cluster(self) -> MemoryCluster:
        found: MemoryCluster = self.server.cluster  # type: ignore[attr-defined]
        return found

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path in DISCOVERY:
            self._answer(DISCOVERY[url.path])
        elif url.path == SECRETS:
            selector = parse_qs(url.query).get("labelSelector", [""])[0]
            labels = dict(pair.split("=", 1) for pair in selector.split(",") if pair)
            items = self.cluster.list("", "Secret", namespace="default", labels=labels)
            self._answer({"kind": "SecretList", "apiVersion": "v1", "items": items})
        else:
            found = self.cluster.get(self._id(url.path))
            self._answer(found or _missing(), 200 if found else 404)

    def do_POST(self) -> None:
        self._answer(self.cluster.apply(self._body(), ApplyPolicy(if_absent=True)), 201)

    def do_PUT(self) -> None:
        self._answer(self.cluster.apply(self._body(), ApplyPolicy()))

    def do_DELETE(self) -> None:
        self.cluster.delete(self._id(urlsplit(self.path).path))
        self._answer({"kind": "Status", "apiVersion": "v1", "status": "Success"})

    def _id(self, path: str) -> ResourceId:
        return ResourceId("", "Secret", "default", path.rpartition("/")[2])

    def _body(self) -> dict[str, Any]:
        return _secret(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: object, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _secret(sent: bytes) -> dict[str, Any]:
    """Return the Secret in a request: Helm sends Kubernetes' own protobuf form.

    Source: Kubernetes `runtime/generated.proto` (`Unknown`), `core/v1/generated.proto` (`Secret`).
    """
    secret = _fields(_fields(sent.removeprefix(b"k8s\0"))[2][0])
    metadata = _fields(secret[1][0])
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": secret[3][0].decode(),
        "metadata": {
            "name": metadata[1][0].decode(),
            "namespace": "default",
            "labels": {key: value.decode() for key, value in _map(metadata[11])},
        },
        "data": {key: b64encode(value).decode() for key, value in _map(secret[2])},
    }


def _map(entries: list[bytes]) -> Iterator[tuple[str, bytes]]:
    for entry in entries:
        found = _fields(entry)
        yield found[1][0].decode(), found[2][0]


def _fields(message: bytes) -> dict[int, list[bytes]]:
    """Return the length-delimited fields of a protobuf message by number; numbers are skipped."""
    found: dict[int, list[bytes]] = {}
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        size, place = _number(message, place)
        if tag & 7 == 2:
            found.setdefault(tag >> 3, []).append(message[place : place + size])
            place += size
    return found


def _number(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while message[place] & 0x80:
        value |= (message[place] & 0x7F) << shift
        place, shift = place + 1, shift + 7
    return value | message[place] << shift, place + 1


def _missing() -> dict[str, Any]:
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound"}


@pytest.fixture
def cluster() -> MemoryCluster:
    return MemoryCluster()


@pytest.fixture
def config(cluster: MemoryCluster) -> Iterator[Any]:
    """Helm, pointed at the cluster."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.cluster = cluster  # type: ignore[attr-defined]
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "a", "cluster": {"server": address}}],
        "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
        "users": [{"name": "a", "user": {}}],
        "current-context": "a",
    }
    made = helm.Config(kubeconfig_content=json.dumps(kubeconfig), namespace="default")
    yield made
    made.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A chart without objects, with something in every part of a record."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text(
        "apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: '7'\n"
        "maintainers: [{name: ops}]\nannotations: {a: b}\n"
    )
    (tmp_path / "values.yaml").write_text("replicas: 2\nratio: 0.5\n")
    (tmp_path / "templates" / "NOTES.txt").write_text("hello {{ .Values.who }}")
    (tmp_path / "README.md").write_text("# web\n")
    (tmp_path / "values.schema.json").write_text('{"type": "object"}')
    return tmp_path


def stored(store: ReleaseStore) -> list[Release]:
    found = store.history("web", "default")
    assert found.unreadable == ()
    return list(found.releases)


def test_helm_reads_our_records(cluster: MemoryCluster, config: Any) -> None:
    store = SecretStore(cluster)
    store.create(replace(rich_release(1), status=Status.SUPERSEDED))
    store.create(replace(rich_release(2), deleted=None))

    everything = config.get_all("web")
    history = config.history("web")

    assert [(each["revision"], each["status"]) for each in history] == [
        (1, "superseded"),
        (2, "deployed"),
    ]
    assert everything["config"] == {"replicas": 3, "deep": {"null": None, "flag": False}}
    assert everything["info"]["notes"] == rich_release().notes
    assert everything["summary"]["manifest"] == rich_release().manifest
    assert [hook["name"] for hook in everything["hooks"]] == ["migrate", "check"]
    assert everything["hooks"][0]["last_run"]["phase"] == "Succeeded"


def test_we_read_what_helm_wrote(cluster: MemoryCluster, config: Any, chart: Path) -> None:
    config.install(str(chart), "web", {"who": "wörld"}, description="first")
    config.upgrade(str(chart), "web", {"who": "you"})

    first, second = stored(SecretStore(cluster))

    assert first.status is Status.SUPERSEDED
    assert (first.description, first.notes) == ("first", "hello wörld")
    assert first.config == {"who": "wörld"}
    assert (second.status, second.config) == (Status.DEPLOYED, {"who": "you"})
    assert second.apply_method == "ssa"
    assert second.chart.values == {"replicas": 2, "ratio": 0.5}
    assert second.chart.files == {"README.md": b"# web\n"}
    assert second.chart.schema == b'{"type": "object"}'
    assert second.first_deployed.tzinfo is not None


def test_helm_goes_on_where_we_stopped(cluster: MemoryCluster, config: Any, chart: Path) -> None:
    store = SecretStore(cluster)
    store.create(release())

    config.upgrade(str(chart), "web", {"who": "you"})
    config.rollback("web", version=1)

    assert [(each.revision, each.status) for each in stored(store)] == [
        (1, Status.SUPERSEDED),
        (2, Status.SUPERSEDED),
        (3, Status.DEPLOYED),
    ]
    assert rollback_target(stored(store)).revision == 2


def test_helm_would_have_written_our_records_the_same_way(
    cluster: MemoryCluster, config: Any, chart: Path
) -> None:
    """An upgrade by Helm reads our record whole and writes it again, superseded."""
    ours = replace(rich_release(1), deleted=None, manifest="")
    SecretStore(cluster).create(ours)

    config.upgrade(str(chart), "web", {"who": "you"})

    live = cluster.get(ResourceId("", "Secret", "default", "sh.helm.release.v1.web.v1"))
    assert live is not None
    written = json.loads(gzip.decompress(b64decode(b64decode(live["data"]["release"]))))
    expected = release_document(replace(ours, status=Status.SUPERSEDED))
    # These two are ours; Helm reads over them.
    del expected["chart"]["metadata"]["engine"]
    del expected["info"]["rollback_revision"]
    assert written == expected
