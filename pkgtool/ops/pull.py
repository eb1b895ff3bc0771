"""`pull`: download a chart, and unpack it on demand."""

import os
from pathlib import Path

from pkgtool.chart.files import unpack_files
from pkgtool.diskfile import write_file
from pkgtool.errors import FileUnwritable
from pkgtool.ops.charts import ChartSource, download_chart
from pkgtool.repo.client import RepoClient


def pull(
    source: ChartSource, repos: RepoClient, destination: Path, *, untar: Path | None = None
) -> Path:
    """Download a chart into `destination` and return the path of what was written.

    The file or folder is called what the chart is called, whatever the URL says.

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
    if untar is None:
        write_file(destination / fetched.filename, fetched.data)
        return destination / fetched.filename
    target = destination / untar / fetched.chart.name
    if os.path.lexists(target):
        raise FileUnwritable(
            f"failed to untar: a file or directory with the name {str(target)!r} already exists",
            hint="remove it, or choose another --untardir",
        )
    unpack_files(fetched.files, target)
    return target
