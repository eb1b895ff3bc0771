"""Store a chart in a registry.

Source: Helm v4 `pkg/registry/client.go` and `pkg/pusher/ocipusher.go`.
"""

from datetime import datetime
from typing import NamedTuple

from pkgtool.chart.archive import read_archive
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Metadata
from pkgtool.errors import ReferenceInvalid
from pkgtool.repo.oci.artifact import Artifact, make_artifact
from pkgtool.repo.oci.reference import SCHEME, Reference, parse_reference
from pkgtool.repo.oci.registries import Registries
from pkgtool.repo.oci.upload import put_blob, put_manifest


class Pushed(NamedTuple):
    """What a chart is called in a registry."""

    ref: str
    digest: str


def push_chart(
    registries: Registries,
    reference: str,
    tarball: bytes,
    *,
    prov: bytes | None = None,
    created: datetime,
) -> Pushed:
    """Store a packed chart under `reference`, whose name and tag must be the chart's.

    Args:
        registries: Where to.
        reference: `oci://HOST/PATH/NAME:VERSION`.
        tarball: The packed chart.
        prov: Its provenance file.
        created: When the tarball was made, with the zone in which it is written.

    Raises:
        ChartError: It is not a chart; nothing was sent.
        ReferenceInvalid: There can be no such thing; nothing was sent.
        RepoError: The registry does not take it; the tag is as it was.
    """
    metadata = _metadata(tarball, reference)
    if not reference.endswith(f"/{metadata.name}:{metadata.version}"):
        raise ReferenceInvalid(
            "strict mode enabled, ref basename and tag must match the chart name and version",
            hint=f"the chart is {metadata.name} {metadata.version}",
        )
    artifact = make_artifact(metadata, tarball, provenance=prov, created=created)
    return _store(registries, parse_reference(reference), artifact)


def push_below(
    registries: Registries,
    remote: str,
    tarball: bytes,
    *,
    prov: bytes | None = None,
    created: datetime,
) -> Pushed:
    """Store a packed chart as `REMOTE/NAME:VERSION`; arguments and errors as `push_chart`."""
    metadata = _metadata(tarball, "the chart")
    parts = [part for part in remote.removeprefix(SCHEME).split("/") if part]
    reference = f"{'/'.join([*parts, metadata.name])}:{metadata.version}"
    artifact = make_artifact(metadata, tarball, provenance=prov, created=created)
    return _store(registries, parse_reference(reference), artifact)


def _metadata(tarball: bytes, name: str) -> Metadata:
    return load_chart(read_archive(tarball, name=name), name=name).metadata


def _store(registries: Registries, place: Reference, artifact: Artifact) -> Pushed:
    client = registries.at(place.registry)
    for blob in artifact.blobs:
        put_blob(client, place.repository, blob)
    digest = put_manifest(client, place.repository, place.tag, artifact.manifest)
    return Pushed(str(place), str(digest))
