"""`list`: one line per release."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pkgtool.ops.session import Session
from pkgtool.regex import compile_pattern
from pkgtool.release.model import Release, Status
from pkgtool.release.selector import Selector
from pkgtool.store.protocol import UnreadableRecord


class ListOptions(NamedTuple):
    """Which releases, in which order."""

    statuses: frozenset[Status] = frozenset(Status)
    pattern: str = ""
    """A regular expression that names must match somewhere."""
    selector: Selector = ()
    """What labels of a release must say."""
    by_date: bool = False
    reverse: bool = False
    limit: int = 256
    """At most so many; 0 for all."""
    offset: int = 0


class Listing(NamedTuple):
    """What there is."""

    releases: tuple[Release, ...]
    unreadable: tuple[UnreadableRecord, ...] = ()
    """Records that cannot be decoded; they are shown, never hidden."""


def list_releases(session: Session, namespace: str, options: ListOptions) -> Listing:
    """Return the last revision of each release in `namespace` (empty: everywhere).

    Raises:
        PatternInvalid: The filter is not a regular expression.
    """
    records = session.store.list(namespace)
    releases: Iterable[Release] = records.releases
    if options.statuses != {Status.SUPERSEDED}:
        releases = _last_revisions(releases)
    found = [each for each in releases if _wanted(each, options)]
    found.sort(key=_by_date if options.by_date else _by_name, reverse=options.reverse)
    end = options.offset + options.limit if options.limit else None
    return Listing(tuple(found[options.offset : end]), records.unreadable)


def _last_revisions(releases: Iterable[Release]) -> Sequence[Release]:
    last: dict[tuple[str, str], Release] = {}
    for each in releases:
        key = (each.namespace, each.name)
        if key not in last or last[key].revision < each.revision:
            last[key] = each
    return list(last.values())


def _wanted(release: Release, options: ListOptions) -> bool:
    return (
        release.status in options.statuses
        and (not options.pattern or bool(compile_pattern(options.pattern).search(release.name)))
        and all(each.accepts(release.labels) for each in options.selector)
    )


def _by_name(release: Release) -> tuple[str, str]:
    return (release.name, release.namespace)


def _by_date(release: Release) -> tuple[str, str]:
    return (release.last_deployed.isoformat(), release.name)
