"""Fetch a URL of any scheme: HTTP by ourselves, others by what the user installed for them.

What fetches other schemes (`s3://…`) is a plugin, and is told user and password; it knows neither
deadlines nor versions of a file. Schemes that are built in stay built in, whatever plugins say.

Source: Helm v4 `pkg/getter/getter.go`, for the messages too.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from pkgtool.errors import FetchFailed, PluginError
from pkgtool.repo.http import CHART_LIMIT_BYTES, Answer, Credentials, HttpClient
from pkgtool.repo.urls import same_origin, shown

BUILT_IN = frozenset({"http", "https", "oci", "file"})


class Getter(Protocol):
    """Fetches URLs of one scheme."""

    def __call__(self, url: str, credentials: Credentials | None = None) -> bytes:
        """Return what `url` serves.

        Raises:
            PluginError: It cannot be had.
        """
        ...


Getters = Callable[[], Mapping[str, Getter]]
"""Looks for what fetches, by scheme; that costs reading folders, so it is asked only when needed."""


def scheme_of(url: str) -> str:
    """Return the scheme of `url`, or an empty text when it is none, or one that is built in."""
    scheme, mark, _ = url.partition("://")
    return scheme if mark and scheme not in BUILT_IN else ""


class Fetcher:
    """Fetches from wherever charts and indexes are."""

    def __init__(self, http: HttpClient, getters: Getters | None = None) -> None:
        """Join what fetches HTTP and what fetches other URLs."""
        self.http = http
        self._getters = getters or dict

    def knows(self, url: str) -> bool:
        """Tell whether there is something that fetches URLs like this one."""
        scheme = scheme_of(url)
        return scheme in self._getters() if scheme else url.startswith(("http://", "https://"))

    def fetch(
        self,
        url: str,
        *,
        credentials: Credentials | None = None,
        home: str = "",
        limit_bytes: int = CHART_LIMIT_BYTES,
        known: Answer | None = None,
        packed: bool = False,
    ) -> Answer:
        """Return what `url` serves; arguments as `HttpClient.fetch`.

        Raises:
            FetchFailed: It cannot be had, or is larger than `limit_bytes`.
        """
        getter = self._getter(url)
        if getter is None:
            return self.http.fetch(
                url,
                credentials=credentials,
                home=home,
                limit_bytes=limit_bytes,
                known=known,
                packed=packed,
            )
        identity = credentials or Credentials()
        if home and not identity.everywhere and not same_origin(home, url):
            identity = Credentials()
        try:
            data = getter(url, identity)
        except PluginError as error:
            raise FetchFailed(
                f"failed to fetch {shown(url)}: {error.what}", hint=error.hint
            ) from error
        if len(data) > limit_bytes:
            raise FetchFailed(f"failed to fetch {shown(url)}: it is over {limit_bytes} bytes")
        return Answer(data)

    def _getter(self, url: str) -> Getter | None:
        scheme = scheme_of(url)
        return self._getters().get(scheme) if scheme else None
