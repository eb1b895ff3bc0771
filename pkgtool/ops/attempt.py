"""What an operation is about to do, and how: decided before anything happens."""

from collections.abc import Callable
from typing import NamedTuple

from pkgtool.manifest.model import ResourceId
from pkgtool.plan.model import Plan
from pkgtool.release.model import Release
from pkgtool.rollout.ownership import Owner
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.store.protocol import Records


class RolloutOptions(NamedTuple):
    """How an operation treats the cluster and the history."""

    hooks: bool = True
    wait: WaitPolicy = WaitPolicy()
    force_conflicts: bool = False
    """Take over fields that others own."""
    take_ownership: bool = False
    """Take over objects that belong to nobody, or to another release."""
    undo_on_failure: bool = False
    """Leave things as they were when the operation fails."""
    cleanup_on_failure: bool = False
    """Delete what a failed upgrade or rollback made."""
    create_namespace: bool = False
    max_history: int = 10
    """How many revisions are remembered; 0 for all."""
    description: str = ""
    server_side: str = "auto"
    """Who is recorded as merging objects: the server (`true`), the client (`false`), or as before."""


class Attempt(NamedTuple):
    """What an operation is about to do, decided from `seen`; nothing has happened yet."""

    release: Release
    """The record as it will be created: pending."""
    plan: Plan
    seen: Records
    """The history it was decided from."""
    success: str
    """The description of success."""
    failure: str
    """How the description of failure begins."""
    warnings: tuple[str, ...] = ()
    known: frozenset[ResourceId] = frozenset()
    """Objects that the release has for sure, even where somebody removed its marks."""
    undo: "Prepare | None" = None
    """How to go back when it fails and that is wanted; without it, what was created is deleted."""


Prepare = Callable[[Records], Attempt]
"""Decide what to do, given all records of the release."""


def owner_of(release: Release) -> Owner:
    """Return in whose name objects of `release` are written."""
    return Owner(release.name, release.namespace, release.revision)
