"""`diff`: what a change would change, or what changed between two records."""

from pkgtool.manifest.diff import Change, diff_manifests
from pkgtool.manifest.model import Manifest
from pkgtool.manifest.text import split_manifest_text
from pkgtool.ops.history import get_release
from pkgtool.ops.install import InstallOptions, Wish, prepare_install
from pkgtool.ops.session import Session
from pkgtool.ops.upgrade import UpgradeOptions, prepare_upgrade
from pkgtool.release.history import deployed, latest
from pkgtool.release.model import Release


def diff_upgrade(session: Session, wish: Wish, options: UpgradeOptions) -> list[Change]:
    """Return what an upgrade (or, without a release, an install) would change.

    Raises:
        ChartError, ValuesError, TemplateError, ManifestError: The chart cannot be rendered.
    """
    records = session.store.history(wish.name, wish.namespace)
    if not records.releases:
        fresh = InstallOptions(walk=options.walk, rollout=options.rollout)
        return diff_manifests((), _of(prepare_install(session, wish, fresh, records).release))
    current = deployed(records.releases) or latest(records.releases)
    after = prepare_upgrade(session, wish, options, records).release
    return diff_manifests(_of(current) if current else (), _of(after))


def diff_revisions(
    session: Session, name: str, namespace: str, before: int, after: int = 0
) -> list[Change]:
    """Return what changed from revision `before` to `after` (0: the last).

    Raises:
        ReleaseNotFound, RevisionNotFound: There is nothing to compare.
    """
    old = get_release(session, name, namespace, revision=before)
    new = get_release(session, name, namespace, revision=after)
    return diff_manifests(_of(old), _of(new))


def diff_releases(session: Session, first: str, second: str, namespace: str) -> list[Change]:
    """Return how release `second` differs from release `first`.

    Raises:
        ReleaseNotFound: One of them is not there.
    """
    return diff_manifests(
        _of(get_release(session, first, namespace)), _of(get_release(session, second, namespace))
    )


def _of(release: Release) -> tuple[Manifest, ...]:
    """Return the objects of a record, hooks excluded."""
    return tuple(split_manifest_text(release.manifest, namespace=release.namespace))
