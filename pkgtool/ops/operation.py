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

from collections.abc import Callable, Sequence
from dataclasses import replace

from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.errors import LeaseLost, PkgtoolError, RolloutFailed
from pkgtool.ops.attempt import Attempt, Prepare, RolloutOptions, owner_of
from pkgtool.ops.holding import held, recorded_when_interrupted, settle
from pkgtool.ops.session import Session
from pkgtool.plan.model import Action
from pkgtool.release.history import finished, prunable
from pkgtool.release.model import Release, Status
from pkgtool.rollout.ownership import Owner, check_ownership
from pkgtool.rollout.preflight import check_acceptance
from pkgtool.rollout.run import Outcome, create_namespace, run_plan, undo_created
from pkgtool.store.lease import Holder, Lease, holder_of

__all__ = ["Attempt", "RolloutOptions", "perform"]


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
    me = session.holder._replace(operation=operation)
    done = _done_before(session, name, namespace, me, same=same, options=options)
    if done is not None:
        return done
    attempt = prepare(session.store.history(name, namespace))
    if options.create_namespace or session.makes_namespaces:
        # Before the lease, because it and the records live there.
        create_namespace(session.cluster, namespace)
    with held(session, name, namespace, me._replace(revision=attempt.release.revision)) as lease:
        records = settle(session, name, namespace)
        if records != attempt.seen:
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
    # Should this process die too, the next must still be told which revision it was about.
    with held(session, name, namespace, me._replace(revision=left.revision)) as lease:
        records = settle(session, name, namespace)
        number = lease.predecessor.revision if lease.predecessor else 0
        release = finished(records.releases, number)
        if release is None or not same(release):
            return None
        history = [each for each in records.releases if each.revision != release.revision]
        _tidy(session, release, history, options.max_history)
        return release


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
        if options.cleanup_on_failure and attempt.undo is not None:
            undo_created(outcome, session.cluster, owner=owner_of(ran), guard=lease.renew)
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
    try:
        if attempt.undo is None:
            _undo_install(session, attempt, outcome, lease)
            return RolloutFailed(f"release {name} failed, and has been uninstalled {because}")
        records = settle(session, name, attempt.release.namespace)
        back = options._replace(undo_on_failure=False, description="")
        _carry_out(session, attempt.undo(records), records.releases, lease, back)
    except LeaseLost:
        raise
    except PkgtoolError as error:
        return RolloutFailed(
            f"release {name} failed: {reason}; and then going back failed: {error.what}",
            where=error.where,
            hint=error.hint,
        )
    return RolloutFailed(f"release {name} failed, and has been rolled back {because}")


def _undo_install(session: Session, attempt: Attempt, outcome: Outcome, lease: Lease) -> None:
    """Delete what a failed install created.

    Raises:
        RolloutFailed: Some of it could not be deleted; the record still names it.
    """
    owner = owner_of(attempt.release)
    undone = undo_created(outcome, session.cluster, owner=owner, guard=lease.renew)
    if left := [str(each.step.id) for each in undone if each.result == "failed"]:
        raise RolloutFailed(
            f"could not delete {', '.join(left)}", hint=f"`pkgtool uninstall {owner.name}`"
        )


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
