"""Run the hooks of one event, one after the other, and clean up after them as they ask.

A hook is an object with a life of its own: it is made, watched until it has completed (a Job or a
Pod) or exists (anything else), and deleted as its policy says. What an interrupted run left is
dealt with by the next: the same run of the same hook is watched on, an older one of this release
makes room even if its policy would have it stand in the way for ever.

Source: Helm v4 `pkg/action/hooks.go`; `spec/reliability.md` F15.
"""

from collections.abc import Iterable, Sequence

from pkgtool.cluster.protocol import Body
from pkgtool.errors import ClusterError, HookFailed
from pkgtool.manifest.model import Hook
from pkgtool.plan.model import Step
from pkgtool.release.model import HookRun
from pkgtool.rollout.ownership import claimant, marked_hook, run_of_hook
from pkgtool.rollout.ready import Readiness, readiness
from pkgtool.rollout.site import Site
from pkgtool.rollout.wait import Trouble, ticks, trouble_of_pods

_RUNNING_KINDS = ("Job", "Pod")


def run_hooks(site: Site, steps: Sequence[Step]) -> None:
    """Run the hooks of one event.

    Raises:
        HookFailed: One did not succeed; those after it did not run.
        LeaseLost: We may not go on.
    """
    done: list[Step] = []
    for step in steps:
        try:
            _run(site, step)
        except HookFailed:
            _sweep(site, [step], "hook-failed")
            _sweep(site, reversed(done), "hook-succeeded")
            raise
        done.append(step)
    _sweep(site, reversed(done), "hook-succeeded")


def _run(site: Site, step: Step) -> None:
    hook = _hook(step)
    running = HookRun("Running", started_at=site.pace.clock())
    site.begin(step, running)
    try:
        live = _resumed(site, step, hook) or site.apply(
            marked_hook(hook.manifest, site.owner, step.note)
        )
        _complete(site, step, live)
    except ClusterError as error:
        site.note(step, "failed", run=_ended(site, running, "Failed"))
        raise _failure(step, error.what) from error
    except HookFailed:
        site.note(step, "failed", run=_ended(site, running, "Failed"))
        raise
    site.note(
        step, "succeeded", uid=live["metadata"]["uid"], run=_ended(site, running, "Succeeded")
    )


def _resumed(site: Site, step: Step, hook: Hook) -> Body | None:
    """Return the object of this very run if it is there; make room for it otherwise."""
    live = site.cluster.get(step.id)
    if live is None:
        return None
    if whose := claimant(live, site.owner):
        raise _failure(
            step, f"it belongs to release {whose}", hint="rename the hook, or remove the object"
        )
    runs = hook.manifest.id.kind in _RUNNING_KINDS
    if run_of_hook(live) == site.owner.hook_run(step.note) and not _has_failed(live):
        return live
    if "before-hook-creation" in _policies(hook) or (runs and site.owner.owns_hook(live)):
        _delete(site, step, live)
    elif runs:
        raise _failure(
            step,
            "it exists already, and its delete policy is not `before-hook-creation`",
            hint="delete the object, or add that policy",
        )
    return None


def _complete(site: Site, step: Step, live: Body) -> None:
    """Return when the hook has done its work."""
    if step.id.kind not in _RUNNING_KINDS:
        return
    uid = live["metadata"]["uid"]
    trouble = Trouble(site.pace)
    for _ in ticks(site.wait.timeout_s, guard=site.guard, pace=site.pace):
        seen = site.cluster.get(step.id)
        if seen is None or seen["metadata"]["uid"] != uid:
            raise _failure(step, "it was deleted before it was seen to complete")
        found = _progress(seen)
        if found.state == "ready":
            return
        why = found.why if found.state == "stuck" else trouble_of_pods(site.cluster, step.id, seen)
        if found.state == "failed" or trouble.lasts(step.id, why):
            raise _failure(step, why or found.why)
    raise _failure(step, f"not completed after {site.wait.timeout_s:g} s")


def _progress(live: Body) -> Readiness:
    found = readiness(live)
    # A Pod that serves is not one that has done its work.
    still_runs = live.get("kind") == "Pod" and _phase(live) not in ("Succeeded", "Failed")
    return Readiness("progressing", "running") if found.state == "ready" and still_runs else found


def _has_failed(live: Body) -> bool:
    return live.get("kind") in _RUNNING_KINDS and readiness(live).state == "failed"


def _phase(live: Body) -> object:
    return (live.get("status") or {}).get("phase")


def _sweep(site: Site, steps: Iterable[Step], policy: str) -> None:
    """Delete those of `steps` that ask for it; another's object of the same name stays."""
    for step in steps:
        if policy in _policies(_hook(step)):
            live = site.cluster.get(step.id)
            if live is not None and site.owner.owns_hook(live):
                _delete(site, step, live)


def _delete(site: Site, step: Step, live: Body) -> None:
    """Delete a hook object and see it go."""
    # Deleting a definition would delete every object of its kind.
    if step.id.kind == "CustomResourceDefinition":
        return
    site.delete(step.id, live)
    for _ in ticks(site.wait.timeout_s, guard=site.guard, pace=site.pace):
        left = site.cluster.get(step.id)
        if left is None or left["metadata"]["uid"] != live["metadata"]["uid"]:
            return
    raise _failure(step, f"not deleted after {site.wait.timeout_s:g} s")


def _policies(hook: Hook) -> tuple[str, ...]:
    return hook.delete_policies or ("before-hook-creation",)


def _hook(step: Step) -> Hook:
    assert step.hook is not None, "a plan gives every hook step its hook"
    return step.hook


def _ended(site: Site, run: HookRun, phase: str) -> HookRun:
    return run._replace(phase=phase, completed_at=site.pace.clock())


def _failure(step: Step, why: str, *, hint: str = "") -> HookFailed:
    event = step.note
    words = f"failed {event}" if event.endswith("-install") else f"{event} hooks failed"
    return HookFailed(f"{words}: {step.id}: {why}", where=_hook(step).manifest.span(1), hint=hint)
