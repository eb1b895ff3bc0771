"""`install`: a chart becomes revision 1 of a new release."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from pkgtool.chart.model import Chart
from pkgtool.errors import ReleaseError, ReleaseExists, ReleaseNameInvalid
from pkgtool.manifest.model import ManifestSet
from pkgtool.manifest.text import manifest_text, without_secrets
from pkgtool.ops.attempt import Attempt, RolloutOptions
from pkgtool.ops.live import surroundings
from pkgtool.ops.operation import perform
from pkgtool.ops.session import Session
from pkgtool.ops.walk import Walked, WalkOptions, walk_chart
from pkgtool.plan.build import plan_install
from pkgtool.release.applying import apply_method
from pkgtool.release.history import ALLOWED, State, Verb, latest, next_revision, state
from pkgtool.release.intent import inventory
from pkgtool.release.model import Release, Status
from pkgtool.release.names import check_labels, check_release_name
from pkgtool.release.recorded import hook_records
from pkgtool.store.protocol import Records
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import ReleaseFacts


@dataclass(frozen=True, slots=True)
class InstallOptions:
    """How a chart is installed."""

    walk: WalkOptions = field(default_factory=WalkOptions)
    rollout: RolloutOptions = field(default_factory=RolloutOptions)
    skip_crds: bool = False
    replace: bool = False
    """Reuse the name of a failed or uninstalled release."""
    labels: Mapping[str, str] = field(default_factory=dict)
    hide_secrets: bool = False
    """Whether the record says nothing about Secrets: only for showing it."""
    offline: Capabilities | None = None
    """What is assumed of the cluster, when it is not to be asked."""


class Wish(NamedTuple):
    """What the user wants installed, and as what."""

    chart: Chart
    inputs: Mapping[str, Any]
    name: str
    namespace: str


def install(session: Session, wish: Wish, options: InstallOptions) -> Release:
    """Install a chart as a new release.

    Returns:
        The record as stored, with status DEPLOYED.

    Raises:
        ReleaseExists: The name is in use.
        ReleaseNameInvalid: Kubernetes would refuse the name.
        ChartError, ValuesError, TemplateError, ManifestError, NotOwned: Nothing was changed.
        ClusterError, HookFailed, RolloutFailed: The record is stored as FAILED.
    """
    return perform(
        session,
        wish.name,
        wish.namespace,
        lambda records: prepare_install(session, wish, options, records),
        options.rollout,
        operation="install",
        same=lambda release: _is_wish(release, wish),
    )


def _is_wish(release: Release, wish: Wish) -> bool:
    """Tell whether `release` is of the chart and values that are asked for."""
    return release.chart.metadata == wish.chart.metadata and release.config == wish.inputs


def prepare_install(
    session: Session, wish: Wish, options: InstallOptions, records: Records
) -> Attempt:
    """Decide what installing would do; nothing is changed.

    Raises:
        ReleaseExists, ReleaseNameInvalid, ChartError, ValuesError, TemplateError, ManifestError:
            It cannot be done.
    """
    try:
        _check_name(wish.name)
        if options.offline is None:
            _require_free(wish, records, options)
    except ReleaseError as error:
        raise error.under("release name check failed") from None
    check_labels(options.labels)
    revision = next_revision(records.releases, (bad.key.revision for bad in records.unreadable))
    facts = ReleaseFacts(wish.name, wish.namespace, revision)
    around = surroundings(session, facts, options.offline)
    walked = walk_chart(wish.chart, wish.inputs, around, options.walk)
    left = inventory(records.releases)
    plan = plan_install(
        named(walked.desired),
        namespace=wish.namespace,
        inventory=left,
        create_namespace=options.rollout.create_namespace,
        hooks=options.rollout.hooks,
        skip_crds=options.skip_crds,
        wait=options.rollout.wait.strategy != "hookOnly",
    )
    release = pending_release(
        session, walked, wish.inputs, options.labels, hide_secrets=options.hide_secrets
    )
    return Attempt(
        release=replace(release, apply_method=apply_method(options.rollout.server_side)),
        plan=plan,
        seen=records,
        success="Install complete",
        failure=f'Release "{wish.name}" failed',
        warnings=walked.warnings,
    )


def pending_release(
    session: Session,
    walked: Walked,
    inputs: Mapping[str, Any],
    labels: Mapping[str, str],
    *,
    hide_secrets: bool = False,
) -> Release:
    """Return the record of a first revision as it stands before anything is sent."""
    manifests = walked.desired.manifests
    now = session.pace.clock()
    facts = walked.context.release
    return Release(
        name=facts.name,
        namespace=facts.namespace,
        revision=facts.revision,
        status=Status.PENDING_INSTALL,
        chart=walked.chart,
        first_deployed=now,
        last_deployed=now,
        description="Initial install underway",
        config=inputs,
        manifest=manifest_text(without_secrets(manifests) if hide_secrets else manifests),
        hooks=hook_records(walked.desired.hooks),
        notes=walked.rendered.notes,
        labels=labels,
    )


def named(desired: ManifestSet) -> ManifestSet:
    """Return what of `desired` can be sent: a document without a name is only part of the text."""
    return desired._replace(
        manifests=tuple(each for each in desired.manifests if each.id.name),
        hooks=tuple(each for each in desired.hooks if each.manifest.id.name),
    )


def _check_name(name: str) -> None:
    try:
        check_release_name(name)
    except ReleaseNameInvalid as error:
        raise error.under(f'release name "{name}"') from None


def _require_free(wish: Wish, records: Records, options: InstallOptions) -> None:
    """Refuse a name that is in use."""
    stands = state(records.releases)
    if records.unreadable and stands is State.ABSENT:
        stands = State.FAILED
    reusable = options.replace and stands is State.FAILED
    if Verb.INSTALL in ALLOWED[stands] or reusable:
        return
    last = latest(records.releases)
    raise ReleaseExists(wish.name, wish.namespace, last.revision if last else 0)
