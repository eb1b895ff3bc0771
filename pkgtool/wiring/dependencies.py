"""Open everything that the dependencies of a chart may come from."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pkgtool.places import Places
from pkgtool.repo.client import RepoClient
from pkgtool.repo.dependencies import Packed, Sources, Verification
from pkgtool.repo.git import GitCharts
from pkgtool.repo.http import Credentials
from pkgtool.repo.indexes import Indexes, Say
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.pull import pull_chart
from pkgtool.repo.oci.registries import Registries
from pkgtool.repo.oci.report import announce
from pkgtool.repo.oci.tags import tags
from pkgtool.repo.provenance import Keyring, read_trusted, verify_package
from pkgtool.settings import Settings
from pkgtool.wiring.registries import open_registries


class DependencyOptions(NamedTuple):
    """How dependencies are fetched."""

    refresh: bool = True
    """Whether repositories are asked for what is new."""
    credentials: Credentials = Credentials()
    """For registries; of it, repositories that are not configured get only certificates."""
    plain_http: bool = False
    verification: Verification | None = None


def open_sources(
    settings: Settings, repos: RepoClient, options: DependencyOptions, *, say: Say, note: Say
) -> Sources:
    """Return where charts come from; nothing is asked yet.

    Args:
        settings: Of this user.
        repos: Their repositories.
        options: The flags.
        say: Told what is asked.
        note: Told what registries remark.
    """
    certificates = Credentials(
        cert_file=options.credentials.cert_file,
        key_file=options.credentials.key_file,
        ca_file=options.credentials.ca_file,
        insecure=options.credentials.insecure,
    )
    indexes = Indexes(repos, refresh=options.refresh, say=say, unmanaged=certificates)
    access = Access(options.plain_http, options.credentials)
    registry = _Registries(open_registries(settings, access, http=repos.http))
    git = GitCharts(settings.environ)
    return Sources(indexes, git, registry, options.verification, note)


class _Registries:
    """OCI registries, as dependencies need them."""

    def __init__(self, registries: Registries) -> None:
        self._registries = registries

    def tags(self, reference: str) -> Sequence[str]:
        return tags(self._registries, reference)

    def pull(self, reference: str, version: str, *, provenance: bool) -> Packed:
        pulled = pull_chart(self._registries, reference, version, prov=provenance)
        told = announce("Pulled", pulled.ref, pulled.digest).splitlines()
        return Packed(pulled.data, pulled.prov, (*pulled.warnings, *told))


def open_verification(settings: Settings, keyring: str, *, required: bool) -> Verification:
    """Return how tarballs are held against their provenance, with the keys in `keyring`.

    The keyring is read when the first provenance file is there; then it must be readable.
    """
    place = Path(keyring) if keyring else Places(settings).keyring

    @cache
    def trusted() -> Keyring:
        return read_trusted(place, settings.environ)

    def check(filename: str, data: bytes, provenance: bytes) -> None:
        verify_package(data, filename, provenance, trusted())

    return Verification(check, required)
