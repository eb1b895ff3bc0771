"""`index.yaml`: which charts a repository has, in which versions, and where their tarballs are.

Entries keep their fields as they were written, so that a merged index loses nothing. A damaged
entry is left out with a warning; one whose key and name differ, or that is listed twice, is an
error, for readers would disagree about what it means (CVE-2020-15185).

Source: Helm v4 `pkg/repo/v1/index.go`; `spec/reliability.md` §2.4 (index poisoning).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import Any

from pkgtool import yamlcodec
from pkgtool.errors import ChartVersionNotFound, IndexInvalid, VersionInvalid, did_you_mean
from pkgtool.versions import Constraint, Version


@dataclass(frozen=True, slots=True)
class IndexEntry:
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
        return tuple(str(word) for word in self.fields.get("keywords") or ())


@dataclass(frozen=True, slots=True)
class Index:
    """Charts by name, newest version first."""

    entries: Mapping[str, tuple[IndexEntry, ...]] = field(default_factory=dict)
    generated: str = ""
    warnings: tuple[str, ...] = ()
    """What was left out while reading, and why."""

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
        versions = self.entries.get(name)
        if not versions:
            raise ChartVersionNotFound(
                f"chart {name!r} not found in the index", hint=did_you_mean(name, self.entries)
            )
        for entry in versions:
            if wanted and entry.version == wanted:
                return entry
        constraint = Constraint.parse(wanted or (">0.0.0-0" if devel else "*"))
        for entry in versions:
            if constraint.check(Version.parse(entry.version)):
                return entry
        have = ", ".join(entry.version for entry in versions[:5])
        raise ChartVersionNotFound(
            f"chart {name!r} matching {wanted or 'a stable version'} not found",
            hint=f"there is {have}" + ("" if wanted or devel else "; --devel takes pre-releases"),
        )

    def merged(self, older: "Index") -> "Index":
        """Return this index with those charts and versions of `older` that it does not have."""
        entries = {name: list(versions) for name, versions in self.entries.items()}
        for name, versions in older.entries.items():
            have = {entry.version for entry in entries.get(name, ())}
            entries.setdefault(name, []).extend(v for v in versions if v.version not in have)
        return Index({name: _newest_first(each) for name, each in entries.items()}, self.generated)

    def document(self) -> dict[str, Any]:
        """Return what `index.yaml` holds."""
        return {
            "apiVersion": "v1",
            "entries": {
                name: [dict(entry.fields) for entry in versions]
                for name, versions in self.entries.items()
            },
            "generated": self.generated,
        }


def make_index(entries: Iterable[IndexEntry], *, generated: str) -> Index:
    """Return an index of `entries`."""
    by_name: dict[str, list[IndexEntry]] = {}
    for entry in entries:
        by_name.setdefault(entry.name, []).append(entry)
    return Index({name: _newest_first(each) for name, each in by_name.items()}, generated)


def parse_index(data: bytes, *, name: str) -> Index:
    """Read an `index.yaml` (or the same as JSON) called `name` in messages.

    Raises:
        IndexInvalid, YamlInvalid: It is not an index.
    """
    if not data.strip():
        raise IndexInvalid(f"empty index.yaml file: {name}")
    document = yamlcodec.load(data, name=name, duplicates="error")
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
    return Index(entries, str(document.get("generated") or ""), tuple(warnings))


_NOT_AN_INDEX = "the URL should be a folder in which there is an index.yaml"


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
            raise IndexInvalid(f"{source} lists {chart!r} {entry.version} twice")
        found[entry.version] = entry
    return _newest_first(found.values())


def _problem(chart: str, fields: Any) -> str:
    """Return why an entry cannot be used, or an empty string."""
    if not isinstance(fields, dict):
        return "it is not a mapping"
    if fields.get("name") != chart:
        return f"it is named {fields.get('name')!r}"
    try:
        Version.parse(str(fields.get("version")))
    except VersionInvalid:
        return f"its version is {fields.get('version')!r}"
    urls = fields.get("urls")
    return "" if isinstance(urls, list) and urls else "it has no urls"


def _newest_first(entries: Iterable[IndexEntry]) -> tuple[IndexEntry, ...]:
    parsed = [(Version.parse(entry.version), entry) for entry in entries]
    parsed.sort(key=cmp_to_key(_by_version), reverse=True)
    return tuple(entry for _, entry in parsed)


def _by_version(left: tuple[Version, IndexEntry], right: tuple[Version, IndexEntry]) -> int:
    return (left[0] > right[0]) - (left[0] < right[0])


@dataclass(frozen=True, slots=True)
class Hit:
    """A chart that a search found."""

    name: str
    """With the repository in front: `stable/web`."""
    entry: IndexEntry
    score: int


def search(indexes: Mapping[str, Index], keyword: str, *, all_versions: bool = False) -> list[Hit]:
    """Find charts by a case-insensitive `keyword`, best first.

    The score is the field in which the keyword is found: the name, then `repository/name`, then
    the description, then the keywords; among equals by name, then newest first. An empty keyword
    finds everything.

    Source: Helm v4 `pkg/cmd/search/search.go`.
    """
    hits: list[Hit] = []
    for repository, index in indexes.items():
        for versions in index.entries.values():
            hits += _hits(repository, versions if all_versions else versions[:1], keyword.lower())
    return sorted(hits, key=lambda hit: (hit.score, hit.name))


def _hits(repository: str, versions: Sequence[IndexEntry], keyword: str) -> Iterable[Hit]:
    for entry in versions:
        full = f"{repository}/{entry.name}"
        fields = (entry.name, full, entry.text("description"), " ".join(entry.keywords))
        for score, text in enumerate(fields):
            if keyword in text.lower():
                yield Hit(full, entry, score)
                break
