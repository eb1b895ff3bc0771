"""The repository server as an ASGI application, and running it on a socket.

`GET /index.yaml` and `GET /NAME-VERSION.tgz` are what clients need; both also below `/charts/`,
where guides of Helm 2 look for them.
"""

import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from pkgtool.errors import PkgtoolError, RepoError
from pkgtool.repo.catalog import Catalog
from pkgtool.server.errors import http_status
from pkgtool.server.routes import chart_routes


def make_app(catalog: Catalog) -> Starlette:
    """Return the application that serves `catalog`."""
    routes = chart_routes(catalog)
    return Starlette(
        routes=[Route("/health", _health), Mount("/charts", routes=routes), *routes],
        exception_handlers={PkgtoolError: _problem},
    )


async def _health(request: Request) -> Response:
    del request
    return JSONResponse({"healthy": True})


async def _problem(request: Request, error: Exception) -> Response:
    """Answer an expected error as JSON, without its details."""
    del request
    if not isinstance(error, PkgtoolError):
        return JSONResponse({"error": "internal error"}, 500)
    return JSONResponse({"error": error.what, "code": error.code}, http_status(error))


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
    except (OSError, OverflowError) as error:
        place.close()
        raise RepoError(
            f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}".lower(),
            hint="choose another --address; port 0 takes any free one",
        ) from error
    return place


def run_app(app: Starlette, place: socket.socket) -> None:
    """Serve `app` on `place` until the process is told to stop; requests under way finish."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    with place:
        uvicorn.Server(config).run(sockets=[place])
