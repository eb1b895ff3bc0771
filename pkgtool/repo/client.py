"""Fetch indexes and charts of configured repositories, checking every byte against its digest.

Indexes are cached as `<repository>-index.yaml`, with what is needed to ask whether they changed
beside them; tarballs by digest, so that a chart is downloaded once. A repository that cannot be
reached leaves the cached index as it was.

Source: Helm v4 `pkg/downloader/chart_downloader.go` and `pkg/repo/v1/chartrepo.go`.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from pkgtool import yamlcodec
from pkgtool.digest import Digest
from pkgtool.diskfile import read_file, write_file
from pkgtool.errors import (
    ChartNotFound,
    ChartVersionNotFound,
    DigestMismatch,
    FileUnwritable,
    PkgtoolError,
    RepoError,
)
from pkgtool.repo.config import RepoEntry, Repositories
from pkgtool.repo.http import INDEX_LIMIT_BYTES, Answer, Credentials, HttpClient
from pkgtool.repo.index import Index, IndexEntry, parse_index


@dataclass(frozen=True, slots=True)
class Download:
    """A tarball as fetched, and what it is called."""

    filename: str
    data: bytes
    digest: Digest


class RepoClient:
    """Chart repositories, as far as this user configured them."""

    def __init__(
        self, http: HttpClient, repositories: Repositories, *, indexes: Path, content: Path
    ) -> None:
        self.http = http
        self.repositories = repositories
        self._indexes = indexes
        self._content = content

    def update(self, entry: RepoEntry) -> Index:
        """Fetch the index of `entry` into the cache, unless the cached one is current.

        Raises:
            FetchFailed, IndexInvalid, YamlInvalid: The cached index is unchanged.
        """
        path = self._index_path(entry)
        known = self._known(path)
        answer = self.http.fetch(
            index_url(entry.url),
            credentials=entry.credentials,
            limit_bytes=INDEX_LIMIT_BYTES,
            known=known,
        )
        if answer.unchanged:
            return self.index(entry)
        index = parse_index(answer.data, name=index_url(entry.url))
        write_file(path, answer.data)
        tags = {"etag": answer.etag, "lastModified": answer.last_modified}
        write_file(path.with_suffix(".tags"), yamlcodec.dump(tags).encode())
        return index

    def index(self, entry: RepoEntry) -> Index:
        """Return the cached index of `entry`.

        Raises:
            RepoError: It was never fetched.
        """
        path = self._index_path(entry)
        if not path.exists():
            raise RepoError(
                "no cached repo found. (try 'pkgtool repo update')",
                hint=f"`pkgtool repo update {entry.name}` fetches the index",
            )
        return parse_index(read_file(path), name=str(path))

    def find(
        self, reference: str, wanted: str, *, devel: bool = False
    ) -> tuple[RepoEntry, IndexEntry]:
        """Return what `repository/chart` stands for.

        Raises:
            RepoNotFound, ChartVersionNotFound: It stands for nothing.
        """
        name, _, chart = reference.partition("/")
        if not chart:
            raise ChartNotFound(
                f"path {reference!r} not found",
                hint="a chart is a folder, a .tgz, a URL, or REPOSITORY/CHART",
            )
        entry = self.repositories.find(name)
        try:
            return entry, self.index(entry).find(chart, wanted, devel=devel)
        except ChartVersionNotFound as error:
            raise ChartVersionNotFound(
                f'chart "{chart}" matching {wanted} not found in {name} index. '
                "(try 'pkgtool repo update')",
                hint=error.hint,
            ) from error

    def find_at(
        self, url: str, chart: str, wanted: str, *, credentials: Credentials, devel: bool = False
    ) -> tuple[RepoEntry, IndexEntry]:
        """Return `chart` of the repository at `url`, which need not be configured."""
        for known in self.repositories.entries:
            if known.url.rstrip("/") == url.rstrip("/"):
                credentials = known.credentials
        entry = RepoEntry("", url, credentials)
        answer = self.http.fetch(
            index_url(url), credentials=credentials, limit_bytes=INDEX_LIMIT_BYTES
        )
        index = parse_index(answer.data, name=index_url(url))
        return entry, index.find(chart, wanted, devel=devel)

    def download(self, entry: RepoEntry, version: IndexEntry) -> Download:
        """Return the tarball of `version`, from the cache where it is known by digest.

        Raises:
            FetchFailed: It cannot be fetched.
            DigestMismatch: What came is not what the index promises; it was discarded.
        """
        url = urljoin(index_url(entry.url), version.urls[0])
        filename = Path(urlsplit(url).path).name or f"{version.name}-{version.version}.tgz"
        cached = self._content / f"{version.digest}.chart"
        if version.digest and cached.exists():
            data = read_file(cached)
            if Digest.of(data).hex == version.digest:
                return Download(filename, data, Digest.of(data))
        answer = self.http.fetch(url, credentials=entry.credentials, origin=entry.url)
        got = checked(answer.data, version.digest, what=url)
        self._keep(cached, answer.data)
        return Download(filename, answer.data, got)

    def download_url(self, url: str, *, credentials: Credentials) -> Download:
        """Return the tarball at `url`, of which no digest is known."""
        answer = self.http.fetch(url, credentials=credentials)
        name = Path(urlsplit(url).path).name
        return Download(name, answer.data, Digest.of(answer.data))

    def _keep(self, path: Path, data: bytes) -> None:
        """Keep a tarball for later; a cache that cannot be written only costs time."""
        try:
            write_file(path, data)
        except FileUnwritable:
            return

    def _index_path(self, entry: RepoEntry) -> Path:
        return self._indexes / f"{entry.name}-index.yaml"

    def _known(self, path: Path) -> Answer | None:
        """Return what the server said about the cached index when it was fetched."""
        try:
            tags = yamlcodec.load(read_file(path.with_suffix(".tags")))
            read_file(path, limit_bytes=INDEX_LIMIT_BYTES)
        except PkgtoolError:
            return None
        if not isinstance(tags, dict):
            return None
        return Answer(b"", str(tags.get("etag") or ""), str(tags.get("lastModified") or ""))


def checked(data: bytes, promised: str, *, what: str) -> Digest:
    """Return the digest of `data`, which must be the `promised` one unless that is empty.

    Raises:
        DigestMismatch: It is another one.
    """
    got = Digest.of(data)
    if promised and got != Digest.parse(promised):
        raise DigestMismatch(
            f"the digest of {what} is {got}, but sha256:{promised} was promised",
            hint="run `pkgtool repo update`; if it stays, the repository or the way to it is "
            "not to be trusted",
        )
    return got


def index_url(url: str) -> str:
    """Return where the index of the repository at `url` is; a query string is kept."""
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/index.yaml").geturl()
