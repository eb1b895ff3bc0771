"""Talk to one registry: manifests, blobs and lists, checked byte for byte.

A registry is asked without credentials first; when it wants some, the same request is sent again
with them. Storage that a registry redirects to never sees them, and is never answered when it asks.

Source: OCI distribution specification 1.1; oras-go `registry/remote`.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pkgtool.digest import Digest
from pkgtool.errors import (
    ArtifactInvalid,
    ChartVersionNotFound,
    DigestMismatch,
    FetchFailed,
    InputError,
)
from pkgtool.repo.http import Credentials, HttpClient
from pkgtool.repo.oci.door import Door
from pkgtool.repo.oci.exchange import ANSWER_LIMIT_BYTES, Call, Reply, exchange
from pkgtool.repo.oci.faults import refusal
from pkgtool.repo.oci.login import DOCKER_HUB, Login
from pkgtool.repo.oci.manifest import INDEX, MANIFEST, Descriptor, read_document
from pkgtool.repo.urls import follow, joined, origin

_MOST_PAGES = 1000
_MOST_NAMES = 200_000
_PAGE_NAMES = 1000


class Access(NamedTuple):
    """How to reach registries, by the user's flags."""

    plain_http: bool = False
    credentials: Credentials = Credentials()
    """User, password and certificates."""


class Served(NamedTuple):
    """A manifest or index as a registry served it."""

    data: bytes
    media_type: str
    digest: Digest


