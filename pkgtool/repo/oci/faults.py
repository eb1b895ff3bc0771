"""What it means when a registry says no, in the words of Helm's libraries.

Source: oras-go `registry/remote/errcode`; OCI distribution specification, error codes.
"""

from collections.abc import Mapping
from typing import Any

from pkgtool import yamlcodec
from pkgtool.errors import CredentialsUnusable, FetchFailed, InputError, RepoError
from pkgtool.repo.oci.exchange import Call, Reply
from pkgtool.repo.urls import origin, shown

_MOST_WORDS = 600
_REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Request Entity Too Large",
    416: "Range Not Satisfiable",
    429: "Too Many Requests",
}


def refusal(call: Call, reply: Reply, *, doing: str = "") -> RepoError:
    """Return the error for a `reply` that is not what `call` is for.

    Args:
        call: What was asked.
        reply: What came back.
        doing: Put in front of it.
    """
    words = _words(reply.data) or _REASONS.get(reply.status, "")
    what = f'{call.method} "{shown(call.url)}": response status code {reply.status}: {words}'
    what = f"{doing}{what}".rstrip(": ")
    if reply.status in (401, 403):
        host = origin(call.url)
        return CredentialsUnusable(what, hint=_hint(reply.status, host[1], host[2]))
    return FetchFailed(what)


def _hint(status: int, host: str, port: int) -> str:
    if status == 403:
        return "who is logged in there may not do this"
    place = host if port == 443 else f"{host}:{port}"
    return f"`pkgtool registry login {place}`"


def _words(data: bytes) -> str:
    """Return what the list of errors in `data` says; nothing when there is none."""
    try:
        document = yamlcodec.load_json(data, name="the answer")
    except InputError:
        return ""
    listed = document.get("errors") if isinstance(document, dict) else None
    errors = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return "; ".join(_one(each) for each in errors[:5])[:_MOST_WORDS]


def _one(error: Mapping[str, Any]) -> str:
    code = str(error.get("code") or "").replace("_", " ").lower()
    parts = [code, str(error.get("message") or "")]
    if error.get("detail") is not None:
        parts.append(_in_go(error["detail"]))
    return ": ".join(part for part in parts if part)


def _in_go(value: Any) -> str:
    """Return `value` as Go prints it."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{_in_go(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(_in_go, value))}]"
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)
