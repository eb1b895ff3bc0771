"""Fetch over HTTP: the one door to requests, fenced against servers that lie.

Credentials belong to one origin and are dropped as soon as a redirect or an absolute chart URL
leaves it. Redirects are followed by hand: at most five, never from https to http. Every answer has
a size limit that counts what arrives, unpacked, not what is announced; and a fetch has a deadline
that servers cannot stretch by sending a byte now and then. `.netrc` is never read
(CVE-2024-47081), cookies are not kept.

Tarballs are taken byte for byte: a server that calls a `.tgz` a gzip-encoded answer must not
change what the digest is of. Only texts travel compressed.

Source: `spec/reliability.md` §2.5 (transport), Helm v4 `pkg/getter/httpgetter.go` for messages.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from pkgtool.errors import FetchFailed
from pkgtool.repo.body import Advance, Counted, Progress, accepted, read_body
from pkgtool.repo.refusal import NETWORK_HINT, TryAgainError, refuse
from pkgtool.repo.urls import file_name, follow, origin, shown, split_userinfo

CHART_LIMIT_BYTES = 100 * 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
_MAX_TRIES = 3
_CONNECT_S = 10.0
_SILENCE_S = 30.0
_PAUSE_S = 0.4


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

    def with_userinfo(self, url: str) -> tuple[str, "Credentials"]:
        """Return `url` without user and password, and these credentials with them.

        What was said by a flag or a file wins over what stands in the URL.
        """
        bare, username, password = split_userinfo(url)
        if not username or self.username:
            return bare, self
        return bare, replace(self, username=username, password=password)


class Answer(NamedTuple):
    """What a server said."""

    data: bytes
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False
    """The server says that what we have is current; `data` is empty."""


class _Wish(NamedTuple):
    """What one fetch asks for, wherever redirects lead."""

    limit_bytes: int
    known: Answer | None
    packed: bool
    deadline: float


class HttpClient:
    """Fetches URLs, reusing connections; make one per command and `close` it."""

    def __init__(
        self,
        *,
        timeout_s: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        user_agent: str = "pkgtool",
        adapter: Any = None,
        progress: Progress | None = None,
    ) -> None:
        """Prepare to fetch; nothing is opened yet.

        Args:
            timeout_s: For one fetch, with all its redirects and repetitions.
            clock: Seconds that only grow.
            sleep: Waits between repetitions.
            user_agent: What servers are told.
            adapter: A transport adapter of requests in place of the network.
            progress: Told how far transfers are, from all threads in which there are some.
        """
        self.timeout_s = timeout_s
        self._clock = clock
        self._sleep = sleep
        self._user_agent = user_agent
        self._adapter = adapter
        self._progress = progress
        self._session: Any = None
        self._opening = threading.Lock()
        self._end: float | None = None

    def end_within(self, seconds: float) -> None:
        """Give everything that is fetched from now on this time together."""
        self._end = self._clock() + seconds

    def close(self) -> None:
        """Give the connections back."""
        with self._opening:
            session, self._session = self._session, None
        if session is not None:
            session.close()

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
        """Return what `url` serves.

        Args:
            url: `http:` or `https:`; a user and password in it are used like credentials.
            credentials: Sent only where `home` (or `url` without one) points.
            home: A URL whose scheme, host and port the credentials belong to.
            limit_bytes: More than this is refused while it arrives.
            known: An earlier answer; when it is still current, the result is `unchanged`.
            packed: It is a tarball: take its bytes as they are sent.

        Raises:
            FetchFailed: The server cannot be reached, refuses, or answers with too much.
        """
        url, identity = (credentials or Credentials()).with_userinfo(url)
        trusted = origin(home or url)
        wish = _Wish(limit_bytes, known, packed, self.deadline())
        for _ in range(_MAX_REDIRECTS + 1):
            at_home = identity.everywhere or origin(url) == trusted
            answer = self._patiently(url, identity if at_home else Credentials(), wish)
            if isinstance(answer, Answer):
                return answer
            url = follow(url, answer)
        raise FetchFailed(
            f"failed to fetch {shown(url)}: more than {_MAX_REDIRECTS} redirects",
            hint="the server sends clients in circles; check the URL",
        )

    def _patiently(self, url: str, identity: Credentials, wish: _Wish) -> Answer | str:
        """Return the answer, or where the server sends us; faults that may pass get time to."""
        for attempt in range(1, _MAX_TRIES + 1):
            try:
                return self._once(url, identity, wish)
            except TryAgainError as busy:
                pause_s = busy.after_s or _PAUSE_S * 2 ** (attempt - 1)
                if attempt == _MAX_TRIES or self._clock() + pause_s > wish.deadline:
                    raise busy.error from busy.__cause__
                self._sleep(pause_s)
        raise AssertionError("unreachable")

    def _once(self, url: str, identity: Credentials, wish: _Wish) -> Answer | str:
        left_s = wish.deadline - self._clock()
        with self.send("GET", url, self._headers(wish), identity, left_s=left_s) as response:
            return self._read(url, response, wish)

    @contextmanager
    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        identity: Credentials,
        *,
        data: bytes | Counted | None = None,
        left_s: float,
    ) -> Iterator[Any]:
        """Send one request, and give its response, of which only the head was read.

        Args:
            method: For example `GET`.
            url: Without user and password.
            headers: All but `User-Agent`.
            identity: User, password and certificates for this very URL.
            data: The body.
            left_s: How many seconds it may take.

        Raises:
            TryAgainError: There is no connection, or it broke; also while the body is read.
            FetchFailed: It cannot work.
        """
        import requests  # noqa: PLC0415
        import urllib3  # noqa: PLC0415

        left_s = max(left_s, 0.001)
        try:
            with self._open_session().request(
                method,
                url,
                headers={"User-Agent": self._user_agent, **headers},
                data=data,
                timeout=(min(_CONNECT_S, left_s), min(_SILENCE_S, left_s)),
                stream=True,
                allow_redirects=False,
                proxies=requests.utils.get_environ_proxies(url),
                **_identity(identity),
            ) as response:
                yield response
        except (
            requests.exceptions.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,
        ) as error:
            raise _translated(url, error) from error

    def clock(self) -> float:
        """Return the seconds by which deadlines are set."""
        return self._clock()

    def deadline(self) -> float:
        """Return when a fetch that begins now must be over."""
        until = self._clock() + self.timeout_s
        return until if self._end is None else min(until, self._end)

    @contextmanager
    def transfer(self, label: str) -> Iterator[Advance | None]:
        """Give what is told how far a transfer is; nothing without label, or if nobody looks."""
        if self._progress is None or not label:
            yield None
            return
        advance = self._progress(label)
        try:
            yield advance
        finally:
            advance(0, 0)

    def pause(self, seconds: float) -> None:
        """Wait between repetitions."""
        self._sleep(seconds)

    def _open_session(self) -> Any:
        with self._opening:
            if self._session is None:
                self._session = _new_session(self._adapter)
            return self._session

    def _headers(self, wish: _Wish) -> dict[str, str]:
        headers = {
            "User-Agent": self._user_agent,
            "Accept-Encoding": "identity" if wish.packed else accepted(),
        }
        if wish.packed:
            headers["Accept"] = "application/gzip,application/octet-stream"
        if wish.known is not None and wish.known.etag:
            headers["If-None-Match"] = wish.known.etag
        if wish.known is not None and wish.known.last_modified:
            headers["If-Modified-Since"] = wish.known.last_modified
        return headers

    def _read(self, url: str, response: Any, wish: _Wish) -> Answer | str:
        headers: Mapping[str, str] = response.headers
        if response.status_code == 304 and wish.known is not None:
            return Answer(b"", unchanged=True)
        if response.status_code in _REDIRECTS and "Location" in headers:
            return headers["Location"]
        if response.status_code != 200:
            refuse(url, response.status_code, response.reason, headers)
        with self.transfer(file_name(url)) as advance:
            data = read_body(
                url,
                response.raw,
                headers,
                limit_bytes=wish.limit_bytes,
                packed=wish.packed,
                is_late=lambda: self._clock() > wish.deadline,
                advance=advance,
            )
        return Answer(data, headers.get("ETag", ""), headers.get("Last-Modified", ""))


def _new_session(adapter: Any) -> Any:
    from http.cookiejar import DefaultCookiePolicy  # noqa: PLC0415

    import requests  # noqa: PLC0415
    import urllib3  # noqa: PLC0415

    # Whoever passes `--insecure-skip-tls-verify` has been warned by its name.
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    if adapter is not None:
        session.mount("http://", adapter)
        session.mount("https://", adapter)
    return session


def _translated(url: str, error: Exception) -> FetchFailed | TryAgainError:
    """Return what an exception of requests, urllib3 or the system means here."""
    import requests  # noqa: PLC0415
    import urllib3  # noqa: PLC0415

    head = f"failed to fetch {shown(url)}"
    if isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
        return _distrusted(head, error)
    if isinstance(error, requests.exceptions.ProxyError):
        return FetchFailed(f"{head}: the proxy does not let us through", hint="check HTTPS_PROXY")
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return TryAgainError(FetchFailed(f"{head}: timed out", hint=NETWORK_HINT))
    broken = (
        requests.exceptions.ConnectionError,
        requests.exceptions.ChunkedEncodingError,
        urllib3.exceptions.ProtocolError,
    )
    if isinstance(error, broken):
        what = "the connection broke" if _is_broken(error) else "cannot be reached"
        return TryAgainError(FetchFailed(f"{head}: {what}", hint=NETWORK_HINT))
    if isinstance(error, OSError) and not isinstance(error, requests.exceptions.RequestException):
        # A certificate or key that cannot be read; the text names the file.
        return FetchFailed(f"{head}: {error}", hint="check --ca-file, --cert-file and --key-file")
    return FetchFailed(f"{head}: {type(error).__name__}", hint="check the URL")


def _is_broken(error: Exception) -> bool:
    """Tell whether there was a connection before there was none."""
    text = repr(error)
    return any(word in text for word in ("ProtocolError", "ChunkedEncoding", "IncompleteRead"))


def _distrusted(head: str, error: Exception) -> FetchFailed:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return FetchFailed(
            f"{head}: the server's certificate is not trusted", hint="name its CA with --ca-file"
        )
    return FetchFailed(
        f"{head}: no encrypted connection could be made", hint="does the server speak https: there?"
    )


def _identity(credentials: Credentials) -> dict[str, Any]:
    identity: dict[str, Any] = {"verify": not credentials.insecure}
    if credentials.ca_file and not credentials.insecure:
        identity["verify"] = credentials.ca_file
    if credentials.username or credentials.password:
        identity["auth"] = (credentials.username.encode(), credentials.password.encode())
    if credentials.cert_file:
        identity["cert"] = (credentials.cert_file, credentials.key_file or credentials.cert_file)
    return identity
