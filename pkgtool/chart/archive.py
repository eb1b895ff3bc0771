"""Turn the bytes of a chart archive into files in memory, or refuse it as a whole.

Nothing touches the disk here, and nothing is believed: sizes, counts and names are checked while
the stream is unpacked, and reading stops at the first breach. What an archive may hold is narrower
than what Helm takes: regular files and folders, one top folder, one truth per name. An archive
that could read differently elsewhere (two members of one name, data behind its end, names that
differ only in case) is refused, because signatures, user interfaces and installers must all see
the same chart.

Source: `spec/reliability.md` §2.3; the tar layout is POSIX.1-2017 `pax` plus GNU long names;
decisions in `docs/adr/0013-archive-rules.md`.
"""

import zlib
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from pkgtool.errors import ArchiveUnsafe

MAX_TOTAL_BYTES = 100 * 1024 * 1024
"""Most bytes in all files of a chart, those of packed subcharts included."""
MAX_FILE_BYTES = 20 * 1024 * 1024
"""Most bytes in one file."""
MAX_MEMBERS = 10_000
"""Most members in a chart, those of packed subcharts included."""
MAX_RATIO = 200
"""Most unpacked bytes for each packed one, once there is more than `RATIO_FROM_BYTES`."""
RATIO_FROM_BYTES = 1024 * 1024
MAX_PATH_BYTES = 512
MAX_DEPTH = 32
"""Most folders on the way to a file, its own name included."""
MAX_EXTENSION_BYTES = 8 * 1024
"""Most bytes of extended header before a member."""

_BLOCK = 512
_PIECE = 1024 * 1024
_ZERO = bytes(_BLOCK)
_NOTHING = zlib.compress(b"", wbits=31)
"""The archive of what has been unpacked already."""
_SPACES = 8 * ord(" ")
"""What the checksum of a header counts for in itself."""
_FILE_TYPES = (b"0", b"\0")
_OWNER_RUNS = 0o100
_REFUSED_TYPES = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a FIFO",
    b"7": "a contiguous file",
    b"S": "a sparse file",
}
_KNOWN_KEYS = frozenset(
    {
        *("path", "size", "mtime", "atime", "ctime", "uid", "gid", "uname", "gname"),
        *("comment", "charset", "hdrcharset"),
    }
)
_IGNORED_KEYS = ("SCHILY.", "LIBARCHIVE.")
_NOWHERE = ("", ".")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)


class Allowance:
    """What a chart may still unpack; shared with the archives inside it."""

    __slots__ = ("bytes_left", "members_left")

    def __init__(self) -> None:
        self.bytes_left = MAX_TOTAL_BYTES
        self.members_left = MAX_MEMBERS


class Member(NamedTuple):
    """A file in an archive."""

    content: bytes
    executable: bool
    """Whether its owner may run it; nothing else of its mode counts."""


def read_archive(data: bytes, *, name: str, allowance: Allowance | None = None) -> dict[str, bytes]:
    """Return the files of the gzip-compressed tar `data` by path, in archive order.

    Args:
        data: The whole archive.
        name: What messages call it.
        allowance: Shared limits, for an archive inside another.

    Returns:
        Paths without the top folder that all members share.

    Raises:
        ArchiveUnsafe: It is damaged, too large, ambiguous, or reaches outside itself.
    """
    members = _Members(name)
    _unpack(data, name, allowance or Allowance(), members)
    return members.files


def read_members(data: bytes, *, name: str) -> dict[str, Member]:
    """Return the files of an archive that is no chart: by whole path, with or without a top folder.

    Raises:
        ArchiveUnsafe: As for `read_archive`.
    """
    members = _Members(name, needs_top=False)
    _unpack(data, name, Allowance(), members)
    return {
        path: Member(content, executable=path in members.executables)
        for path, content in members.files.items()
    }


def check_tar(tar: bytes, *, name: str, packed_bytes: int) -> None:
    """Refuse the unpacked `tar` for whatever `read_archive` would refuse it when it is packed.

    Args:
        tar: All of it.
        name: What messages call it.
        packed_bytes: How long it is as an archive.

    Raises:
        ArchiveUnsafe: As for `read_archive`.
    """
    _read(_Stream(_NOTHING, name, Allowance(), ready=tar, packed=packed_bytes), _Members(name))


def _unpack(data: bytes, name: str, allowance: Allowance, members: "_Members") -> None:
    check_gzip(data, name=name)
    _read(_Stream(data, name, allowance, packed=len(data)), members)


