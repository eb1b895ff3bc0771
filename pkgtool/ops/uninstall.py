"""`uninstall`: everything a release made goes away, and its records with it unless kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.errors import AlreadyUninstalled
from pkgtool.ops.attempt import RolloutOptions, owner_of
from pkgtool.ops.history import require_release
from pkgtool.ops.holding import held, recorded_when_interrupted, settle
from pkgtool.ops.session import Session
from pkgtool.plan.build import plan_uninstall
from pkgtool.plan.model import Plan, Step
from pkgtool.release.history import latest
from pkgtool.release.intent import inventory
from pkgtool.release.model import Release, Status
from pkgtool.release.names import check_name_of_release
from pkgtool.release.recorded import recorded_set
from pkgtool.rollout.outcome import Outcome
from pkgtool.rollout.run import run_plan
from pkgtool.store.lease import Lease, holder_of


class UninstallOptions(NamedTuple):
    """How a release is removed."""

    rollout: RolloutOptions = RolloutOptions()
    keep_history: bool = False


class Removal(NamedTuple):
    """What came of it."""

    release: Release | None = None
    """The last record, as it was stored or would have been."""
    kept: tuple[Step, ...] = ()
    """Objects left because their policy says so."""
    not_ours: tuple[Step, ...] = ()
    """Objects left because they belong to somebody else."""


def uninstall(session: Session, name: str, namespace: str, options: UninstallOptions) -> Removal:
    """Remove release `name`: its objects, and its records unless they are kept.

    Raises:
        ReleaseNameInvalid: No release can be called so.
        ReleaseNotFound: There is no such release.
        AlreadyUninstalled: Its history is kept, and only that is asked for.
        ReleaseBusy: Another process holds it; nothing was changed.
        ClusterError, HookFailed: The record says `uninstalling`; run it again to go on.
    """
    check_name_of_release(name, _BAD_NAME)
    me = session.holder._replace(operation="uninstall")
    left = holder_of(session.cluster, name, namespace)
    if left is None or left.operation != me.operation:
        me = me._replace(revision=require_release(session, name, namespace).revision)
    with held(session, name, namespace, me) as lease:
        history = settle(session, name, namespace).releases
        died = lease.predecessor is not None and lease.predecessor.operation == me.operation
        if not history and died:
            # Its process died after the last record was gone: there is nothing left to do.
            return Removal()
        last = latest(history) or require_release(session, name, namespace)
        if last.status is not Status.UNINSTALLED:
            return _remove(session, last, history, lease, options)
        return _removed_before(session, last, history, options, again=died)


def prepare_uninstall(
    session: Session, name: str, namespace: str, options: UninstallOptions
) -> Plan:
    """Return what uninstalling would do; nothing is changed.

    Raises:
        ReleaseNotFound: There is no such release.
    """
    check_name_of_release(name, _BAD_NAME)
    last = require_release(session, name, namespace)
    history = session.store.history(name, namespace).releases
    return _plan(last, history, options)


_BAD_NAME = "uninstall: Release name is invalid"


def _plan(last: Release, history: Sequence[Release], options: UninstallOptions) -> Plan:
    hooks = recorded_set(last).hooks if options.rollout.hooks else ()
    return plan_uninstall(inventory(history), hooks)


def _remove(
    session: Session,
    last: Release,
    history: Sequence[Release],
    lease: Lease,
    options: UninstallOptions,
) -> Removal:
    lease.renew()
    leaving = replace(
        last,
        status=Status.UNINSTALLING,
        description="Deletion in progress (or silently failed)",
        deleted=session.pace.clock(),
    )
    with recorded_when_interrupted(session, leaving.key):
        session.store.update(leaving)
        outcome = _delete_objects(session, leaving, history, lease, options)
        lease.renew()
        gone = replace(
            leaving,
            status=Status.UNINSTALLED,
            description=options.rollout.description or "Uninstallation complete",
            hooks=outcome.recorded(leaving.hooks),
        )
        session.store.update(gone)
    if options.keep_history:
        _supersede(session, gone, history)
    else:
        _forget(session, history)
    return Removal(gone, outcome.kept, outcome.not_ours)


def _delete_objects(
    session: Session,
    leaving: Release,
    history: Sequence[Release],
    lease: Lease,
    options: UninstallOptions,
) -> Outcome:
    outcome = run_plan(
        _plan(leaving, history, options),
        session.cluster,
        ApplyPolicy(),
        owner=owner_of(leaving),
        wait=options.rollout.wait,
        guard=lease.renew,
        pace=session.pace,
    )
    outcome.raise_for_error()
    return outcome


def _removed_before(
    session: Session,
    last: Release,
    history: Sequence[Release],
    options: UninstallOptions,
    *,
    again: bool,
) -> Removal:
    """Treat a release whose objects are gone: its history goes too, or was kept on purpose."""
    if not options.keep_history:
        _forget(session, history)
        return Removal(last)
    _supersede(session, last, history)
    if again:
        return Removal(last)
    raise AlreadyUninstalled(
        f'the release named "{last.name}" is already deleted',
        hint="without --keep-history its records go too",
    )


def _supersede(session: Session, gone: Release, history: Sequence[Release]) -> None:
    for each in history:
        if each.status is Status.DEPLOYED and each.revision != gone.revision:
            session.store.update(replace(each, status=Status.SUPERSEDED))


def _forget(session: Session, history: Sequence[Release]) -> None:
    """Delete all records, oldest first: what is left of a killed run says what it was doing."""
    for each in sorted(history, key=lambda release: release.revision):
        session.store.delete(each.key)
