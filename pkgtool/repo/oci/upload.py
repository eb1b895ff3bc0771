"""Bring content into a registry: only what it does not have, and by the cheapest way it offers.

A blob that the registry has is not sent; one that is known to be in another repository there is
mounted; others go in one piece, as Helm sends them, or in small ones where a registry or a proxy
before it does not take the whole.

Source: OCI distribution specification 1.1, "Push".
"""

from urllib.parse import parse_qsl, urlencode, urlsplit

from pkgtool.digest import Digest
from pkgtool.errors import DigestMismatch, FetchFailed
from pkgtool.repo.oci.client import RegistryClient
from pkgtool.repo.oci.exchange import Call, Reply
from pkgtool.repo.oci.faults import refusal
from pkgtool.repo.oci.manifest import MANIFEST
from pkgtool.repo.refusal import TryAgainError

_PIECE_BYTES = 4 * 1024 * 1024
_MOST_PIECE_BYTES = 64 * 1024 * 1024
_BINARY = {"Content-Type": "application/octet-stream"}
_TOO_LARGE = 413
_MAX_TRIES = 3
_PAUSE_S = 0.4
_DOING = 'failed to perform "Push" on destination: '


def put_blob(client: RegistryClient, repository: str, data: bytes) -> Digest:
    """See to it that `repository` has the blob `data`.

    Args:
        client: The registry.
        repository: Where it is needed.
        data: The whole blob.

    Raises:
        FetchFailed, CredentialsUnusable: It does not take it.
    """
    digest = Digest.of(data)
    if not _has(client, repository, digest):
        _bring(client, repository, data, mount=client.holders.get(digest, ""))
    client.holders[digest] = repository
    return digest


def _bring(client: RegistryClient, repository: str, data: bytes, *, mount: str) -> None:
    for attempt in range(1, _MAX_TRIES + 1):
        try:
            # A proxy that finds it too large may hang up instead of saying so.
            whole = attempt == 1 or len(data) <= _PIECE_BYTES
            _upload(client, repository, data, mount=mount, whole=whole)
        except TryAgainError as busy:
            if attempt == _MAX_TRIES:
                raise busy.error from busy.__cause__
            # Where an upload stopped is not known: begin anew.
            client.pause(_PAUSE_S * attempt)
        else:
            return


def _has(client: RegistryClient, repository: str, digest: Digest) -> bool:
    call = Call("HEAD", f"{client.url}/v2/{repository}/blobs/{digest}")
    reply = client.ask(call, *_scopes(repository, ""))
    if reply.status not in (200, 404):
        raise refusal(call, reply, doing='failed to perform "Exists" on destination: ')
    return reply.status == 200


def _upload(
    client: RegistryClient, repository: str, data: bytes, *, mount: str, whole: bool
) -> None:
    digest = Digest.of(data)
    started = _start(client, repository, digest, mount)
    if started.status == 201:
        return
    url = _with_digest(_place(client, started), digest)
    call = Call("PUT", url, _BINARY, data, label=_label(repository))
    reply = None
    if whole:
        reply = client.ask(call, *_scopes(repository, ""), patient=False)
    if reply is None or reply.status == _TOO_LARGE:
        reply = _in_pieces(client, repository, data, started)
    if reply.status not in (201, 204):
        raise refusal(call, reply, doing=_DOING)


def put_manifest(client: RegistryClient, repository: str, tag: str, data: bytes) -> Digest:
    """Make `data` the manifest that `tag` of `repository` names.

    Raises:
        DigestMismatch: The registry made something else of it.
        FetchFailed, CredentialsUnusable: It does not take it; the tag is as it was.
    """
    digest = Digest.of(data)
    url = f"{client.url}/v2/{repository}/manifests/{tag}"
    call = Call("PUT", url, {"Content-Type": MANIFEST}, data)
    reply = client.ask(call, *_scopes(repository, ""))
    if reply.status not in (200, 201):
        raise refusal(call, reply, doing=_DOING)
    named = reply.headers.get("Docker-Content-Digest", str(digest))
    if named != str(digest):
        raise DigestMismatch(
            f"{client.host}/{repository}:{tag}: the registry calls it {named[:100]}, not {digest}"
        )
    return digest


def _scopes(repository: str, mount: str) -> tuple[str, ...]:
    own = f"repository:{repository}:pull,push"
    return (own, f"repository:{mount}:pull") if mount else (own,)


def _start(client: RegistryClient, repository: str, digest: Digest, mount: str) -> Reply:
    """Begin an upload; with `mount` it may be over already."""
    query = urlencode({"mount": str(digest), "from": mount}) if mount else ""
    url = f"{client.url}/v2/{repository}/blobs/uploads/{'?' if query else ''}{query}"
    call = Call("POST", url, {"Content-Length": "0"})
    reply = client.ask(call, *_scopes(repository, mount))
    if reply.status == 202 or (reply.status == 201 and mount):
        return reply
    if mount and reply.status in (400, 401, 403, 404, 405):
        # Some registries do not mount, and some not for everybody.
        return _start(client, repository, digest, "")
    raise refusal(call, reply, doing=_DOING)


def _in_pieces(client: RegistryClient, repository: str, data: bytes, started: Reply) -> Reply:
    url, size = _place(client, started), _piece_bytes(started)
    for start in range(0, len(data), size):
        piece = data[start : start + size]
        span = {"Content-Range": f"{start}-{start + len(piece) - 1}"}
        call = Call("PATCH", url, {**_BINARY, **span}, piece, label=_label(repository))
        reply = client.ask(call, *_scopes(repository, ""), patient=False)
        if reply.status not in (202, 204):
            raise refusal(call, reply, doing=_DOING)
        url = _place(client, reply)
    call = Call("PUT", _with_digest(url, Digest.of(data)), {**_BINARY, "Content-Length": "0"})
    return client.ask(call, *_scopes(repository, ""), patient=False)


def _label(repository: str) -> str:
    """Return what an upload is called, for who waits for it."""
    return repository.rpartition("/")[2]


def _piece_bytes(started: Reply) -> int:
    least = started.headers.get("OCI-Chunk-Min-Length", "")
    usable = least.isascii() and least.isdecimal() and len(least) < 12
    return min(max(int(least) if usable else 0, _PIECE_BYTES), _MOST_PIECE_BYTES)


def _place(client: RegistryClient, reply: Reply) -> str:
    """Return where an upload goes on."""
    location = reply.headers.get("Location", "")
    if not location:
        raise FetchFailed(f"{client.host}: the registry does not say where to upload to")
    return client.located(reply, location)


def _with_digest(url: str, digest: Digest) -> str:
    parts = urlsplit(url)
    known = parse_qsl(parts.query, keep_blank_values=True)
    return parts._replace(query=urlencode([*known, ("digest", str(digest))])).geturl()
