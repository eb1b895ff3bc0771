"""What came of a plan: one result per step that was reached, and what stopped it, if anything."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from pkgtool.errors import PkgtoolError
from pkgtool.plan.model import Action, Step
from pkgtool.release.model import HookRecord, HookRun

Result = Literal[
    "created",
    "configured",
    "unchanged",
    "deleted",
    "gone",
    "kept",
    "not ours",
    "ready",
    "succeeded",
    "failed",
    "skipped",
]
"""`gone`: there was nothing to delete; `not ours`: left, because it lacks the release's marks."""


class StepResult(NamedTuple):
    """What came of one step."""

    step: Step
    result: Result
    uid: str = ""
    """Of the object that was created or changed."""
    run: HookRun | None = None
    """For a hook: how it went."""


class Event(NamedTuple):
    """Something to tell or to record while a plan is carried out."""

    step: Step
    result: Result | Literal["begun"]
    run: HookRun | None = None


class Outcome(NamedTuple):
    """What happened."""

    results: tuple[StepResult, ...]
    """In the order of doing; steps that were not reached are missing."""
    error: PkgtoolError | None = None
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every step was done."""
        return self.error is None

    @property
    def created(self) -> tuple[StepResult, ...]:
        """Results of objects that did not exist before, in the order of their making."""
        return tuple(each for each in self.results if each.result == "created")

    @property
    def kept(self) -> tuple[Step, ...]:
        """Deletions that a resource policy forbade."""
        return tuple(each.step for each in self.results if each.result == "kept")

    @property
    def not_ours(self) -> tuple[Step, ...]:
        """Deletions left out because the object belongs to somebody else."""
        return tuple(each.step for each in self.results if each.result == "not ours")

    def recorded(self, hooks: Iterable[HookRecord]) -> tuple[HookRecord, ...]:
        """Return `hooks` with the runs of this outcome entered."""
        runs = {
            (each.step.origin, each.step.id.kind, each.step.id.name): each.run
            for each in self.results
            if each.step.action is Action.HOOK and each.run
        }
        return tuple(
            hook._replace(last_run=runs.get((hook.path, hook.kind, hook.name), hook.last_run))
            for hook in hooks
        )

    def raise_for_error(self) -> None:
        """Raise what stopped the plan, if anything did."""
        if self.error is not None:
            raise self.error
