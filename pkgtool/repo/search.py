"""Find charts by words in what indexes say of them.

What a version says of its chart is one line: its name, `repository/name`, its description, its keywords.
A keyword scores by the field in which it is found, so names come first; among equals the order is
by name, then newest first.

Source: Helm v4 `pkg/cmd/search/search.go` and `pkg/cmd/search_repo.go`.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from pkgtool.regex import compile_pattern
from pkgtool.repo.index import IndexEntry
from pkgtool.repo.indexdb import SEPARATOR, Candidate, IndexDb
from pkgtool.versions import Constraint, Version

_MAX_SCORE = 25

Score = Callable[[str], int]
"""Tells in which field of a line the keyword is, or -1."""


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


def search(indexes: Mapping[str, IndexDb], keyword: str, options: SearchOptions) -> list[Hit]:
    """Find charts in `indexes`, which go by the name of their repository, best first.

    Of each chart the newest version that matches is shown, or with `all_versions` every one. An
    empty keyword finds everything.

    Raises:
        ConstraintInvalid: `options.wanted` is no constraint.
        PatternInvalid: With `regexp`: `keyword` is no pattern.
    """
    constraint = Constraint.parse(options.wanted or (">0.0.0-0" if options.devel else ">0.0.0"))
    score = _matcher(keyword, options)
    word = "" if options.regexp else keyword.lower()
    hits: list[Hit] = []
    for repository, index in indexes.items():
        scores = dict(_scored(index, word, score))
        for chart, found in groupby(index.candidates(scores), lambda each: each.chart):
            # Sorting is stable, and versions come newest first.
            ordered = sorted(found, key=lambda each: scores[each.line])
            hits += [
                Hit(f"{repository}/{chart}", index.entry(each), scores[each.line])
                for each in _matching(ordered, constraint, every=options.all_versions)
            ]
    return sorted(hits, key=lambda hit: (hit.score, hit.name))


def _matching(
    candidates: list[Candidate], constraint: Constraint, *, every: bool
) -> Iterator[Candidate]:
    for each in candidates:
        if constraint.check(Version.parse(each.version)):
            yield each
            if not every:
                return


def _matcher(keyword: str, options: SearchOptions) -> Score:
    if not options.regexp:
        word = keyword.lower()
        return lambda line: _field(lowered := line.lower(), lowered.find(word))
    pattern = compile_pattern(keyword)

    def score(line: str) -> int:
        found = pattern.search(line)
        return _field(line, found.start() if found else -1)

    return score


def _field(line: str, place: int) -> int:
    return line.count(SEPARATOR, 0, place) if place >= 0 else -1


def _scored(index: IndexDb, word: str, score: Score) -> Iterator[tuple[int, int]]:
    """Yield the lines in which the keyword is, with the number of the field."""
    for line in index.lines(word):
        field = score(line.text)
        if 0 <= field < _MAX_SCORE:
            yield line.id, field
