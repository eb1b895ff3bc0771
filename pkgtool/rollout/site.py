"""Where and how a plan is carried out: what every step needs to know, in one value."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pkgtool.cluster.protocol import ApplyPolicy, Body, Cluster
from pkgtool.manifest.model import ResourceId
from pkgtool.plan.model import Step
from pkgtool.release.model import HookRun
from pkgtool.rollout.outcome import Event, Result, StepResult
from pkgtool.rollout.ownership import Owner
from pkgtool.rollout.pace import Pace
from pkgtool.rollout.wait import WaitPolicy


@dataclass(frozen=True, slots=True)
class Site:
    """A cluster, on whose behalf it is changed, and what has been done to it so far."""

    cluster: Cluster
    policy: ApplyPolicy
    owner: Owner
    wait: WaitPolicy
    guard: Callable[[], None]
    """Called before every mutation."""
    tell: Callable[[Event], None]
    pace: Pace
    results: list[StepResult] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def apply(self, body: Body) -> Body:
        """Send an object, if we may."""
        self.guard()
        return self.cluster.apply(body, self.policy)

    def delete(self, id: ResourceId, live: Body) -> bool:
        """Delete exactly the object that was seen as `live`, if we may."""
        self.guard()
        return self.cluster.delete(id, uid=str(live["metadata"].get("uid", "")))

    def begin(self, step: Step, run: HookRun | None = None) -> None:
        """Say that a step begins."""
        self.tell(Event(step, "begun", run))

    def note(
        self, step: Step, result: Result, *, uid: str = "", run: HookRun | None = None
    ) -> None:
        """Keep what came of a step, and say so."""
        self.results.append(StepResult(step, result, uid, run))
        self.tell(Event(step, result, run))
