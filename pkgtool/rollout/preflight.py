"""Ask the cluster whether it would take everything, before anything is changed.

What a cluster refuses (an immutable field, a field that somebody else owns, a bad name) it refuses
in a dry run too, so that a plan that cannot be finished is not begun, and the user sees all
refusals at once.

Source: `spec/reliability.md` F10.
"""

from collections.abc import Iterator, Sequence

from pkgtool.cluster.protocol import ApplyPolicy, Cluster
from pkgtool.errors import ClusterError, Conflict, Rejected
from pkgtool.manifest.model import Manifest
from pkgtool.plan.model import Action, Plan
from pkgtool.rollout.ownership import Owner, marked

_DEFINITION = "CustomResourceDefinition"


def check_acceptance(plan: Plan, cluster: Cluster, policy: ApplyPolicy, *, owner: Owner) -> None:
    """Send all objects of `plan` in a dry run.

    Hooks are not asked, for they may make room for themselves; nor is what needs a namespace or a
    definition that only the plan will make.

    Raises:
        Rejected, Conflict: The cluster would refuse; all refusals are told, nothing was changed.
    """
    refusals = list(_refusals(plan, cluster, policy._replace(dry_run=True), owner))
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise _together(refusals)


def _refusals(
    plan: Plan, cluster: Cluster, policy: ApplyPolicy, owner: Owner
) -> Iterator[ClusterError]:
    made = [step.manifest for step in plan.steps if step.manifest]
    namespaces = {each.id.name for each in made if each.id.kind == "Namespace"} | {
        step.id.name for step in plan.steps if step.action is Action.CREATE_NAMESPACE
    }
    kinds = {_defined(each) for each in made if each.id.kind == _DEFINITION}
    for step in plan.steps:
        waits = step.id.namespace in namespaces or (step.id.group, step.id.kind) in kinds
        if step.action is not Action.APPLY or step.manifest is None or waits:
            continue
        try:
            cluster.apply(marked(step.manifest, owner), policy)
        except (Rejected, Conflict) as error:
            error.where = error.where or step.manifest.span(1)
            yield error


def _defined(definition: Manifest) -> tuple[object, object]:
    """Return group and kind that a definition defines."""
    spec = definition.body.get("spec") or {}
    return spec.get("group"), (spec.get("names") or {}).get("kind")


def _together(refusals: Sequence[ClusterError]) -> ClusterError:
    kind = Rejected if any(isinstance(each, Rejected) for each in refusals) else Conflict
    lines = [f"- {each.what} ({each.where})" for each in refusals]
    hint = next((each.hint for each in refusals if each.hint), "")
    return kind(
        f"the cluster would refuse {len(refusals)} objects:\n" + "\n".join(lines), hint=hint
    )
