"""The URLs of a chart repository.

Handlers that read the disk are plain functions: Starlette runs them in threads.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pkgtool.repo.catalog import Catalog


def chart_routes(catalog: Catalog) -> list[Route]:
    """Return the routes that hand out the index and the tarballs of `catalog`."""

    def index(request: Request) -> Response:
        page = catalog.index()
        headers = {"ETag": page.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if _has(request, page.etag):
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(page.data, headers=headers, media_type="application/yaml")
        headers["Content-Encoding"] = "gzip"
        return Response(page.gzipped, headers=headers, media_type="application/yaml")

    def tarball(request: Request) -> Response:
        data, digest = catalog.tarball(request.path_params["name"])
        headers = {"ETag": f'"{digest.hex}"', "Content-Disposition": "attachment"}
        if _has(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(data, headers=headers, media_type="application/gzip")

    return [Route("/index.yaml", index), Route("/{name:path}", tarball)]


def _has(request: Request, etag: str) -> bool:
    """Tell whether the client has this very version already."""
    known = request.headers.get("if-none-match", "")
    return known == "*" or etag in (each.strip().removeprefix("W/") for each in known.split(","))
