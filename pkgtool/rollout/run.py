"""Carry out a `Plan`, step by step.

Source: Helm v4 `pkg/kube/client.go`; `spec/reliability.md` F11, F12, F13.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from pkgtool.cluster.protocol import ApplyPolicy, Cluster
from pkgtool.errors import PkgtoolError
from pkgtool.plan.model import Plan, Step
from pkgtool.release.model import HookRecord, HookRun
from pkgtool.rollout.ownership import Owner
from pkgtool.rollout.wait import Pace, WaitPolicy

Result = Literal[
    "created",
    "configured",
    "deleted",
    "gone",
    "kept",
    "not ours",
    "ready",
    "succeeded",
    "failed",
    "skipped",
]


@dataclass(frozen=True, slots=True)
class StepResult:
    """What came of one step."""

    step: Step
    result: Result
    uid: str = ""
    """Of the object that was created or changed."""
    run: HookRun | None = None
    """For a hook: how it went."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell or to record while a plan is carried out."""

    step: Step
    result: Result | Literal["begun"]
    run: HookRun | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
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
        """Results of objects that did not exist before."""
        raise NotImplementedError

    @property
    def kept(self) -> tuple[Step, ...]:
        """Deletions that a resource policy forbade."""
        raise NotImplementedError

    @property
    def not_ours(self) -> tuple[Step, ...]:
        """Deletions left out because the object belongs to somebody else."""
        raise NotImplementedError

    def recorded(self, hooks: Iterable[HookRecord]) -> tuple[HookRecord, ...]:
        """Return `hooks` with the runs of this outcome entered."""
        raise NotImplementedError

    def raise_for_error(self) -> None:
        """Raise what stopped the plan, if anything did."""
        if self.error is not None:
            raise self.error


def nothing_happened(event: Event) -> None:
    """Ignore an event."""
    del event


def run_plan(
    plan: Plan,
    cluster: Cluster,
    policy: ApplyPolicy,
    *,
    owner: Owner,
    wait: WaitPolicy,
    guard: Callable[[], None],
    on_event: Callable[[Event], None] = nothing_happened,
    pace: Pace | None = None,
) -> Outcome:
    """Carry out `plan` until it is done or a step fails; running it again is always safe.

    Args:
        plan: What to do.
        cluster: Where.
        policy: How objects are written.
        owner: On whose behalf; its marks are put on every object.
        wait: What is waited for.
        guard: Called before every mutation; raises `LeaseLost` when we may not go on.
        on_event: Told before and after each step.
        pace: Time.

    Raises:
        LeaseLost: The release belongs to another process now; nothing may be recorded.
    """
    raise NotImplementedError


def create_namespace(cluster: Cluster, namespace: str) -> bool:
    """Make `namespace` if it is missing, before there is a place for lease and record.

    Returns:
        Whether it was made.
    """
    raise NotImplementedError


def undo_created(
    outcome: Outcome, cluster: Cluster, *, owner: Owner, guard: Callable[[], None]
) -> tuple[StepResult, ...]:
    """Delete what the attempt created and nothing else, newest first.

    Volumes, claims, namespaces, CRDs and what is annotated to be kept are left (`kept`).
    """
    raise NotImplementedError
