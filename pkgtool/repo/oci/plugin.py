"""Fetch a plugin out of a registry, with its provenance file when there is one.

A plugin is an artifact of a type of its own; its layers have the names of files: the tarball is
`NAME-VERSION.tgz`, where NAME is the last part of the repository.

Source: Helm v4 `pkg/registry/plugin.go`; messages are Helm's.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pkgtool.errors import ArtifactInvalid
from pkgtool.repo.http import CHART_LIMIT_BYTES
from pkgtool.repo.oci.manifest import Descriptor, Manifest, read_manifest
from pkgtool.repo.oci.reference import Reference, parse_reference
from pkgtool.repo.oci.registries import Registries
from pkgtool.repo.oci.tags import resolve

PLUGIN = "application/vnd.helm.plugin.v1+json"
_PROVENANCE_LIMIT_BYTES = 1024 * 1024


class PulledPlugin(NamedTuple):
    """A packed plugin as it came out of a registry."""

    filename: str
    data: bytes
    """The tarball."""
    prov: bytes | None


def pull_plugin(registries: Registries, reference: str, version: str = "") -> PulledPlugin:
    """Fetch a plugin.

    Args:
        registries: Where from.
        reference: `oci://HOST/PATH/NAME`, perhaps with a tag or digest.
        version: A version, a constraint, or empty for the newest that is stable; counts only
            without tag or digest.

    Raises:
        ReferenceInvalid, ConstraintInvalid: There can be no such plugin.
        ChartVersionNotFound: There is none.
        ArtifactInvalid, DigestMismatch: What there is is no plugin; it was discarded.
        FetchFailed, CredentialsUnusable: It cannot be had.
    """
    place = parse_reference(reference)
    if not place.tag and not place.digest:
        place = resolve(registries, reference, version)
    client = registries.at(place.registry)
    served = client.manifest(place.repository, place.digest or place.tag)
    manifest = read_manifest(served.data, served.media_type, name=str(place))
    tarball, provenance = _layers(manifest, place)
    data = client.blob(place.repository, tarball, limit_bytes=CHART_LIMIT_BYTES)
    prov = None
    if provenance is not None:
        prov = client.blob(place.repository, provenance, limit_bytes=_PROVENANCE_LIMIT_BYTES)
    return PulledPlugin(tarball.title, data, prov)


def _layers(manifest: object, place: Reference) -> tuple[Descriptor, Descriptor | None]:
    """Return the tarball and the provenance file, which is about the tarball by its name."""
    if not isinstance(manifest, Manifest):
        raise ArtifactInvalid(f"{place} is an index, not a plugin", hint="name a tag of its own")
    _check_kind(manifest)
    tarball = _first(manifest.layers, f"{place.name}-", ".tgz")
    if tarball is None:
        raise ArtifactInvalid(
            f"required layer matching pattern {place.name}-VERSION.tgz not found in manifest"
        )
    return tarball, _first(manifest.layers, f"{tarball.title}.prov", "")


def _check_kind(manifest: Manifest) -> None:
    kind = manifest.artifact_type
    if kind and kind != PLUGIN:
        raise ArtifactInvalid(f"expected artifact type {PLUGIN}, got {kind[:100]}")
    if not kind and manifest.config.media_type != PLUGIN:
        raise ArtifactInvalid(
            f"expected config media type {PLUGIN} for legacy compatibility, "
            f"got {manifest.config.media_type[:100]}"
        )


def _first(layers: Iterable[Descriptor], start: str, end: str) -> Descriptor | None:
    for layer in layers:
        name = layer.title
        if name.startswith(start) and name.endswith(end) and "/" not in name:
            return layer
    return None
