"""Ask a hub, which knows the charts of many repositories, for charts.

Hubs speak the protocol of Monocular; Artifact Hub adds where a human finds the chart.

Source: Helm v4 `internal/monocular/search.go` and `pkg/cmd/search_hub.go`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlsplit

from pkgtool import yamlcodec
from pkgtool.errors import HubUnavailable, PkgtoolError
from pkgtool.repo.http import HttpClient
from pkgtool.repo.urls import shown

HUB = "https://hub.helm.sh"
_SEARCH = "api/chartsvc/v1/charts/search"
_LIMIT_BYTES = 16 * 1024 * 1024


class HubChart(NamedTuple):
    """One chart that a hub knows, in its newest version."""

    url: str
    """Where a human reads about it."""
    version: str
    app_version: str
    description: str
    repository_name: str
    repository_url: str


def search_hub(http: HttpClient, endpoint: str, keyword: str) -> list[HubChart]:
    """Return the charts that the hub at `endpoint` finds, in its order.

    Raises:
        HubUnavailable: It cannot be reached, or its answer is none.
    """
    try:
        answer = http.fetch(_question(endpoint, keyword), limit_bytes=_LIMIT_BYTES)
        document = yamlcodec.load_json(answer.data, name=shown(endpoint))
        return [_chart(endpoint, each) for each in _listed(document)]
    except (PkgtoolError, ValueError) as error:
        raise HubUnavailable(
            f'unable to perform search against "{shown(endpoint)}"',
            hint=error.what if isinstance(error, PkgtoolError) else str(error),
        ) from error


def _question(endpoint: str, keyword: str) -> str:
    parts = urlsplit(endpoint)
    path = f"{parts.path.rstrip('/')}/{_SEARCH}"
    return parts._replace(path=path, query=f"q={quote_plus(keyword)}").geturl()


def _listed(document: Any) -> list[Any]:
    # Nothing found may be told as `null`.
    listed = document.get("data") or [] if isinstance(document, dict) else None
    if not isinstance(listed, list):
        message = "its answer is not a list of charts"
        raise ValueError(message)  # noqa: TRY004
    return listed


def _chart(endpoint: str, found: Any) -> HubChart:
    attributes = _inner(found, "attributes")
    repository = _inner(attributes, "repo")
    newest = _inner(found, "relationships", "latestChartVersion", "data")
    page = _text(_inner(found, "artifactHub"), "packageUrl")
    return HubChart(
        page or f"{endpoint}/charts/{_text(_inner(found), 'id')}",
        _text(newest, "version"),
        _text(newest, "app_version"),
        _text(attributes, "description"),
        _text(repository, "name"),
        _text(repository, "url"),
    )


def _inner(value: Any, *path: str) -> Mapping[str, Any]:
    """Return the mapping at `path`, empty where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    return "" if value is None else str(value)
