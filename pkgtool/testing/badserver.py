"""A server on loopback that misbehaves exactly as told, and remembers what it was asked.

Real servers lie about lengths, stall, send clients in circles and answer with bombs; tests of what
talks to them need such servers at hand.
"""

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    announced: int | None = None
    """The `Content-Length` that is claimed; `None` tells the truth."""
    endless: Callable[[], Iterable[bytes]] | None = None
    """Sent in place of `body`, without a length, until the client has had enough."""
    silent: bool = False
    """Say nothing at all until the server is closed."""
    stalls: bool = False
    """Say nothing more after `body` until the server is closed."""
    meanwhile: Callable[[], object] | None = None
    """Called when the request has arrived, before anything is answered."""


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]


class BadServer:
    """Answers each path with its replies in turn, the last one again and again."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._replies: dict[str, list[Reply]] = {}
        self._http = _Http(self)
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def on(self, path: str, *replies: Reply) -> str:
        """Answer `path` (without its query) with `replies` from now on; return its URL."""
        self._replies[path] = list(replies)
        return self.url + path

    def redirect(self, path: str, target: str, *, status: int = 302) -> str:
        """Send who asks for `path` to `target`; return its URL."""
        return self.on(path, Reply(status=status, headers={"Location": target}))

    def last(self) -> Asked:
        """Return the latest request."""
        return self.asked[-1]

    def paths(self) -> list[str]:
        """Return the paths of all requests, in order."""
        return [each.path for each in self.asked]

    def answer(self, path: str, headers: Mapping[str, str]) -> Reply:
        """Remember a request and return the reply to it."""
        self.asked.append(Asked(path, headers))
        replies = self._replies.get(path.partition("?")[0])
        if not replies:
            return Reply(b"nothing here", status=404)
        return replies.pop(0) if len(replies) > 1 else replies[0]


def forever(piece: bytes, *, pause_s: float = 0.0) -> Callable[[], Iterator[bytes]]:
    """Return what yields `piece` for ever, with a pause after each."""

    def pieces() -> Iterator[bytes]:
        pausing = threading.Event()
        while True:
            yield piece
            pausing.wait(pause_s)

    return pieces


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, bad: BadServer) -> None:
        self.bad = bad
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Http

    def do_GET(self) -> None:
        self.close_connection = True
        reply = self.server.bad.answer(self.path, dict(self.headers))
        if reply.meanwhile is not None:
            reply.meanwhile()
        if reply.silent:
            self.server.bad.closing.wait(30)
            return
        self.send_response(reply.status)
        for name, value in {"Connection": "close", **reply.headers}.items():
            self.send_header(name, value)
        if reply.endless is None and "Content-Length" not in reply.headers:
            length = len(reply.body) if reply.announced is None else reply.announced
            self.send_header("Content-Length", str(length))
        self.end_headers()
        for piece in reply.endless() if reply.endless is not None else (reply.body,):
            if self.server.bad.closing.is_set():
                return
            self.wfile.write(piece)
            self.wfile.flush()
        if reply.stalls:
            self.server.bad.closing.wait(30)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
