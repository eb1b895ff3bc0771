"""What may be done with a URL: show it, follow it, and tell whose it is.

A URL may hold a password before its host and a token behind its `?`. Neither is ever shown, and
neither leaves the origin (scheme, host and port) it was written for (CVE-2021-32690).

Source: Helm v4 `pkg/repo/v1/chartrepo.go` (`ResolveReferenceURL`); `spec/reliability.md` §2.5.
"""

from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from pkgtool.errors import FetchFailed

Origin = tuple[str, str, int]
"""Scheme, host and port."""

_PORTS = {"http": 80, "https": 443}


def shown(url: str) -> str:
    """Return `url` as messages may show it: without user and password, its query hidden."""
    place, mark, _ = url.partition("?")
    scheme, separator, rest = place.partition("://")
    if not separator:
        scheme, rest = "", place
    host, slash, path = rest.partition("/")
    rest = f"{host.rpartition('@')[2]}{slash}{path}"
    if not _is_usable(place):
        # A password with a slash in it reaches into what looks like the path.
        rest = rest.rpartition("@")[2]
    return f"{scheme}{separator}{rest}{'?…' if mark else ''}"


def file_name(url: str) -> str:
    """Return what the file at `url` is called, for who waits for it."""
    return shown(url).partition("?")[0].rstrip("/").rpartition("/")[2]


def origin(url: str) -> Origin:
    """Return whom `url` belongs to.

    Raises:
        FetchFailed: It is not an `http:` or `https:` URL.
    """
    if not _is_usable(url):
        raise FetchFailed(f"not a URL: {shown(url)!r}", hint="write https://HOST/PATH")
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise FetchFailed(
            f"could not find protocol handler for: {parts.scheme or shown(url)!r}",
            hint="charts are fetched from http: and https: URLs",
        )
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def split_userinfo(url: str) -> tuple[str, str, str]:
    """Return `url` without user and password, the user, and the password."""
    if "@" not in url or not _is_usable(url):
        return url, "", ""
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, "", ""
    username, _, password = userinfo.partition(":")
    return parts._replace(netloc=host).geturl(), unquote(username), unquote(password)


def follow(url: str, location: str) -> str:
    """Return where a redirect from `url` to `location` leads; a password in it is dropped.

    Raises:
        FetchFailed: To something that is not HTTP, or from https to http.
    """
    target = split_userinfo(joined(url, location))[0]
    if origin(url)[0] == "https" and origin(target)[0] != "https":
        raise FetchFailed(
            f"failed to fetch {shown(url)}: refusing the redirect from https to http",
            hint="ask who runs the server: it gives up encryption on the way",
        )
    return target


def index_url(url: str) -> str:
    """Return where the index of the repository at `url` is; a query string is kept."""
    parts = _split(url)
    return _written(parts._replace(path=f"{parts.path.rstrip('/')}/index.yaml"))


def chart_url(repository: str, place: str) -> str:
    """Return where a tarball is that the index of `repository` says is at `place`.

    A relative place gets the query string of the repository, which may be what lets us in.
    """
    url = joined(index_url(repository), place)
    query = _split(repository).query
    if query and not _split(place).query and same_origin(url, repository):
        return _written(_split(url)._replace(query=query))
    return url


def beside(url: str, suffix: str) -> str:
    """Return where the file is that is called as the one at `url` with `suffix`; a query is kept."""
    parts = _split(url)
    return _written(parts._replace(path=parts.path + suffix))


def same_origin(left: str, right: str) -> bool:
    """Tell whether two URLs belong to the same, whatever their schemes mean."""
    try:
        return origin(left) == origin(right)
    except FetchFailed:
        ours, theirs = _split(left), _split(right)
        return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)


def same_repository(left: str, right: str) -> bool:
    """Tell whether two URLs name one repository."""
    return left.rstrip("/") == right.rstrip("/")


def joined(url: str, place: str) -> str:
    """Return what `place`, which may be relative, names where it stands in `url`.

    Raises:
        FetchFailed: Nothing.
    """
    try:
        if urlsplit(url).scheme in _PORTS or urlsplit(place).scheme:
            return urljoin(url, place)
        # Of other schemes Python does not know that places in them may be relative.
        scheme, _, rest = url.partition(":")
        return urljoin(f"http:{rest}", place).replace("http", scheme, 1)
    except ValueError as error:
        raise FetchFailed(f"not a URL: {shown(place)!r}") from error


def _written(parts: SplitResult) -> str:
    """Return the URL that consists of `parts`; Python drops the slashes before an empty host."""
    text = parts.geturl()
    is_short = parts.scheme and not parts.netloc and not text.startswith(f"{parts.scheme}://")
    return text.replace(":", "://", 1) if is_short else text


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise FetchFailed(f"not a URL: {shown(url)!r}", hint="write https://HOST/PATH") from error


def _is_usable(url: str) -> bool:
    try:
        _ = urlsplit(url).port
    except ValueError:
        return False
    return True
