"""Turn a packed chart into what a registry holds of it, byte for byte as Helm does.

With the same tarball, provenance file and time, the manifest has the digest that Helm's has: so
pushing a chart with either changes nothing.

Source: Helm v4 `pkg/registry/{chart,client}.go`; measured against Helm 4.2.3.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from pkgtool import yamlcodec
from pkgtool.chart.document import metadata_document
from pkgtool.chart.model import Maintainer, Metadata
from pkgtool.repo.oci.manifest import Descriptor, Manifest, write_manifest

CONFIG = "application/vnd.cncf.helm.config.v1+json"
CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
LEGACY_CHART = "application/tar+gzip"
PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov"

_PREFIX = "org.opencontainers.image."
_FIXED = frozenset({f"{_PREFIX}version", f"{_PREFIX}title"})
"""What the annotations of a chart cannot change."""


class Artifact(NamedTuple):
    """Everything that is uploaded."""

    manifest: bytes
    blobs: tuple[bytes, ...]
    """The config, the tarball and perhaps the provenance file."""


def make_artifact(
    metadata: Metadata, tarball: bytes, *, provenance: bytes | None, created: datetime
) -> Artifact:
    """Return what a registry holds of a chart.

    Args:
        metadata: The chart's.
        tarball: The packed chart.
        provenance: What vouches for it.
        created: With the zone in which it is written.
    """
    config = yamlcodec.dump_json(metadata_document(metadata)).encode()
    layers = [Descriptor.of(CHART, tarball)]
    if provenance is not None:
        layers.append(Descriptor.of(PROVENANCE, provenance))
    manifest = Manifest(
        Descriptor.of(CONFIG, config),
        tuple(sorted(layers, key=lambda layer: layer.digest.hex)),
        annotations(metadata, created),
    )
    blobs = (config, tarball) if provenance is None else (config, tarball, provenance)
    return Artifact(write_manifest(manifest), blobs)


def annotations(metadata: Metadata, created: datetime) -> Mapping[str, str]:
    """Return what a registry can show of a chart without unpacking it."""
    said = {
        "description": metadata.description,
        "title": metadata.name,
        "version": metadata.version,
        "url": metadata.home,
        "created": created.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "source": metadata.sources[0] if metadata.sources else "",
        "authors": ", ".join(map(_author, metadata.maintainers)),
    }
    known = {f"{_PREFIX}{key}": text for key, text in said.items() if text.strip()}
    own = {key: text for key, text in metadata.annotations.items() if key not in _FIXED}
    return {**known, **own}


def _author(maintainer: Maintainer) -> str:
    return f"{maintainer.name} ({maintainer.email})" if maintainer.email else maintainer.name
