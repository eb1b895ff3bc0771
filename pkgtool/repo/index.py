"""`index.yaml`: which charts a repository has, in which versions, and where their tarballs are.

Entries keep their fields as they were written, so that a merged index loses nothing. A damaged
entry, or one under another chart's name, is left out with a warning: one bad chart must not hide
the others. A version that is listed twice makes the whole index invalid, for readers would disagree
about which of the two counts (CVE-2020-15185).

Source: Helm v4 `pkg/repo/v1/index.go`; `spec/reliability.md` §2.4 (index poisoning).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pkgtool import yamlcodec
from pkgtool.errors import (
    ChartVersionNotFound,
    IndexInvalid,
    VersionInvalid,
    did_you_mean,
)
from pkgtool.versions import Constraint, Version

INDEX_LIMIT_BYTES = 64 * 1024 * 1024
"""No index is larger than this."""

_NOT_AN_INDEX = "the URL should be a folder in which there is an index.yaml"


class IndexEntry(NamedTuple):
    """One version of one chart."""

    fields: Mapping[str, Any]
    """`Chart.yaml`'s fields, and `urls`, `created`, `digest`."""

    def text(self, key: str) -> str:
        """Return a field as text, empty when absent."""
        value = self.fields.get(key)
        return "" if value is None else str(value)

    @property
    def name(self) -> str:
        """The chart's name."""
        return self.text("name")

    @property
    def version(self) -> str:
        """The chart's version, as written."""
        return self.text("version")

    @property
    def digest(self) -> str:
        """SHA-256 of the tarball, without a prefix; empty when the index has none."""
        return self.text("digest").removeprefix("sha256:")

    @property
    def urls(self) -> tuple[str, ...]:
        """Where the tarball is; relative ones are relative to the index."""
        return tuple(str(url) for url in self.fields.get("urls") or ())

    @property
    def keywords(self) -> tuple[str, ...]:
        """The chart's keywords."""
        words = self.fields.get("keywords")
        return tuple(str(word) for word in words) if isinstance(words, list) else ()


@dataclass(frozen=True, slots=True)
class Index:
    """Charts by name, newest version first."""

    entries: Mapping[str, tuple[IndexEntry, ...]] = field(default_factory=dict)
    generated: str = ""
    warnings: tuple[str, ...] = ()
    """What was left out, and why."""

    def find(self, name: str, wanted: str = "", *, devel: bool = False) -> IndexEntry:
        """Return the newest version of `name` that matches `wanted`.

        Args:
            name: The chart's name.
            wanted: An exact version or a constraint; empty means the newest stable one.
            devel: Whether pre-releases count when `wanted` is empty.

        Raises:
            ChartVersionNotFound: No such chart, or no such version.
            ConstraintInvalid: `wanted` is neither a version nor a constraint.
        """
        return choose(name, self.entries.get(name, ()), wanted, devel=devel, names=self.entries)

    def merged(self, older: "Index") -> "Index":
        """Return this index with what only `older` has.

        A version that both have is this index's; it keeps the `created` of `older` when it is the
        same tarball, so that indexing a folder again changes nothing but what is new.
        """
        entries = {}
        for name in {**self.entries, **older.entries}:
            before = {entry.version: entry for entry in older.entries.get(name, ())}
            now = [_dated(each, before.pop(each.version, None)) for each in self.versions(name)]
            entries[name] = _newest_first([*now, *before.values()])
        return Index(entries, self.generated, (*self.warnings, *older.warnings))

    def versions(self, name: str) -> tuple[IndexEntry, ...]:
        """Return all versions of `name`, newest first; none when there is no such chart."""
        return self.entries.get(name, ())

    def document(self) -> dict[str, Any]:
        """Return what `index.yaml` holds."""
        return {
            "apiVersion": "v1",
            "entries": {
                name: [dict(entry.fields) for entry in self.entries[name]]
                for name in sorted(self.entries)
            },
            "generated": self.generated,
        }


def choose(
    name: str,
    versions: Sequence[IndexEntry],
    wanted: str,
    *,
    devel: bool = False,
    names: Iterable[str] = (),
) -> IndexEntry:
    """Return the first of `versions` that matches `wanted`; see `Index.find`.

    Args:
        name: The chart's name.
        versions: All there are of it, newest first.
        wanted: An exact version or a constraint; empty means the newest stable one.
        devel: Whether pre-releases count when `wanted` is empty.
        names: Charts there are, to name the nearest.

    Raises:
        ChartVersionNotFound: No such chart, or no such version.
        ConstraintInvalid: `wanted` is neither a version nor a constraint.
    """
    if not versions:
        raise ChartVersionNotFound("no chart name found", hint=did_you_mean(name, names))
    for entry in versions:
        if wanted and entry.version == wanted:
            return entry
    constraint = Constraint.parse(wanted or (">0.0.0-0" if devel else "*"))
    for entry in versions:
        if constraint.check(Version.parse(entry.version)):
            return entry
    have = ", ".join(entry.version for entry in versions[:5])
    raise ChartVersionNotFound(
        f"no chart version found for {name}-{wanted}",
        hint=f"there is {have}" + ("" if wanted or devel else "; --devel takes pre-releases"),
    )


