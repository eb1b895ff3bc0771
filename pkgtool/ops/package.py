"""`package`: a chart folder becomes a tarball, the same bytes every time."""

from pathlib import Path
from typing import NamedTuple

from pkgtool import yamlcodec
from pkgtool.chart.deps import check_dependencies
from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.pack import pack_chart
from pkgtool.diskfile import write_file
from pkgtool.versions import Version


class PackageOptions(NamedTuple):
    """What is written into the package instead of what the folder says."""

    version: str = ""
    app_version: str = ""


def package(folder: Path, destination: Path, options: PackageOptions) -> Path:
    """Pack the chart in `folder` into `destination`, and return the path of the tarball.

    Raises:
        ChartError: The chart is not complete; nothing was written.
        FileUnwritable: What was there before is unchanged.
    """
    files = dict(read_chart_files(folder))
    changes: dict[tuple[str, ...], object] = {}
    if options.version:
        changes[("version",)] = str(Version.parse(options.version))
    if options.app_version:
        changes[("appVersion",)] = options.app_version
    if changes and "Chart.yaml" in files:
        files["Chart.yaml"] = yamlcodec.edit(files["Chart.yaml"].decode(), changes).encode()
    chart = load_chart(files, name=str(folder))
    check_dependencies(chart)
    filename, data = pack_chart(chart)
    write_file(destination / filename, data)
    return (destination / filename).resolve()
