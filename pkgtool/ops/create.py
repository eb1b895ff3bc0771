"""`create`: a new chart that lints clean, validates and installs, or a copy of a starter.

Source: Helm v4 `pkg/cmd/create.go` and `pkg/chart/v2/util/create.go`.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from pkgtool import yamlcodec
from pkgtool.chart.files import read_chart
from pkgtool.chart.metadata import metadata_map
from pkgtool.chart.model import Metadata
from pkgtool.chart.pack import chart_files
from pkgtool.chart.scaffold import check_chart_name, scaffold_chart
from pkgtool.diskfile import make_folder, write_file
from pkgtool.errors import FileUnwritable, PkgtoolError, StarterUnusable

STARTER_NAME = b"<CHARTNAME>"
"""What stands for the name of the new chart in the templates and values of a starter."""


def create(path: Path, *, engine: str = "jinja2") -> list[Path]:
    """Make a chart in the folder `path`, called as the folder is.

    Returns:
        Files that were there before and have been replaced.

    Raises:
        ChartInvalid: The name is not one for a chart.
        FileUnwritable: The folder cannot be written.
    """
    check_chart_name(path.name)
    if not path.absolute().parent.is_dir():
        raise FileUnwritable(
            f"stat {os.path.abspath(path.parent)}: no such file or directory",  # noqa: PTH100
            hint="make that folder first, or look for a slip of the pen",
        )
    return _write(path, scaffold_chart(path.name, engine=engine))


def create_from(path: Path, starter: str, folders: Sequence[Path]) -> list[Path]:
    """Make a chart in the folder `path` that is a copy of `starter`, under its own name.

    Args:
        path: Of the new chart.
        starter: An absolute path, or the name of a folder in one of `folders`.
        folders: Where starters are; the first that has it counts.

    Returns:
        Files that were there before and have been replaced.

    Raises:
        ChartInvalid: The name is not one for a chart.
        StarterUnusable: The starter is no chart.
        FileUnwritable: The folder cannot be written.
    """
    check_chart_name(path.name)
    place = _starter(starter, folders)
    try:
        chart = read_chart(place)
        files = chart_files(chart)
    except PkgtoolError as error:
        raise StarterUnusable(
            f"could not load {place}: {error.what if place.exists() else _missing(place)}",
            where=error.where,
            hint="a starter is a chart: a folder with a Chart.yaml",
        ) from error
    name = path.name.encode()
    return _write(
        path,
        {
            each: data.replace(STARTER_NAME, name) if _is_filled(each) else data
            for each, data in {**files, "Chart.yaml": _metadata(path.name, chart.metadata)}.items()
        },
    )


def _starter(starter: str, folders: Sequence[Path]) -> Path:
    if Path(starter).is_absolute():
        return Path(starter)
    if ".." in Path(starter).parts:
        raise StarterUnusable(
            f"could not load {starter}: a starter is below the folder of starters",
            hint="name it by an absolute path",
        )
    places = [folder / starter for folder in folders]
    return next((place for place in places if place.is_dir()), places[0])


def _missing(place: Path) -> str:
    return f"stat {place}: no such file or directory"


def _is_filled(path: str) -> bool:
    return path == "values.yaml" or path.startswith("templates/")


def _metadata(name: str, starter: Metadata) -> bytes:
    """Return the `Chart.yaml` of a chart made from `starter`: only name and language stay."""
    told = metadata_map(Metadata(name, "0.1.0", "v2", app_version="0.1.0", engine=starter.engine))
    if told.get("engine") == "gotpl":
        del told["engine"]
    return yamlcodec.dump(told).encode()


def _write(path: Path, files: dict[str, bytes]) -> list[Path]:
    if path.exists() and not path.is_dir():
        raise FileUnwritable(f"file {os.path.abspath(path)} already exists and is not a directory")  # noqa: PTH100
    replaced: list[Path] = []
    for relative, data in files.items():
        target = path / relative
        if target.exists():
            replaced.append(target)
        write_file(target, data)
    make_folder(path / "charts")
    return replaced