def make_index(entries: Iterable[IndexEntry], *, generated: str) -> Index:
    """Return an index of `entries`; of those of one name and version the first counts."""
    by_name: dict[str, dict[str, IndexEntry]] = {}
    warnings: list[str] = []
    for entry in entries:
        versions = by_name.setdefault(entry.name, {})
        if versions.setdefault(entry.version, entry) is not entry:
            first = versions[entry.version].urls[0]
            warnings.append(f"skipping {entry.urls[0]}: {first} is the same chart and version")
    sorted_names = {name: _newest_first(each.values()) for name, each in by_name.items()}
    return Index(sorted_names, generated, tuple(warnings))


def parse_index(data: bytes, *, name: str) -> Index:
    """Read an `index.yaml` (or the same as JSON) called `name` in messages.

    Raises:
        IndexInvalid, YamlInvalid: It is not an index.
    """
    if not data.strip():
        raise IndexInvalid(f"empty index.yaml file: {name}", hint=_NOT_AN_INDEX)
    if data.lstrip()[:9].lower().startswith((b"<!doctype", b"<html")):
        raise IndexInvalid(f"{name} is a web page, not an index", hint=_NOT_AN_INDEX)
    document = yamlcodec.load(data, name=name, duplicates="error", limit_bytes=INDEX_LIMIT_BYTES)
    return index_of(document, name=name)


def index_of(document: Any, *, name: str) -> Index:
    """Return the index that a parsed document called `name` is.

    Raises:
        IndexInvalid: It is none.
    """
    if not isinstance(document, dict):
        raise IndexInvalid(f"{name} is not a chart repository index", hint=_NOT_AN_INDEX)
    if not document.get("apiVersion"):
        raise IndexInvalid(f"no API version specified in {name}", hint=_NOT_AN_INDEX)
    listed = document.get("entries")
    if not isinstance(listed, dict | None):
        raise IndexInvalid(f"`entries` of {name} is not a mapping", hint=_NOT_AN_INDEX)
    warnings: list[str] = []
    entries = {
        chart: _versions(chart, versions, name, warnings)
        for chart, versions in (listed or {}).items()
    }
    return Index(
        {chart: versions for chart, versions in entries.items() if versions},
        str(document.get("generated") or ""),
        tuple(warnings),
    )


def _versions(
    chart: str, versions: Any, source: str, warnings: list[str]
) -> tuple[IndexEntry, ...]:
    if not isinstance(versions, list):
        warnings.append(f"{source}: skipping {chart!r}: its versions are not a list")
        return ()
    found: dict[str, IndexEntry] = {}
    for fields in versions:
        problem = _problem(chart, fields)
        if problem:
            warnings.append(f"{source}: skipping an entry of {chart!r}: {problem}")
            continue
        entry = IndexEntry(fields)
        if entry.version in found:
            raise IndexInvalid(
                f"{source} lists {chart!r} {entry.version} twice",
                hint="whoever runs the repository must remove one of the two",
            )
        found[entry.version] = entry
    return _newest_first(found.values())


def _problem(chart: str, fields: Any) -> str:
    """Return why an entry cannot be used, or an empty string."""
    if not isinstance(fields, dict):
        return "it is not a mapping"
    if fields.get("name") != chart:
        return f"it is named {fields.get('name')!r}"
    if not chart.strip(". ") or "/" in chart or "\\" in chart:
        return "that is no name for a chart"
    try:
        Version.parse(str(fields.get("version")))
    except VersionInvalid:
        return f"its version is {fields.get('version')!r}"
    if fields.get("type") not in (None, "", "application", "library"):
        return f"its type is {fields.get('type')!r}"
    # Without any it can be found, but not fetched, as in Helm; the same goes for an odd digest.
    urls = fields.get("urls") or []
    if not isinstance(urls, list):
        return "its urls are not a list"
    return "" if all(isinstance(url, str) and url for url in urls) else "one of its urls is no text"


def _dated(entry: IndexEntry, older: IndexEntry | None) -> IndexEntry:
    if older is None or older.digest != entry.digest or not older.text("created"):
        return entry
    return entry._replace(fields={**entry.fields, "created": older.fields["created"]})


def _newest_first(entries: Iterable[IndexEntry]) -> tuple[IndexEntry, ...]:
    return tuple(
        sorted(entries, key=lambda entry: Version.parse(entry.version).sort_key, reverse=True)
    )
