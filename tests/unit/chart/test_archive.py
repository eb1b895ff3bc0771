"""The archive reader: what it takes, and that everything else is refused by name."""

import gzip
import io
import random
import tarfile
import time
import zlib
from collections.abc import Callable

import pytest

from pkgtool.chart.archive import (
    MAX_FILE_BYTES,
    MAX_MEMBERS,
    MAX_TOTAL_BYTES,
    Allowance,
    Member,
    read_archive,
    read_members,
)
from pkgtool.errors import ArchiveUnsafe


def member(name: str, data: bytes = b"x", *, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type = kind
    found.size = len(data) if kind == tarfile.REGTYPE else 0
    return found


def packed(*members: tuple[tarfile.TarInfo, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=format) as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def files(**content: bytes) -> bytes:
    named = {path.replace("__", "/"): data for path, data in content.items()}
    return packed(*((member(path, data), data) for path, data in named.items()))


def named(*paths: str) -> bytes:
    return packed(*((member(path), b"x") for path in paths))


def refusal(data: bytes) -> str:
    with pytest.raises(ArchiveUnsafe) as caught:
        read_archive(data, name="web.tgz")
    return caught.value.what


def test_the_top_folder_is_dropped() -> None:
    data = named("web/Chart.yaml", "web/templates/a.yaml", "./web/./values.yaml")

    assert list(read_archive(data, name="web.tgz")) == [
        "Chart.yaml",
        "templates/a.yaml",
        "values.yaml",
    ]


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_are_read_in_every_format(format: int) -> None:
    path = "web/" + "/".join(["folder-with-a-name"] * 8) + "/file.yaml"

    data = packed((member(path, b"long"), b"long"), format=format)

    assert read_archive(data, name="web.tgz") == {path.removeprefix("web/"): b"long"}


def test_the_checksum_of_a_header_may_be_large() -> None:
    header = bytearray(member("web/" + "é" * 48, b"").tobuf(tarfile.USTAR_FORMAT))
    for begin, end in ((100, 124), (136, 148), (157, 257), (265, 345), (500, 512)):
        header[begin:end] = b"\xff" * (end - begin)
    header[148:156] = b" " * 8
    total = sum(header)
    header[148:156] = f"{total:06o}\0 ".encode()

    assert total > 1 << 16
    assert read_archive(gzip.compress(header), name="web.tgz") == {"é" * 48: b""}


def test_folders_and_the_commit_of_git_archive_are_passed() -> None:
    out = io.BytesIO()
    with tarfile.open(
        fileobj=out, mode="w:gz", format=tarfile.PAX_FORMAT, pax_headers={"comment": "abc"}
    ) as tar:
        tar.addfile(member(".", kind=tarfile.DIRTYPE))
        tar.addfile(member("web", kind=tarfile.DIRTYPE))
        tar.addfile(member("web/a.txt", b"1"), io.BytesIO(b"1"))

    assert read_archive(out.getvalue(), name="web.tgz") == {"a.txt": b"1"}


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        pytest.param(["/etc/passwd"], "absolute paths", id="absolute"),
        pytest.param(["web/../../x"], "references parent directory", id="parent"),
        pytest.param(["web\\..\\x"], "illegally named files: backslash", id="backslash"),
        pytest.param(["web/c:/x"], "illegally named files: colon", id="drive"),
        pytest.param(["web/x:ads"], "illegally named files: colon", id="stream"),
        pytest.param(["web/aux.yaml"], "name of a device", id="device"),
        pytest.param(["web/a. "], "ends in a dot or a space", id="space"),
        pytest.param(["web/a./b"], "ends in a dot or a space", id="dot"),
        pytest.param(["web/a\x1b[31m"], "control character", id="escape"),
        pytest.param(["web/a\nb"], "control character", id="newline"),
        pytest.param(["web/a\u202eb"], "invisible character", id="bidi"),
        pytest.param(["web/a\u200bb"], "invisible character", id="zero width"),
        pytest.param(["Chart.yaml"], "chart yaml not in base directory", id="chart at top"),
        pytest.param(["x.txt"], "content outside the base directory", id="file at top"),
        pytest.param(["web/a", "web/a"], "the same file", id="twice"),
        pytest.param(["web/README", "web/readme"], "the same file", id="case"),
        pytest.param(["web/é", "web/e\u0301"], "the same file", id="composition"),
        pytest.param(["web/A/x", "web/a/y"], "the same file", id="folder case"),
        pytest.param(["web/a/x", "web/a"], "the same file", id="file and folder"),
        pytest.param(["web/a", "web/a/x"], "the same file", id="folder and file"),
        pytest.param(["web/Chart.yaml", "evil/Chart.yaml"], "more than one top", id="two charts"),
        pytest.param(["web/" + "a/" * 32 + "b"], "folders deep", id="deep"),
        pytest.param(["web/" + "a" * 510], "path of more than 512 bytes", id="long"),
        pytest.param([], "no files in chart archive", id="nothing"),
    ],
)
def test_names_that_are_refused(paths: list[str], said: str) -> None:
    assert said in refusal(named(*paths))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        pytest.param(tarfile.SYMTYPE, "a symbolic link", id="symbolic link"),
        pytest.param(tarfile.LNKTYPE, "a hard link", id="hard link"),
        pytest.param(tarfile.CHRTYPE, "a character device", id="character device"),
        pytest.param(tarfile.BLKTYPE, "a block device", id="block device"),
        pytest.param(tarfile.FIFOTYPE, "a FIFO", id="fifo"),
        pytest.param(b"Z", "of unknown type b'Z'", id="unknown"),
    ],
)
def test_only_files_and_folders(kind: bytes, said: str) -> None:
    info = member("web/x", kind=kind)
    info.linkname = "/etc/passwd"

    assert said in refusal(packed((info, b"")))


