"""Know what an operation may have touched, and say so of one that never ended.

The record of a revision is written before anything is sent, so the objects of all revisions since
the last one that worked are everything that may be in the cluster: what a failed upgrade added is
not forgotten, and a killed one leaves no orphans.

Source: `spec/reliability.md` F01, F07, F11, F15.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from pkgtool.errors import InputError, ManifestError
from pkgtool.manifest.model import Manifest, ResourceId
from pkgtool.manifest.order import install_order
from pkgtool.manifest.text import split_manifest_text
from pkgtool.release.history import INTERRUPTED, deployed, latest
from pkgtool.release.model import HookRecord, Release, Status
from pkgtool.release.recorded import recorded_hooks

_OPERATIONS: Mapping[Status, str] = {
    Status.PENDING_INSTALL: "install",
    Status.PENDING_UPGRADE: "upgrade",
    Status.PENDING_ROLLBACK: "rollback",
    Status.UNINSTALLING: "uninstall",
}


def inventory(revisions: Sequence[Release]) -> tuple[Manifest, ...]:
    """Return every object that the live revisions of a release may have left in the cluster.

    Hooks are not part of a release, so of them only those count that an attempt without success
    or a killed test may have left although their policy wants them deleted. A record whose text is not usable adds
    nothing: it must not stand in the way of the others.

    Args:
        revisions: All of one release, in any order.

    Returns:
        Each object once, as its newest revision describes it, in install order.
    """
    found: dict[ResourceId, Manifest] = {}
    for release in _live(revisions):
        for manifest in (*_objects(release), *_leftovers(release)):
            found[manifest.id] = manifest
    return tuple(install_order(found.values()))


def vouched(revisions: Sequence[Release]) -> frozenset[ResourceId]:
    """Return which objects a release has for sure, even where their marks were removed.

    An attempt that failed may never have made what it meant to, so that whatever is there by now
    may be somebody else's; only the last revision that worked counts.
    """
    good = deployed(revisions)
    return frozenset(each.id for each in _objects(good)) if good else frozenset()


def interrupted(release: Release) -> Release:
    """Return the record of a dead attempt as failed, with a description in plain words.

    A record that is neither pending nor uninstalling is returned as it is.
    """
    operation = _OPERATIONS.get(release.status)
    if operation is None:
        return release
    return replace(
        release,
        status=Status.FAILED,
        description=f"{INTERRUPTED}{operation} ended before it was finished",
    )


def _live(revisions: Sequence[Release]) -> list[Release]:
    """Return the last revision that worked and all after it, oldest first.

    Without one that says `deployed`, something went wrong between two records, and the last
    superseded one is what was there; an uninstalled one has left nothing.
    """
    base = deployed(revisions) or latest(r for r in revisions if r.status is Status.SUPERSEDED)
    gone = latest(r for r in revisions if r.status is Status.UNINSTALLED)
    first = max(base.revision if base else 0, gone.revision + 1 if gone else 0)
    return sorted((r for r in revisions if r.revision >= first), key=lambda r: r.revision)


def _objects(release: Release) -> Sequence[Manifest]:
    try:
        return split_manifest_text(release.manifest, namespace=release.namespace)
    except (ManifestError, InputError):
        return ()


def _leftovers(release: Release) -> Iterator[Manifest]:
    failed = release.status is Status.FAILED or release.status in _OPERATIONS
    for record in filter(_unwanted, release.hooks):
        # Of a release that works, tests may have been killed.
        if not failed and (record.last_run is None or record.last_run.phase != "Running"):
            continue
        with suppress(ManifestError, InputError):
            for hook in recorded_hooks(record, release.namespace):
                yield hook.manifest


def _unwanted(record: HookRecord) -> bool:
    """Tell whether the policy of a hook wants it deleted, for all that is known of its run."""
    policies = {"hook-succeeded"}
    if record.last_run is None or record.last_run.phase != "Succeeded":
        policies.add("hook-failed")
    return not policies.isdisjoint(record.delete_policies)
