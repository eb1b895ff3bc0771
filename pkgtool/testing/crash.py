"""Kill a process at every point where it changes a cluster, to see what a re-run makes of it.

`DyingCluster` counts mutating calls and kills its own process, with SIGKILL, before or after the
n-th: nothing gets to clean up. A test loops n until the process survives, so that it finds all
points itself.

Source: the crash harnesses of SQLite ("fail after the n-th call, until nothing fails any more");
`spec/reliability.md` T-CRASH.
"""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from pkgtool.cluster.protocol import ApplyPolicy, Body, Cluster, WatchEvent
from pkgtool.manifest.model import ResourceId
from pkgtool.template.capabilities import Capabilities

Moment = Literal["before", "after"]


class DyingCluster:
    """A cluster whose process dies at its `at`-th mutation (from 1); 0 never dies."""

    def __init__(self, cluster: Cluster, *, at: int = 0, moment: Moment = "before") -> None:
        self._cluster = cluster
        self._at = at
        self._moment = moment
        self.mutations = 0

    def _mutate(self, change: Callable[[], Body | bool]) -> Body | bool:
        self.mutations += 1
        dies = self.mutations == self._at
        if dies and self._moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = change()
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    def capabilities(self) -> Capabilities:
        """Ask the real cluster."""
        return self._cluster.capabilities()

    def get(self, id: ResourceId) -> Body | None:
        """Ask the real cluster."""
        return self._cluster.get(id)

    def list(
        self,
        group: str,
        kind: str,
        *,
        namespace: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> list[Body]:
        """Ask the real cluster."""
        return self._cluster.list(group, kind, namespace=namespace, labels=labels)

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        """Apply, or die."""
        result = self._mutate(lambda: self._cluster.apply(body, policy))
        return result if not isinstance(result, bool) else {}

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        """Delete, or die."""
        return bool(self._mutate(lambda: self._cluster.delete(id, uid=uid)))

    def watch(
        self, group: str, kind: str, *, namespace: str = "", since: str = "", timeout_s: float
    ) -> Iterator[WatchEvent]:
        """Ask the real cluster."""
        return self._cluster.watch(
            group, kind, namespace=namespace, since=since, timeout_s=timeout_s
        )


def run_in_child(work: Callable[[], None]) -> int:
    """Run `work` in a forked process and return its exit status; minus 9 when it was killed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            # Databases that the parent forgot to close must not be closed here by chance: SQLite
            # would check them in with the child's work, under locks that the child does not have.
            gc.freeze()
            # Templates are rendered here too: a child of the child would die of nothing.
            del os.fork
            work()
            status = 0
        except Exception:  # noqa: BLE001
            traceback.print_exc(file=sys.stderr)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
