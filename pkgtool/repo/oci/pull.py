"""Fetch a chart out of a registry.

What comes is held against every digest and size on the way, and must be the version that its tag
says, when that is a whole version. A manifest with two charts is refused: readers would differ.

Source: Helm v4 `pkg/registry/client.go`; decisions in `docs/adr/0021-own-client-for-registries.md`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pkgtool.chart.archive import read_archive
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.errors import ArtifactInvalid, VersionInvalid
from pkgtool.repo.http import CHART_LIMIT_BYTES
from pkgtool.repo.oci.artifact import CHART, CONFIG, LEGACY_CHART, PROVENANCE
from pkgtool.repo.oci.client import RegistryClient, Served
from pkgtool.repo.oci.manifest import Descriptor, ImageIndex, Manifest, read_document, read_manifest
from pkgtool.repo.oci.reference import Reference
from pkgtool.repo.oci.registries import Registries
from pkgtool.repo.oci.tags import resolve
from pkgtool.versions import Version

_CONFIG_LIMIT_BYTES = 4 * 1024 * 1024
_PROVENANCE_LIMIT_BYTES = 5 * 1024 * 1024
_MOST_CANDIDATES = 64


class PulledChart(NamedTuple):
    """A chart as it came out of a registry."""

    chart: Chart
    files: dict[str, bytes]
    """What is in the tarball, by path."""
    data: bytes
    """The tarball."""
    prov: bytes | None
    """The provenance file, if it was asked for and there is one."""
    digest: str
    """Of the manifest: `sha256:<hex>`."""
    ref: str
    """`HOST/PATH/NAME:TAG`, or `…@sha256:<hex>`."""
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The chart's name."""
        return self.chart.name

    @property
    def version(self) -> str:
        """The chart's version."""
        return self.chart.metadata.version

    @property
    def filename(self) -> str:
        """What the tarball is called."""
        return f"{self.name}-{self.version}.tgz"


def pull_chart(
    registries: Registries, reference: str, version: str = "", *, prov: bool = False
) -> PulledChart:
    """Fetch a chart.

    Args:
        registries: Where from.
        reference: `oci://HOST/PATH/NAME`, perhaps with a tag or digest.
        version: A version, a constraint, or empty for the newest that is stable.
        prov: Fetch the provenance file too; there need not be one.

    Raises:
        ReferenceInvalid, ConstraintInvalid: There can be no such chart.
        ChartVersionNotFound: There is none.
        ArtifactInvalid, DigestMismatch, ChartError: What there is is not it; it was discarded.
        FetchFailed, CredentialsUnusable: It cannot be had.
    """
    place = resolve(registries, reference, version)
    client = registries.at(place.registry)
    served, manifest = _chart_manifest(client, place)
    ref = str(place)
    layer = _only(manifest.layers, (CHART, LEGACY_CHART), ref)
    data = _tarball(registries, place, layer)
    provenance = _provenance(client, place, manifest) if prov else None
    files = read_archive(data, name=ref)
    chart = load_chart(files, name=ref)
    _check_config(client, place, manifest, chart)
    warnings = (
        (f"Warning: chart media type {LEGACY_CHART} is deprecated",)
        if layer.media_type == LEGACY_CHART
        else ()
    )
    return PulledChart(chart, files, data, provenance, str(served.digest), ref, warnings)


def _chart_manifest(client: RegistryClient, place: Reference) -> tuple[Served, Manifest]:
    """Return the manifest of a chart, which may be one of several in an index."""
    served = client.manifest(place.repository, place.digest or place.tag)
    found = read_manifest(served.data, served.media_type, name=str(place))
    if isinstance(found, Manifest):
        _check_kind(found, str(place))
        return served, found
    for descriptor in _candidates(found):
        inner = client.manifest(place.repository, str(descriptor.digest))
        manifest = read_manifest(inner.data, inner.media_type, name=str(place))
        if isinstance(manifest, Manifest) and manifest.config.media_type == CONFIG:
            return served, manifest
    raise _not_a_chart(str(place))


def _candidates(index: ImageIndex) -> Iterable[Descriptor]:
    """Return what may be a chart: what says so first."""
    ordered = sorted(index.manifests, key=lambda each: each.artifact_type != CONFIG)
    return ordered[:_MOST_CANDIDATES]


def _check_kind(manifest: Manifest, ref: str) -> None:
    if manifest.config.media_type != CONFIG:
        raise _not_a_chart(ref)


def _not_a_chart(ref: str) -> ArtifactInvalid:
    return ArtifactInvalid(
        f"could not load config with mediatype {CONFIG}",
        hint=f"{ref} is something else than a chart, perhaps an image",
    )


def _only(layers: Iterable[Descriptor], kinds: tuple[str, ...], ref: str) -> Descriptor:
    found = [layer for layer in layers if layer.media_type in kinds]
    if not found:
        raise ArtifactInvalid(f"manifest does not contain a layer with mediatype {kinds[0]}")
    if len(found) > 1:
        raise ArtifactInvalid(f"{ref} has {len(found)} layers with mediatype {kinds[0]}")
    return found[0]


def _tarball(registries: Registries, place: Reference, layer: Descriptor) -> bytes:
    kept = registries.content.load(layer.digest) if registries.content else None
    if kept is not None and len(kept) == layer.size:
        return kept
    client = registries.at(place.registry)
    data = client.blob(place.repository, layer, limit_bytes=CHART_LIMIT_BYTES)
    if registries.content:
        registries.content.keep(data)
    return data


def _provenance(client: RegistryClient, place: Reference, manifest: Manifest) -> bytes | None:
    if not any(layer.media_type == PROVENANCE for layer in manifest.layers):
        return None
    layer = _only(manifest.layers, (PROVENANCE,), str(place))
    return client.blob(place.repository, layer, limit_bytes=_PROVENANCE_LIMIT_BYTES)


def _check_config(
    client: RegistryClient, place: Reference, manifest: Manifest, chart: Chart
) -> None:
    """Refuse a chart that its config or its tag calls something else."""
    config = client.blob(place.repository, manifest.config, limit_bytes=_CONFIG_LIMIT_BYTES)
    said = read_document(config, name=f"the config of {place}")
    have = {"name": chart.metadata.name, "version": chart.metadata.version}
    for key, value in have.items():
        # Other tools than Helm may say less.
        if said.get(key, value) != value:
            raise ArtifactInvalid(
                f"{place}: the {key} is {str(said[key])[:100]!r} by its config, but {value!r} in "
                "the tarball",
                hint="whoever runs the registry must push it anew",
            )
    if _is_whole(place.version) and Version.parse(place.version) != Version.parse(have["version"]):
        raise ArtifactInvalid(
            f"{place} is {have['name']!r} {have['version']}",
            hint="the tag was put on another version; use the digest if that is what you want",
        )


def _is_whole(version: str) -> bool:
    try:
        Version.parse_strict(version)
    except VersionInvalid:
        return False
    return True
