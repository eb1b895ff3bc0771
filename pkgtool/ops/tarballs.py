"""Put a new set of tarballs into a chart's `charts/`: the old set or the new one, never a mixture.

The new `charts/` is made beside the old one, as `tmpcharts-<process>`: new tarballs are written,
everything that stays is linked. Then both change names in one step, where the system can do that.
Where it cannot, new tarballs come before outdated ones go, so that at no moment one is missing.

Source: Helm v4 `pkg/downloader/manager.go` (`safeMoveDeps`) for what stays and what goes.
"""

import os
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from pkgtool.chart.files import read_chart
from pkgtool.diskfile import exchange_folders, make_folder, remove_file, write_folder
from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable, FileUnwritable, PkgtoolError

_STAGE = "tmpcharts-"


def replace_tarballs(
    folder: Path,
    tarballs: Mapping[str, bytes],
    *,
    keep: AbstractSet[str],
    say: Callable[[str], None],
) -> None:
    """Make `tarballs` the packed charts of the chart in `folder`.

    Folders and files that are no charts stay. Nothing is touched when nothing would change.

    Args:
        folder: Of the chart.
        tarballs: By file name.
        keep: Names of charts that stay though they are not among `tarballs`.
        say: Told what was done, in Helm's words.

    Raises:
        FileUnwritable: `charts/` is as it was.
    """
    charts = Path(os.path.realpath(folder / "charts"))
    check_charts_folder(folder)
    _remove_leftovers(charts.parent)
    make_folder(charts)
    say("Deleting outdated charts")
    outdated = _outdated(charts, tarballs, keep, say)
    new = {name: data for name, data in tarballs.items() if not _is_there(charts / name, data)}
    if new or outdated:
        _replace(charts, new, outdated)


def check_charts_folder(folder: Path) -> None:
    """Make sure that `charts` is a folder, or that nothing is in its way.

    Raises:
        FileUnwritable: A file is.
    """
    charts = folder / "charts"
    if os.path.lexists(charts) and not charts.is_dir():
        raise FileUnwritable(f'"{charts}" is not a directory')


def _outdated(
    charts: Path, tarballs: Mapping[str, bytes], keep: AbstractSet[str], say: Callable[[str], None]
) -> set[str]:
    found = set()
    for path in sorted(charts.iterdir()):
        if path.is_dir() or path.name in tarballs:
            continue
        try:
            if read_chart(path).name not in keep:
                found.add(path.name)
        except PkgtoolError as error:
            say(f"Could not verify {path} for deletion: {error.what} (Skipping)")
    return found


def _is_there(path: Path, data: bytes) -> bool:
    try:
        return read_file(path, follow_links=False) == data
    except FileUnreadable:
        return False


def _replace(charts: Path, new: Mapping[str, bytes], outdated: AbstractSet[str]) -> None:
    import shutil  # noqa: PLC0415

    for name in new:
        if (charts / name).is_dir():
            raise FileUnwritable(f"cannot write {str(charts / name)!r}: a folder is in the way")
    stage = charts.with_name(f"{_STAGE}{os.getpid()}")
    try:
        _stage(charts, stage, new, outdated)
        if not exchange_folders(stage, charts):
            _move_one_by_one(stage, charts, new, outdated)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise FileUnwritable(f"cannot write {str(charts)!r}: {reason}") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _stage(charts: Path, stage: Path, new: Mapping[str, bytes], outdated: AbstractSet[str]) -> None:
    """Make the new `charts/` as the folder `stage`."""
    import shutil  # noqa: PLC0415

    write_folder(stage, new)
    for path in charts.iterdir():
        if path.name in new or path.name in outdated:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, stage / path.name, symlinks=True, copy_function=_link)
        else:
            _link(str(path), str(stage / path.name))
    shutil.copymode(charts, stage)


def _link(source: str, target: str) -> None:
    """Give a file a second name; a copy where the disk has no such thing."""
    import shutil  # noqa: PLC0415

    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _move_one_by_one(
    stage: Path, charts: Path, new: Mapping[str, bytes], outdated: AbstractSet[str]
) -> None:
    for name in new:
        (stage / name).replace(charts / name)
    for name in outdated:
        remove_file(charts / name)


def _remove_leftovers(parent: Path) -> None:
    """Remove what killed commands left behind, so that it does not get into packages."""
    import shutil  # noqa: PLC0415

    for path in parent.glob(f"{_STAGE}*"):
        number = path.name.removeprefix(_STAGE)
        if number.isdecimal() and path.is_dir() and not _runs(int(number)):
            shutil.rmtree(path, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return process != os.getpid()
