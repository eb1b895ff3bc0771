"""Bring a chart's files from disk into memory, and unpack them back: the only disk access here.

A folder is walked in the order of its names. Symbolic links are followed as long as they stay in
the chart: one that leads outside would put a stranger's file into a package (CVE-2019-18658), and
devices, FIFOs and circles have no end. `.helmignore` of the top folder decides what is left out.

Source: Helm v4 `pkg/chart/v2/loader/directory.go`, `internal/sympath/walk.go`, `pkg/chart/v2/util/
expand.go`; `spec/reliability.md` §2.1 and §2.3.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from pkgtool.chart.archive import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    MAX_MEMBERS,
    MAX_TOTAL_BYTES,
    check_path,
    read_archive,
)
from pkgtool.chart.ignore import IGNORE_FILE, IgnoreRules, parse_ignore
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.diskfile import make_folder, read_file
from pkgtool.errors import ChartInvalid, ChartNotFound, FileUnreadable, FileUnwritable


def read_chart(path: Path) -> Chart:
    """Load the chart in the folder or archive at `path`.

    Raises:
        ChartError: There is nothing at `path`, or it does not make a chart.
        FileUnreadable: The disk refuses.
    """
    return load_chart(read_chart_files(path), name=str(path))


def read_chart_files(path: Path) -> dict[str, bytes]:
    """Return the files of the chart at `path`, a folder or an archive, by path inside the chart.

    Raises:
        ChartNotFound: There is nothing.
        ChartInvalid: A folder holds what a chart cannot: a device, a link that leads outside.
        ArchiveUnsafe: An archive breaks a rule of `pkgtool.chart.archive`.
        PatternInvalid: `.helmignore` cannot be read.
        FileUnreadable: The disk refuses.
    """
    if path.is_dir():
        try:
            return _Walk(path).files()
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise FileUnreadable(f"cannot read {str(path)!r}: {reason}") from error
    if not path.exists():
        raise ChartNotFound(
            f"path {str(path)!r} not found",
            hint="name a chart folder, a packed .tgz, or a chart of a repository: repo/name",
        )
    return read_archive(read_file(path, limit_bytes=MAX_TOTAL_BYTES), name=str(path))


def unpack_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write `files` as the new folder `folder`, whole or not at all.

    Raises:
        ArchiveUnsafe: A path leaves the folder; nothing was written.
        FileUnwritable: `folder` exists, or the disk refuses; nothing is left behind.
    """
    paths = {"/".join(check_path(path, archive=folder.name)): path for path in files}
    make_folder(folder.parent)
    if os.path.lexists(folder):
        raise FileUnwritable(
            f"cannot write {str(folder)!r}: it exists", hint="remove it, or choose another place"
        )
    fresh = folder.with_name(f".{folder.name}.{os.urandom(8).hex()}.tmp")
    try:
        fresh.mkdir(mode=0o700)
        for path, source in paths.items():
            _write_new(fresh / path, files[source])
        fresh.chmod(0o755)
        fresh.rename(folder)
    except OSError as error:
        _remove(fresh)
        reason = (error.strerror or type(error).__name__).lower()
        raise FileUnwritable(f"cannot write {str(folder)!r}: {reason}") from error


def _write_new(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o644), "wb") as file:
        file.write(data)


def _remove(folder: Path) -> None:
    # Imported here: only failures clean up.
    import shutil  # noqa: PLC0415

    shutil.rmtree(folder, ignore_errors=True)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link to itself; reading it will say so, unless it is ignored.
        return False


def _check_file(real: str, path: str) -> None:
    """Say what keeps the file of a chart at `real` from being read, if the disk can say so."""
    try:
        facts = os.stat(real)  # noqa: PTH116 - a path object for each file would cost more
    except OSError as error:
        raise ChartInvalid(f"cannot load {path!r}: {error.strerror}") from error
    if not stat.S_ISREG(facts.st_mode):
        raise ChartInvalid(
            f"cannot load irregular file {path} as it has file mode type bits set",
            hint="a chart holds plain files; list others in .helmignore",
        )
    if facts.st_size > MAX_FILE_BYTES:
        raise ChartInvalid(
            f"chart file {path!r} is larger than the maximum file size {MAX_FILE_BYTES}",
            hint="list it in .helmignore if the chart does not need it",
        )


class _Walk:
    """One walk over a chart folder."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.real_top = os.path.realpath(top)
        self.bytes_left = MAX_TOTAL_BYTES
        self.files_left = MAX_MEMBERS
        self.rules = self.ignore_rules()

    def ignore_rules(self) -> IgnoreRules:
        path = self.top / IGNORE_FILE
        if not os.path.lexists(path):
            return parse_ignore("")
        data = read_file(self.inside(str(path), IGNORE_FILE), limit_bytes=MAX_FILE_BYTES)
        return parse_ignore(data.decode("utf-8", "replace"), name=str(path))

    def files(self) -> dict[str, bytes]:
        return dict(self.folder(str(self.top), "", (self.real_top,)))

    def folder(
        self, place: str, prefix: str, above: tuple[str, ...]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the files below `place`, whose real path is the last of `above`."""
        if len(above) > MAX_DEPTH:
            raise ChartInvalid(f"chart folder is more than {MAX_DEPTH} folders deep: {place!r}")
        with os.scandir(place) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            path = f"{prefix}{entry.name}"
            is_folder = _is_folder(entry)
            if self.rules.ignores(path, folder=is_folder):
                continue
            self.spend_name(path)
            if is_folder:
                real = str(self.inside(entry.path, path)) if entry.is_symlink() else ""
                real = real or f"{above[-1]}/{entry.name}"
                if real in above:
                    raise ChartInvalid(f"symbolic link {path!r} leads in a circle")
                yield from self.folder(entry.path, f"{path}/", (*above, real))
            else:
                yield path, self.content(entry, path)

    def content(self, entry: os.DirEntry[str], path: str) -> bytes:
        real = str(self.inside(entry.path, path)) if entry.is_symlink() else entry.path
        # What was listed says whether it is a plain file; opening a device may do something.
        if not entry.is_file():
            _check_file(real, path)
        try:
            data = read_file(real, limit_bytes=MAX_FILE_BYTES)
        except FileUnreadable:
            _check_file(real, path)
            raise
        self.bytes_left -= len(data)
        if self.bytes_left < 0:
            raise ChartInvalid(f"chart is larger than the maximum size {MAX_TOTAL_BYTES}")
        return data

    def inside(self, place: str, path: str) -> Path:
        """Return where a symbolic link leads, if that is in the chart."""
        try:
            real = os.path.realpath(place, strict=True)
        except OSError as error:
            raise ChartInvalid(f"symbolic link {path!r} leads nowhere or in a circle") from error
        if real != self.real_top and not real.startswith(f"{self.real_top}/"):
            raise ChartInvalid(
                f"symbolic link {path!r} leads outside of the chart",
                hint="copy the file into the chart, or list the link in .helmignore",
            )
        return Path(real)

    def spend_name(self, path: str) -> None:
        self.files_left -= 1
        if self.files_left < 0:
            raise ChartInvalid(
                f"chart folder has more than {MAX_MEMBERS} files",
                hint="list what does not belong to the chart in .helmignore",
            )
        try:
            path.encode()
        except UnicodeEncodeError as error:
            raise ChartInvalid(f"file name {path!r} is not UTF-8") from error
