"""Make an index of a folder of tarballs.

Source: Helm v4 `pkg/repo/v1/index.go` (`IndexDirectory`).
"""

from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from pkgtool import yamlcodec
from pkgtool.chart.archive import read_archive
from pkgtool.chart.load import load_chart
from pkgtool.chart.metadata import metadata_map
from pkgtool.digest import Digest
from pkgtool.diskfile import read_file, write_file
from pkgtool.errors import ChartError, RepoError
from pkgtool.repo.index import Index, IndexEntry, make_index, parse_index


def index_folder(folder: Path, *, url: str = "", at: datetime) -> Index:
    """Return an index of the tarballs in `folder` and the folders right below it.

    Args:
        folder: Where to look.
        url: Put in front of each file name; empty makes relative URLs.
        at: When the index is made; also the `created` of its entries.

    Raises:
        RepoError: `folder` is not a folder.
    """
    if not folder.is_dir():
        raise RepoError(f"not a folder: {str(folder)!r}")
    entries: list[IndexEntry] = []
    skipped: list[str] = []
    for path in sorted([*folder.glob("*.tgz"), *folder.glob("*/*.tgz")]):
        try:
            place = path.relative_to(folder).as_posix()
            entries.append(index_entry(read_file(path), place, url=url, at=at))
        except ChartError as error:
            skipped.append(f"skipping {path.name}: {error.what}")
    made = make_index(entries, generated=stamp(at))
    return Index(made.entries, made.generated, tuple(skipped))


def write_index(folder: Path, index: Index, *, as_json: bool = False) -> None:
    """Write `index.yaml` into `folder`, as JSON on demand (which is YAML too).

    Raises:
        FileUnwritable: The old index is unchanged.
    """
    document = index.document()
    text = yamlcodec.dump_json(document) if as_json else yamlcodec.dump(document)
    write_file(folder / "index.yaml", text.encode())


def merge_index(index: Index, older: Path) -> Index:
    """Return `index` with what only the index file `older` has; a missing file adds nothing."""
    if not older.exists():
        return index
    return index.merged(parse_index(read_file(older), name=str(older)))


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
    quoted = quote(place)
    return IndexEntry(
        {
            **metadata_map(chart.metadata),
            "created": stamp(at),
            "digest": Digest.of(data).hex,
            "urls": [f"{url.rstrip('/')}/{quoted}" if url else quoted],
        }
    )


def stamp(at: datetime) -> str:
    """Return a time as an index writes it: RFC 3339 in UTC."""
    return at.isoformat().replace("+00:00", "Z")
