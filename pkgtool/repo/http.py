"""Fetch over HTTP: the one door to requests, fenced against servers that lie.

Credentials belong to one origin (scheme, host, port) and are dropped as soon as a redirect or an
absolute chart URL leaves it (CVE-2021-32690). Redirects are followed by hand: at most five, never
from https to http. Every answer has a size limit that counts what arrives, not what is announced.
`.netrc` is never read (CVE-2024-47081).

Source: `spec/reliability.md` §2.5 (transport), Helm v4 `pkg/getter/httpgetter.go` for messages.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from pkgtool.errors import FetchFailed

INDEX_LIMIT_BYTES = 64 * 1024 * 1024
CHART_LIMIT_BYTES = 100 * 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({429, 500, 502, 503, 504})
_MAX_REDIRECTS = 5
_MAX_TRIES = 3


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who to be, and which certificates to show and to trust, at one origin."""

    username: str = ""
    password: str = field(default="", repr=False)
    cert_file: str = ""
    key_file: str = ""
    ca_file: str = ""
    insecure: bool = False
    """Accept any server certificate; only ever by the user's explicit flag."""
    everywhere: bool = False
    """Send them to other origins too (`--pass-credentials`)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    data: bytes
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False
    """The server says that what we have is current; `data` is empty."""


class HttpClient:
    """Fetches URLs, reusing connections; make one per command and `close` it."""

    def __init__(
        self,
        *,
        timeout_s: float = 120.0,
        sleep: Callable[[float], None] = time.sleep,
        user_agent: str = "pkgtool",
    ) -> None:
        self._timeout_s = timeout_s
        self._sleep = sleep
        self._user_agent = user_agent
        self._session: Any = None

    def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def fetch(
        self,
        url: str,
        *,
        credentials: Credentials | None = None,
        origin: str = "",
        limit_bytes: int = CHART_LIMIT_BYTES,
        known: Answer | None = None,
    ) -> Answer:
        """Return what `url` serves.

        Args:
            url: `http:` or `https:`.
            credentials: Sent only where `origin` (or `url` without one) points.
            origin: A URL whose scheme, host and port the credentials belong to.
            limit_bytes: More than this is refused while it arrives.
            known: An earlier answer; when it is still current, the result is `unchanged`.

        Raises:
            FetchFailed: The server cannot be reached, refuses, or answers with too much.
        """
        home = _origin(origin or url)
        for _ in range(_MAX_REDIRECTS + 1):
            trusted = credentials is not None and (credentials.everywhere or _origin(url) == home)
            answer = self._get(url, credentials if trusted else None, limit_bytes, known)
            if isinstance(answer, Answer):
                return answer
            url = _follow(url, answer)
        raise FetchFailed(f"failed to fetch {url}: more than {_MAX_REDIRECTS} redirects")

    def _get(
        self, url: str, credentials: Credentials | None, limit_bytes: int, known: Answer | None
    ) -> Answer | str:
        """Return the answer, or where the server sends us."""
        for attempt in range(1, _MAX_TRIES + 1):
            try:
                return self._once(url, credentials, limit_bytes, known)
            except _TryAgainError as busy:
                if attempt == _MAX_TRIES:
                    raise busy.error from busy.__cause__
                self._sleep(busy.after_s or 0.2 * 2**attempt)
        raise AssertionError("unreachable")

    def _once(
        self, url: str, credentials: Credentials | None, limit_bytes: int, known: Answer | None
    ) -> Answer | str:
        import requests  # noqa: PLC0415

        if self._session is None:
            self._session = requests.Session()
            self._session.trust_env = False
        try:
            with self._session.get(
                url,
                headers=self._headers(known),
                timeout=(10.0, self._timeout_s),
                stream=True,
                allow_redirects=False,
                proxies=requests.utils.get_environ_proxies(url),
                **_identity(credentials),
            ) as response:
                return _read(url, response, limit_bytes)
        except requests.exceptions.SSLError as error:
            raise FetchFailed(
                f"failed to fetch {url}: the server's certificate is not trusted",
                hint="name its CA with --ca-file",
            ) from error
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
            raise _TryAgainError(_unreachable(url, error)) from error
        except (requests.exceptions.RequestException, OSError, ValueError) as error:
            raise FetchFailed(f"failed to fetch {url}: {type(error).__name__}") from error

    def _headers(self, known: Answer | None) -> dict[str, str]:
        headers = {"User-Agent": self._user_agent, "Accept-Encoding": "gzip"}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return headers


class _TryAgainError(Exception):
    """A fault that may pass."""

    def __init__(self, error: FetchFailed, after_s: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.after_s = after_s


def _read(url: str, response: Any, limit_bytes: int) -> Answer | str:
    if response.status_code == 304:
        return Answer(b"", unchanged=True)
    if response.status_code in _REDIRECTS and "Location" in response.headers:
        return str(response.headers["Location"])
    if response.status_code != 200:
        failed = FetchFailed(
            f"failed to fetch {url} : {response.status_code} {response.reason}",
            hint=_HINTS.get(response.status_code, ""),
        )
        if response.status_code in _TRANSIENT:
            raise _TryAgainError(failed, _retry_after(response.headers))
        raise failed
    data = bytearray()
    for chunk in response.iter_content(64 * 1024):
        data += chunk
        if len(data) > limit_bytes:
            raise FetchFailed(f"failed to fetch {url}: the answer is over {limit_bytes} bytes")
    return Answer(
        bytes(data), response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
    )


_HINTS: Mapping[int, str] = {
    401: "the server wants credentials: --username and --password",
    403: "these credentials are not allowed to read this",
    404: "check the URL and the chart's name and version",
}


def _retry_after(headers: Mapping[str, str]) -> float:
    text = headers.get("Retry-After", "")
    return min(float(text), 10.0) if text.isdecimal() else 0.0


def _unreachable(url: str, error: Exception) -> FetchFailed:
    kind = "timed out" if "Timeout" in type(error).__name__ else "cannot be reached"
    host = urlsplit(url).netloc.rpartition("@")[2]
    return FetchFailed(
        f"failed to fetch {url}: {host} {kind}", hint="check the URL, the network and proxies"
    )


def _identity(credentials: Credentials | None) -> dict[str, Any]:
    if credentials is None:
        return {}
    identity: dict[str, Any] = {"verify": not credentials.insecure}
    if credentials.ca_file and not credentials.insecure:
        identity["verify"] = credentials.ca_file
    if credentials.username or credentials.password:
        identity["auth"] = (credentials.username.encode(), credentials.password.encode())
    if credentials.cert_file:
        identity["cert"] = (credentials.cert_file, credentials.key_file or credentials.cert_file)
    return identity


def _origin(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError as error:
        raise FetchFailed(f"not a URL: {url!r}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchFailed(
            f"could not find protocol handler for: {parts.scheme or url!r}",
            hint="charts are fetched from http: and https: URLs",
        )
    return parts.scheme, parts.hostname, port


def _follow(url: str, location: str) -> str:
    target = urljoin(url, location)
    if _origin(url)[0] == "https" and _origin(target)[0] != "https":
        raise FetchFailed(f"failed to fetch {url}: refusing the redirect from https to http")
    return target
