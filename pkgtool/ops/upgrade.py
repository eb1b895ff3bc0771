"""`upgrade`: a release gets a new revision, from another chart, other values, or both."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pkgtool.chart.deps import process_chart
from pkgtool.chart.model import Chart
from pkgtool.errors import (
    NothingDeployed,
    ReleaseBusy,
    ReleaseExists,
    ReleaseNotFound,
    did_you_mean,
)
from pkgtool.ops.attempt import Attempt, Prepare, RolloutOptions
from pkgtool.ops.history import require_release
from pkgtool.ops.install import InstallOptions, Wish, install, named, pending_release
from pkgtool.ops.live import live_surroundings
from pkgtool.ops.operation import perform
from pkgtool.ops.rollback import prepare_rollback
from pkgtool.ops.session import Session
from pkgtool.ops.walk import WalkOptions, walk_chart
from pkgtool.plan.build import plan_upgrade
from pkgtool.release.applying import apply_method
from pkgtool.release.history import base_for_upgrade, deployed, latest, next_revision
from pkgtool.release.intent import inventory, vouched
from pkgtool.release.model import Release, Status
from pkgtool.release.names import check_labels, check_name_of_release
from pkgtool.store.protocol import Records
from pkgtool.template.context import ReleaseFacts
from pkgtool.values.merge import coalesce_tables

Reuse = Literal["auto", "reset", "reuse", "reset-then-reuse"]


@dataclass(frozen=True, slots=True)
class UpgradeOptions:
    """How a release is upgraded."""

    walk: WalkOptions = field(default_factory=WalkOptions)
    rollout: RolloutOptions = field(default_factory=RolloutOptions)
    skip_crds: bool = False
    reuse: Reuse = "auto"
    """Where the values come from: `auto` keeps the old ones when no new ones are given."""
    labels: Mapping[str, str | None] = field(default_factory=dict)
    """Labels to set; `None` removes one."""
    hide_secrets: bool = False
    """Whether the record says nothing about Secrets: only for showing it."""


def upgrade(session: Session, wish: Wish, options: UpgradeOptions) -> Release:
    """Upgrade an existing release.

    Returns:
        The record as stored, with status DEPLOYED.

    Raises:
        ReleaseNotFound: There is no such release.
        NothingDeployed: It was uninstalled.
        ChartError, ValuesError, TemplateError, ManifestError, NotOwned: Nothing was changed.
        ClusterError, HookFailed, RolloutFailed: The record is stored as FAILED; with
            `undo_on_failure` the release was rolled back.
    """
    return perform(
        session,
        wish.name,
        wish.namespace,
        lambda records: prepare_upgrade(session, wish, options, records),
        options.rollout,
        operation="upgrade",
    )


def installs(session: Session, name: str, namespace: str) -> bool:
    """Tell whether `upgrade --install` installs: there is no such release, or it was uninstalled."""
    last = latest(session.store.history(name, namespace).releases)
    return last is None or last.status is Status.UNINSTALLED


def upgrade_or_install(
    session: Session, wish: Wish, options: UpgradeOptions, *, absent: InstallOptions
) -> Release:
    """Upgrade the release, or install it when there is none, or when it was uninstalled."""
    last = latest(session.store.history(wish.name, wish.namespace).releases)
    try:
        if last is None or last.status is Status.UNINSTALLED:
            return install(session, wish, absent)
        return upgrade(session, wish, options)
    except (ReleaseExists, ReleaseNotFound, NothingDeployed):
        if latest(session.store.history(wish.name, wish.namespace).releases) == last:
            raise
        # Somebody else installed or uninstalled it while we waited for the lease.
        return upgrade_or_install(session, wish, options, absent=absent)


def prepare_upgrade(
    session: Session, wish: Wish, options: UpgradeOptions, records: Records
) -> Attempt:
    """Decide what upgrading would do; nothing is changed.

    Raises:
        ReleaseNotFound, NothingDeployed, ChartError, ValuesError, TemplateError, ManifestError:
            It cannot be done.
    """
    _check_upgradable(session, wish, records)
    last = latest(records.releases) or require_release(session, wish.name, wish.namespace)
    base = base_for_upgrade(records.releases)
    chart, inputs = _reused(base, wish, options.reuse)
    revision = next_revision(records.releases, (bad.key.revision for bad in records.unreadable))
    facts = ReleaseFacts(wish.name, wish.namespace, revision, is_upgrade=True)
    walked = walk_chart(chart, inputs, live_surroundings(session, facts), options.walk)
    check_labels(options.labels)
    before = inventory(records.releases)
    plan = plan_upgrade(
        before,
        named(walked.desired),
        namespace=wish.namespace,
        hooks=options.rollout.hooks,
        skip_crds=options.skip_crds,
        wait=options.rollout.wait.strategy != "hookOnly",
    )
    labels = {**base.labels, **options.labels}
    release = replace(
        pending_release(
            session,
            walked,
            inputs,
            {key: v for key, v in labels.items() if v is not None},
            hide_secrets=options.hide_secrets,
        ),
        status=Status.PENDING_UPGRADE,
        first_deployed=last.first_deployed,
        description="Preparing upgrade",
        apply_method=apply_method(options.rollout.server_side, last.apply_method),
    )
    return Attempt(
        release=release,
        plan=plan,
        seen=records,
        success="Upgrade complete",
        failure=f'Upgrade "{wish.name}" failed',
        warnings=walked.warnings,
        known=vouched(records.releases),
        undo=_way_back(session, wish, options, records),
    )


def _check_upgradable(session: Session, wish: Wish, records: Records) -> None:
    """Refuse what cannot be upgraded whatever the chart is."""
    check_name_of_release(wish.name, "release name is invalid")
    last = latest(records.releases)
    if last is None:
        known = sorted({each.name for each in session.store.list(wish.namespace).releases})
        raise NothingDeployed(
            f'"{wish.name}" has no deployed releases',
            hint=did_you_mean(wish.name, known)
            or f"`pkgtool install {wish.name} CHART`, or upgrade with --install",
        )
    if session.believes_status and last.status.is_pending:
        raise ReleaseBusy(
            "another operation (install/upgrade/rollback) is in progress",
            hint=f"when it is not: `pkgtool rollback {wish.name}`",
        )


def _reused(base: Release, wish: Wish, reuse: Reuse) -> tuple[Chart, Mapping[str, Any]]:
    """Return the chart and the user's values after the flags about old values.

    Source: Helm v4 `pkg/action/upgrade.go` (`reuseValues`).
    """
    new = wish.inputs
    if reuse == "reset":
        return wish.chart, new
    if reuse == "reuse":
        old = process_chart(base.chart, base.config).values
        return replace(wish.chart, values=old), coalesce_tables(new, base.config)
    if reuse == "reset-then-reuse":
        return wish.chart, coalesce_tables(new, base.config)
    return wish.chart, new or base.config


def _way_back(
    session: Session, wish: Wish, options: UpgradeOptions, records: Records
) -> Prepare | None:
    """Return how to roll back to what is deployed now, if anything is."""
    good = deployed(records.releases)
    if good is None:
        return None
    revision = good.revision
    return lambda later: prepare_rollback(
        session, wish.name, wish.namespace, revision, options.rollout, later
    )
