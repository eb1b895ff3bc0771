"""What every operation that changes a release has in common: prepare, hold, act, record.

A verb *prepares* an `Attempt` from the history without changing anything; `--dry-run` ends there.
`perform` then takes the lease, repairs what a dead attempt left in the records, prepares again if
the history is not what it was, and carries the attempt out. There is no separate recovery: a
killed command is repaired by the same path that runs a first one.

The record is committed in one write: the new revision becomes `deployed`. Superseding older ones
and pruning come after it and are repaired by the next operation, for the deployed revision is the
highest that says so.

Source: `spec/reliability.md` F01, F03, §5.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.errors import RolloutFailed
from pkgtool.manifest.model import ResourceId
from pkgtool.ops.session import Session
from pkgtool.plan.model import Action, Plan
from pkgtool.release.history import deployed, finished, prunable
from pkgtool.release.intent import interrupted
from pkgtool.release.model import Release, ReleaseKey, Status
from pkgtool.rollout.ownership import Owner, check_ownership
from pkgtool.rollout.preflight import check_acceptance
from pkgtool.rollout.run import Outcome, create_namespace, run_plan, undo_created
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.store.lease import Holder, Lease, hold, holder_of
from pkgtool.store.protocol import Records


@dataclass(frozen=True, slots=True)
class RolloutOptions:
    """How an operation treats the cluster and the history."""

    hooks: bool = True
    wait: WaitPolicy = field(default_factory=WaitPolicy)
    force_conflicts: bool = False
    """Take over fields that others own."""
    take_ownership: bool = False
    """Take over objects that belong to nobody, or to another release."""
    undo_on_failure: bool = False
    """Leave things as they were when the operation fails."""
    create_namespace: bool = False
    max_history: int = 10
    """How many revisions are remembered; 0 for all."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an operation is about to do, decided from `seen`; nothing has happened yet."""

    release: Release
    """The record as it will be created: pending."""
    plan: Plan
    seen: tuple[tuple[int, Status], ...]
    """The history it was decided from."""
    success: str
    """The description of success."""
    failure: str
    """How the description of failure begins."""
    warnings: tuple[str, ...] = ()
    known: frozenset[ResourceId] = frozenset()
    """Objects that the release has already; whose they are is not asked again."""
    undo: "Prepare | None" = None
    """How to go back when it fails and that is wanted; without it, what was created is deleted."""


Prepare = Callable[[Records], Attempt]
"""Decide what to do, given all records of the release."""


def marks(records: Records) -> tuple[tuple[int, Status], ...]:
    """Return what matters of a history to decide whether it is still the same."""
    return tuple((each.revision, each.status) for each in records.releases)


def never_same(release: Release) -> bool:
    """Tell that no finished operation is the one that is asked for."""
    del release
    return False


def perform(
    session: Session,
    name: str,
    namespace: str,
    prepare: Prepare,
    options: RolloutOptions,
    *,
    operation: str,
    same: Callable[[Release], bool] = never_same,
) -> Release:
    """Prepare an attempt and carry it out under the lease of the release.

    Args:
        session: The world.
        name: Of the release.
        namespace: Of the release.
        prepare: Decides what to do.
        options: How it is done.
        operation: The verb.
        same: Tells whether a finished revision is what this very command would make: a process
            may die after its commit, and its command, run again, has nothing left to do.

    Raises:
        ReleaseBusy: Another process holds the release; nothing was changed.
        ChartError, ValuesError, TemplateError, ManifestError, NotOwned: Nothing was changed.
        Rejected, Conflict: The cluster would not take an object; nothing was changed, or, if it
            changed its mind, the record is stored as FAILED.
        ClusterError, HookFailed, RolloutFailed: The record is stored as FAILED.
    """
    me = replace(session.holder, operation=operation)
    done = _done_before(session, name, namespace, me, same=same, options=options)
    if done is not None:
        return done
    attempt = prepare(session.store.history(name, namespace))
    if options.create_namespace or session.makes_namespaces:
        # Before the lease, because it and the records live there.
        create_namespace(session.cluster, namespace)
    with held(session, name, namespace, replace(me, revision=attempt.release.revision)) as lease:
        records = settle(session, name, namespace)
        if marks(records) != attempt.seen:
            attempt = prepare(records)
        return _carry_out(session, attempt, records.releases, lease, options)


def _done_before(
    session: Session,
    name: str,
    namespace: str,
    me: Holder,
    *,
    same: Callable[[Release], bool],
    options: RolloutOptions,
) -> Release | None:
    """Return the revision that a process made which died right after, if it is what is wanted."""
    left = holder_of(session.cluster, name, namespace)
    if left is None or left.operation != me.operation:
        return None
    with held(session, name, namespace, me) as lease:
        records = settle(session, name, namespace)
        number = lease.predecessor.revision if lease.predecessor else 0
        release = finished(records.releases, number)
        if release is None or not same(release):
            return None
        history = [each for each in records.releases if each.revision != release.revision]
        _tidy(session, release, history, options.max_history)
        return release


