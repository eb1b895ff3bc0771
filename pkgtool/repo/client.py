"""Fetch indexes and charts of configured repositories, checking every byte against its digest.

A repository that cannot be reached, or that serves something else, leaves what is cached as it was.
A tarball must be the chart and version that the index calls it.

Source: Helm v4 `pkg/downloader/chart_downloader.go` and `pkg/repo/v1/chartrepo.go`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from pkgtool.chart.archive import read_archive
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.digest import Digest
from pkgtool.errors import (
    ChartInvalid,
    ChartNotFound,
    ChartVersionNotFound,
    ConstraintInvalid,
    DigestMismatch,
    FetchFailed,
    PkgtoolError,
    RepoError,
    RepoUnreachable,
)
from pkgtool.repo.cache import IndexCache, TarballCache
from pkgtool.repo.config import RepoEntry, Repositories
from pkgtool.repo.fetcher import Fetcher, Getters
from pkgtool.repo.http import Credentials, HttpClient
from pkgtool.repo.index import INDEX_LIMIT_BYTES, Index, IndexEntry, parse_index
from pkgtool.repo.indexdb import IndexDb
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.registries import Registries
from pkgtool.repo.urls import beside, chart_url, index_url, same_repository, shown
from pkgtool.versions import Version

PROVENANCE_LIMIT_BYTES = 1024 * 1024
"""No provenance file is larger than this."""


class Download(NamedTuple):
    """A tarball as fetched, and the chart in it."""

    chart: Chart
    files: dict[str, bytes]
    """What is in the tarball, by path."""
    data: bytes
    """The tarball."""
    url: str
    """Where it came from."""
    source: RepoEntry
    """Who was asked: whose credentials they are, and where they belong."""

    @property
    def filename(self) -> str:
        """What the tarball is called: its chart's name and version, whatever the URL says."""
        return f"{self.chart.name}-{self.chart.metadata.version}.tgz"