def test_a_folder_with_content_is_refused() -> None:
    info = member("web/a", kind=tarfile.DIRTYPE)
    info.size = 1

    assert "'web/a/' is a folder with content" in refusal(packed((info, b"x")))


def test_a_name_that_is_not_utf_8_is_refused() -> None:
    raw = member("web/\xff", b"").tobuf(tarfile.USTAR_FORMAT, encoding="latin-1")

    assert "a name that is not UTF-8" in refusal(gzip.compress(raw))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(lambda good: good + b"x", "behind the end of the compressed", id="garbage"),
        pytest.param(lambda good: good + good, "behind the end of the compressed", id="two"),
        pytest.param(lambda good: good[:-9], "truncated", id="cut in the checksum"),
        pytest.param(lambda good: good[: len(good) // 2], "truncated", id="cut"),
        pytest.param(lambda good: good[:-8] + b"\0" * 8, "damaged", id="checksum"),
        pytest.param(
            lambda good: gzip.compress(gzip.decompress(good) + b"evil"),
            "data behind the end of the archive",
            id="hidden data",
        ),
        pytest.param(
            lambda good: gzip.compress(gzip.decompress(good)[:700]), "truncated", id="short tar"
        ),
        pytest.param(
            lambda good: gzip.compress(b"y" + gzip.decompress(good)[1:]),
            "checksum does not match",
            id="header",
        ),
    ],
)
def test_damage_and_hidden_data(data: Callable[[bytes], bytes], said: str) -> None:
    assert said in refusal(data(files(web__a=b"content" * 200)))


def with_size(size: bytes) -> bytes:
    """Return an archive of one empty file whose header states `size`."""
    raw = bytearray(gzip.decompress(files(web__a=b"")))
    raw[124:136] = size
    raw[148:156] = b" " * 8
    raw[148:156] = f"{sum(raw[:512]):06o}\0 ".encode()
    return gzip.compress(bytes(raw))


@pytest.mark.parametrize(
    "size", [b"-0000000001\0", b"\xff" * 12, b"\x80" + b"\x01" * 11, b"99999999999\0"]
)
def test_sizes_that_are_none(size: bytes) -> None:
    assert "a size that is no number" in refusal(with_size(size))


@pytest.mark.parametrize("size", [b" " * 12, b"\0" * 12])
def test_a_size_that_is_left_out_is_zero(size: bytes) -> None:
    assert read_archive(with_size(size), name="web.tgz") == {"a": b""}


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        pytest.param({"path": "web/" + "a" * 9000}, "more than 8192 bytes", id="huge name"),
        pytest.param({"size": "99"}, "changes the size", id="size"),
        pytest.param({"GNU.sparse.major": "1"}, "with the key 'GNU.sparse.major'", id="sparse"),
        pytest.param({"linkpath": "/etc"}, "with the key 'linkpath'", id="link"),
    ],
)
def test_extended_headers_that_are_refused(headers: dict[str, str], said: str) -> None:
    info = member("web/a")
    info.pax_headers = headers

    assert said in refusal(packed((info, b"x")))


@pytest.mark.parametrize(
    "records",
    [
        pytest.param(b"path=web/a\n", id="no length"),
        pytest.param(b"99 path=web/a\n", id="too long"),
        pytest.param(b"2 path=web/a\n", id="too short"),
        pytest.param(b"9 path/a\n", id="no value"),
        pytest.param(b"10 path=a/", id="no end"),
    ],
)
def test_extended_headers_that_cannot_be_read(records: bytes) -> None:
    info = member("web/a", kind=tarfile.XHDTYPE)
    info.size = len(records)

    assert "an extended header that cannot be read" in refusal(packed((info, records)))


