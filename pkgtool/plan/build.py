"""Turn what is there and what is wanted into a `Plan`.

Every plan has the same shape: namespace, CRDs, hooks before, objects by kind, what is no longer
wanted, waiting, hooks after. Hooks of an event run one by one, by weight, then name, then kind, as in Helm.
What is no longer wanted is deleted only after everything wanted was sent, so that a plan that
fails in the middle has taken nothing away.

Source: Helm v4 `pkg/action/{install,upgrade,rollback,uninstall,hooks}.go`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pkgtool.manifest.model import Hook, Manifest, ManifestSet, ResourceId
from pkgtool.manifest.order import (
    hook_kind_order,
    install_key,
    install_order,
    uninstall_key,
    uninstall_order,
)
from pkgtool.plan.graph import annotation, levels, needs
from pkgtool.plan.model import Action, Plan, Step, Wave

RESOURCE_POLICY = "helm.sh/resource-policy"
"""The annotation that protects an object from deletion."""


def plan_install(
    desired: ManifestSet,
    *,
    namespace: str,
    inventory: Sequence[Manifest] = (),
    create_namespace: bool = False,
    hooks: bool = True,
    skip_crds: bool = False,
    wait: bool = False,
) -> Plan:
    """Plan the first revision.

    Args:
        desired: What is wanted.
        namespace: Of the release.
        inventory: What a killed attempt may have left.
        create_namespace: Whether the namespace is made.
        hooks: Whether hooks run.
        skip_crds: Whether the chart's CRDs are left alone.
        wait: Whether the plan waits for what it applied.

    Raises:
        OrderCycle, ManifestError: Objects ask for an order that does not exist.
    """
    return Plan(
        (
            *_ground(namespace if create_namespace else "", () if skip_crds else desired.crds),
            *_around("install", inventory, desired, hooks=hooks, wait=wait),
        )
    )


def plan_upgrade(
    inventory: Sequence[Manifest],
    desired: ManifestSet,
    *,
    namespace: str,
    create_namespace: bool = False,
    hooks: bool = True,
    skip_crds: bool = True,
    wait: bool = False,
) -> Plan:
    """Plan the way from `inventory` to `desired`; other arguments are as for `plan_install`.

    Raises:
        OrderCycle, ManifestError: Objects ask for an order that does not exist.
    """
    return Plan(
        (
            *_ground(namespace if create_namespace else "", () if skip_crds else desired.crds),
            *_around("upgrade", inventory, desired, hooks=hooks, wait=wait),
        )
    )


def plan_rollback(
    inventory: Sequence[Manifest],
    target: ManifestSet,
    *,
    namespace: str,
    create_namespace: bool = False,
    hooks: bool = True,
    wait: bool = False,
) -> Plan:
    """Plan the way from `inventory` back to `target`, the objects of a recorded revision.

    Raises:
        OrderCycle, ManifestError: Objects ask for an order that does not exist.
    """
    return Plan(
        (
            *_ground(namespace if create_namespace else ""),
            *_around("rollback", inventory, target, hooks=hooks, wait=wait),
        )
    )


def plan_uninstall(inventory: Sequence[Manifest], hooks: Sequence[Hook] = ()) -> Plan:
    """Plan the removal of everything in `inventory`; with `hooks`, their delete events run."""
    return Plan(
        (
            *_hooks(hooks, "pre-delete"),
            *_deletes(uninstall_order(inventory)),
            *_hooks(hooks, "post-delete"),
        )
    )


def plan_test(hooks: Sequence[Hook]) -> Plan:
    """Plan a run of the hooks of the event `test`."""
    return Plan(tuple(_hooks(hooks, "test")))


def _around(
    event: str,
    inventory: Sequence[Manifest],
    desired: ManifestSet,
    *,
    hooks: bool,
    wait: bool,
) -> Iterator[Wave]:
    """Yield the middle of a plan between the hooks of `event`."""
    events = {f"pre-{event}", f"post-{event}"} if hooks else set()
    running = [hook for hook in desired.hooks if not events.isdisjoint(hook.events)]
    yield from _hooks(running, f"pre-{event}")
    yield from _applies(desired.manifests)
    yield from _deletes(_unwanted(inventory, desired.manifests, running))
    if wait and desired.manifests:
        yield _waits(manifest.id for manifest in desired.manifests)
    yield from _hooks(running, f"post-{event}")


def _ground(namespace: str, crds: Sequence[Manifest] = ()) -> Iterator[Wave]:
    """Yield what must be there before anything else: the namespace, when named, and CRDs."""
    if namespace:
        yield Wave((Step(Action.CREATE_NAMESPACE, ResourceId("", "Namespace", "", namespace)),))
    if crds:
        yield Wave(tuple(Step(Action.APPLY_CRD, each.id, manifest=each) for each in crds))
        yield _waits(each.id for each in crds)


def _hooks(hooks: Iterable[Hook], event: str) -> Iterator[Wave]:
    """Yield one wave per hook: the next must see what the one before did."""
    ordered = hook_kind_order(hook for hook in hooks if event in hook.events)
    for hook in sorted(ordered, key=lambda hook: (hook.weight, hook.manifest.id.name)):
        yield Wave((Step(Action.HOOK, hook.manifest.id, hook=hook, note=event),))


def _applies(manifests: Sequence[Manifest]) -> Iterator[Wave]:
    """Yield one wave per kind, and a wait where objects ask to come after others."""
    after = needs(manifests)
    level = levels((each.id for each in manifests), after)
    ordered = sorted(install_order(manifests), key=lambda each: level[each.id])
    for (depth, _), group in groupby(ordered, lambda m: (level[m.id], install_key(m.id.kind))):
        wave = tuple(group)
        if awaited := _awaited(wave, after) if depth else ():
            yield _waits(awaited)
        yield Wave(tuple(Step(Action.APPLY, each.id, manifest=each) for each in wave))


def _awaited(
    wave: Sequence[Manifest], after: dict[ResourceId, tuple[ResourceId, ...]]
) -> tuple[ResourceId, ...]:
    return tuple(dict.fromkeys(needed for each in wave for needed in after.get(each.id, ())))


def _unwanted(
    inventory: Sequence[Manifest], desired: Sequence[Manifest], running: Sequence[Hook]
) -> list[Manifest]:
    """Return what is there and no longer wanted, in uninstall order.

    Hooks that run see to themselves; what became a hook of another event is not wanted until then.
    """
    wanted = {each.id for each in (*desired, *(hook.manifest for hook in running))}
    # A record cannot tell that a custom kind has no namespace, so there the rest must do.
    return uninstall_order(
        each
        for each in inventory
        if each.id not in wanted and each.id._replace(namespace="") not in wanted
    )


def _deletes(ordered: Sequence[Manifest]) -> Iterator[Wave]:
    for _, group in groupby(ordered, lambda each: uninstall_key(each.id.kind)):
        yield Wave(tuple(map(_delete, group)))


def _delete(manifest: Manifest) -> Step:
    policy = annotation(manifest.body, RESOURCE_POLICY)
    if policy.strip().lower() == "keep":
        return Step(Action.KEEP, manifest.id, note=f"{RESOURCE_POLICY}: keep")
    return Step(Action.DELETE, manifest.id)


def _waits(ids: Iterable[ResourceId]) -> Wave:
    return Wave(tuple(Step(Action.WAIT, each) for each in ids))
