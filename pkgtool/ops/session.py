"""Everything outside that a verb may touch, handed to it in one frozen value.

Verbs see protocols; `wiring` chooses the adapters. Time and chance come from here too, so that a
test decides them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random, SystemRandom

from pkgtool.cluster.protocol import Cluster
from pkgtool.ops.compat import LATEST
from pkgtool.rollout.pace import Pace
from pkgtool.store.process import Holder
from pkgtool.store.protocol import ReleaseStore
from pkgtool.template.protocol import Engine


def say_nothing(message: str) -> None:
    """Drop a progress message."""
    del message


@dataclass(frozen=True, slots=True)
class Session:
    """A cluster, its release records, and the world around them."""

    cluster: Cluster
    store: ReleaseStore
    engines: Mapping[str, Engine]
    holder: Holder
    """Who this process is, for those who find a release held."""
    pace: Pace = field(default_factory=Pace)
    random: Random = field(default_factory=SystemRandom)
    lock_wait_s: float = 60.0
    """How long to wait for another operation on the same release."""
    makes_namespaces: bool = False
    """Whether a missing namespace is made without being asked: on the embedded cluster there is
    nobody else who would."""
    compat: str = LATEST
    """Whose behaviour counts where versions of Helm differ."""
    believes_status: bool = False
    """Whether a pending record means that somebody is at work: where there are no leases between
    processes, as in Helm, nothing else says so."""
    loose: bool = False
    """Whether the cluster takes documents that do not say which object they are."""
    say: Callable[[str], None] = say_nothing
    """Progress, one line at a time, for a human."""
