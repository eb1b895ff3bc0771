"""Hold a release, so that only one process at a time changes it.

Source: `spec/reliability.md` F01, F06, F20; Kubernetes `coordination.k8s.io/v1`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pkgtool.cluster.protocol import Cluster


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a release, told to those who have to wait."""

    host: str
    pid: int
    started: str = ""
    """Which process of that number: kernel, process namespace and start; empty when unknown."""
    operation: str = ""
    """`install`, `upgrade`, …"""
    revision: int = 0
    """What it is about to write; 0 when not known yet."""
    url: str = ""
    """Where its run can be watched, e.g. a CI job."""


def this_process(*, operation: str = "", revision: int = 0, url: str = "") -> Holder:
    """Return the holder that this process is."""
    raise NotImplementedError


class Lease:
    """The right to change one release; made by `hold`."""

    @property
    def token(self) -> int:
        """How often the lease has changed hands: grows with every holder while it exists."""
        raise NotImplementedError

    def renew(self) -> None:
        """Make sure that the lease is still ours, before a mutation.

        Raises:
            LeaseLost: Somebody else took over; nothing more may be changed.
        """
        raise NotImplementedError


@contextmanager
def hold(
    cluster: Cluster,
    name: str,
    namespace: str,
    holder: Holder,
    *,
    clock: Callable[[], datetime],
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    wait_s: float = 60.0,
    on_wait: Callable[[Holder, float], None] | None = None,
) -> Iterator[Lease]:
    """Hold release `name` while the block runs; the namespace must exist.

    Args:
        cluster: Where the lease is kept.
        name: The release.
        namespace: Of the release.
        holder: Who asks.
        clock: Now in UTC, only shown to humans.
        monotonic: Seconds that only grow; all decisions are made on it.
        sleep: Waits some seconds.
        wait_s: How long to wait for another holder.
        on_wait: Told once who holds the release and for how many seconds at most we wait.

    Raises:
        ReleaseBusy: Another process held the release all the time; nothing was changed.
    """
    raise NotImplementedError
    yield Lease()
