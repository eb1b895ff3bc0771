"""Open everything that the dependencies of a chart may come from."""

from typing import NamedTuple

from pkgtool.errors import SignatureInvalid
from pkgtool.repo.client import RepoClient
from pkgtool.repo.dependencies import Registry, Sources, Verification
from pkgtool.repo.git import GitCharts
from pkgtool.repo.http import Credentials
from pkgtool.repo.indexes import Indexes, Say
from pkgtool.settings import Settings


class DependencyOptions(NamedTuple):
    """How dependencies are fetched."""

    refresh: bool = True
    """Whether repositories are asked for what is new."""
    credentials: Credentials = Credentials()
    """For registries; of it, repositories that are not configured get only certificates."""
    plain_http: bool = False
    verification: Verification | None = None


def open_sources(
    settings: Settings, repos: RepoClient, options: DependencyOptions, *, say: Say
) -> Sources:
    """Return where charts come from; nothing is asked yet."""
    certificates = Credentials(
        cert_file=options.credentials.cert_file,
        key_file=options.credentials.key_file,
        ca_file=options.credentials.ca_file,
        insecure=options.credentials.insecure,
    )
    indexes = Indexes(repos, refresh=options.refresh, say=say, unmanaged=certificates)
    registry = _open_registry(settings, options)
    return Sources(indexes, GitCharts(settings.environ), registry, options.verification)


def _open_registry(settings: Settings, options: DependencyOptions) -> Registry | None:
    del settings, options
    return None


def open_verification(settings: Settings, keyring: str, *, required: bool) -> Verification:
    """Return how tarballs are held against their provenance, with the keys in `keyring`.

    Raises:
        SignatureInvalid: Nothing here can check signatures.
    """
    del settings, keyring, required
    raise SignatureInvalid("cannot verify provenance yet")
