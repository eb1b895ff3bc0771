"""Bring what lint looks at from disk into memory: a chart's folder, or an archive as if unpacked.

Source: Helm v4 `pkg/action/lint.go` (`lintChart`).
"""

import os
from pathlib import Path

from pkgtool.chart.archive import MAX_FILE_BYTES
from pkgtool.chart.files import read_chart_files
from pkgtool.chart.ignore import IGNORE_FILE, parse_ignore
from pkgtool.chart.lint import ChartFolder, folder_of
from pkgtool.diskread import read_file
from pkgtool.errors import ChartNotFound, PkgtoolError

_TOP = ("Chart.yaml", "values.yaml", "values.schema.json")
_NAMES = (*_TOP, "templates", "crds")
_ARCHIVES = (".tgz", ".tar.gz")


def read_lint_folder(path: Path) -> ChartFolder:
    """Return what lies at `path`, a chart's folder or its archive.

    Raises:
        ChartNotFound: It is nothing that could be linted.
    """
    if str(path).endswith(_ARCHIVES):
        return _from_archive(path)
    try:
        (path / "Chart.yaml").stat()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ChartNotFound(
            f"unable to check Chart.yaml file in chart: stat {path / 'Chart.yaml'}: {reason}",
            hint="name a chart folder or a packed .tgz",
        ) from error
    folders = frozenset(name for name in _NAMES if (path / name).is_dir())
    present = [name for name in _NAMES if name not in folders and os.path.lexists(path / name)]
    top = {name: _content(path / name) if name in _TOP else b"" for name in present}
    try:
        return ChartFolder(top, folders, read_chart_files(path))
    except PkgtoolError as error:
        return ChartFolder(top, folders, error)


def _content(path: Path) -> bytes:
    return read_file(path, limit_bytes=MAX_FILE_BYTES)


def _from_archive(path: Path) -> ChartFolder:
    try:
        files = read_chart_files(path)
    except PkgtoolError as error:
        missing = isinstance(error, ChartNotFound)
        did = "open tarball" if missing else "extract tarball"
        what = f"open {path}: no such file or directory" if missing else error.what
        raise ChartNotFound(f"unable to {did}: {what}", hint=error.hint) from error
    if "Chart.yaml" not in files:
        raise ChartNotFound(f"unable to extract tarball: {path} has no Chart.yaml")
    folder = folder_of(dict(sorted(files.items(), key=lambda each: each[0].split("/"))))
    try:
        # Helm unpacks it and loads the folder, where the rules of that folder count.
        rules = parse_ignore(files.get(IGNORE_FILE, b"").decode("utf-8", "replace"))
    except PkgtoolError as error:
        return folder._replace(files=error)
    assert not isinstance(folder.files, PkgtoolError)
    kept = {name: folder.files[name] for name in rules.keeps(folder.files)}
    return folder._replace(files=kept)
