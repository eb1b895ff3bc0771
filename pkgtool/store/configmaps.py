"""Keep release records as ConfigMaps, in Helm's own form.

For those who may not read Secrets; everybody who reads ConfigMaps sees the values.

Source: Helm v4 `pkg/storage/driver/cfgmaps.go`. See ADR 0006.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from pkgtool.cluster.protocol import Cluster
from pkgtool.release.model import Release, ReleaseKey
from pkgtool.store.objects import (
    Form,
    create_record,
    delete_record,
    get_record,
    select_records,
    update_record,
)
from pkgtool.store.protocol import Records

CONFIG_MAP = Form(
    kind="ConfigMap",
    fields={},
    wrap=lambda data: data.decode("ascii"),
    unwrap=lambda payload: payload.encode("ascii"),
)
"""A ConfigMap holds text, so the record goes in as it is."""


def _utc() -> datetime:
    return datetime.now(UTC)


class ConfigMapStore:
    """Release records as ConfigMaps of a cluster; `ReleaseStore` describes the methods."""

    def __init__(self, cluster: Cluster, *, clock: Callable[[], datetime] = _utc) -> None:
        self._cluster = cluster
        self._clock = clock

    def create(self, release: Release) -> None:
        """Keep a new revision."""
        create_record(self._cluster, CONFIG_MAP, release, at=self._clock())

    def update(self, release: Release) -> None:
        """Replace the record of the same name and revision."""
        update_record(self._cluster, CONFIG_MAP, release, at=self._clock())

    def get(self, key: ReleaseKey) -> Release:
        """Return one record."""
        return get_record(self._cluster, CONFIG_MAP, key)

    def history(self, name: str, namespace: str) -> Records:
        """Return all revisions of one release, oldest first."""
        return select_records(self._cluster, CONFIG_MAP, namespace=namespace, labels={"name": name})

    def list(self, namespace: str = "") -> Records:
        """Return all records of a namespace, or with an empty one of the whole cluster."""
        return select_records(self._cluster, CONFIG_MAP, namespace=namespace, labels={})

    def delete(self, key: ReleaseKey) -> None:
        """Forget one record; a missing one is fine."""
        delete_record(self._cluster, CONFIG_MAP, key)
