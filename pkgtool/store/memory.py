"""Keep release records in a dictionary: for tests and for rendering without a cluster."""

from collections.abc import Callable

from pkgtool.errors import ReleaseExists, RevisionNotFound
from pkgtool.release.model import Release, ReleaseKey
from pkgtool.store.protocol import Records


class MemoryStore:
    """Release records of this process; the store protocol describes the methods."""

    def __init__(self) -> None:
        self._records: dict[ReleaseKey, Release] = {}

    def create(self, release: Release) -> None:
        """Keep a new revision."""
        if release.key in self._records:
            raise ReleaseExists(release.name, release.namespace, release.revision)
        self._records[release.key] = release

    def update(self, release: Release) -> None:
        """Replace a record."""
        if release.key not in self._records:
            raise RevisionNotFound(release.name, release.revision)
        self._records[release.key] = release

    def get(self, key: ReleaseKey) -> Release:
        """Return one record."""
        if key not in self._records:
            raise RevisionNotFound(key.name, key.revision)
        return self._records[key]

    def history(self, name: str, namespace: str) -> Records:
        """Return all revisions of one release, oldest first."""
        return self._select(lambda key: (key.name, key.namespace) == (name, namespace))

    def list(self, namespace: str = "") -> Records:
        """Return all records of a namespace, or with an empty one of all."""
        return self._select(lambda key: namespace in ("", key.namespace))

    def delete(self, key: ReleaseKey) -> None:
        """Forget one record; a missing one is fine."""
        self._records.pop(key, None)

    def _select(self, wanted: Callable[[ReleaseKey], bool]) -> Records:
        return Records(tuple(self._records[key] for key in sorted(self._records) if wanted(key)))
