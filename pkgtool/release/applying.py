"""Say who merges the objects of a revision, as its record tells it.

The embedded cluster merges objects itself in any case; what is recorded counts when Helm goes on.

Source: Helm v4 `pkg/action/upgrade.go` (`getUpgradeServerSideValue`).
"""

from pkgtool.errors import UsageError

CLIENT, SERVER = "csa", "ssa"


def apply_method(wanted: str, before: str = SERVER) -> str:
    """Return `ssa` or `csa` for the next revision.

    Args:
        wanted: `true`, `false`, or `auto`: as before.
        before: What is recorded of the revision that it follows; Helm 3 recorded nothing, and
            merged on the client.

    Raises:
        UsageError: `wanted` is none of these.
    """
    if wanted not in ("auto", "true", "false"):
        raise UsageError(f"invalid/unknown release server-side apply method: {wanted}")
    by_server = wanted == "true" or (wanted == "auto" and before == SERVER)
    return SERVER if by_server else CLIENT
