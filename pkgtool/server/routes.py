"""The URLs of a chart repository.

Handlers that read the disk are plain functions: Starlette runs them in threads.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pkgtool.repo.catalog import Catalog

_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


def chart_routes(catalog: Catalog) -> list[Route]:
    """Return the routes that hand out the index and the tarballs of `catalog`."""

    def index(request: Request) -> Response:
        page = catalog.index()
        headers = {**_HEADERS, "ETag": page.etag, "Vary": "Accept-Encoding"}
        if _has(request, page.etag):
            return Response(status_code=304, headers=headers)
        if not _takes_gzip(request):
            return Response(page.data, headers=headers, media_type="application/yaml")
        headers["Content-Encoding"] = "gzip"
        return Response(page.gzipped, headers=headers, media_type="application/yaml")

    def tarball(request: Request) -> Response:
        data, digest = catalog.tarball(request.path_params["name"])
        headers = {**_HEADERS, "ETag": f'"{digest.hex}"', "Content-Disposition": "attachment"}
        if _has(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(data, headers=headers, media_type="application/gzip")

    return [Route("/index.yaml", index), Route("/{name:path}", tarball)]


def _has(request: Request, etag: str) -> bool:
    """Tell whether the client has this very version already."""
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    opaque = etag.removeprefix("W/")
    return "*" in known or opaque in (each.removeprefix("W/") for each in known)


def _takes_gzip(request: Request) -> bool:
    weights = _weights(request.headers.get("accept-encoding", ""))
    return weights.get("gzip", weights.get("*", "0")).strip("0.") != ""


def _weights(header: str) -> Mapping[str, str]:
    """Return each coding of an `Accept-Encoding` with its weight as written."""
    weights = {}
    for each in header.lower().split(","):
        coding, _, weight = each.partition(";")
        weights[coding.strip()] = weight.partition("=")[2].strip() or "1"
    return weights
