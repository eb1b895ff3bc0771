"""Open chart repositories: those the user knows, and folders that are served."""

from pathlib import Path

from pkgtool.blob.files import FileBlobs
from pkgtool.blob.protocol import BlobStore
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import load_repositories
from pkgtool.repo.http import HttpClient
from pkgtool.settings import Settings


def open_repos(settings: Settings) -> RepoClient:
    """Return the chart repositories of this user."""
    return RepoClient(
        HttpClient(),
        load_repositories(settings.repositories_found),
        indexes=settings.index_folder,
        content=settings.content_folder,
    )


def open_folder(folder: Path) -> BlobStore:
    """Return the tarballs in `folder`, and in the folders right below it, as blobs."""
    return FileBlobs(folder, suffixes=(".tgz",), max_folders=1)
