"""A registry in memory, on loopback, that misbehaves as told and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Said:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answered:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False
    """Close the connection without a word."""


Rule = Callable[[Said], Answered | None]


class SmallRegistry:
    """A registry in memory that does as the specification says, unless a rule says otherwise."""

    def __init__(self) -> None:
        self.blobs: dict[tuple[str, str], bytes] = {}
        self.manifests: dict[tuple[str, str], tuple[bytes, str]] = {}
        self.said: list[Said] = []
        self.rules: list[Rule] = []
        self._uploads: dict[str, bytes] = {}
        self._http = _Http(self)
        self.host = f"127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def asked(self, method: str = "") -> list[str]:
        """Return the paths of all requests with `method`, in order."""
        return [each.path for each in self.said if method in ("", each.method)]

    def on(self, method: str, path: str, *answers: Answered) -> None:
        """Answer `method` on what begins with `path` with `answers` in turn, the last for ever."""
        left = list(answers)

        def rule(said: Said) -> Answered | None:
            if said.method != method or not said.path.startswith(path):
                return None
            return left.pop(0) if len(left) > 1 else left[0]

        self.rules.insert(0, rule)

    def put_blob(self, repository: str, data: bytes) -> dict[str, Any]:
        """Store a blob and return digest and size."""
        digest = f"sha256:{sha256(data).hexdigest()}"
        self.blobs[repository, digest] = data
        return {"digest": digest, "size": len(data)}

    def put_manifest(self, repository: str, tag: str, document: Any, media_type: str) -> str:
        """Store a manifest under `tag` and its digest, which is returned."""
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        digest = f"sha256:{sha256(data).hexdigest()}"
        for name in (tag, digest):
            self.manifests[repository, name] = (data, media_type)
        return digest

    def answer(self, said: Said) -> Answered:
        """Remember a request and return the answer to it."""
        self.said.append(said)
        for rule in list(self.rules):
            if (answer := rule(said)) is not None:
                return answer
        path = urlsplit(said.path).path
        if path == "/v2/":
            return Answered()
        repository, _, rest = path.removeprefix("/v2/").partition("/blobs/")
        if rest:
            return self._blob(said, repository, rest)
        repository, _, wanted = path.removeprefix("/v2/").partition("/manifests/")
        if wanted:
            return self._manifest(said, repository, wanted)
        return self._list(path)

    def _blob(self, said: Said, repository: str, rest: str) -> Answered:
        if rest.startswith("uploads/"):
            return self._upload(said, repository, rest)
        data = self.blobs.get((repository, rest))
        return Answered(404) if data is None else Answered(200, data)

    def _upload(self, said: Said, repository: str, rest: str) -> Answered:
        query = parse_qs(urlsplit(said.path).query)
        if said.method == "POST":
            if "mount" in query:
                known = self.blobs.get((query["from"][0], query["mount"][0]))
                if known is not None:
                    self.put_blob(repository, known)
                    return Answered(201)
            rest = f"uploads/{len(self._uploads)}"
        self._uploads[rest] = self._uploads.get(rest, b"") + said.body
        if said.method == "PUT":
            stored = self.put_blob(repository, self._uploads[rest])
            return Answered(201 if stored["digest"] == query["digest"][0] else 400)
        return Answered(202, headers={"Location": f"/v2/{repository}/blobs/{rest}?state=a%2Fb"})

    def _manifest(self, said: Said, repository: str, wanted: str) -> Answered:
        if said.method == "PUT":
            self.put_manifest(repository, wanted, said.body, said.headers["Content-Type"])
            return Answered(201)
        found = self.manifests.get((repository, wanted))
        if found is None:
            return Answered(404)
        digest = f"sha256:{sha256(found[0]).hexdigest()}"
        headers = {"Content-Type": found[1], "Docker-Content-Digest": digest}
        return Answered(200, found[0], headers)

    def _list(self, path: str) -> Answered:
        if path == "/v2/_catalog":
            names = sorted({name for name, _ in self.manifests})
            return Answered(body=json.dumps({"repositories": names}).encode())
        repository = path.removeprefix("/v2/").removesuffix("/tags/list")
        names = [tag for name, tag in self.manifests if name == repository and ":" not in tag]
        return Answered(body=json.dumps({"name": repository, "tags": names}).encode())


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, registry: SmallRegistry) -> None:
        self.registry = registry
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Http

    def _any(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = Said(self.command, self.path, dict(self.headers), body)
        answer = self.server.registry.answer(said)
        if answer.hang_up:
            return
        self.send_response(answer.status)
        headers = {"Content-Length": str(len(answer.body)), "Connection": "close"}
        for name, value in {**headers, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = _any  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