class RegistryClient:
    """One registry."""

    def __init__(
        self, http: HttpClient, host: str, access: Access, *, login: Callable[[str], Login]
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            http: Sends requests.
            host: Of the registry, with the port if it has one.
            access: The user's flags; user and password are for this registry.
            login: Returns who to be at a host; asked only when a registry wants to know.
        """
        self.host = host
        self.place = "registry-1.docker.io" if host == DOCKER_HUB else host
        """Where it is reached, which for Docker Hub is elsewhere."""
        self.url = f"{'http' if access.plain_http else 'https'}://{self.place}"
        self._http = http
        self._trust = access.credentials
        self.holders: dict[Digest, str] = {}
        """Repositories that are known to have a blob, by its digest."""
        self._door = Door(http, self.url, trust=self._trust, login=login)

    def ask(self, call: Call, *scopes: str, patient: bool = True) -> Reply:
        """Send `call`, and again with credentials when the registry wants some.

        Args:
            call: What to send.
            scopes: What a token must allow: `repository:NAME:pull`.
            patient: Whether it is sent again after a fault that may pass.

        Raises:
            TryAgainError: A fault that may pass, when not `patient`.
            FetchFailed: The registry cannot be reached, is ill, or answers with too much.
            CredentialsUnusable: There are none to be had.
        """
        at_home = origin(call.url) == origin(self.url)
        known = self._door.known(scopes) if at_home else ""
        reply = self._send(call, known, patient=patient)
        if reply.status != 401 or origin(reply.url) != origin(self.url):
            return reply
        header = self._door.admit(reply, scopes)
        return self._send(call, header, patient=patient) if header else reply

    def pause(self, seconds: float) -> None:
        """Wait before something is tried again."""
        self._http.pause(seconds)

    def located(self, reply: Reply, location: str) -> str:
        """Return where `location` in `reply` leads; never from encryption to none.

        Registries behind a proxy that encrypts often think they are reached without encryption:
        what they say of themselves is put right.

        Raises:
            FetchFailed: It leads out of encryption, or nowhere.
        """
        url = joined(reply.url, location)
        theirs, ours = urlsplit(url), urlsplit(self.url)
        if ours.scheme == "https" and theirs.scheme == "http" and theirs.hostname == ours.hostname:
            return theirs._replace(scheme="https", netloc=ours.netloc).geturl()
        return follow(reply.url, url)

    def ping(self) -> None:
        """See whether there is a registry that lets us in.

        Raises:
            FetchFailed, CredentialsUnusable: There is none, or it does not.
        """
        call = Call("GET", f"{self.url}/v2/")
        reply = self.ask(call)
        if reply.status != 200:
            raise refusal(call, reply)

    def manifest(self, repository: str, wanted: str) -> Served:
        """Return the manifest or index that a tag or digest names.

        Raises:
            ChartVersionNotFound: There is none.
            DigestMismatch: It is not what was asked for; it was discarded.
            FetchFailed, CredentialsUnusable: It cannot be had.
        """
        doing = 'failed to perform "FetchReference" on source: '
        call = self._manifest_call("GET", repository, wanted)
        reply = self.ask(call, f"repository:{repository}:pull")
        if reply.status == 404:
            raise self._missing(repository, wanted, doing)
        if reply.status != 200:
            raise refusal(call, reply, doing=doing)
        digest = Digest.of(reply.data)
        named = reply.headers.get("Docker-Content-Digest", "")
        for promised in (named, wanted if ":" in wanted else ""):
            if promised and promised != str(digest):
                raise DigestMismatch(
                    f"{self.host}/{repository}: the manifest has the digest {digest}, "
                    f"not {promised[:100]}",
                    hint="the registry or something before it serves wrong data",
                )
        return Served(reply.data, reply.headers.get("Content-Type", ""), digest)

    def digest_of(self, repository: str, tag: str) -> str:
        """Return the digest that `tag` names now, as the registry says; empty when it has none."""
        call = self._manifest_call("HEAD", repository, tag)
        reply = self.ask(call, f"repository:{repository}:pull")
        return reply.headers.get("Docker-Content-Digest", "") if reply.status == 200 else ""

    def blob(self, repository: str, descriptor: Descriptor, *, limit_bytes: int) -> bytes:
        """Return the content that `descriptor` names.

        Raises:
            ArtifactInvalid: It is announced to be larger than `limit_bytes`.
            DigestMismatch: Something else came; it was discarded.
            FetchFailed, CredentialsUnusable: It cannot be had.
        """
        place = f"{self.host}/{repository}@{descriptor.digest}"
        if descriptor.size > limit_bytes:
            raise ArtifactInvalid(f"{place} is larger than {limit_bytes} bytes")
        url = f"{self.url}/v2/{repository}/blobs/{descriptor.digest}"
        label = repository.rpartition("/")[2]
        call = Call("GET", url, limit_bytes=descriptor.size, label=label)
        reply = self.ask(call, f"repository:{repository}:pull")
        if reply.status != 200:
            raise refusal(call, reply)
        if len(reply.data) != descriptor.size or Digest.of(reply.data) != descriptor.digest:
            raise DigestMismatch(
                f"mismatched digest: {place} came with {len(reply.data)} bytes and the digest "
                f"{Digest.of(reply.data)}, where {descriptor.size} bytes were promised",
                hint="the registry or something before it serves wrong data",
            )
        self.holders[descriptor.digest] = repository
        return reply.data

    def tags(self, repository: str) -> list[str]:
        """Return all tags of `repository`, as they are and in the registry's order.

        Raises:
            FetchFailed, CredentialsUnusable, ArtifactInvalid: They cannot be had.
        """
        url = f"{self.url}/v2/{repository}/tags/list"
        return list(self._listed(url, "tags", f"repository:{repository}:pull"))

    def repositories(self) -> list[str]:
        """Return the names of all repositories; many registries do not tell.

        Raises:
            FetchFailed, CredentialsUnusable, ArtifactInvalid: They cannot be had.
        """
        url = f"{self.url}/v2/_catalog?n={_PAGE_NAMES}"
        return list(self._listed(url, "repositories", "registry:catalog:*"))

    def _listed(self, url: str, key: str, scope: str) -> Iterator[str]:
        names = 0
        for _ in range(_MOST_PAGES):
            call = Call("GET", url)
            reply = self.ask(call, scope)
            if reply.status != 200:
                raise refusal(call, reply)
            page = _names(reply, key, url)
            yield from page
            names += len(page)
            url = self._next_page(reply)
            if not url:
                return
            if names > _MOST_NAMES:
                break
        raise FetchFailed(f"{self.host}: the list of {key} has no end")

    def _next_page(self, reply: Reply) -> str:
        link = reply.headers.get("Link", "")
        target, bracket, params = link.partition("<")[2].partition(">")
        if not bracket or 'rel="next"' not in params.replace("rel=next", 'rel="next"'):
            return ""
        following = self.located(reply, target)
        if origin(following) != origin(self.url):
            raise FetchFailed(f"{self.host}: a list goes on at another host")
        return following

    def _manifest_call(self, method: str, repository: str, wanted: str) -> Call:
        accepted = {"Accept": f"{MANIFEST}, {INDEX}"}
        url = f"{self.url}/v2/{repository}/manifests/{wanted}"
        return Call(method, url, accepted, limit_bytes=ANSWER_LIMIT_BYTES)

    def _missing(self, repository: str, wanted: str, doing: str) -> ChartVersionNotFound:
        mark = "@" if ":" in wanted else ":"
        return ChartVersionNotFound(
            f"{doing}{self.host}/{repository}{mark}{wanted}: not found",
            hint=f"`pkgtool search oci://{self.host}/{repository} --versions` lists what there is",
        )

    def _send(self, call: Call, header: str, *, patient: bool) -> Reply:
        trust = self._trust
        if origin(call.url) != origin(self.url):
            trust = Credentials(ca_file=trust.ca_file, insecure=trust.insecure)
        try:
            return exchange(self._http, call, trust=trust, authorization=header, patient=patient)
        except FetchFailed as error:
            if urlsplit(call.url).scheme == "https" and "no encrypted connection" in error.what:
                error.hint = "for a registry that speaks plain HTTP, there is --plain-http"
            raise


def _names(reply: Reply, key: str, url: str) -> list[str]:
    try:
        found = read_document(reply.data, name=url).get(key)
    except InputError as error:
        raise FetchFailed(f"{url}: {error.what}") from error
    names: list[Any] = [] if found is None else found if isinstance(found, list) else [None]
    if not all(isinstance(name, str) for name in names):
        raise ArtifactInvalid(f"{url}: there is no list of {key} in the answer")
    return names
