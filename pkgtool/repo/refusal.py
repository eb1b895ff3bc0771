"""What it means when a server says no, and whether asking again may help."""

from collections.abc import Mapping
from typing import NoReturn

from pkgtool.errors import FetchFailed
from pkgtool.repo.urls import shown

NETWORK_HINT = "check the URL, the network and proxies"
_TRANSIENT = frozenset({429, 500, 502, 503, 504})
_MAX_PAUSE_S = 10.0
_HINTS: Mapping[int, str] = {
    401: "the server wants credentials: --username and --password",
    403: "these credentials are not allowed to read this",
    404: "check the URL and the chart's name and version",
}


class TryAgainError(Exception):
    """A fault that may pass; `error` is what it is when it does not."""

    def __init__(self, error: FetchFailed, after_s: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.after_s = after_s
        """How long the server asks us to wait; 0 when it does not say."""


def refuse(url: str, status: int, reason: str | None, headers: Mapping[str, str]) -> NoReturn:
    """Raise for an answer that is neither content nor a redirect.

    Raises:
        TryAgainError: The server is busy or ill.
        FetchFailed: It means it.
    """
    failed = FetchFailed(
        f"failed to fetch {shown(url)} : {status} {reason or ''}".rstrip(),
        hint=_HINTS.get(status, ""),
    )
    if status in _TRANSIENT:
        raise TryAgainError(failed, _retry_after(headers))
    raise failed


def _retry_after(headers: Mapping[str, str]) -> float:
    text = headers.get("Retry-After", "").strip()
    usable = text.isascii() and text.isdecimal() and len(text) < 10
    return min(float(text), _MAX_PAUSE_S) if usable else 0.0
