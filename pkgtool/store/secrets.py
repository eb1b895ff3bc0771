"""Keep release records as Secrets, in Helm's own form.

Secrets are the default, because values may hold passwords.

Source: Helm v4 `pkg/storage/driver/secrets.go`. See ADR 0006.
"""

from base64 import b64decode, b64encode
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

SECRET = Form(
    kind="Secret",
    fields={"type": "helm.sh/release.v1"},
    wrap=lambda data: b64encode(data).decode(),
    unwrap=lambda payload: b64decode(payload, validate=True),
)
"""A Secret as the API shows it: its data is base64 once more."""


def _utc() -> datetime:
    return datetime.now(UTC)


class SecretStore:
    """Release records as Secrets of a cluster; `ReleaseStore` describes the methods."""

    def __init__(self, cluster: Cluster, *, clock: Callable[[], datetime] = _utc) -> None:
        self._cluster = cluster
        self._clock = clock

    def create(self, release: Release) -> None:
        """Keep a new revision."""
        create_record(self._cluster, SECRET, release, at=self._clock())

    def update(self, release: Release) -> None:
        """Replace the record of the same name and revision."""
        update_record(self._cluster, SECRET, release, at=self._clock())

    def get(self, key: ReleaseKey) -> Release:
        """Return one record."""
        return get_record(self._cluster, SECRET, key)

    def history(self, name: str, namespace: str) -> Records:
        """Return all revisions of one release, oldest first."""
        return select_records(self._cluster, SECRET, namespace=namespace, labels={"name": name})

    def list(self, namespace: str = "") -> Records:
        """Return all records of a namespace, or with an empty one of the whole cluster."""
        return select_records(self._cluster, SECRET, namespace=namespace, labels={})

    def delete(self, key: ReleaseKey) -> None:
        """Forget one record; a missing one is fine."""
        delete_record(self._cluster, SECRET, key)
