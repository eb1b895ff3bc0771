"""`status`: how a release stands, and how its objects do."""

from typing import NamedTuple

from pkgtool.cluster.protocol import Body
from pkgtool.errors import Rejected
from pkgtool.manifest.text import split_manifest_text
from pkgtool.ops.history import get_release
from pkgtool.ops.session import Session
from pkgtool.release.model import Release


class Standing(NamedTuple):
    """A release and the live objects of its manifest."""

    release: Release
    resources: tuple[Body, ...]
    """In manifest order; objects that are gone are missing."""
    missing: tuple[str, ...] = ()
    """Objects of the manifest that are not in the cluster."""


def status(session: Session, name: str, namespace: str, *, revision: int = 0) -> Standing:
    """Return how release `name` stands.

    Raises:
        ReleaseNotFound, RevisionNotFound: There is nothing to show.
    """
    release = get_release(session, name, namespace, revision=revision)
    found: list[Body] = []
    missing: list[str] = []
    for manifest in split_manifest_text(release.manifest, namespace=namespace):
        try:
            live = session.cluster.get(manifest.id)
        except Rejected:
            # The kind itself is gone, with its CRD.
            live = None
        if live is None:
            missing.append(str(manifest.id))
        else:
            found.append(live)
    return Standing(release, tuple(found), tuple(missing))
