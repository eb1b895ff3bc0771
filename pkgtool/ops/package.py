"""`package`: a chart folder becomes a tarball, the same bytes every time, and is signed on demand.

Source: Helm v4 `pkg/action/package.go`; messages are Helm's.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pkgtool.chart.deps import check_dependencies
from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.metadata import clean
from pkgtool.chart.model import Chart
from pkgtool.chart.pack import pack_chart, write_metadata
from pkgtool.diskfile import write_file
from pkgtool.errors import ChartError, ChartNotFound, FileUnwritable
from pkgtool.versions import Version

Sign = Callable[[bytes, str, bytes], bytes]
"""Makes the provenance file of a package from its bytes, its file name and its metadata."""


class PackageOptions(NamedTuple):
    """What is written into the package instead of what the folder says."""

    version: str = ""
    app_version: str = ""
    epoch_s: int = 0
    """The time that all files in it bear, in seconds since 1970."""


def package(
    folder: Path, destination: Path, options: PackageOptions, *, sign: Sign | None = None
) -> Path:
    """Pack the chart in `folder` into `destination`, and return the path of the tarball.

    Args:
        folder: The chart.
        destination: A folder, made where missing.
        options: What to change.
        sign: Makes the provenance file beside it; `None` for none.

    Raises:
        ChartError, VersionInvalid: The chart is not complete; nothing was written.
        KeyUnavailable: It cannot be signed; nothing was written.
        FileUnwritable: What was there before is unchanged.
    """
    chart = _changed(_read(folder), options)
    check_dependencies(chart)
    filename, data = _packed(chart, options.epoch_s)
    prov = sign(data, filename, write_metadata(chart.metadata)) if sign else None
    place = Path.cwd() if destination == Path() else destination
    if place.exists() and not place.is_dir():
        raise FileUnwritable(f"failed to save: is not a directory: {place}")
    write_file(place / filename, data, settled="content")
    if prov is not None:
        write_file(place / f"{filename}.prov", prov, settled="content")
    return place / filename


def _read(folder: Path) -> Chart:
    description = folder.absolute() / "Chart.yaml"
    if not folder.is_dir() or not description.exists():
        reason = "no such file or directory" if folder.is_dir() else "not a directory"
        raise ChartNotFound(
            f"unable to detect chart at {description}: open {description}: {reason}"
            if folder.exists()
            else f"stat {folder}: no such file or directory",
            hint="name the folder of a chart; `pkgtool create` makes one",
        )
    return load_chart(read_chart_files(folder), name=str(folder))


def _changed(chart: Chart, options: PackageOptions) -> Chart:
    metadata = chart.metadata
    if options.version:
        Version.parse(options.version)
        metadata = metadata._replace(version=options.version)
    if options.app_version:
        metadata = metadata._replace(app_version=clean(options.app_version))
    return replace(chart, metadata=metadata)


def _packed(chart: Chart, epoch_s: int) -> tuple[str, bytes]:
    try:
        return pack_chart(chart, epoch_s=epoch_s)
    except ChartError as error:
        raise type(error)(
            f"failed to save: {error.what}", where=error.where, hint=error.hint
        ) from error
