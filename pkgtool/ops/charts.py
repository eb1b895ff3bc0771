"""Find the chart that a reference on the command line stands for.

A reference is a folder, a `.tgz`, a URL of one, or `REPOSITORY/CHART`; with `--repo URL` it is the
name of a chart there. What is on the disk comes first, as in Helm.

Source: Helm v4 `pkg/action/install.go` (`LocateChart`).
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.errors import ChartNotFound
from pkgtool.repo.client import Download, RepoClient
from pkgtool.repo.http import Credentials


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


def open_chart(source: ChartSource, repos: RepoClient) -> Chart:
    """Return the chart that `source` stands for, downloading it where needed.

    Raises:
        ChartNotFound, RepoError: There is no such chart.
        ChartError: There is, but it is not usable.
    """
    # `os.path.exists` takes any text; `Path.exists` fails on names that no disk would take.
    if not source.repo_url and os.path.exists(source.reference):  # noqa: PTH110
        return load_chart(read_chart_files(Path(source.reference)), name=source.reference)
    if not source.repo_url and _looks_like_a_path(source.reference):
        raise ChartNotFound(
            f"path {source.reference!r} not found", hint="a chart is a folder or a .tgz"
        )
    return download_chart(source, repos).chart


def download_chart(source: ChartSource, repos: RepoClient) -> Download:
    """Return the tarball of a chart that is not on this disk, its digest checked.

    Raises:
        RepoError, ChartError: It cannot be had, or is not what it should be.
        DigestMismatch: What came is not what was promised; it was discarded.
    """
    if source.reference.startswith("oci://"):
        raise ChartNotFound(
            f"cannot fetch {source.reference!r}: OCI registries are not supported yet",
            hint="use a chart repository: `pkgtool repo add NAME URL`",
        )
    if source.reference.startswith(("http://", "https://")):
        return repos.download_url(source.reference, credentials=source.credentials)
    if source.repo_url:
        place, entry = repos.find_at(
            source.repo_url,
            source.reference,
            source.version,
            credentials=source.credentials,
            devel=source.devel,
        )
    else:
        place, entry = repos.find(source.reference, source.version, devel=source.devel)
    return repos.download(place, entry)


def _looks_like_a_path(reference: str) -> bool:
    return reference.startswith((".", "/", "~")) or (
        reference.endswith(".tgz") and "://" not in reference
    )
