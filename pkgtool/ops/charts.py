"""Find the chart that a reference on the command line stands for.

A reference is a folder, a `.tgz`, a URL of one, or `REPOSITORY/CHART`; with `--repo URL` it is the
name of a chart there. What is on the disk comes first, as in Helm.

Source: Helm v4 `pkg/action/install.go` (`LocateChart`) and `pkg/action/pull.go`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.errors import ChartNotFound, FetchFailed, SignatureInvalid
from pkgtool.ops.verify import verify
from pkgtool.repo.client import Download, RepoClient
from pkgtool.repo.config import RepoEntry
from pkgtool.repo.http import Credentials
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.pull import pull_chart
from pkgtool.repo.oci.report import announce
from pkgtool.repo.provenance import Verified, read_trusted, verify_package
from pkgtool.repo.urls import shown

Trust = Literal["never", "later", "always"]
"""Whether a chart's provenance file is fetched: not, to be looked at later, or to be checked now."""


@dataclass(frozen=True, slots=True)
class ChartSource:
    """Which chart, from where."""

    reference: str
    version: str = ""
    """A version or a constraint; empty means the newest stable one."""
    repo_url: str = ""
    """A repository that need not be configured."""
    credentials: Credentials = field(default_factory=Credentials)
    devel: bool = False
    """Whether pre-releases count."""
    plain_http: bool = False
    """Whether an OCI registry is spoken to without encryption."""
    trust: Trust = "never"
    keyring: Path = Path()
    """The public keys that may vouch for a chart, where it is checked."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """The environment, for GnuPG."""


class Fetched(NamedTuple):
    """A chart that was downloaded, with what vouches for it."""

    download: Download
    provenance: bytes | None = None
    verified: Verified | None = None
    said: str = ""
    """What Helm prints of a chart that came from a registry."""
    warnings: tuple[str, ...] = ()


def open_chart(source: ChartSource, repos: RepoClient) -> Chart:
    """Return the chart that `source` stands for, downloading it where needed.

    Raises:
        ChartNotFound, RepoError: There is no such chart.
        ChartError: There is, but it is not usable.
        SignatureInvalid: Nobody who is trusted vouches for it, though somebody should.
    """
    # `os.path.exists` takes any text; `Path.exists` fails on names that no disk would take.
    if not source.repo_url and os.path.exists(source.reference):  # noqa: PTH110
        if source.trust == "always":
            verify(Path(source.reference), source.keyring, source.environ)
        return load_chart(read_chart_files(Path(source.reference)), name=source.reference)
    if not source.repo_url and _looks_like_a_path(source.reference):
        raise ChartNotFound(
            f'path "{source.reference}" not found', hint="a chart is a folder or a .tgz"
        )
    return download_chart(source, repos).download.chart


def download_chart(source: ChartSource, repos: RepoClient) -> Fetched:
    """Return a chart that is not on this disk, its digest checked, and vouched for on demand.

    Raises:
        RepoError, ChartError: It cannot be had, or is not what it should be.
        DigestMismatch: What came is not what was promised; it was discarded.
        SignatureInvalid: Nobody who is trusted vouches for it, though somebody should.
    """
    if source.reference.startswith("oci://"):
        return _from_registry(source, repos)
    if "://" in source.reference and not source.repo_url:
        download = repos.download_url(source.reference, credentials=source.credentials)
    elif source.repo_url:
        place, entry = repos.find_at(
            source.repo_url,
            source.reference,
            source.version,
            credentials=source.credentials,
            devel=source.devel,
        )
        download = repos.download(place, entry)
    else:
        download = repos.download(*repos.find(source.reference, source.version, devel=source.devel))
    return Fetched(download) if source.trust == "never" else _vouched(source, download, repos)


def _vouched(source: ChartSource, download: Download, repos: RepoClient) -> Fetched:
    try:
        provenance = repos.provenance(download)
    except FetchFailed as error:
        return _unvouched(source, Fetched(download), error.what)
    return _checked(source, Fetched(download, provenance))


def _unvouched(source: ChartSource, fetched: Fetched, why: str) -> Fetched:
    """Go on without provenance, or not."""
    if source.trust == "always":
        raise SignatureInvalid(
            f'failed to fetch provenance "{shown(fetched.download.url)}.prov"', hint=why
        )
    warning = f"WARNING: Verification not found for {source.reference}: {why}"
    return fetched._replace(warnings=(*fetched.warnings, warning))


def _checked(source: ChartSource, fetched: Fetched) -> Fetched:
    if source.trust != "always" or fetched.provenance is None:
        return fetched
    trusted = read_trusted(source.keyring, source.environ)
    download = fetched.download
    verified = verify_package(download.data, download.filename, fetched.provenance, trusted)
    return fetched._replace(verified=verified)


def _from_registry(source: ChartSource, repos: RepoClient) -> Fetched:
    version = source.version or (">0.0.0-0" if source.devel else "")
    registries = repos.registries(Access(source.plain_http, source.credentials))
    pulled = pull_chart(registries, source.reference, version, prov=source.trust != "never")
    place = RepoEntry("", source.reference, source.credentials)
    download = Download(pulled.chart, pulled.files, pulled.data, f"oci://{pulled.ref}", place)
    fetched = Fetched(
        download,
        pulled.prov,
        said=announce("Pulled", pulled.ref, pulled.digest),
        warnings=pulled.warnings,
    )
    if source.trust == "never":
        return fetched
    if pulled.prov is None:
        return _unvouched(source, fetched, "the manifest has no provenance layer")
    return _checked(source, fetched)


def _looks_like_a_path(reference: str) -> bool:
    return reference.startswith((".", "/", "~")) or (
        reference.endswith(".tgz") and "://" not in reference
    )
