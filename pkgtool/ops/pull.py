"""`pull`: download a chart, and unpack it on demand."""

from pathlib import Path

from pkgtool.chart.archive import read_archive
from pkgtool.chart.files import unpack_files
from pkgtool.chart.load import load_chart
from pkgtool.diskfile import write_file
from pkgtool.errors import FileUnwritable
from pkgtool.ops.charts import ChartSource, download_chart
from pkgtool.repo.client import RepoClient


def pull(source: ChartSource, repos: RepoClient, destination: Path, *, untar: str = "") -> Path:
    """Download a chart into `destination` and return the path of what was written.

    Args:
        source: Which chart.
        repos: Where charts come from.
        destination: A folder.
        untar: A folder below `destination` to unpack into instead of keeping the tarball.

    Raises:
        RepoError, ChartError: Nothing was written.
        FileUnwritable: A file or folder is in the way, or the disk does not take it.
    """
    fetched = download_chart(source, repos)
    files = read_archive(fetched.data, name=fetched.filename)
    chart = load_chart(files, name=fetched.filename)
    if not untar:
        write_file(destination / fetched.filename, fetched.data)
        return destination / fetched.filename
    target = destination / untar / chart.name
    if target.exists():
        raise FileUnwritable(
            f"failed to untar: a file or directory with the name {str(target)!r} already exists"
        )
    unpack_files(files, target)
    return target
