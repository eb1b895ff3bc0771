"""A plan: what an operation will do, as a value that can be printed before anything happens."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from pkgtool.manifest.model import Hook, Manifest, ResourceId


class Action(StrEnum):
    """What a step does."""

    CREATE_NAMESPACE = "namespace"
    APPLY_CRD = "crd"
    APPLY = "apply"
    DELETE = "delete"
    KEEP = "keep"
    """Nothing: the object would be deleted, but its resource policy says keep."""
    HOOK = "hook"
    WAIT = "wait"


class Step(NamedTuple):
    """One thing to do to one object."""

    action: Action
    id: ResourceId
    manifest: Manifest | None = None
    """For `APPLY` and `APPLY_CRD`: what to send; otherwise `None`."""
    hook: Hook | None = None
    """For `HOOK`: what to run."""
    note: str = ""
    """The event of a hook, or why something is kept."""

    @property
    def origin(self) -> str:
        """The template behind the step, or an empty string."""
        source = self.manifest or (self.hook.manifest if self.hook else None)
        return source.origin if source else ""

    def __str__(self) -> str:
        words = [self.action.value, str(self.id)]
        if self.note:
            words.append(f"({self.note})")
        if self.origin:
            words.append(f"({self.origin})")
        return "  ".join(words)


class Wave(NamedTuple):
    """Steps that may run side by side; the next wave begins when all are done."""

    steps: tuple[Step, ...]


class Plan(NamedTuple):
    """Waves, in order."""

    waves: tuple[Wave, ...]

    @property
    def steps(self) -> Iterator[Step]:
        """All steps, in order."""
        for wave in self.waves:
            yield from wave.steps

    def describe(self) -> str:
        """Return one line per step, as `pkgtool template --stage plan` prints it."""
        return "".join(f"{step}\n" for step in self.steps)