class RepoClient:
    """Chart repositories, as far as this user configured them."""

    def __init__(
        self,
        http: HttpClient,
        repositories: Repositories,
        *,
        indexes: Path,
        content: Path,
        also: Sequence[Path] = (),
        registries: Callable[[Access], Registries] | None = None,
        getters: Getters | None = None,
    ) -> None:
        """Join what is needed to find and fetch charts.

        Args:
            http: What fetches.
            repositories: Those that are configured.
            indexes: Where their indexes are kept.
            content: Where tarballs are kept.
            also: Where indexes are looked for too.
            registries: Opens OCI registries with the user's flags.
            getters: Find what fetches URLs that are not of HTTP.
        """
        self.http = http
        self.fetcher = Fetcher(http, getters)
        self.repositories = repositories
        self.registries = registries or _no_registries
        self.indexes = IndexCache(indexes, also=also)
        self._tarballs = TarballCache(content)
        self._fetched: dict[str, Index] = {}

    def update(self, entry: RepoEntry) -> IndexDb:
        """Fetch the index of `entry` into the cache, unless the cached one is current.

        Raises:
            FetchFailed, IndexInvalid, YamlInvalid, FileUnwritable: The cached index is unchanged.
        """
        answer = self.fetcher.fetch(
            index_url(entry.url),
            credentials=entry.credentials,
            limit_bytes=INDEX_LIMIT_BYTES,
            known=self.indexes.known(entry),
        )
        if answer.unchanged:
            return self.indexes.open(entry)
        index = parse_index(answer.data, name=shown(index_url(entry.url)))
        return self.indexes.keep(entry, index, answer)

    def index(self, entry: RepoEntry) -> IndexDb:
        """Return the cached index of `entry`.

        Raises:
            RepoError: It was never fetched.
            IndexInvalid, YamlInvalid: What was kept is damaged.
        """
        return self.indexes.open(entry)

    def find(
        self, reference: str, wanted: str, *, devel: bool = False
    ) -> tuple[RepoEntry, IndexEntry]:
        """Return what `repository/chart` stands for.

        Raises:
            ChartNotFound, RepoError: It stands for nothing.
        """
        name, _, chart = reference.partition("/")
        if not name or not chart:
            raise ChartNotFound(
                f"non-absolute URLs should be in form of repo_name/path_to_chart, got: {reference}",
                hint="a chart is a folder, a .tgz, a URL, or REPOSITORY/CHART",
            )
        entry = self.repositories.find(name)
        with self.index(entry) as index:
            try:
                return entry, index.find(chart, wanted, devel=devel)
            except (ChartVersionNotFound, ConstraintInvalid) as error:
                said = wanted or (">0.0.0-0" if devel else "")
                raise ChartVersionNotFound(
                    f'chart "{chart}" matching {said} not found in {name} index. '
                    f"(try 'pkgtool repo update'): {error.what}",
                    hint=error.hint,
                ) from error

    def find_at(
        self, url: str, chart: str, wanted: str, *, credentials: Credentials, devel: bool = False
    ) -> tuple[RepoEntry, IndexEntry]:
        """Return `chart` of the repository at `url`, which need not be configured.

        Credentials of a configured repository are used there unless others are given.

        Raises:
            FetchFailed, IndexInvalid, YamlInvalid: There is no repository.
            ChartVersionNotFound: It has no such chart, or no version of it that matches.
        """
        bare, given = credentials.with_userinfo(url)
        known = self.configured(bare)
        if known is not None and given == Credentials():
            given = known.credentials
        entry = RepoEntry("", bare, given)
        if bare not in self._fetched:
            self._fetched[bare] = self._foreign_index(entry)
        try:
            return entry, self._fetched[bare].find(chart, wanted, devel=devel)
        except (ChartVersionNotFound, ConstraintInvalid) as error:
            said = wanted or (">0.0.0-0" if devel else "")
            version = f' version "{said}"' if said else ""
            raise ChartVersionNotFound(
                f'chart "{chart}"{version} not found in {shown(url)} repository', hint=error.hint
            ) from error

    def _foreign_index(self, entry: RepoEntry) -> Index:
        place = index_url(entry.url)
        try:
            answer = self.fetcher.fetch(
                place, credentials=entry.credentials, limit_bytes=INDEX_LIMIT_BYTES
            )
            return parse_index(answer.data, name=shown(place))
        except PkgtoolError as error:
            raise unreachable(entry.url, error) from error

    def configured(self, url: str) -> RepoEntry | None:
        """Return the configured repository at `url`, if there is one."""
        for entry in self.repositories.entries:
            if same_repository(entry.url, url):
                return entry
        return None

    def download(self, entry: RepoEntry, version: IndexEntry) -> Download:
        """Return the tarball of `version`, from the cache where it is known by digest.

        Raises:
            FetchFailed: It cannot be fetched.
            DigestMismatch: What came is not what the index promises; it was discarded.
            ChartError: It is not a chart, or another one than the index says.
        """
        if not version.urls:
            name = f"{entry.name}/{version.name}" if entry.name else version.name
            raise ChartVersionNotFound(
                f'chart "{name}" has no downloadable URLs',
                hint="whoever runs the repository must index it anew",
            )
        url = chart_url(entry.url, version.urls[0])
        promised = Digest.parse(version.digest) if version.digest else None
        data = self._tarballs.load(promised) if promised else None
        if data is None:
            answer = self.fetcher.fetch(
                url, credentials=entry.credentials, home=entry.url, packed=True
            )
            data = checked(answer.data, promised, what=shown(url))
            self._tarballs.keep(data)
        return _named(_opened(data, url, entry), version, shown(entry.url))

    def download_url(self, url: str, *, credentials: Credentials) -> Download:
        """Return the tarball at `url`, of which no digest is known.

        Raises:
            FetchFailed: It cannot be fetched.
            ChartError: It is not a chart.
        """
        if not self.fetcher.knows(url):
            raise FetchFailed(
                f'scheme "{url.partition("://")[0][:80]}" not supported',
                hint="https: and oci: are, and what installed plugins fetch",
            )
        source = self._owner(url)
        if source is None or credentials != Credentials():
            source = RepoEntry("", url, credentials)
        answer = self.fetcher.fetch(
            url, credentials=source.credentials, home=source.url, packed=True
        )
        return _opened(answer.data, url, source)

    def provenance(self, download: Download) -> bytes:
        """Return the provenance file that lies beside a tarball that was downloaded.

        Raises:
            FetchFailed: There is none, or it cannot be fetched.
        """
        digest = Digest.of(download.data)
        data = self._tarballs.load_provenance(digest)
        if data is None:
            data = self.fetcher.fetch(
                beside(download.url, ".prov"),
                credentials=download.source.credentials,
                home=download.source.url,
                limit_bytes=PROVENANCE_LIMIT_BYTES,
            ).data
            self._tarballs.keep_provenance(digest, data)
        return data

    def _owner(self, url: str) -> RepoEntry | None:
        """Return the configured repository below whose URL a tarball is."""
        for entry in self.repositories.entries:
            if url.startswith(entry.url.rstrip("/") + "/"):
                return entry
        return None


def _no_registries(access: Access) -> Registries:
    del access
    raise RepoError("there are no OCI registries here")


def unreachable(url: str, error: PkgtoolError) -> RepoUnreachable:
    """Return the error for a URL behind which there is no repository, because of `error`."""
    return RepoUnreachable(
        f'looks like "{shown(url)}" is not a valid chart repository or cannot be reached: '
        f"{error.what}",
        where=error.where,
        hint=error.hint,
    )


def checked(data: bytes, promised: Digest | None, *, what: str) -> bytes:
    """Return `data`, whose digest must be the `promised` one if there is one.

    Raises:
        DigestMismatch: It is another one.
    """
    if promised is not None and (got := Digest.of(data)) != promised:
        raise DigestMismatch(
            f"the digest of {what} is {got}, but {promised} was promised",
            hint="run `pkgtool repo update`; if it stays, the repository or the way to it is "
            "not to be trusted",
        )
    return data


def _opened(data: bytes, url: str, source: RepoEntry) -> Download:
    files = read_archive(data, name=shown(url))
    return Download(load_chart(files, name=shown(url)), files, data, url, source)


def _named(download: Download, version: IndexEntry, repository: str) -> Download:
    found = download.chart.metadata
    same_version = found.version == version.version or Version.parse(
        found.version
    ) == Version.parse(version.version)
    if found.name != version.name or not same_version:
        raise ChartInvalid(
            f"{repository} serves {found.name!r} {found.version} as "
            f"{version.name!r} {version.version}",
            hint="whoever runs the repository must index it anew",
        )
    return download