def _read(stream: "_Stream", members: "_Members") -> None:
    for kind, path, size, mode in _members(stream):
        if kind == b"5" or (kind in _FILE_TYPES and path.endswith("/")):
            members.add_folder(path)
            if size:
                stream.fail(f"{path!r} is a folder with content")
        elif kind in _FILE_TYPES:
            members.add_file(path, stream.content(size, path), mode)
        else:
            what = _REFUSED_TYPES.get(kind, f"of unknown type {kind!r}")
            stream.fail(f"{path!r} is {what}; only files and folders are allowed")
    stream.finish()
    if not members.files:
        stream.fail("no files in chart archive")


def check_gzip(data: bytes, *, name: str) -> None:
    """Refuse `data` that is no gzip stream, guessing what it is instead.

    Raises:
        ArchiveUnsafe: The first bytes are not gzip's.
    """
    if data.startswith(b"\x1f\x8b\x08"):
        return
    if name.lower().endswith((".yaml", ".yml")):
        raise ArchiveUnsafe(
            f"file {name!r} seems to be a YAML file, but expected a gzipped archive"
        )
    binary = b"\0" in data[:512] or not data
    kind = "application/octet-stream" if binary else "text/plain"
    raise ArchiveUnsafe(
        f"file {name!r} does not appear to be a gzipped archive; got {kind!r}",
        hint="a packed chart is what `pkgtool package` writes: a .tgz",
    )


def check_path(path: str, *, archive: str) -> tuple[str, ...]:
    """Return the parts of a member's `path`, `.` left out.

    Raises:
        ArchiveUnsafe: The path is absolute, leaves the archive, or is a name that some system
            reads differently.
    """
    if len(path) > MAX_PATH_BYTES or (not path.isascii() and len(path.encode()) > MAX_PATH_BYTES):
        _refuse(archive, f"path of more than {MAX_PATH_BYTES} bytes: {path[:60]!r}…")
    if not path.isprintable():
        what = "control" if path.isascii() else "control or invisible"
        _refuse(archive, f"{what} character in the name {path!r}")
    if path.startswith("/"):
        _refuse(archive, f"chart illegally contains absolute paths: {path!r}")
    if "\\" in path:
        _refuse(archive, f"chart contains illegally named files: backslash in {path!r}")
    parts = tuple([part for part in path.split("/") if part not in _NOWHERE])
    if len(parts) > MAX_DEPTH:
        _refuse(archive, f"more than {MAX_DEPTH} folders deep: {path[:60]!r}…")
    for part in parts:
        if ":" in part or part[-1] in ". " or part.partition(".")[0].lower() in _DEVICES:
            _refuse_part(part, path, archive)
    return parts


def _refuse_part(part: str, path: str, archive: str) -> NoReturn:
    if part == "..":
        _refuse(archive, f"chart illegally references parent directory: {path!r}")
    if ":" in part:
        _refuse(archive, f"chart contains illegally named files: colon in {path!r}")
    if part[-1] in ". ":
        _refuse(archive, f"name ends in a dot or a space: {path!r}")
    _refuse(archive, f"name of a device on some systems: {path!r}")


class _Members:
    """Files found so far, and every name that is taken."""

    def __init__(self, archive: str, *, needs_top: bool = True) -> None:
        self.archive = archive
        self.files: dict[str, bytes] = {}
        """Without the top folder, when there has to be one."""
        self.executables: set[str] = set()
        self._needs_top = needs_top
        self._top = ""
        self._taken: set[str] = set()
        self._entered: set[tuple[str, ...]] = set()

    def add_folder(self, path: str) -> None:
        parts = check_path(path, archive=self.archive)
        if parts:
            self._enter(parts)

    def add_file(self, path: str, content: bytes, mode: bytes) -> None:
        parts = check_path(path, archive=self.archive)
        if not self._needs_top:
            self._add_anywhere(parts, content, mode)
            return
        if len(parts) < 2:
            if parts == ("Chart.yaml",):
                _refuse(self.archive, "chart yaml not in base directory")
            _refuse(
                self.archive,
                f"chart illegally contains content outside the base directory: {path!r}",
            )
        self._take(parts)
        self.files["/".join(parts[1:])] = content

    def _add_anywhere(self, parts: tuple[str, ...], content: bytes, mode: bytes) -> None:
        self._take(parts)
        path = "/".join(parts)
        self.files[path] = content
        if (_number(mode) or 0) & _OWNER_RUNS:
            self.executables.add(path)

    def _take(self, parts: tuple[str, ...]) -> None:
        """Note the name of a file, which nothing else may have."""
        if not parts:
            _refuse(self.archive, "a file without a name")
        if len(parts) > 1:
            self._enter(parts[:-1])
        path = "/".join(parts)
        key = _fold(path)
        if key in self._taken:
            _refuse(self.archive, f"two members are, on some systems, the same file: {path!r}")
        self._taken.add(key)

    def _enter(self, folders: tuple[str, ...]) -> None:
        """Note the folders on the way; each has one spelling, and none is a file as well."""
        if folders in self._entered:
            return
        self._top = self._top or folders[0]
        if self._needs_top and folders[0] != self._top:
            _refuse(self.archive, f"more than one top folder: {self._top!r} and {folders[0]!r}")
        path = "/".join(folders)
        key = _fold(path)
        if key in self._taken:
            _refuse(self.archive, f"two members are, on some systems, the same file: {path!r}")
        self._taken.add(key)
        self._entered.add(folders)
        if len(folders) > 1:
            self._enter(folders[:-1])


