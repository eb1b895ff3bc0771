"""Rules over the revisions of one release; pure, and the same for every verb.

The deployed revision is the *highest* one whose status says so: an upgrade records the new one
first and supersedes the old one after, so between the two writes there are two, and that is fine.
A pending status is no lock. Whoever holds the lease and sees one knows that its process is dead,
so every table here treats it as a failed attempt; from no state are upgrade, rollback and
uninstall all refused.

Source: Helm v4 `pkg/storage/storage.go`, `pkg/action/{upgrade,rollback}.go`; `spec/reliability.md`
F01, F03, F04, F07.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from pkgtool.errors import NothingDeployed, ReleaseNotFound, RevisionNotFound
from pkgtool.release.model import Release, Status

INTERRUPTED = "Interrupted: the process of this "
"""How the description of an attempt begins whose process ended before it was finished."""


class Verb(StrEnum):
    """What may be done to a release."""

    INSTALL = "install"
    UPGRADE = "upgrade"
    ROLLBACK = "rollback"
    UNINSTALL = "uninstall"


class State(StrEnum):
    """Where a release as a whole stands."""

    ABSENT = "absent"
    """There is no record of it."""
    DEPLOYED = "deployed"
    FAILED = "failed"
    """The last attempt concluded without success; an earlier one may be deployed."""
    BEGUN = "begun"
    """No attempt to install it has ever been finished, and the last one was interrupted."""
    INTERRUPTED = "interrupted"
    """The last attempt was interrupted; an earlier one succeeded."""
    UNINSTALLING = "uninstalling"
    UNINSTALLED = "uninstalled"


_CHANGES = frozenset({Verb.UPGRADE, Verb.ROLLBACK, Verb.UNINSTALL})

ALLOWED: Mapping[State, frozenset[Verb]] = {
    State.ABSENT: frozenset({Verb.INSTALL}),
    State.DEPLOYED: _CHANGES,
    State.FAILED: _CHANGES,
    State.BEGUN: _CHANGES | {Verb.INSTALL},
    State.INTERRUPTED: _CHANGES,
    State.UNINSTALLING: _CHANGES,
    State.UNINSTALLED: frozenset({Verb.INSTALL, Verb.ROLLBACK, Verb.UNINSTALL}),
}
"""What each state allows. An install over `UNINSTALLED` continues its numbers; one over `BEGUN`
is the repetition of a killed command."""


def latest(revisions: Iterable[Release]) -> Release | None:
    """Return the highest revision, or `None`."""
    return max(revisions, key=_number, default=None)


def deployed(revisions: Iterable[Release]) -> Release | None:
    """Return the highest deployed revision, or `None`; an uninstall ends all before it."""
    known = tuple(revisions)
    gone = latest(each for each in known if each.status is Status.UNINSTALLED)
    good = latest(each for each in known if each.status is Status.DEPLOYED)
    return None if gone and good and gone.revision > good.revision else good


def next_revision(revisions: Iterable[Release], taken: Iterable[int] = ()) -> int:
    """Return the number of the next attempt, from 1.

    Args:
        revisions: What can be read.
        taken: Numbers of records that cannot: they are there all the same.
    """
    return max([*map(_number, revisions), *taken], default=0) + 1


def is_interrupted(release: Release) -> bool:
    """Tell whether the attempt was never concluded by the process that began it."""
    return release.status.is_pending or (
        release.status is Status.FAILED and release.description.startswith(INTERRUPTED)
    )


def finished(revisions: Iterable[Release], revision: int) -> Release | None:
    """Return the last revision if it is `revision` and was concluded with success.

    A process may die after its commit and before it gave the lease back. Whoever repeats its
    command finds the lease, which names the revision, and then has nothing left to do: another
    rollback to the one before would lead away again.
    """
    last = latest(revisions)
    done = last is not None and last.status in (Status.DEPLOYED, Status.UNINSTALLED)
    return last if last is not None and done and last.revision == revision else None


def state(revisions: Sequence[Release]) -> State:
    """Return where the release stands."""
    last = latest(revisions)
    if last is None:
        return State.ABSENT
    if is_interrupted(last):
        return State.BEGUN if all(map(_never_worked, revisions)) else State.INTERRUPTED
    return _STATES.get(last.status, State.FAILED)


def rollback_target(revisions: Sequence[Release], wanted: int = 0) -> Release:
    """Return the revision that a rollback goes back to.

    Args:
        revisions: All of one release, in any order, at least one.
        wanted: A revision; 0 means the one before the last. A rollback that was interrupted is
            not the last: repeating its command must lead to the same revision.

    Raises:
        ReleaseNotFound: There are no revisions.
        RevisionNotFound: There is no such revision, or none before the last.
    """
    last = latest(each for each in revisions if not _is_dead_rollback(each)) or latest(revisions)
    if last is None:
        raise ReleaseNotFound("", "")
    number = wanted or last.revision - 1
    for each in revisions:
        if each.revision == number:
            return each
    raise RevisionNotFound(last.name, number)


def base_for_upgrade(revisions: Sequence[Release]) -> Release:
    """Return the revision whose values and labels an upgrade starts from.

    That is the deployed one; with none, the last attempt, unless the release was uninstalled.

    Raises:
        ReleaseNotFound: There are no revisions.
        NothingDeployed: The release was uninstalled.
    """
    last = latest(revisions)
    if last is None:
        raise ReleaseNotFound("", "")
    if last.status is Status.UNINSTALLED:
        raise NothingDeployed(
            f'"{last.name}" has no deployed releases',
            hint=f"`pkgtool install {last.name} CHART`, or upgrade with --install",
        )
    return deployed(revisions) or last


def prunable(revisions: Iterable[Release], max_history: int) -> tuple[Release, ...]:
    """Return the revisions to forget, oldest first, so that `max_history` remain.

    The last revision is kept in any case, and so is the last that worked: the way back.

    Args:
        revisions: All of one release, after the operation was recorded.
        max_history: How many may remain; 0 or less keeps all.
    """
    ordered = sorted(revisions, key=_number)
    excess = len(ordered) - max_history
    if max_history <= 0 or excess <= 0:
        return ()
    worked = deployed(ordered) or latest(r for r in ordered if r.status is Status.SUPERSEDED)
    spared = {ordered[-1].revision, worked.revision if worked else 0}
    return tuple(each for each in ordered if each.revision not in spared)[:excess]


_STATES: Mapping[Status, State] = {
    Status.DEPLOYED: State.DEPLOYED,
    Status.FAILED: State.FAILED,
    Status.UNINSTALLING: State.UNINSTALLING,
    Status.UNINSTALLED: State.UNINSTALLED,
}


def _number(release: Release) -> int:
    return release.revision


def _never_worked(release: Release) -> bool:
    dead_install = is_interrupted(release) and not _was_interrupted_in(release, "uninstall")
    return dead_install or release.status is Status.UNINSTALLED


def _is_dead_rollback(release: Release) -> bool:
    return release.status is Status.PENDING_ROLLBACK or _was_interrupted_in(release, "rollback")


def _was_interrupted_in(release: Release, operation: str) -> bool:
    return is_interrupted(release) and release.description.startswith(f"{INTERRUPTED}{operation}")
