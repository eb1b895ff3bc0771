"""Turn a chart into an archive, the same bytes for the same chart wherever and whenever it is made.

Names are sorted, times are zero or the one that is given, owners and modes are fixed, and the gzip
header says nothing. The layout is Helm's: `Chart.yaml` is written anew, everything else as it was
read, dependencies as folders below `charts/`, however they were packed before.

What is made is read again before it is given out, so a chart that packs also loads.

Source: Helm v4 `pkg/chart/v2/util/save.go`; `spec/helm-behaviour.md` §3.22.
"""

import struct
import zlib
from collections.abc import Container, Iterator, Mapping

from pkgtool import yamlcodec
from pkgtool.chart.archive import check_path, read_archive
from pkgtool.chart.deps import check_dependencies
from pkgtool.chart.lock import dump_lock
from pkgtool.chart.metadata import metadata_map
from pkgtool.chart.model import Chart
from pkgtool.errors import ChartInvalid, YamlInvalid

_BLOCK = 512
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_RECORD_SIZE = 20 * _BLOCK


def pack_chart(chart: Chart, *, epoch_s: int = 0) -> tuple[str, bytes]:
    """Return the file name and the bytes of the packed `chart`.

    Args:
        chart: As loaded, all its dependencies in `charts/`.
        epoch_s: The time that all members get, in seconds since 1970.

    Raises:
        DependencyMissing: A listed dependency is missing.
        ChartInvalid: `values.schema.json` is no JSON.
        ArchiveUnsafe: A name or size that no reader would take.
    """
    check_dependencies(chart)
    name = f"{chart.name}-{chart.metadata.version}.tgz"
    archive = write_archive(
        {f"{chart.name}/{path}": data for path, data in chart_files(chart).items()},
        epoch_s=epoch_s,
    )
    read_archive(archive, name=name)
    return name, archive


def chart_files(chart: Chart) -> dict[str, bytes]:
    """Return the files that make `chart`, dependencies included, by path.

    Raises:
        ChartInvalid: `values.schema.json` is no JSON.
    """
    files = dict(_own_files(chart))
    taken: set[str] = set()
    for child in chart.dependencies:
        folder = child.name if child.name not in taken else f"{child.name}-{child.metadata.version}"
        taken.add(folder)
        for path, data in chart_files(child).items():
            files[f"charts/{folder}/{path}"] = data
    return files


def write_archive(
    files: Mapping[str, bytes], *, epoch_s: int = 0, executables: Container[str] = ()
) -> bytes:
    """Return `files` as a gzip-compressed tar, sorted by path; those in `executables` can be run.

    Raises:
        ArchiveUnsafe: A path that leaves the archive, or that some system reads differently.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    checksum, size = 0, 0
    packed = [_GZIP_HEADER]
    for piece in _tar(files, epoch_s, executables):
        checksum, size = zlib.crc32(piece, checksum), size + len(piece)
        packed.append(packer.compress(piece))
    packed += [packer.flush(), struct.pack("<II", checksum, size & 0xFFFFFFFF)]
    return b"".join(packed)


def _own_files(chart: Chart) -> Iterator[tuple[str, bytes]]:
    metadata = chart.metadata
    if "requirements.yaml" in chart.files:
        # The list is in that file; twice it could differ.
        metadata = metadata._replace(dependencies=())
    yield "Chart.yaml", yamlcodec.dump(metadata_map(metadata)).encode()
    if chart.lock is not None and metadata.api_version != "v1":
        yield "Chart.lock", dump_lock(chart.lock)
    if "values.yaml" in chart.raw:
        yield "values.yaml", chart.raw["values.yaml"]
    elif chart.values:
        yield "values.yaml", yamlcodec.dump(chart.values).encode()
    if chart.schema is not None:
        _check_json(chart.schema)
        yield "values.schema.json", chart.schema
    yield from chart.templates.items()
    yield from chart.files.items()


def _check_json(schema: bytes) -> None:
    try:
        yamlcodec.load_json(schema.decode("utf-8-sig"))
    except (UnicodeDecodeError, YamlInvalid) as error:
        raise ChartInvalid("invalid JSON in values.schema.json") from error


def _tar(files: Mapping[str, bytes], epoch_s: int, executables: Container[str]) -> Iterator[bytes]:
    total = 0
    for path in sorted(files):
        check_path(path, archive=path.partition("/")[0])
        mode = 0o755 if path in executables else 0o644
        for piece in _member(path, files[path], epoch_s, mode):
            total += len(piece)
            yield piece
    yield bytes(2 * _BLOCK + -(total + 2 * _BLOCK) % _RECORD_SIZE)


def _member(path: str, data: bytes, epoch_s: int, mode: int) -> Iterator[bytes]:
    name = path.encode()
    prefix, short = _split(name)
    if short is None or not path.isascii():
        record = _record(b"path", name)
        yield _header(b"PaxHeader", b"", len(record), epoch_s, kind=b"x")
        yield _padded(record)
        prefix, short = b"", path.encode("ascii", "replace")[-100:]
    yield _header(short, prefix, len(data), epoch_s, kind=b"0", mode=mode)
    yield _padded(data)


def _split(name: bytes) -> tuple[bytes, bytes | None]:
    """Return prefix and name as the header has room for, if it has."""
    if len(name) <= 100:
        return b"", name
    for place in range(len(name) - 101, min(len(name), 156)):
        if name[place : place + 1] == b"/":
            return name[:place], name[place + 1 :]
    return b"", None


def _record(key: bytes, value: bytes) -> bytes:
    """Return an extended-header record, which states its own length."""
    body = b" " + key + b"=" + value + b"\n"
    length = len(body) + len(str(len(body)))
    length += len(str(length)) - len(str(len(body)))
    return str(length).encode() + body


def _header(
    name: bytes, prefix: bytes, size: int, epoch_s: int, *, kind: bytes, mode: int = 0o644
) -> bytes:
    fields = [
        name.ljust(100, b"\0"),
        f"{mode:07o}\0".encode(),
        b"0000000\0" * 2,
        f"{size:011o}\0".encode(),
        f"{epoch_s:011o}\0".encode(),
        b" " * 8,
        kind,
        bytes(100),
        b"ustar\x0000",
        bytes(64),
        b"0000000\0" * 2,
        prefix.ljust(155, b"\0"),
        bytes(12),
    ]
    header = b"".join(fields)
    return header[:148] + f"{sum(header):06o}\0 ".encode() + header[156:]


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _BLOCK)
