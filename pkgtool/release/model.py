"""A release: one revision of one installed chart, as it is recorded.

The words are Helm's, so that records are interchangeable.

Source: Helm v4 `pkg/release/v1`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pkgtool.chart.model import Chart


class Status(StrEnum):
    """Where a revision stands; never a lock (`store.lease` is)."""

    UNKNOWN = "unknown"
    DEPLOYED = "deployed"
    UNINSTALLED = "uninstalled"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    UNINSTALLING = "uninstalling"
    PENDING_INSTALL = "pending-install"
    PENDING_UPGRADE = "pending-upgrade"
    PENDING_ROLLBACK = "pending-rollback"

    @property
    def is_pending(self) -> bool:
        """Whether an operation began this revision and has not concluded it."""
        return self.value.startswith("pending-")


class ReleaseKey(NamedTuple):
    """Names one record."""

    namespace: str
    name: str
    revision: int


class HookRun(NamedTuple):
    """The last time a hook ran."""

    phase: str
    """`Unknown`, `Running`, `Succeeded` or `Failed`."""
    started_at: datetime | None = None
    completed_at: datetime | None = None


class HookRecord(NamedTuple):
    """A hook as recorded with its release."""

    name: str
    kind: str
    path: str
    manifest: str
    events: tuple[str, ...]
    weight: int = 0
    delete_policies: tuple[str, ...] = ()
    output_log_policies: tuple[str, ...] = ()
    last_run: HookRun | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """One revision; frozen, each step of its life is a new value."""

    name: str
    namespace: str
    revision: int
    status: Status
    chart: Chart
    """The chart as stored: with the merged defaults as values, without its subcharts."""
    first_deployed: datetime
    last_deployed: datetime
    description: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    """The user's own values."""
    manifest: str = ""
    """All objects, `---` and `# Source:` lines included; hooks excluded."""
    hooks: tuple[HookRecord, ...] = ()
    notes: str = ""
    deleted: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    """The user's labels; Helm's own are derived."""
    apply_method: str = "ssa"
    """Who merges objects: the server (`ssa`) or the client (`csa`, and empty in Helm 3's records)."""
    rollback_revision: int = 0
    """For a rollback, the revision it went back to."""

    @property
    def key(self) -> ReleaseKey:
        """What names this record."""
        return ReleaseKey(self.namespace, self.name, self.revision)

    def concluded(self, status: Status, description: str, *, at: datetime) -> "Release":
        """Return the record as it stands after its operation ended at `at`."""
        return replace(self, status=status, description=description, last_deployed=at)