def test_a_header_for_all_members_names_none() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", pax_headers={"path": "web/b"}) as tar:
        tar.addfile(member("web/a"), io.BytesIO(b"x"))

    assert "a path for all members" in refusal(out.getvalue())


def test_extended_headers_of_other_systems_are_passed() -> None:
    info = member("web/a")
    info.pax_headers = {"SCHILY.xattr.user.x": "1", "mtime": "1.5"}

    assert read_archive(packed((info, b"x")), name="web.tgz") == {"a": b"x"}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("values.yaml", b"a: 1", "seems to be a YAML file, but expected a gzipped archive"),
        ("a.tgz", b"just text", "does not appear to be a gzipped archive; got 'text/plain'"),
        ("a.tgz", b"\0\1", "got 'application/octet-stream'"),
        ("a.tgz", b"", "got 'application/octet-stream'"),
    ],
)
def test_what_is_no_archive_is_named(name: str, data: bytes, said: str) -> None:
    with pytest.raises(ArchiveUnsafe) as caught:
        read_archive(data, name=name)

    assert said in caught.value.what


def tar_of_zeros(size: int) -> bytes:
    """Return a gzip with one header and `size` zeros, never held in memory."""
    info = member("web/big")
    info.size = size
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(info.tobuf(tarfile.USTAR_FORMAT))]
    pieces += [packer.compress(bytes(1024 * 1024)) for _ in range(size // 1024 // 1024)]
    return b"".join([*pieces, packer.flush()])


def test_bombs_are_refused_at_the_first_breach() -> None:
    """200 MB of zeros, and a file that is only a little too large."""
    bomb, large = tar_of_zeros(200 * 1024 * 1024), tar_of_zeros(MAX_FILE_BYTES + 1024 * 1024)
    began = time.process_time()

    assert "larger than the maximum file size" in refusal(bomb)
    assert "larger than the maximum file size" in refusal(large)
    assert "200 times its size" in refusal(tar_of_zeros(10 * 1024 * 1024))
    assert time.process_time() - began < 1


def test_zeros_behind_the_end_are_no_way_around() -> None:
    good = gzip.decompress(files(web__a=b"x"))

    assert "200 times its size" in refusal(gzip.compress(good + bytes(30 * 1024 * 1024)))


def test_padding_counts_too() -> None:
    """Noise in a file that is allowed makes room for zeros that belong to no file."""
    noise = random.Random(1).randbytes(1024 * 1024)
    good = gzip.decompress(files(web__a=noise))
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    pieces = [packer.compress(good)]
    pieces += [packer.compress(bytes(1024 * 1024)) for _ in range(MAX_TOTAL_BYTES // 1024**2 + 16)]
    data = b"".join([*pieces, packer.flush()])

    assert "decompressed chart is larger than the maximum size" in refusal(data)


def test_members_are_counted() -> None:
    one = member("web/a", b"").tobuf(tarfile.USTAR_FORMAT)
    header = bytearray(one)
    blocks = []
    for number in range(MAX_MEMBERS + 1):
        header[:100] = f"web/{number}".encode().ljust(100, b"\0")
        header[124:136] = b"00000000000\0"
        header[148:156] = b" " * 8
        header[148:156] = f"{sum(header):06o}\0 ".encode()
        blocks.append(bytes(header))

    assert refusal(gzip.compress(b"".join(blocks))).endswith(f"more than {MAX_MEMBERS} members")


def test_what_is_inside_shares_the_limits() -> None:
    allowance = Allowance()
    allowance.bytes_left = 10

    with pytest.raises(ArchiveUnsafe, match="larger than the maximum size"):
        read_archive(files(web__a=b"12345678901"), name="in.tgz", allowance=allowance)


def test_members_of_an_archive_that_is_no_chart() -> None:
    """Whole paths, with or without a top folder, and whether they can be run."""
    script = member("bin/run")
    script.mode = 0o6755

    found = read_members(packed((member("plugin.yaml"), b"x"), (script, b"x")), name="p.tgz")

    assert found == {
        "plugin.yaml": Member(b"x", executable=False),
        "bin/run": Member(b"x", executable=True),
    }


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "a:b", "con", "."])
def test_members_do_not_leave_the_archive(path: str) -> None:
    with pytest.raises(ArchiveUnsafe):
        read_members(packed((member(path), b"x")), name="p.tgz")


def test_members_with_one_name() -> None:
    with pytest.raises(ArchiveUnsafe, match="the same file"):
        read_members(packed((member("a"), b"x"), (member("A"), b"x")), name="p.tgz")
