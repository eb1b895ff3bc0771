"""Turn a chart into an archive, the same bytes for the same chart wherever and whenever it is made.

The unpacked stream is Helm's, byte for byte, when the times are: `Chart.yaml` is written anew,
everything else as it was read, first what Helm knows by name, then templates, then other files, each
in the order in which a folder is walked, then dependencies as folders below `charts/`, however they
were packed before. Times are zero or the one that is given, owners and modes are fixed. How the
stream is packed differs: Go's and zlib's deflate make different bytes.

What is made is read before it is given out, so a chart that packs also loads.

Source: Helm v4 `pkg/chart/v2/util/save.go`; Go `archive/tar/writer.go` for names without a place in
the header; `spec/helm-behaviour.md` §3.22.
"""

import struct
import zlib
from collections.abc import Container, Iterator, Mapping

from pkgtool import yamlcodec
from pkgtool.chart.archive import check_path, check_tar, header_sum
from pkgtool.chart.deps import check_dependencies
from pkgtool.chart.lock import dump_lock
from pkgtool.chart.metadata import metadata_map
from pkgtool.chart.model import DEFAULT_ENGINE, Chart, Metadata
from pkgtool.errors import ChartInvalid, YamlInvalid

_BLOCK = 512
_LEVEL = 5
"""A third less time than level 6, for 3 % more bytes than Helm's over the public corpus."""
_EXTRA = b"+aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo="
_GZIP_HEADER = (
    # An extra field, a comment; no time, no level, no system.
    b"\x1f\x8b\x08\x14\x00\x00\x00\x00\x00\xff"
    + struct.pack("<H", len(_EXTRA))
    + _EXTRA
    + b"Helm\0"
)


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
    files = {f"{chart.name}/{path}": data for path, data in chart_files(chart).items()}
    tar = b"".join(_tar(files, epoch_s, ()))
    archive = _packed(tar)
    check_tar(tar, name=name, packed_bytes=len(archive))
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


def write_metadata(metadata: Metadata) -> bytes:
    """Return `metadata` as a `Chart.yaml`."""
    if metadata.engine == DEFAULT_ENGINE:
        # Helm knows the key no more, and leaving it out means the same.
        metadata = metadata._replace(engine="")
    return yamlcodec.dump(metadata_map(metadata)).encode()


def write_archive(
    files: Mapping[str, bytes], *, epoch_s: int = 0, executables: Container[str] = ()
) -> bytes:
    """Return `files`, in their order, as a gzip-compressed tar; those in `executables` can be run.

    Raises:
        ArchiveUnsafe: A path that leaves the archive, or that some system reads differently.
    """
    return _packed(b"".join(_tar(files, epoch_s, executables)))


def _packed(tar: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    ending = struct.pack("<II", zlib.crc32(tar), len(tar) & 0xFFFFFFFF)
    return b"".join([_GZIP_HEADER, packer.compress(tar), packer.flush(), ending])


def _own_files(chart: Chart) -> Iterator[tuple[str, bytes]]:
    # The list of an old chart is in requirements.yaml; twice it could differ.
    is_v1 = chart.metadata.api_version == "v1"
    alone = chart.metadata._replace(dependencies=()) if is_v1 else chart.metadata
    yield "Chart.yaml", write_metadata(alone)
    if chart.lock is not None and not is_v1:
        generated = _as_go_writes(chart.lock.generated)
        yield "Chart.lock", dump_lock(chart.lock._replace(generated=generated))
    if "values.yaml" in chart.raw:
        yield "values.yaml", chart.raw["values.yaml"]
    elif chart.values:
        yield "values.yaml", yamlcodec.dump(chart.values).encode()
    if chart.schema is not None:
        _check_json(chart.schema)
        yield "values.schema.json", chart.schema
    yield from _walked(chart.templates)
    yield from _walked(chart.files)


def _as_go_writes(time: str) -> str:
    """Return an RFC 3339 time with no more digits than it needs; Helm does not read an empty one."""
    whole, _, rest = time.partition(".")
    zone = rest.lstrip("0123456789")
    fraction = rest[: len(rest) - len(zone)][:9].rstrip("0")
    short = whole + (f".{fraction}" if fraction else "") + zone
    if short.endswith(("+00:00", "-00:00")):
        short = short[:-6] + "Z"
    return short or "0001-01-01T00:00:00Z"


def _walked(files: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """Return `files` in the order in which a folder is walked."""
    return sorted(files.items(), key=lambda item: item[0].split("/"))


def _check_json(schema: bytes) -> None:
    try:
        yamlcodec.load_json(schema.decode("utf-8-sig"))
    except (UnicodeDecodeError, YamlInvalid) as error:
        raise ChartInvalid("invalid JSON in values.schema.json") from error


def _tar(files: Mapping[str, bytes], epoch_s: int, executables: Container[str]) -> Iterator[bytes]:
    for path, data in files.items():
        check_path(path, archive=path.partition("/")[0])
        yield from _member(path, data, epoch_s, 0o755 if path in executables else 0o644)
    yield bytes(2 * _BLOCK)


def _member(path: str, data: bytes, epoch_s: int, mode: int) -> Iterator[bytes]:
    name = path.encode()
    prefix, short = _split(name)
    if short is None or not path.isascii():
        folder, _, last = path.rpartition("/")
        record = _record(b"path", name)
        beside = _ascii(f"{folder}/PaxHeaders.0/{last}").rstrip(b"/")
        yield _header(beside, b"", len(record), kind=b"x", mode=0)
        yield _padded(record)
        prefix, short = b"", _ascii(path)
    yield _header(short, prefix, len(data), mode=mode, epoch_s=epoch_s)
    yield _padded(data)


def _ascii(path: str) -> bytes:
    """Return what the header has room for of a name that stands elsewhere in full."""
    short = path.encode("ascii", "ignore")
    return short if len(short) <= 100 else short[:100].rstrip(b"/")


def _split(name: bytes) -> tuple[bytes, bytes | None]:
    """Return prefix and name as the header has room for, if it has; the prefix is the longest."""
    if len(name) <= 100:
        return b"", name
    place = name.rfind(b"/", 0, 156)
    if place <= 0 or not 0 < len(name) - place - 1 <= 100:
        return b"", None
    return name[:place], name[place + 1 :]


def _record(key: bytes, value: bytes) -> bytes:
    """Return an extended-header record, which states its own length."""
    body = b" " + key + b"=" + value + b"\n"
    length = len(body) + len(str(len(body)))
    length += len(str(length)) - len(str(len(body)))
    return str(length).encode() + body


def _header(
    name: bytes, prefix: bytes, size: int, *, mode: int, kind: bytes = b"0", epoch_s: int = 0
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
        b"0000000\0" * 2 if kind == b"0" else bytes(16),
        prefix.ljust(155, b"\0"),
        bytes(12),
    ]
    header = b"".join(fields)
    return header[:148] + f"{header_sum(header):06o}\0 ".encode() + header[156:]


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _BLOCK)
