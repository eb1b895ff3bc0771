"""Choose the adapters: `Settings` in, something that works out; the one file that names them.

Imports stand inside the functions, so that a command pays only for what it uses.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pkgtool.blob.protocol import BlobStore
from pkgtool.cluster.protocol import Cluster
from pkgtool.diskfile import read_file
from pkgtool.errors import ClusterUnsupported, FileUnreadable
from pkgtool.ops.session import Session
from pkgtool.repo.client import RepoClient
from pkgtool.settings import Settings
from pkgtool.template.codecache import CodeCache
from pkgtool.template.protocol import Engine

VALUES_LIMIT_BYTES = 16 * 1024 * 1024


def _jinja2(cache: CodeCache | None) -> Engine:
    from pkgtool.template.jinja import JinjaEngine

    return JinjaEngine(cache=cache)


ENGINES: Mapping[str, Callable[[CodeCache | None], Engine]] = {"jinja2": _jinja2}
"""Template engines by the name that charts use."""


class LazyEngines(Mapping[str, Engine]):
    """All template engines, each made when a chart asks for it."""

    def __init__(self, cache: CodeCache | None) -> None:
        self._cache = cache
        self._made: dict[str, Engine] = {}

    def __getitem__(self, name: str) -> Engine:
        if name not in self._made:
            self._made[name] = ENGINES[name](self._cache)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(ENGINES)

    def __len__(self) -> int:
        return len(ENGINES)


def open_engines(cache: CodeCache | None = None) -> Mapping[str, Engine]:
    """Return all template engines by the name that charts use."""
    return LazyEngines(cache)


def open_code_cache(settings: Settings) -> CodeCache:
    """Return the cache of compiled templates; the caller flushes it when its output is out."""
    return CodeCache(settings.code_cache)


def open_cluster(settings: Settings) -> Cluster:
    """Return the cluster that `settings` name.

    Raises:
        ClusterUnsupported: A kubeconfig is in force, but there is no Kubernetes client yet.
            Nothing was touched.
    """
    if settings.kubeconfig and settings.cluster != "local":
        raise ClusterUnsupported(
            f"a kubeconfig is in force ({settings.kubeconfig}), but pkgtool has no Kubernetes "
            "client yet; nothing was touched",
            hint="--cluster local (or PKGTOOL_CLUSTER=local) uses the embedded cluster",
        )
    from pkgtool.cluster.embedded import SqliteCluster

    return SqliteCluster(settings.cluster_file)


def open_session(
    settings: Settings, *, say: Callable[[str], None], cache: CodeCache | None = None
) -> Session:
    """Return everything that a verb over releases needs."""
    from pkgtool.store.lease import this_process
    from pkgtool.store.secrets import SecretStore

    cluster = open_cluster(settings)
    return Session(
        cluster=cluster,
        store=SecretStore(cluster),
        engines=open_engines(cache),
        holder=this_process(url=settings.ci_url),
        lock_wait_s=settings.lock_timeout_s,
        makes_namespaces=True,
        say=say,
    )


def open_repos(settings: Settings) -> RepoClient:
    """Return the chart repositories of this user."""
    from pkgtool.repo.config import load_repositories
    from pkgtool.repo.http import HttpClient

    return RepoClient(
        HttpClient(),
        load_repositories(settings.repositories_file),
        indexes=settings.index_folder,
        content=settings.cache_home / "content",
    )


def read_input(place: str) -> bytes:
    """Return the bytes of a values file: a path, a URL, or `-` for standard input.

    Raises:
        FileUnreadable, FetchFailed: It cannot be had.
    """
    if place.startswith(("http://", "https://")):
        from pkgtool.repo.http import HttpClient

        return HttpClient().fetch(place, limit_bytes=VALUES_LIMIT_BYTES).data
    if place != "-":
        return read_file(Path(place), limit_bytes=VALUES_LIMIT_BYTES)
    data = sys.stdin.buffer.read(VALUES_LIMIT_BYTES + 1)
    if len(data) > VALUES_LIMIT_BYTES:
        raise FileUnreadable(f"standard input is larger than {VALUES_LIMIT_BYTES} bytes")
    return data


def open_folder(folder: Path) -> BlobStore:
    """Return the tarballs in `folder`, and in the folders right below it, as blobs."""
    from pkgtool.blob.files import FileBlobs

    return FileBlobs(folder, suffixes=(".tgz",), max_folders=1)
