"""`template --stage plan`: what an installation would do, without a cluster."""

from pkgtool.ops.walk import Walked
from pkgtool.plan.build import plan_install
from pkgtool.plan.model import Plan


def plan_of(walked: Walked, *, hooks: bool = True, skip_crds: bool = False) -> Plan:
    """Return what installing `walked` as a new release would do."""
    return plan_install(
        walked.desired,
        namespace=walked.context.release.namespace,
        hooks=hooks,
        skip_crds=skip_crds,
    )