class _Stream:
    """The unpacked bytes in order; unpacks at most a piece more than was asked for, and counts."""

    def __init__(
        self, data: bytes, name: str, allowance: Allowance, *, packed: int, ready: bytes = b""
    ) -> None:
        self._data = memoryview(data)
        self._packed = packed
        self._fed = 0
        self._inflate = zlib.decompressobj(wbits=31)
        self._ready = ready
        self._at = 0
        self._produced = len(ready)
        self.name = name
        self._allowance = allowance
        self._check_volume()

    def fail(self, what: str) -> NoReturn:
        _refuse(self.name, what)

    def header(self) -> bytes | None:
        """Return the next header block, or None at the end of the archive."""
        block = self._take(_BLOCK, may_end=True)
        if not block or block == _ZERO:
            return None
        if _number(block[148:156]) != header_sum(block):
            self.fail("damaged: a header's checksum does not match")
        return block

    def content(self, size: int, path: str) -> bytes:
        """Return the content of a member, without its padding."""
        if size > MAX_FILE_BYTES:
            self.fail(
                f"decompressed chart file {path!r} is larger than the maximum file size "
                f"{MAX_FILE_BYTES}"
            )
        self._spend(size)
        return self._padded(size)

    def extension(self, size: int) -> bytes:
        """Return an extended header."""
        if size > MAX_EXTENSION_BYTES:
            self.fail(f"an extended header of more than {MAX_EXTENSION_BYTES} bytes")
        self._spend(size)
        return self._padded(size)

    def spend_member(self) -> None:
        self._allowance.members_left -= 1
        if self._allowance.members_left < 0:
            self.fail(f"more than {MAX_MEMBERS} members")

    def finish(self) -> None:
        """Make sure that nothing but padding follows."""
        while True:
            rest = self._ready[self._at :]
            if rest.count(0) != len(rest):
                self.fail("data behind the end of the archive")
            if self._inflate.eof:
                break
            self._ready, self._at = self._unpack(_PIECE), 0
        behind = len(self._data) - self._fed + len(self._inflate.unused_data)
        if behind:
            self.fail(f"{behind} bytes behind the end of the compressed data")

    def _spend(self, size: int) -> None:
        self._allowance.bytes_left -= size
        if self._allowance.bytes_left < 0:
            self.fail(f"decompressed chart is larger than the maximum size {MAX_TOTAL_BYTES}")

    def _take(self, size: int, *, may_end: bool = False) -> bytes:
        if self._at + size > len(self._ready):
            self._fill(size)
        taken = self._ready[self._at : self._at + size]
        self._at += len(taken)
        if len(taken) < size and not (may_end and not taken):
            self.fail("truncated")
        return taken

    def _padded(self, size: int) -> bytes:
        """Return the next `size` bytes, and go on behind the blocks that they fill."""
        begin, end = self._at, self._at + size + -size % _BLOCK
        if end > len(self._ready):
            self._fill(end - begin)
            begin, end = 0, end - begin
            if end > len(self._ready):
                self.fail("truncated")
        self._at = end
        return self._ready[begin : begin + size]

    def _fill(self, size: int) -> None:
        """Have the next `size` bytes ready, as far as there are so many."""
        rest = self._ready[self._at :]
        pieces = [rest] if rest else []
        missing = size - len(rest)
        while missing > 0 and not self._inflate.eof:
            pieces.append(self._unpack(max(_PIECE, missing)))
            missing -= len(pieces[-1])
        # Most archives are one piece, which need not be copied.
        self._ready, self._at = pieces[0] if len(pieces) == 1 else b"".join(pieces), 0

    def _unpack(self, want: int) -> bytes:
        """Return up to `want` more bytes."""
        feed: bytes | memoryview = self._inflate.unconsumed_tail
        if not feed:
            feed = self._data[self._fed : self._fed + _PIECE]
            self._fed += len(feed)
        if not feed:
            self.fail("truncated")
        try:
            made = self._inflate.decompress(feed, want)
        except zlib.error as error:
            raise _unsafe(self.name, "damaged") from error
        self._produced += len(made)
        self._check_volume()
        return made

    def _check_volume(self) -> None:
        """Bound padding and headers too, which no member accounts for."""
        over_ratio = self._produced > MAX_RATIO * self._packed
        if over_ratio and self._produced > RATIO_FROM_BYTES:
            self.fail(f"unpacks to more than {MAX_RATIO} times its size")
        if self._produced > MAX_TOTAL_BYTES + 3 * _BLOCK * MAX_MEMBERS:
            self.fail(f"decompressed chart is larger than the maximum size {MAX_TOTAL_BYTES}")


