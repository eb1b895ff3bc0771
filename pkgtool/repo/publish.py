"""Make an index of a folder of tarballs.

The same tarballs at the same time make the same index, byte for byte: files are taken in the order
of their names, those in the folder itself before those one folder further down.

Source: Helm v4 `pkg/repo/v1/index.go` (`IndexDirectory`) and `pkg/cmd/repo_index.go`.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from pkgtool import yamlcodec
from pkgtool.chart.archive import read_archive
from pkgtool.chart.load import load_chart
from pkgtool.chart.metadata import metadata_map
from pkgtool.digest import Digest
from pkgtool.diskfile import write_file
from pkgtool.diskread import read_file
from pkgtool.errors import ChartError, FileUnreadable, PkgtoolError, RepoError
from pkgtool.repo.index import INDEX_LIMIT_BYTES, Index, IndexEntry, make_index, parse_index


def index_folder(folder: Path, *, url: str = "", at: datetime) -> Index:
    """Return an index of the tarballs in `folder` and the folders right below it.

    Args:
        folder: Where to look.
        url: Put in front of each file name; empty makes relative URLs.
        at: When the index is made; also the `created` of its entries.

    Returns:
        The index, with a warning for each tarball that is no chart.

    Raises:
        RepoError: `folder` is not a folder.
        FileUnreadable: The disk refuses a folder or tarball; leaving it out would hide a chart.
    """
    if not folder.is_dir():
        raise RepoError(f"not a folder: {str(folder)!r}", hint="name a folder of tarballs")
    entries: list[IndexEntry] = []
    skipped: list[str] = []
    for place in _tarballs(folder):
        if not (folder / place).is_file():
            skipped.append(f"skipping {place}: it is not a file")
            continue
        data = read_file(folder / place)
        try:
            entries.append(index_entry(data, place, url=url, at=at))
        except ChartError as error:
            skipped.append(f"skipping {place}: {error.what}")
    made = make_index(entries, generated=stamp(at))
    return replace(made, warnings=(*skipped, *made.warnings))


def write_index(folder: Path, index: Index, *, as_json: bool = False) -> None:
    """Write `index.yaml` into `folder`, as JSON on demand (which is YAML too).

    Raises:
        FileUnwritable: The old index is unchanged.
    """
    _write(folder / "index.yaml", index, as_json=as_json)


def merge_index(index: Index, older: Path, *, as_json: bool = False) -> Index:
    """Return `index` with what only the index file `older` has; a missing one is made, empty.

    Raises:
        IndexInvalid, YamlInvalid: `older` is no index.
        FileUnreadable, FileUnwritable: The disk refuses it.
    """
    if not os.path.lexists(older):
        _write(older, Index(generated=index.generated), as_json=as_json)
        return index
    data = read_file(older, limit_bytes=INDEX_LIMIT_BYTES)
    try:
        return index.merged(parse_index(data, name=str(older)))
    except PkgtoolError as error:
        error.what = f"merge failed: {error.what}"
        raise


def index_entry(data: bytes, place: str, *, url: str = "", at: datetime) -> IndexEntry:
    """Return what an index says of one tarball.

    Args:
        data: The tarball.
        place: Its path, relative to the index.
        url: Put in front of `place`; empty makes a relative URL.
        at: The `created` of the entry.

    Raises:
        ChartError: It is not a chart.
    """
    chart = load_chart(read_archive(data, name=place), name=place)
    # `+` is in versions with build metadata, and means itself in a path.
    quoted = quote(place, safe="/+@~")
    return IndexEntry(
        {
            **metadata_map(chart.metadata),
            "created": stamp(at),
            "digest": Digest.of(data).hex,
            "urls": [f"{url.rstrip('/')}/{quoted}" if url else quoted],
        }
    )


def _write(path: Path, index: Index, *, as_json: bool) -> None:
    document = index.document()
    text = f"{yamlcodec.dump_json(document)}\n" if as_json else yamlcodec.dump(document)
    write_file(path, text.encode())


def stamp(at: datetime) -> str:
    """Return a time as an index writes it: RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _tarballs(folder: Path) -> Iterator[str]:
    """Yield the tarballs of a folder, then those of the folders in it, as paths in it."""
    names = _names(folder)
    yield from (name for name in names if name.endswith(".tgz"))
    for name in names:
        if not name.startswith(".") and (folder / name).is_dir():
            inner = (each for each in _names(folder / name) if each.endswith(".tgz"))
            yield from (f"{name}/{each}" for each in inner)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise FileUnreadable(f"cannot read {str(folder)!r}: {reason}") from error
