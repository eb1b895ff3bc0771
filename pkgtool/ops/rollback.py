"""`rollback`: a new revision that is as an earlier one was."""

from dataclasses import replace

from pkgtool.ops.attempt import Attempt, RolloutOptions
from pkgtool.ops.history import require_release
from pkgtool.ops.operation import perform
from pkgtool.ops.session import Session
from pkgtool.plan.build import plan_rollback
from pkgtool.release.applying import apply_method
from pkgtool.release.history import next_revision, rollback_target
from pkgtool.release.intent import inventory, vouched
from pkgtool.release.model import Release, Status
from pkgtool.release.names import check_name_of_release
from pkgtool.release.recorded import recorded_set
from pkgtool.store.protocol import Records


def rollback(
    session: Session, name: str, namespace: str, revision: int, options: RolloutOptions
) -> Release:
    """Go back to `revision`; 0 means the one before the last.

    Nothing is rendered: the recorded objects, hooks, chart and values are used again.

    Returns:
        The new record, with status DEPLOYED.

    Raises:
        ReleaseNotFound, RevisionNotFound: There is nothing to go back to; nothing was changed.
        ClusterError, HookFailed, RolloutFailed: The record is stored as FAILED.
    """
    return perform(
        session,
        name,
        namespace,
        lambda records: prepare_rollback(session, name, namespace, revision, options, records),
        options,
        operation="rollback",
        same=lambda release: revision in (0, release.rollback_revision),
    )


def prepare_rollback(
    session: Session,
    name: str,
    namespace: str,
    revision: int,
    options: RolloutOptions,
    records: Records,
) -> Attempt:
    """Decide what rolling back would do; nothing is changed.

    Raises:
        ReleaseNotFound, RevisionNotFound: There is nothing to go back to.
    """
    check_name_of_release(name, "prepareRollback: Release name is invalid")
    if not records.releases:
        require_release(session, name, namespace)
    target = rollback_target(records.releases, revision)
    wanted = recorded_set(target)
    before = inventory(records.releases)
    plan = plan_rollback(
        before,
        wanted,
        namespace=namespace,
        hooks=options.hooks,
        wait=options.wait.strategy != "hookOnly",
    )
    release = replace(
        target,
        revision=next_revision(records.releases, (bad.key.revision for bad in records.unreadable)),
        status=Status.PENDING_ROLLBACK,
        last_deployed=session.pace.clock(),
        description=f"Rollback to {target.revision}",
        rollback_revision=target.revision,
        hooks=tuple(each._replace(last_run=None) for each in target.hooks),
        deleted=None,
        apply_method=apply_method(options.server_side, target.apply_method),
    )
    return Attempt(
        release=release,
        plan=plan,
        seen=records,
        success=f"Rollback to {target.revision}",
        failure=f'Rollback "{name}" failed',
        known=vouched(records.releases),
    )
