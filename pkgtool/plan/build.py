"""Turn what is there and what is wanted into a `Plan`.

Every plan has the same shape: namespace, CRDs, hooks before, objects by kind, what is no longer
wanted, waiting, hooks after.

Source: Helm v4 `pkg/action/{install,upgrade,rollback,uninstall}.go`.
"""

from collections.abc import Sequence

from pkgtool.manifest.model import Hook, Manifest, ManifestSet
from pkgtool.plan.model import Plan


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
    """Plan the first revision; `inventory` is what a killed attempt may have left.

    Raises:
        OrderCycle, ManifestError: Objects ask for an order that does not exist.
    """
    raise NotImplementedError


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
    """Plan the way from `inventory` to `desired`.

    Raises:
        OrderCycle, ManifestError: Objects ask for an order that does not exist.
    """
    raise NotImplementedError


def plan_rollback(
    inventory: Sequence[Manifest],
    target: ManifestSet,
    *,
    namespace: str,
    hooks: bool = True,
    wait: bool = False,
) -> Plan:
    """Plan the way from `inventory` back to `target`, the objects of a recorded revision.

    Raises:
        OrderCycle, ManifestError: Objects ask for an order that does not exist.
    """
    raise NotImplementedError


def plan_uninstall(inventory: Sequence[Manifest], hooks: Sequence[Hook] = ()) -> Plan:
    """Plan the removal of everything in `inventory`; with `hooks`, their delete events run."""
    raise NotImplementedError


def plan_test(hooks: Sequence[Hook]) -> Plan:
    """Plan a run of the hooks of the event `test`."""
    raise NotImplementedError