@contextmanager
def held(session: Session, name: str, namespace: str, me: Holder) -> Iterator[Lease]:
    """Hold the release `name` as `me`."""

    def tell(holder: Holder, seconds: float) -> None:
        session.say(
            f"waiting up to {seconds:.0f} s: {holder.operation or 'an operation'} by process "
            f"{holder.pid} on {holder.host} holds release {name}"
        )

    with hold(
        session.cluster,
        name,
        namespace,
        me,
        clock=session.pace.clock,
        monotonic=session.pace.monotonic,
        sleep=session.pace.sleep,
        wait_s=session.lock_wait_s,
        on_wait=tell,
    ) as lease:
        yield lease


def settle(session: Session, name: str, namespace: str) -> Records:
    """Repair what dead attempts left in the records, and return them; needs the lease.

    An attempt that its process did not conclude becomes failed, and only the highest deployed
    revision stays deployed.
    """
    records = session.store.history(name, namespace)
    current = deployed(records.releases)
    for each in records.releases:
        settled = interrupted(each)
        if current is not None and each.status is Status.DEPLOYED and each != current:
            settled = replace(each, status=Status.SUPERSEDED)
        if settled != each:
            session.store.update(settled)
    return session.store.history(name, namespace)


def owner_of(release: Release) -> Owner:
    """Return in whose name objects of `release` are written."""
    return Owner(release.name, release.namespace, release.revision)


def _carry_out(
    session: Session,
    attempt: Attempt,
    history: Sequence[Release],
    lease: Lease,
    options: RolloutOptions,
) -> Release:
    owner = owner_of(attempt.release)
    policy = ApplyPolicy(force=options.force_conflicts)
    _preflight(session, attempt, owner, policy, options)
    lease.renew()
    with recorded_when_interrupted(session, attempt.release.key):
        session.store.create(attempt.release)
        outcome = run_plan(
            attempt.plan,
            session.cluster,
            policy,
            owner=owner,
            wait=options.wait,
            guard=lease.renew,
            pace=session.pace,
        )
        for warning in outcome.warnings:
            session.say(f"warning: {warning}")
        return _conclude(session, attempt, outcome, history, lease, options)


@contextmanager
def recorded_when_interrupted(session: Session, key: ReleaseKey) -> Iterator[None]:
    """Let the record `key` say so when a signal ends the block before its operation is done.

    What is committed already stays as it is.
    """
    try:
        yield
    except KeyboardInterrupt:
        for each in session.store.history(key.name, key.namespace).releases:
            if each.revision == key.revision and (settled := interrupted(each)) != each:
                session.store.update(settled)
                session.say(
                    f"interrupted: revision {key.revision} of {key.name} is recorded as failed; "
                    "run the command again to go on"
                )
        raise


def _preflight(
    session: Session, attempt: Attempt, owner: Owner, policy: ApplyPolicy, options: RolloutOptions
) -> None:
    """Refuse, before anything is changed, what would be refused in the middle."""
    if not options.take_ownership:
        wanted = [s.manifest for s in attempt.plan.steps if s.action is Action.APPLY and s.manifest]
        first = attempt.release.status is Status.PENDING_INSTALL
        check_ownership(
            wanted,
            session.cluster,
            owner,
            known=attempt.known,
            doing="install" if first else "update",
        )
    check_acceptance(attempt.plan, session.cluster, policy, owner=owner)


def _conclude(
    session: Session,
    attempt: Attempt,
    outcome: Outcome,
    history: Sequence[Release],
    lease: Lease,
    options: RolloutOptions,
) -> Release:
    """Record how it ended: the commit point, and what follows from it."""
    lease.renew()
    ran = replace(attempt.release, hooks=outcome.recorded(attempt.release.hooks))
    now = session.pace.clock()
    if outcome.error is not None:
        failed = ran.concluded(Status.FAILED, f"{attempt.failure}: {outcome.error.what}", at=now)
        session.store.update(failed)
        if options.undo_on_failure:
            raise _undo(session, attempt, outcome, lease, options) from outcome.error
        raise outcome.error
    done = ran.concluded(Status.DEPLOYED, options.description or attempt.success, at=now)
    session.store.update(done)
    _tidy(session, done, history, options.max_history)
    return done


def _undo(
    session: Session, attempt: Attempt, outcome: Outcome, lease: Lease, options: RolloutOptions
) -> RolloutFailed:
    """Bring back what was there before a failed attempt, and return the error that says so."""
    name = attempt.release.name
    reason = outcome.error.what if outcome.error else ""
    because = f"due to rollback-on-failure being set: {reason}"
    if attempt.undo is None:
        undo_created(outcome, session.cluster, owner=owner_of(attempt.release), guard=lease.renew)
        return RolloutFailed(f"release {name} failed, and has been uninstalled {because}")
    records = settle(session, name, attempt.release.namespace)
    back = replace(options, undo_on_failure=False, description="")
    _carry_out(session, attempt.undo(records), records.releases, lease, back)
    return RolloutFailed(f"release {name} failed, and has been rolled back {because}")


def _tidy(session: Session, done: Release, history: Sequence[Release], max_history: int) -> None:
    """Supersede what was deployed before, and forget the oldest revisions."""
    older = [
        replace(each, status=Status.SUPERSEDED) if each.status is Status.DEPLOYED else each
        for each in history
    ]
    for before, after in zip(history, older, strict=True):
        if before != after:
            session.store.update(after)
    for forgotten in prunable([*older, done], max_history):
        session.store.delete(forgotten.key)
