"""One request to a registry and the answer to it, whatever its status.

Redirects are followed by hand for what only reads; the `Authorization` and the client's
certificate stay at the origin they were made for. Faults that may pass get time to, but only for
requests that may be repeated.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from pkgtool.errors import FetchFailed
from pkgtool.repo.body import Advance, Counted, read_body
from pkgtool.repo.http import Credentials, HttpClient
from pkgtool.repo.refusal import TryAgainError, refuse
from pkgtool.repo.urls import follow, origin, shown

ANSWER_LIMIT_BYTES = 4 * 1024 * 1024
"""More than this is no manifest, list or token; the same as in oras."""
_ERROR_LIMIT_BYTES = 64 * 1024
_MAX_REDIRECTS = 5
_MAX_TRIES = 3
_PAUSE_S = 0.4
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({429, 500, 502, 503, 504})


class Call(NamedTuple):
    """One request."""

    method: str
    url: str
    headers: Mapping[str, str] = MappingProxyType({})
    data: bytes | None = None
    limit_bytes: int = ANSWER_LIMIT_BYTES
    """More than this in the answer is refused while it arrives."""
    label: str = ""
    """What the transfer is called, if it is one that somebody waits for."""

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method in ("GET", "HEAD")


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    data: bytes
    url: str
    """Where it came from, at the end of all redirects."""


def exchange(
    http: HttpClient,
    call: Call,
    *,
    trust: Credentials,
    authorization: str = "",
    patient: bool = True,
) -> Reply:
    """Send `call` and return the answer.

    Args:
        http: Sends it.
        call: What to send.
        trust: Certificates to show to this origin, and those to trust here and where it sends us.
        authorization: The header that says who we are, for this origin only.
        patient: Whether it is sent again after a fault that may pass.

    Raises:
        TryAgainError: Such a fault, when not `patient`.
        FetchFailed: The server cannot be reached, is ill, or answers with too much.
    """
    trust = replace(trust, username="", password="")
    abroad = replace(trust, cert_file="", key_file="")
    home, deadline = origin(call.url), http.deadline()
    for _ in range(_MAX_REDIRECTS + 1):
        at_home = origin(call.url) == home
        header = {"Authorization": authorization} if authorization and at_home else {}
        sent = call._replace(headers={"Accept-Encoding": "identity", **call.headers, **header})
        reply = _patiently(http, sent, trust if at_home else abroad, deadline, patient=patient)
        if not call.reads or reply.status not in _REDIRECTS or "Location" not in reply.headers:
            return reply
        call = call._replace(url=follow(call.url, reply.headers["Location"]))
    raise FetchFailed(
        f"failed to fetch {shown(call.url)}: more than {_MAX_REDIRECTS} redirects",
        hint="the server sends clients in circles; check the reference",
    )


def _patiently(
    http: HttpClient, call: Call, trust: Credentials, deadline: float, *, patient: bool
) -> Reply:
    for attempt in range(1, _MAX_TRIES + 1):
        try:
            return _once(http, call, trust, deadline)
        except TryAgainError as busy:
            if not patient:
                raise
            pause_s = busy.after_s or _PAUSE_S * attempt
            if attempt == _MAX_TRIES or http.clock() + pause_s > deadline:
                raise busy.error from busy.__cause__
            http.pause(pause_s)
    raise AssertionError("unreachable")


def _once(http: HttpClient, call: Call, trust: Credentials, deadline: float) -> Reply:
    left_s = deadline - http.clock()
    with (
        http.transfer(call.label) as advance,
        http.send(
            call.method, call.url, call.headers, trust, data=_sent(call, advance), left_s=left_s
        ) as response,
    ):
        if response.status_code in _TRANSIENT:
            refuse(call.url, response.status_code, response.reason, response.headers)
        answer = _body(http, call, response, deadline, None if call.data else advance)
        return Reply(response.status_code, response.headers, answer, call.url)


def _sent(call: Call, advance: Advance | None) -> bytes | Counted | None:
    return Counted(call.data, advance) if call.data and advance is not None else call.data


def _body(
    http: HttpClient, call: Call, response: Any, deadline: float, advance: Advance | None
) -> bytes:
    if call.method == "HEAD":
        return b""
    failed = response.status_code >= 300
    try:
        return read_body(
            call.url,
            response.raw,
            response.headers,
            limit_bytes=_ERROR_LIMIT_BYTES if failed else call.limit_bytes,
            packed=True,
            is_late=lambda: http.clock() > deadline,
            advance=None if failed else advance,
        )
    except FetchFailed:
        if failed:
            # Its words are too many to be shown; the status says enough.
            return b""
        raise
