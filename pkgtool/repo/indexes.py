"""Indexes of the repositories that dependencies name: refreshed together, each read once.

A repository that the user did not configure is known by the digest of its URL, as in Helm:
`helm-manager-<sha256>-index.yaml` is its index in the cache.

Source: Helm v4 `pkg/downloader/manager.go` (`parallelRepoUpdate`, `ensureMissingRepos`).
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from pkgtool.digest import Digest
from pkgtool.errors import PkgtoolError, RepoError
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.http import Credentials
from pkgtool.repo.index import IndexEntry
from pkgtool.repo.urls import shown

Say = Callable[[str], None]
"""Takes a line for whoever waits."""

UNMANAGED = "helm-manager-"
"""What the names of repositories begin with that are not configured."""

_THREADS = 8


class Indexes:
    """The indexes of one run; safe to use from several threads."""

    def __init__(
        self,
        repos: RepoClient,
        *,
        refresh: bool = True,
        say: Say,
        unmanaged: Credentials | None = None,
    ) -> None:
        """Prepare to read; nothing is asked yet.

        Args:
            repos: Who fetches and keeps indexes.
            refresh: Whether to ask repositories for what is new; else only the cache is read.
            say: Told what is asked, in Helm's words.
            unmanaged: Certificates to show to and to trust of repositories that are not configured.
        """
        self.repos = repos
        self._refresh = refresh
        self._say = say
        self._unmanaged = unmanaged or Credentials()
        self._lock = threading.Lock()
        self._asked: dict[str, PkgtoolError | None] = {}
        self._found: dict[tuple[str, str], tuple[IndexEntry, ...]] = {}

    def entry(self, url: str) -> RepoEntry:
        """Return the repository at `url`, configured or not."""
        known = self.repos.configured(url)
        if known is not None:
            return known
        bare, credentials = self._unmanaged.with_userinfo(url)
        return RepoEntry(f"{UNMANAGED}{Digest.of(url.encode()).hex}", bare, credentials)

    def refresh(self, urls: Iterable[str]) -> None:
        """Fetch anew the indexes at `urls` and of all configured repositories.

        What cannot be fetched is said, and is an error only when it is needed and not in the cache.
        """
        if not self._refresh:
            return
        entries = {entry.name: entry for entry in map(self.entry, urls)}
        unmanaged = [each for each in entries.values() if each.name.startswith(UNMANAGED)]
        configured = self.repos.repositories.entries
        if unmanaged:
            self._say("Getting updates for unmanaged Helm repositories...")
            self._update(unmanaged)
        if configured:
            self._say("Hang tight while we grab the latest from your chart repositories...")
            self._update(configured)
            self._say("Update Complete. ⎈Happy Helming!⎈")

    def versions(self, url: str, chart: str) -> tuple[IndexEntry, ...]:
        """Return all versions of `chart` in the repository at `url`, newest first.

        Raises:
            RepoError: Its index is not in the cache, and could not be fetched.
        """
        entry = self.entry(url)
        with self._lock:
            if (entry.name, chart) not in self._found:
                if self._refresh and entry.name not in self._asked:
                    # Of a chart on this disk that has dependencies of its own.
                    self._fetch(entry)
                self._found[entry.name, chart] = self._read(entry, chart)
            return self._found[entry.name, chart]

    def look_up(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Read what `versions` will be asked for, each index opened once; what fails, fails there.

        Args:
            wanted: URL of a repository and name of a chart in it, of each.
        """
        charts: dict[RepoEntry, set[str]] = {}
        for url, chart in wanted:
            charts.setdefault(self.entry(url), set()).add(chart)
        for entry, names in charts.items():
            if not self._refresh or entry.name in self._asked:
                with suppress(PkgtoolError), self._lock, self.repos.index(entry) as index:
                    self._found.update({(entry.name, each): index.versions(each) for each in names})

    def _read(self, entry: RepoEntry, chart: str) -> tuple[IndexEntry, ...]:
        try:
            with self.repos.index(entry) as index:
                return index.versions(chart)
        except PkgtoolError as error:
            raise self._unknown(entry, error) from error

    def _unknown(self, entry: RepoEntry, error: PkgtoolError) -> RepoError:
        why = self._asked.get(entry.name) or error
        return RepoError(
            f"no cached repository for {entry.name} found. (try 'pkgtool repo update'): {why.what}",
            where=why.where,
            hint=why.hint,
        )

    def _update(self, entries: Sequence[RepoEntry]) -> None:
        with ThreadPoolExecutor(_THREADS) as pool:
            for entry, failure in zip(entries, pool.map(self._fetch, entries), strict=True):
                self._say(_report(entry, failure))

    def _fetch(self, entry: RepoEntry) -> PkgtoolError | None:
        try:
            self.repos.update(entry).close()
        except PkgtoolError as error:
            self._asked[entry.name] = error
            return error
        self._asked[entry.name] = None
        return None


def _report(entry: RepoEntry, failure: PkgtoolError | None) -> str:
    unmanaged = entry.name.startswith(UNMANAGED)
    name = shown(entry.url) if unmanaged else entry.name
    if failure is None:
        return f'...Successfully got an update from the "{name}" chart repository'
    place = "" if unmanaged else f" ({shown(entry.url)})"
    return (
        f'...Unable to get an update from the "{name}" chart repository{place}:\n\t{failure.what}'
    )
