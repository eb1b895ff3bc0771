"""Keep release records in objects of a cluster, under Helm's names and labels.

An update is a compare-and-swap on what was read a moment before, tried again a few times. What
cannot be decoded is told beside what can, so that one damaged record never hides the others.

Source: Helm v4 `pkg/storage/driver/{secrets,cfgmaps,labels}.go`; `spec/reliability.md` F04, F05.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pkgtool.cluster.protocol import ApplyPolicy, Body, Cluster
from pkgtool.errors import (
    Conflict,
    RecordCorrupt,
    RecordTooLarge,
    ReleaseExists,
    RevisionNotFound,
)
from pkgtool.manifest.model import ResourceId
from pkgtool.release.model import Release, ReleaseKey
from pkgtool.release.names import SYSTEM_LABELS
from pkgtool.store.codec import decode_release, encode_release
from pkgtool.store.protocol import Records, UnreadableRecord

LIMIT_BYTES = 1024 * 1024
"""What Kubernetes takes as the data of one Secret or ConfigMap."""

_PREFIX = "sh.helm.release.v1."
_ATTEMPTS = 5


class Form(NamedTuple):
    """How one kind of object holds a record."""

    kind: str
    fields: Mapping[str, Any]
    """What such an object has besides name, labels and data."""
    wrap: Callable[[bytes], str]
    """Turn the encoded record into the value of `data.release`."""
    unwrap: Callable[[str], bytes]
    """The reverse; a `ValueError` means that it is damaged."""


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class ObjectStore:
    """Release records in objects of one `form`; `ReleaseStore` describes the methods."""

    def __init__(
        self, form: Form, cluster: Cluster, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._form = form
        self._cluster = cluster
        self._clock = clock

    def create(self, release: Release) -> None:
        """Keep a new revision in an object of its own."""
        body = _body(self._form, release, {"createdAt": _seconds(self._clock())})
        try:
            self._cluster.apply(body, ApplyPolicy(if_absent=True, force=True))
        except Conflict as error:
            raise ReleaseExists(release.name, release.namespace, release.revision) from error

    def update(self, release: Release) -> None:
        """Replace the record of the same name and revision.

        Raises:
            Conflict: Somebody else keeps writing it; theirs is kept.
        """
        attempts_left = _ATTEMPTS
        while True:
            live = self._cluster.get(_id(self._form, release.key))
            if live is None:
                raise RevisionNotFound(release.name, release.revision)
            try:
                self._replace(live["metadata"], release)
            except Conflict:
                attempts_left -= 1
                if not attempts_left:
                    raise
            else:
                return

    def _replace(self, metadata: Mapping[str, Any], release: Release) -> None:
        """Put `release` in the place of the object that has `metadata`."""
        created = metadata.get("labels", {}).get("createdAt", "")
        stamps = {"createdAt": created} if created else {}
        body = _body(self._form, release, {**stamps, "modifiedAt": _seconds(self._clock())})
        policy = ApplyPolicy(if_version=metadata["resourceVersion"], force=True)
        self._cluster.apply(body, policy)

    def get(self, key: ReleaseKey) -> Release:
        """Return one record."""
        live = self._cluster.get(_id(self._form, key))
        if live is None:
            raise RevisionNotFound(key.name, key.revision)
        return _release(self._form, key, live)

    def history(self, name: str, namespace: str) -> Records:
        """Return all revisions of one release, oldest first."""
        return self._select(namespace, {"name": name})

    def list(self, namespace: str = "") -> Records:
        """Return all records of a namespace, or with an empty one of the whole cluster."""
        return self._select(namespace, {})

    def delete(self, key: ReleaseKey) -> None:
        """Forget one record; a missing one is fine."""
        self._cluster.delete(_id(self._form, key))

    def _select(self, namespace: str, labels: Mapping[str, str]) -> Records:
        """Return the records with `labels`, ordered by namespace, name and revision."""
        releases, unreadable = [], []
        for live in self._cluster.list(
            "", self._form.kind, namespace=namespace, labels={"owner": "helm", **labels}
        ):
            key = _key(live)
            try:
                releases.append(_release(self._form, key, live))
            except RecordCorrupt as error:
                unreadable.append(UnreadableRecord(key, error.what))
        return Records(
            tuple(sorted(releases, key=lambda release: release.key)),
            tuple(sorted(unreadable, key=lambda record: record.key)),
        )


def _id(form: Form, key: ReleaseKey) -> ResourceId:
    return ResourceId("", form.kind, key.namespace, f"{_PREFIX}{key.name}.v{key.revision}")


def _body(form: Form, release: Release, stamps: Mapping[str, str]) -> Body:
    data = encode_release(release)
    if len(data) > LIMIT_BYTES:
        raise RecordTooLarge(
            f"the record of release {release.name!r} has {len(data)} bytes, "
            f"but a {form.kind} takes at most {LIMIT_BYTES}",
            hint="files that templates do not need can be left out of the chart by `.helmignore`",
        )
    place = _id(form, release.key)
    return {
        "apiVersion": "v1",
        "kind": form.kind,
        "metadata": {
            "name": place.name,
            "namespace": place.namespace,
            "labels": {**_own_labels(release.labels), **_helm_labels(release), **stamps},
        },
        **form.fields,
        "data": {"release": form.wrap(data)},
    }


def _helm_labels(release: Release) -> dict[str, str]:
    return {
        "name": release.name,
        "owner": "helm",
        "status": release.status.value,
        "version": str(release.revision),
    }


def _own_labels(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if name not in SYSTEM_LABELS}


def _release(form: Form, key: ReleaseKey, live: Body) -> Release:
    """Decode a live object; it must be the record that its name promises."""
    try:
        release = decode_release(form.unwrap(_payload(live)))
        release = replace(
            release,
            namespace=release.namespace or key.namespace,
            labels=_own_labels(live["metadata"].get("labels") or {}),
        )
        if release.key != key:
            raise RecordCorrupt(
                f"it describes revision {release.revision} of {release.name[:80]!r} in namespace "
                f"{release.namespace[:80]!r}"
            )
    except (RecordCorrupt, ValueError) as error:
        reason = error.what if isinstance(error, RecordCorrupt) else str(error)
        raise RecordCorrupt(
            f"the record of revision {key.revision} of release {key.name!r} in namespace "
            f"{key.namespace!r} cannot be used: {reason}",
            hint=f"`pkgtool history {key.name}` shows the other revisions",
        ) from error
    return release


def _payload(live: Body) -> str:
    data = live.get("data")
    payload = data.get("release") if isinstance(data, Mapping) else None
    if not isinstance(payload, str):
        raise RecordCorrupt("it has no `data.release`")
    return payload


def _key(live: Body) -> ReleaseKey:
    """Return the key that an object's name promises; revision 0 when it promises none."""
    metadata = live["metadata"]
    name, _, revision = metadata["name"].removeprefix(_PREFIX).rpartition(".v")
    # The length is far above any revision, and far below where `int` gets slow.
    number = (
        int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 19 else 0
    )
    return ReleaseKey(metadata.get("namespace", ""), name or metadata["name"], number)


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
