"""Keep release records as ConfigMaps, in Helm's own form.

Source: Helm v4 `pkg/storage/driver`.
"""

from pkgtool.cluster.protocol import Cluster
from pkgtool.release.model import Release, ReleaseKey
from pkgtool.store.protocol import Records


class ConfigMapStore:
    """Release records as ConfigMaps of a cluster; the store protocol describes the methods."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def create(self, release: Release) -> None:
        """Keep a new revision."""
        raise NotImplementedError

    def update(self, release: Release) -> None:
        """Replace a record."""
        raise NotImplementedError

    def get(self, key: ReleaseKey) -> Release:
        """Return one record."""
        raise NotImplementedError

    def history(self, name: str, namespace: str) -> Records:
        """Return all revisions of one release."""
        raise NotImplementedError

    def list(self, namespace: str = "") -> Records:
        """Return all records of a namespace or of the cluster."""
        raise NotImplementedError

    def delete(self, key: ReleaseKey) -> None:
        """Forget one record."""
        raise NotImplementedError
