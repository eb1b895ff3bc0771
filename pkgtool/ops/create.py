"""`create`: a new chart that lints clean, validates and installs."""

from pathlib import Path

from pkgtool.chart.scaffold import scaffold_chart
from pkgtool.diskfile import write_file
from pkgtool.errors import ChartInvalid, FileUnwritable


def create(path: Path, *, engine: str = "jinja2") -> list[Path]:
    """Make a chart in the folder `path`, called as the folder is.

    Returns:
        Files that were there before and have been replaced.

    Raises:
        ChartInvalid: The name is not one for a chart.
        FileUnwritable: The folder cannot be written.
    """
    if path.exists() and not path.is_dir():
        raise FileUnwritable(f"cannot create a chart at {str(path)!r}: a file is in the way")
    name = path.name
    if not name or len(name) > 250 or not _is_chart_name(name):
        raise ChartInvalid(
            f"chart name {name!r} is not valid",
            hint="use letters, digits, `.`, `_` and `-`, at most 250 of them",
        )
    replaced: list[Path] = []
    for relative, data in scaffold_chart(name, engine=engine).items():
        target = path / relative
        if target.exists():
            replaced.append(target)
        write_file(target, data)
    return replaced


def _is_chart_name(name: str) -> bool:
    return name.isascii() and all(c.isalnum() or c in "._-" for c in name) and name.strip(".") != ""
