"""Bring a chart's files from disk into memory; `unpack` brings them back.

A folder is walked in the order of its names. Symbolic links are followed as long as they stay in
the chart: one that leads outside would put a stranger's file into a package (CVE-2019-18658), and
devices, FIFOs and circles have no end. `.helmignore` of the top folder decides what is left out.

Source: Helm v4 `pkg/chart/v2/loader/directory.go`, `internal/sympath/walk.go`, `pkg/chart/v2/util/
expand.go`; `spec/reliability.md` §2.1 and §2.3.
"""

import os
import stat
from collections.abc import Iterator

from pkgtool.chart.archive import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    MAX_MEMBERS,
    MAX_TOTAL_BYTES,
    read_archive,
)
from pkgtool.chart.ignore import IGNORE_FILE, IgnoreRules, parse_ignore
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.diskread import StrPath, plain_path, read_file
from pkgtool.errors import ChartInvalid, ChartNotFound, FileUnreadable
from pkgtool.yamlcodec.notebook import Notebook


def read_chart(path: StrPath, notebook: Notebook | None = None) -> Chart:
    """Load the chart in the folder or archive at `path`.

    Args:
        path: Where it is.
        notebook: Where it is remembered what YAML means.

    Raises:
        ChartError: There is nothing at `path`, or it does not make a chart.
        FileUnreadable: The disk refuses.
    """
    return load_chart(read_chart_files(path), name=os.fspath(path), notebook=notebook)


def read_chart_files(path: StrPath) -> dict[str, bytes]:
    """Return the files of the chart at `path`, a folder or an archive, by path inside the chart.

    Raises:
        ChartNotFound: There is nothing.
        ChartInvalid: A folder holds what a chart cannot: a device, a link that leads outside.
        ArchiveUnsafe: An archive breaks a rule of `pkgtool.chart.archive`.
        PatternInvalid: `.helmignore` cannot be read.
        FileUnreadable: The disk refuses.
    """
    place = os.fspath(path)
    if os.path.isdir(place):  # noqa: PTH112 - see `diskread`
        try:
            return _Walk(place).files()
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise FileUnreadable(f"cannot read {place!r}: {reason}") from error
    if not os.path.exists(place):  # noqa: PTH110
        raise ChartNotFound(
            f"path {place!r} not found",
            hint="name a chart folder, a packed .tgz, or a chart of a repository: repo/name",
        )
    return read_archive(read_file(place, limit_bytes=MAX_TOTAL_BYTES), name=place)


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

    def __init__(self, top: str) -> None:
        self.top = top
        self.real_top = os.path.realpath(top)
        self.bytes_left = MAX_TOTAL_BYTES
        self.files_left = MAX_MEMBERS
        self.rules = self.ignore_rules()

    def ignore_rules(self) -> IgnoreRules:
        path = plain_path(os.path.join(self.top, IGNORE_FILE))  # noqa: PTH118
        if not os.path.lexists(path):
            return parse_ignore("")
        data = read_file(self.inside(path, IGNORE_FILE), limit_bytes=MAX_FILE_BYTES)
        return parse_ignore(data.decode("utf-8", "replace"), name=path)

    def files(self) -> dict[str, bytes]:
        return dict(self.folder(self.top, "", (self.real_top,)))

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
                real = self.inside(entry.path, path) if entry.is_symlink() else ""
                real = real or f"{above[-1]}/{entry.name}"
                if real in above:
                    raise ChartInvalid(f"symbolic link {path!r} leads in a circle")
                yield from self.folder(entry.path, f"{path}/", (*above, real))
            else:
                yield path, self.content(entry, path)

    def content(self, entry: os.DirEntry[str], path: str) -> bytes:
        real = self.inside(entry.path, path) if entry.is_symlink() else entry.path
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

    def inside(self, place: str, path: str) -> str:
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
        return real

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
