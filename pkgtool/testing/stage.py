"""A cluster with a clock of its own, which may kill its caller, and one way to carry out a plan."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy, Body
from pkgtool.manifest.model import ResourceId
from pkgtool.plan.model import Plan
from pkgtool.rollout.outcome import Event, Outcome
from pkgtool.rollout.ownership import Owner
from pkgtool.rollout.pace import Pace
from pkgtool.rollout.run import run_plan
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.testing.releases import NOON


class Killed(BaseException):
    """The process ended."""


class Stage(MemoryCluster):
    """A cluster that counts mutations, may kill its caller at one, and knows who is there."""

    def __init__(self) -> None:
        self.now_s = 0.0
        super().__init__(clock=self.clock)
        self.events: list[Event] = []
        self.log: list[str] = []
        self.kill_at = 0
        self.kill_after = False
        self.guard: Callable[[], None] = lambda: None

    def clock(self) -> datetime:
        """Return the time, which passes only when somebody sleeps."""
        return NOON + timedelta(seconds=self.now_s)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now_s += seconds

    @property
    def pace(self) -> Pace:
        """Return this time for those who wait."""
        return Pace(self.clock, lambda: self.now_s, self.sleep)

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        self._mutate(f"apply {body['kind']}/{body['metadata']['name']}")
        done = super().apply(body, policy)
        self._mutated()
        return done

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        self._mutate(f"delete {id.kind}/{id.name}")
        done = super().delete(id, uid=uid)
        self._mutated()
        return done

    def _mutate(self, what: str) -> None:
        # Whatever a killed caller still tries, a real one could not.
        if self.kill_at and len(self.log) >= self.kill_at:
            raise Killed
        self.log.append(what)
        if len(self.log) == self.kill_at and not self.kill_after:
            raise Killed

    def _mutated(self) -> None:
        if len(self.log) == self.kill_at:
            raise Killed

    def run(
        self, plan: Plan, *, revision: int = 1, attempt: str = "", timeout_s: float = 60
    ) -> Outcome:
        """Carry out `plan` for release `web`."""
        return run_plan(
            plan,
            self,
            ApplyPolicy(),
            owner=Owner("web", "default", revision, attempt),
            wait=WaitPolicy("watcher", timeout_s, jobs=True),
            guard=self.guard,
            on_event=self.events.append,
            pace=self.pace,
        )

    def names(self, kind: str, group: str = "") -> list[str]:
        """Return the names of the objects of a kind in namespace `default`."""
        found = self.list(group, kind, namespace="default")
        return [each["metadata"]["name"] for each in found]