def _members(stream: _Stream) -> Iterator[tuple[bytes, str, int, bytes]]:
    """Yield type, path, size and mode of each member; its content must be taken before the next."""
    renamed = ""
    while (header := stream.header()) is not None:
        stream.spend_member()
        kind, size = header[156:157], _size(stream, header)
        if kind == b"L":
            renamed = _text(stream, stream.extension(size).rstrip(b"\0"))
        elif kind == b"x":
            renamed = _records(stream, stream.extension(size)).get("path", renamed)
        elif kind == b"g":
            # `git archive` writes one to note the commit; it must not rename members.
            if "path" in _records(stream, stream.extension(size)):
                stream.fail("a path for all members")
        else:
            yield kind, renamed or _header_path(stream, header), size, header[100:108]
            renamed = ""


def _size(stream: _Stream, header: bytes) -> int:
    size = _number(header[124:136])
    if size is None:
        stream.fail("damaged: a size that is no number, or negative or larger than any limit")
    return size


def header_sum(block: bytes) -> int:
    """Return the checksum of a header, for which its own place counts as blank."""
    return _sum(block[:256]) + _sum(block[256:]) - sum(block[148:156]) + _SPACES


def _sum(block: bytes) -> int:
    """Return the sum of at most 256 bytes."""
    # The lower half of Adler-32 is one more than the sum, which here stays below its modulus;
    # adding up the numbers took longer than everything else about a member.
    return (zlib.adler32(block) & 0xFFFF) - 1


def _number(field: bytes) -> int | None:
    """Return an octal number; other notations only serve sizes beyond every limit."""
    digits = field.rstrip(b" \0").lstrip(b" ")
    if not digits:
        return 0
    return int(digits, 8) if not digits.strip(b"01234567") else None


def _header_path(stream: _Stream, header: bytes) -> str:
    name = header[:100].rstrip(b"\0")
    # GNU's variant of the format uses the place of the prefix for something else.
    prefix = header[345:500].rstrip(b"\0") if header[257:263] == b"ustar\0" else b""
    return _text(stream, prefix + b"/" + name if prefix else name)


def _records(stream: _Stream, data: bytes) -> dict[str, str]:
    """Records = { length " " key "=" value newline }."""
    found: dict[str, str] = {}
    while data:
        length, _, _ = data.partition(b" ")
        if not length.isdigit() or not len(length) < int(length) <= len(data):
            stream.fail("damaged: an extended header that cannot be read")
        record, data = data[len(length) + 1 : int(length)], data[int(length) :]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n"):
            stream.fail("damaged: an extended header that cannot be read")
        name = _text(stream, key)
        if name in ("path", "size") and (name in found or name == "size"):
            stream.fail(f"an extended header that changes the {name} of a member")
        if name in _KNOWN_KEYS:
            found[name] = (
                value[:-1].decode("utf-8", "replace")
                if name != "path"
                else _text(stream, value[:-1])
            )
        elif not name.startswith(_IGNORED_KEYS):
            stream.fail(f"an extended header with the key {name[:40]!r}")
    return found


def _text(stream: _Stream, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise _unsafe(stream.name, "a name that is not UTF-8") from error


def _fold(path: str) -> str:
    """Return what stays of `path` on systems that ignore case and Unicode composition."""
    if path.isascii():
        return path.lower()
    # Imported here: names of chart files are ASCII as a rule.
    from unicodedata import normalize  # noqa: PLC0415

    return normalize("NFC", normalize("NFC", path).casefold())


def _refuse(archive: str, what: str) -> NoReturn:
    raise _unsafe(archive, what)


def _unsafe(archive: str, what: str) -> ArchiveUnsafe:
    return ArchiveUnsafe(
        f"{archive!r} is not a safe chart archive: {what}",
        hint="fetch it again, or pack its folder with `pkgtool package`",
    )
