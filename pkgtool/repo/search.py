"""Find charts by words in what indexes say of them.

Each version of each chart is one line: its name, `repository/name`, its description, its keywords.
A keyword scores by the field in which it is found, so names come first; among equals the order is
by name, then newest first.

Source: Helm v4 `pkg/cmd/search/search.go` and `pkg/cmd/search_repo.go`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from pkgtool.regex import compile_pattern
from pkgtool.repo.index import Index, IndexEntry
from pkgtool.versions import Constraint, Version

_SEPARATOR = "\v"
_MAX_SCORE = 25


class Hit(NamedTuple):
    """A chart that a search found."""

    name: str
    """With the repository in front: `stable/web`."""
    entry: IndexEntry
    score: int
    """Which field matched; 0 is best."""


class SearchOptions(NamedTuple):
    """Which charts a search shows."""

    all_versions: bool = False
    devel: bool = False
    """Whether pre-releases count when `wanted` is empty."""
    wanted: str = ""
    """A version constraint."""
    regexp: bool = False
    """Whether the keyword is a pattern, which is matched with its case."""


def search(indexes: Mapping[str, Index], keyword: str, options: SearchOptions) -> list[Hit]:
    """Find charts in `indexes`, which go by the name of their repository, best first.

    Of each chart the newest version that matches is shown, or with `all_versions` every one. An
    empty keyword finds everything.

    Raises:
        ConstraintInvalid: `options.wanted` is no constraint.
        PatternInvalid: With `regexp`: `keyword` is no pattern.
    """
    constraint = Constraint.parse(options.wanted or (">0.0.0-0" if options.devel else ">0.0.0"))
    place = _matcher(keyword, options)
    hits = [
        Hit(f"{repository}/{entry.name}", entry, score)
        for repository, index in indexes.items()
        for entry, score in _scored(repository, index, place)
        if constraint.check(Version.parse(entry.version))
    ]
    # Versions come newest first from the index, and sorting is stable.
    hits.sort(key=lambda hit: (hit.score, hit.name))
    if options.all_versions:
        return hits
    return list({hit.name: hit for hit in reversed(hits)}.values())[::-1]


def _matcher(keyword: str, options: SearchOptions) -> Callable[[str], int]:
    """Return what tells where in a line the keyword is, or -1."""
    if not options.regexp:
        word = keyword.lower()
        return lambda line: line.lower().find(word)
    pattern = compile_pattern(keyword)

    def place(line: str) -> int:
        found = pattern.search(line)
        return found.start() if found else -1

    return place


def _scored(
    repository: str, index: Index, place: Callable[[str], int]
) -> Iterator[tuple[IndexEntry, int]]:
    for versions in index.entries.values():
        for entry in versions:
            line = _line(repository, entry)
            at = place(line)
            if at >= 0 and (score := line.count(_SEPARATOR, 0, at)) < _MAX_SCORE:
                yield entry, score


def _line(repository: str, entry: IndexEntry) -> str:
    fields = (
        entry.name,
        f"{repository}/{entry.name}",
        entry.text("description"),
        " ".join(entry.keywords),
    )
    return _SEPARATOR.join(fields)
