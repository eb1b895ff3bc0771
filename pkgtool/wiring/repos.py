"""Open chart repositories: those the user knows, and folders that are served."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pkgtool.blob.files import FileBlobs
from pkgtool.blob.protocol import BlobStore
from pkgtool.ops.repo import RepositoryList
from pkgtool.places import Places
from pkgtool.repo.body import Progress
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import load_repositories
from pkgtool.repo.fetcher import Getter
from pkgtool.repo.http import HttpClient
from pkgtool.settings import Settings
from pkgtool.wiring.registries import open_registries


def repository_list(settings: Settings) -> RepositoryList:
    """Return where the list of this user's repositories is."""
    places = Places(settings)
    return RepositoryList(places.repositories_file, places.repositories_found)


def open_repos(
    settings: Settings, *, timeout_s: float | None = None, progress: Progress | None = None
) -> RepoClient:
    """Return the chart repositories of this user.

    Args:
        settings: Says which.
        timeout_s: For everything that is fetched, together.
        progress: Told how far transfers are.
    """
    http = open_http(timeout_s=timeout_s, progress=progress)
    places = Places(settings)
    return RepoClient(
        http,
        load_repositories(places.repositories_found),
        indexes=places.index_folder,
        content=places.content_folder,
        also=places.index_folders,
        registries=lambda access: open_registries(settings, access, http=http),
        getters=cache(lambda: _getters(settings)),
    )


def _getters(settings: Settings) -> Mapping[str, Getter]:
    # Imported here: most URLs are of HTTP, and then no plugin is looked for.
    from pkgtool.wiring.plugins import open_getters  # noqa: PLC0415

    return open_getters(settings)


def open_http(*, timeout_s: float | None = None, progress: Progress | None = None) -> HttpClient:
    """Return a client for servers of any kind; arguments as `open_repos`."""
    http = HttpClient(progress=progress)
    if timeout_s is not None:
        http.end_within(timeout_s)
    return http


def open_folder(folder: Path) -> BlobStore:
    """Return the tarballs in `folder`, and in the folders right below it, as blobs."""
    return FileBlobs(folder, suffixes=(".tgz",), max_folders=1)
