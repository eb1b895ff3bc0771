"""`pull`: download a chart, with what vouches for it, and unpack it on demand."""

import os
from pathlib import Path
from typing import NamedTuple

from pkgtool.chart.unpack import unpack_files
from pkgtool.diskfile import write_file
from pkgtool.errors import FileUnwritable
from pkgtool.ops.charts import ChartSource, Fetched, download_chart
from pkgtool.repo.client import RepoClient


class Pulled(NamedTuple):
    """What a pull brought."""

    path: Path
    """The tarball, or the folder it was unpacked into."""
    fetched: Fetched


def pull(
    source: ChartSource, repos: RepoClient, destination: Path, *, untar: Path | None = None
) -> Pulled:
    """Download a chart into `destination`.

    The file or folder is called what the chart is called, whatever the URL says. Its provenance
    file, if it was asked for and there is one, lies beside the tarball.

    Args:
        source: Which chart.
        repos: Where charts come from.
        destination: A folder.
        untar: A folder, relative to `destination`, to unpack into instead of keeping the tarball.

    Raises:
        RepoError, ChartError: Nothing was written.
        FileUnwritable: A file or folder is in the way, or the disk does not take it.
    """
    fetched = download_chart(source, repos)
    download = fetched.download
    if untar is None:
        path = destination / download.filename
        write_file(path, download.data)
        if fetched.provenance is not None:
            write_file(destination / f"{download.filename}.prov", fetched.provenance)
        return Pulled(path, fetched)
    target = destination / untar / download.chart.name
    if os.path.lexists(target):
        raise FileUnwritable(
            f"failed to untar: a file or directory with the name {target} already exists",
            hint="remove it, or choose another --untardir",
        )
    unpack_files(download.files, target)
    return Pulled(target, fetched)
