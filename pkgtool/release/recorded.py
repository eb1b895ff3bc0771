"""Turn hooks into what a record keeps of them, and a record back into what it wants in a cluster.

Source: Helm v4 `pkg/release/v1/hook.go`.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from pkgtool.errors import ManifestUnparsable
from pkgtool.manifest.model import Hook, ManifestSet
from pkgtool.manifest.text import split_manifest_text
from pkgtool.release.model import HookRecord, Release


def hook_records(hooks: Iterable[Hook]) -> tuple[HookRecord, ...]:
    """Return `hooks` as a release records them, not run yet, in the same order."""
    return tuple(
        HookRecord(
            name=hook.manifest.id.name,
            kind=hook.manifest.id.kind,
            path=hook.manifest.origin,
            manifest=hook.manifest.text,
            events=hook.events,
            weight=hook.weight,
            delete_policies=hook.delete_policies,
            output_log_policies=hook.output_log_policies,
        )
        for hook in hooks
    )


def recorded_set(release: Release) -> ManifestSet:
    """Return the objects and hooks of a recorded release; CRDs are never part of it.

    A hook whose text is no object can never have run, and is left out.

    Raises:
        ManifestUnparsable: The record holds text that is not usable as objects.
    """
    return ManifestSet(
        manifests=tuple(split_manifest_text(release.manifest, namespace=release.namespace)),
        hooks=tuple(_usable_hooks(release)),
    )


def _usable_hooks(release: Release) -> Iterator[Hook]:
    for record in release.hooks:
        with suppress(ManifestUnparsable):
            yield from recorded_hooks(record, release.namespace)


def recorded_hooks(record: HookRecord, namespace: str) -> list[Hook]:
    """Return the hook behind `record`: one, or several when its document is a list.

    Raises:
        ManifestUnparsable: Its text is not usable as an object.
    """
    return [
        Hook(
            manifest=manifest._replace(origin=record.path),
            events=record.events,
            weight=record.weight,
            delete_policies=record.delete_policies,
            output_log_policies=record.output_log_policies,
        )
        for manifest in split_manifest_text(record.manifest, namespace=namespace)
    ]
