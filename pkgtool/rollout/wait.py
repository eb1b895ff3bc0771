"""Wait until objects are as their manifests ask, or until it is clear that they will not be.

Source: Helm v4 `pkg/kube/{statuswait,wait}.go`; `spec/reliability.md` F16.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pkgtool.cluster.protocol import Cluster
from pkgtool.manifest.model import ResourceId

Strategy = Literal["hookOnly", "watcher", "legacy"]


@dataclass(frozen=True, slots=True)
class WaitPolicy:
    """What is waited for, and how long."""

    strategy: Strategy = "hookOnly"
    timeout_s: float = 300.0
    """For each hook, and for all objects together."""
    jobs: bool = False
    """Whether Jobs must have completed."""


def _utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """Time, as a test may decide it."""

    clock: Callable[[], datetime] = _utc
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def wait_ready(
    cluster: Cluster,
    ids: Sequence[ResourceId],
    policy: WaitPolicy,
    *,
    guard: Callable[[], None],
    pace: Pace,
) -> tuple[str, ...]:
    """Return when all of `ids` are ready.

    Returns:
        Warnings: objects that say nothing about being ready.

    Raises:
        RolloutFailed: An object will never be ready.
        WaitTimedOut: Some were not ready in time; the message lists them and why.
    """
    raise NotImplementedError
