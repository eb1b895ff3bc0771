"""The repository server as an ASGI application, and running it on a socket.

`GET /index.yaml` and `GET /NAME-VERSION.tgz` are what clients need; both also below `/charts/`,
where guides of Helm 2 look for them. Everything that goes wrong is answered as JSON; what went
wrong inside of us is told to the operator, not to the client.
"""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from pkgtool.errors import PkgtoolError, RepoError
from pkgtool.repo.catalog import Catalog
from pkgtool.server.errors import http_status
from pkgtool.server.routes import chart_routes

_GRACE_S = 5
"""How long requests under way may take once the server is told to stop."""


def make_app(catalog: Catalog) -> Starlette:
    """Return the application that serves `catalog`."""
    routes = chart_routes(catalog)
    return Starlette(
        routes=[Route("/health", _health), Mount("/charts", routes=routes), *routes],
        exception_handlers={
            PkgtoolError: _problem,
            HTTPException: _refusal,
            Exception: _accident,
        },
    )


async def _health(request: Request) -> Response:
    del request
    return JSONResponse({"healthy": True})


async def _problem(request: Request, error: Exception) -> Response:
    """Answer an expected error; one that is about our disk keeps its details here."""
    if not isinstance(error, PkgtoolError):
        return await _accident(request, error)
    status = http_status(error)
    words = error.what if status < 500 else "internal error"
    return JSONResponse({"error": words, "code": error.code}, status)


async def _refusal(request: Request, error: Exception) -> Response:
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = error.detail if isinstance(error, HTTPException) else "internal error"
    headers = error.headers if isinstance(error, HTTPException) else None
    return JSONResponse({"error": words.lower()}, status, headers=headers)


async def _accident(request: Request, error: Exception) -> Response:
    del request, error
    return JSONResponse({"error": "internal error"}, 500)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`; port 0 takes any free one.

    Raises:
        RepoError: The address is in use, or not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    place = socket.socket(family, socket.SOCK_STREAM)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((host, port))
        place.listen(128)
    except (OSError, OverflowError, ValueError) as error:
        place.close()
        reason = getattr(error, "strerror", None) or "not an address"
        raise RepoError(
            f"cannot listen on {host}:{port}: {reason.lower()}",
            hint="choose another --address; port 0 takes any free one",
        ) from error
    return place


def run_app(app: Starlette, place: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve `app` on `place` until the process is told to stop; requests under way finish.

    Args:
        app: What to serve.
        place: A listening socket; it is closed at the end.
        ready: Called when the signals that stop the server are listened to.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = uvicorn.Server(config)
    with place, _stopped_by_signals(server):
        ready()
        server.run(sockets=[place])


@contextmanager
def _stopped_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Make SIGINT and SIGTERM the ordinary end of `server`.

    uvicorn raises the signal that stopped it once more when it has ended, which would make the end
    that was asked for look like an accident.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        server.should_exit = True

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
