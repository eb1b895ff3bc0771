"""Say whose an object is: Helm's marks on live objects.

Source: Helm v4 `pkg/action/validate.go`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pkgtool.cluster.protocol import Cluster
from pkgtool.manifest.model import Manifest, ResourceId


@dataclass(frozen=True, slots=True)
class Owner:
    """The attempt on whose behalf a plan is carried out."""

    name: str
    namespace: str
    revision: int
    attempt: str = ""
    """Tells runs of the same hook apart; empty means one run per revision and event.
    `test` hooks run again and again, so their verb says which run it is."""


def check_ownership(
    manifests: Iterable[Manifest],
    cluster: Cluster,
    owner: Owner,
    *,
    known: Collection[ResourceId] = (),
) -> None:
    """Refuse to take over objects that do not carry this release's marks.

    Args:
        manifests: What is going to be applied.
        cluster: Where it may exist already.
        owner: Who wants to apply it.
        known: Objects that the release already has, which are not asked again.

    Raises:
        NotOwned: Some belong to somebody else; all are listed, nothing was changed.
    """
    raise NotImplementedError
