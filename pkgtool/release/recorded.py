"""Turn hooks into what a record keeps of them, and a record back into what it wants in a cluster.

Source: Helm v4 `pkg/release/v1/hook.go`.
"""

from collections.abc import Iterable

from pkgtool.manifest.model import Hook, ManifestSet
from pkgtool.release.model import HookRecord, Release


def hook_records(hooks: Iterable[Hook]) -> tuple[HookRecord, ...]:
    """Return `hooks` as a release records them, not run yet, in the same order."""
    raise NotImplementedError


def recorded_set(release: Release) -> ManifestSet:
    """Return the objects and hooks of a recorded release; CRDs are never part of it.

    Raises:
        ManifestError, YamlInvalid: The record holds text that is not usable as objects.
    """
    raise NotImplementedError
