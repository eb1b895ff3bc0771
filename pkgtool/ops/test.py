"""`test`: run the test hooks of a release.

Source: Helm v4 `pkg/action/release_testing.go`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.manifest.model import Hook
from pkgtool.ops.history import require_release
from pkgtool.ops.holding import held, settle
from pkgtool.ops.session import Session
from pkgtool.plan.build import plan_test
from pkgtool.release.history import latest
from pkgtool.release.model import HookRun, Release
from pkgtool.release.names import check_name_of_release
from pkgtool.release.recorded import recorded_set
from pkgtool.rollout.ownership import Owner
from pkgtool.rollout.run import run_plan
from pkgtool.rollout.wait import WaitPolicy


class TestOptions(NamedTuple):
    """Which tests, and how long."""

    wait: WaitPolicy
    only: tuple[str, ...] = ()
    """Names of the tests to run; empty for all."""
    without: tuple[str, ...] = ()
    """Names of tests to leave out."""


def run_tests(session: Session, name: str, namespace: str, options: TestOptions) -> Release:
    """Run the test hooks of release `name`, and return its record with how they went.

    Raises:
        ReleaseNameInvalid: No release can be called so.
        ReleaseNotFound: There is no such release.
        HookFailed, WaitTimedOut: A test failed; the record says which.
    """
    check_name_of_release(name, "releaseTest: Release name is invalid")
    release = require_release(session, name, namespace)
    me = session.holder._replace(operation="test", revision=release.revision)
    with held(session, name, namespace, me) as lease:
        release = latest(settle(session, name, namespace).releases) or release
        hooks = [hook for hook in recorded_set(release).hooks if _chosen(hook, options)]
        session.store.update(_begun(release, hooks, session.pace.clock()))
        outcome = run_plan(
            plan_test(hooks),
            session.cluster,
            ApplyPolicy(),
            owner=Owner(name, namespace, release.revision, session.pace.clock().isoformat()),
            wait=options.wait,
            guard=lease.renew,
            pace=session.pace,
        )
        tested = replace(release, hooks=outcome.recorded(release.hooks))
        lease.renew()
        session.store.update(tested)
    outcome.raise_for_error()
    return tested


def _begun(release: Release, hooks: Sequence[Hook], at: datetime) -> Release:
    """Return the record that says which tests run: who dies now, leaves word of them."""
    running = {hook.manifest.id.name for hook in hooks if "test" in hook.events}
    return replace(
        release,
        hooks=tuple(
            hook._replace(last_run=HookRun("Running", started_at=at))
            if hook.name in running
            else hook
            for hook in release.hooks
        ),
    )


def _chosen(hook: Hook, options: TestOptions) -> bool:
    name = hook.manifest.id.name
    return (not options.only or name in options.only) and name not in options.without
