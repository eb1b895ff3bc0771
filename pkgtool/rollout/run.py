"""Carry out a `Plan`, step by step.

Every step may be repeated: what is sent is applied, what is deleted may be gone, hooks that run
are watched on. So a plan that was stopped anywhere is completed by carrying it out again.
Deleting is careful: only an object that carries the release's marks, exactly the one that was
seen, and not if its policy says keep.

Source: Helm v4 `pkg/kube/client.go`; `spec/reliability.md` F11, F12, F13.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

from pkgtool.cluster.protocol import ApplyPolicy, Body, Cluster
from pkgtool.errors import ClusterError, Conflict, LeaseLost, PkgtoolError, Rejected
from pkgtool.manifest.model import Manifest, ResourceId
from pkgtool.plan.build import RESOURCE_POLICY
from pkgtool.plan.model import Action, Plan, Step, Wave
from pkgtool.rollout.hooks import run_hooks
from pkgtool.rollout.outcome import Event, Outcome, Result, StepResult
from pkgtool.rollout.ownership import Owner, annotation_of, marked
from pkgtool.rollout.pace import Pace
from pkgtool.rollout.site import Site
from pkgtool.rollout.wait import WaitPolicy, wait_ready

__all__ = [
    "Event",
    "Outcome",
    "StepResult",
    "create_namespace",
    "nothing_happened",
    "run_plan",
    "undo_created",
]

_CRD_TIMEOUT_S = 60.0
_UNDELETABLE = frozenset(
    {"CustomResourceDefinition", "Namespace", "PersistentVolume", "PersistentVolumeClaim"}
)


def nothing_happened(event: Event) -> None:
    """Ignore an event."""
    del event


def run_plan(
    plan: Plan,
    cluster: Cluster,
    policy: ApplyPolicy,
    *,
    owner: Owner,
    wait: WaitPolicy,
    guard: Callable[[], None],
    on_event: Callable[[Event], None] = nothing_happened,
    pace: Pace | None = None,
) -> Outcome:
    """Carry out `plan` until it is done or a step fails; running it again is always safe.

    Args:
        plan: What to do.
        cluster: Where.
        policy: How objects are written.
        owner: On whose behalf; its marks are put on every object.
        wait: What is waited for.
        guard: Called before every mutation; raises `LeaseLost` when we may not go on.
        on_event: Told before and after each step.
        pace: Time.

    Raises:
        LeaseLost: The release belongs to another process now; nothing may be recorded.
    """
    site = Site(cluster, policy, owner, wait, guard, on_event, pace or Pace())
    error: PkgtoolError | None = None
    try:
        for (action, _), waves in groupby((wave for wave in plan.waves if wave.steps), _part):
            _run_part(site, action, [step for wave in waves for step in wave.steps])
    except LeaseLost:
        raise
    except PkgtoolError as stopped:
        error = stopped
    return Outcome(tuple(site.results), error, tuple(site.warnings))


def create_namespace(cluster: Cluster, namespace: str) -> bool:
    """Make `namespace` if it is missing, before there is a place for lease and record.

    Returns:
        Whether it was made.
    """
    if cluster.get(ResourceId("", "Namespace", "", namespace)) is not None:
        return False
    body = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": namespace, "labels": {"name": namespace}},
    }
    try:
        cluster.apply(body, ApplyPolicy(if_absent=True))
    except Conflict:
        return False
    return True


def undo_created(
    outcome: Outcome, cluster: Cluster, *, owner: Owner, guard: Callable[[], None]
) -> tuple[StepResult, ...]:
    """Delete what the attempt created and nothing else, newest first.

    Volumes, claims, namespaces, CRDs and what is annotated to be kept are left (`kept`), and what
    cannot be deleted is `failed`: it does not stop the rest.
    """
    undone = []
    for made in reversed(outcome.created):
        try:
            result = _undo(made, cluster, owner, guard)
        except ClusterError:
            result = "failed"
        undone.append(StepResult(made.step, result, made.uid))
    return tuple(undone)


def _undo(made: StepResult, cluster: Cluster, owner: Owner, guard: Callable[[], None]) -> Result:
    if made.step.id.kind in _UNDELETABLE:
        return "kept"
    live = cluster.get(made.step.id)
    if live is None or live["metadata"]["uid"] != made.uid:
        return "gone"
    if (refusal := _refusal(live, owner)) is not None:
        return refusal
    guard()
    return "deleted" if cluster.delete(made.step.id, uid=made.uid) else "gone"


def _part(wave: Wave) -> tuple[Action, str]:
    """Tell waves apart that are carried out differently; hooks also by event."""
    first = wave.steps[0]
    return first.action, first.note if first.action is Action.HOOK else ""


def _run_part(site: Site, action: Action, steps: Sequence[Step]) -> None:
    if action is Action.HOOK:
        run_hooks(site, steps)
    elif action is Action.WAIT:
        _wait(site, steps)
    else:
        for step in steps:
            site.begin(step)
            _DOINGS[step.action](site, step)


def _make_namespace(site: Site, step: Step) -> None:
    site.guard()
    made = create_namespace(site.cluster, step.id.name)
    # Not `created`: whatever else goes into it must survive an undo.
    site.note(step, "configured" if made else "unchanged")


def _apply_crd(site: Site, step: Step) -> None:
    """Create a definition; one that is there is left as it is, as in Helm."""
    if site.cluster.get(step.id) is not None:
        site.note(step, "skipped")
        return
    made = _placed(step, lambda: site.apply(_manifest(step).body))
    site.note(step, "created", uid=made["metadata"]["uid"])


def _apply(site: Site, step: Step) -> None:
    manifest = _manifest(step)
    before = site.cluster.get(step.id)
    made = _placed(step, lambda: site.apply(marked(manifest, site.owner)))
    site.note(step, _change(before, made), uid=made["metadata"]["uid"])


def _delete(site: Site, step: Step) -> None:
    try:
        live = site.cluster.get(step.id)
    except Rejected as error:
        # Its kind is gone, and took its objects along.
        site.warnings.append(f"{step.id} is taken as gone: {error.what}")
        live = None
    if live is None:
        site.note(step, "gone")
    elif (refusal := _refusal(live, site.owner)) is not None:
        site.note(step, refusal)
    else:
        site.note(step, "deleted" if site.delete(step.id, live) else "gone")


def _keep(site: Site, step: Step) -> None:
    site.note(step, "kept")


def _wait(site: Site, steps: Sequence[Step]) -> None:
    ids = [step.id for step in steps]
    policy = site.wait
    if all(each.kind == "CustomResourceDefinition" for each in ids):
        policy = WaitPolicy("watcher", min(policy.timeout_s, _CRD_TIMEOUT_S))
    for step in steps:
        site.begin(step)
    site.warnings.extend(wait_ready(site.cluster, ids, policy, guard=site.guard, pace=site.pace))
    for step in steps:
        site.note(step, "ready")


_DOINGS: dict[Action, Callable[[Site, Step], None]] = {
    Action.CREATE_NAMESPACE: _make_namespace,
    Action.APPLY_CRD: _apply_crd,
    Action.APPLY: _apply,
    Action.DELETE: _delete,
    Action.KEEP: _keep,
}


def _refusal(live: Body, owner: Owner) -> Result | None:
    """Return why a live object must not be deleted, or `None`."""
    if annotation_of(live, RESOURCE_POLICY).strip().lower() == "keep":
        return "kept"
    return None if owner.owns(live) else "not ours"


def _change(before: Body | None, after: Body) -> Result:
    if before is None:
        return "created"
    versions = (each["metadata"].get("resourceVersion") for each in (before, after))
    return "unchanged" if len(set(versions)) == 1 else "configured"


def _placed(step: Step, send: Callable[[], Body]) -> Body:
    """Let a refusal by the cluster point at the template."""
    try:
        return send()
    except ClusterError as error:
        error.where = error.where or _manifest(step).span(1)
        raise


def _manifest(step: Step) -> Manifest:
    assert step.manifest is not None, "a plan gives every apply step its manifest"
    return step.manifest
