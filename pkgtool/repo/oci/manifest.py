"""Manifests and indexes of OCI images: read with suspicion, written as Go writes them.

A document is what its media type says and nothing else: one that is both a manifest and an index
is refused, because two readers would see two things (CVE-2021-41190).

Source: OCI image specification 1.1, `manifest.md`, `image-index.md`, `descriptor.md`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pkgtool import yamlcodec
from pkgtool.digest import Digest
from pkgtool.errors import ArtifactInvalid, DigestMalformed, InputError
from pkgtool.yamlcodec import Fields

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
_MOST_ENTRIES = 1000
_TITLE = "org.opencontainers.image.title"


class Descriptor(NamedTuple):
    """Names content by digest and size, and says what it is."""

    media_type: str
    digest: Digest
    size: int
    artifact_type: str = ""
    title: str = ""
    """The name of the file, if it has one."""

    @classmethod
    def of(cls, media_type: str, data: bytes) -> "Descriptor":
        """Describe `data`."""
        return cls(media_type, Digest.of(data), len(data))

    def document(self) -> Fields:
        """Return it as manifests have it."""
        return Fields(mediaType=self.media_type, digest=str(self.digest), size=self.size)


class Manifest(NamedTuple):
    """What an artifact consists of."""

    config: Descriptor
    layers: tuple[Descriptor, ...]
    annotations: Mapping[str, str]
    artifact_type: str = ""


class ImageIndex(NamedTuple):
    """Several manifests under one name, for example one for each architecture."""

    manifests: tuple[Descriptor, ...]


def write_manifest(manifest: Manifest) -> bytes:
    """Return `manifest` with the keys of Helm in its order."""
    document = Fields(
        schemaVersion=2,
        config=manifest.config.document(),
        layers=[layer.document() for layer in manifest.layers],
        annotations=dict(manifest.annotations),
    )
    return yamlcodec.dump_json(document).encode()


def read_manifest(data: bytes, media_type: str, *, name: str) -> Manifest | ImageIndex:
    """Read what a registry served as `media_type`.

    Args:
        data: The document.
        media_type: As the registry called it.
        name: What messages call it.

    Raises:
        ArtifactInvalid: It is neither a manifest nor an index, or both.
    """
    document = read_document(data, name=name)
    media_type = media_type.partition(";")[0].strip()
    said = document.get("mediaType", media_type)
    if said != media_type or media_type not in (MANIFEST, INDEX):
        raise ArtifactInvalid(
            f"{name} is {str(said)[:100]!r}, served as {media_type[:100]!r}",
            hint="only OCI manifests and indexes hold charts",
        )
    if ("manifests" in document) == ("layers" in document):
        raise ArtifactInvalid(f"{name} is neither a manifest nor an index, or both")
    if media_type == INDEX:
        return ImageIndex(_descriptors(document, "manifests", name))
    return Manifest(
        _descriptor(document.get("config"), name),
        _descriptors(document, "layers", name),
        _annotations(document),
        _text(document, "artifactType"),
    )


def read_document(data: bytes, *, name: str) -> dict[str, Any]:
    """Return the JSON mapping in `data`.

    Raises:
        ArtifactInvalid: There is none.
    """
    try:
        document = yamlcodec.load_json(data, name=name)
    except InputError as error:
        raise ArtifactInvalid(f"{name} is not JSON: {error.what}") from error
    if not isinstance(document, dict):
        raise ArtifactInvalid(f"{name} is not a mapping")
    return document


def _descriptors(document: Mapping[str, Any], key: str, name: str) -> tuple[Descriptor, ...]:
    listed = document.get(key)
    if not isinstance(listed, list) or len(listed) > _MOST_ENTRIES:
        raise ArtifactInvalid(f"{name} has no list of {key!r}, or one that is too long")
    return tuple(_descriptor(each, name) for each in listed)


def _descriptor(found: Any, name: str) -> Descriptor:
    entry = found if isinstance(found, dict) else {}
    media_type, digest, size = (entry.get(key) for key in ("mediaType", "digest", "size"))
    if not isinstance(media_type, str) or not isinstance(digest, str):
        raise ArtifactInvalid(f"{name} has a descriptor without media type or digest")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ArtifactInvalid(f"{name} has a descriptor without a size")
    try:
        checked = Digest.parse(digest)
    except DigestMalformed as error:
        raise ArtifactInvalid(f"{name}: {error.what}") from error
    title = _annotations(entry).get(_TITLE, "")
    return Descriptor(media_type, checked, size, _text(entry, "artifactType"), title)


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _annotations(document: Mapping[str, Any]) -> dict[str, str]:
    found = document.get("annotations")
    entries = found.items() if isinstance(found, dict) else ()
    return {key: value for key, value in entries if isinstance(value, str)}
