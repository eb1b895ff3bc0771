"""What a store of release records must do, and nothing more.

Records are only ever created once and then replaced whole. `testing.store_contract` holds every
implementation to the same behaviour.
"""

from typing import NamedTuple, Protocol

from pkgtool.release.model import Release, ReleaseKey


class UnreadableRecord(NamedTuple):
    """A record that is there but cannot be decoded; it never hides the readable ones."""

    key: ReleaseKey
    reason: str


class Records(NamedTuple):
    """Records found in one go, ordered by namespace, name and revision."""

    releases: tuple[Release, ...]
    unreadable: tuple[UnreadableRecord, ...] = ()


class ReleaseStore(Protocol):
    """Release records at rest."""

    def create(self, release: Release) -> None:
        """Keep a new revision.

        Raises:
            ReleaseExists: That revision is there already; it is unchanged.
            RecordTooLarge: The record does not fit; nothing was stored.
        """
        ...

    def update(self, release: Release) -> None:
        """Replace the record of the same name and revision.

        Raises:
            RevisionNotFound: There is no such record; nothing was stored.
        """
        ...

    def get(self, key: ReleaseKey) -> Release:
        """Return one record.

        Raises:
            RevisionNotFound: There is no such record.
            RecordCorrupt: There is one, but it cannot be decoded.
        """
        ...

    def history(self, name: str, namespace: str) -> Records:
        """Return all revisions of one release, oldest first; none is no error."""
        ...

    def list(self, namespace: str = "") -> Records:
        """Return all records of a namespace, or with an empty one of the whole cluster."""
        ...

    def delete(self, key: ReleaseKey) -> None:
        """Forget one record; a missing one is fine."""
        ...
