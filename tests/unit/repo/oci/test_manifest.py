"""Manifests: written as Go writes them, read as if a liar had."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from pkgtool.chart.model import Dependency, Maintainer, Metadata
from pkgtool.digest import Digest
from pkgtool.errors import ArtifactInvalid
from pkgtool.repo.oci.artifact import annotations, make_artifact
from pkgtool.repo.oci.manifest import INDEX, MANIFEST, ImageIndex, Manifest, read_manifest

D = {"mediaType": "a/b", "digest": f"sha256:{'0' * 64}", "size": 3}
GOOD = {"schemaVersion": 2, "config": D, "layers": [D]}
WEB = Metadata("web", "1.2.3", api_version="v2")
AT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def read(document: Any, media_type: str = MANIFEST) -> Manifest | ImageIndex:
    return read_manifest(json.dumps(document).encode(), media_type, name="it")


def test_a_manifest() -> None:
    found = read(GOOD, f"{MANIFEST}; charset=utf-8")

    assert isinstance(found, Manifest)
    assert found.config.size == 3
    assert found.layers == (found.config,)


@pytest.mark.parametrize(
    ("document", "media_type"),
    [
        pytest.param({**GOOD, "manifests": [D]}, MANIFEST, id="CVE-2021-41190"),
        pytest.param({**GOOD, "manifests": [D]}, INDEX, id="CVE-2021-41190 as an index"),
        pytest.param({**GOOD, "mediaType": INDEX}, MANIFEST, id="two media types"),
        pytest.param(GOOD, "application/json", id="another media type"),
        pytest.param(GOOD, "", id="no media type"),
        pytest.param({}, MANIFEST, id="empty"),
        pytest.param([], MANIFEST, id="a list"),
        pytest.param({**GOOD, "config": None}, MANIFEST, id="no config"),
        pytest.param({**GOOD, "layers": D}, MANIFEST, id="layers are no list"),
        pytest.param({**GOOD, "layers": [D] * 1001}, MANIFEST, id="too many layers"),
        pytest.param({**GOOD, "config": {**D, "size": -1}}, MANIFEST, id="negative size"),
        pytest.param({**GOOD, "config": {**D, "size": True}}, MANIFEST, id="true size"),
        pytest.param({**GOOD, "config": {**D, "size": 1.5}}, MANIFEST, id="broken size"),
        pytest.param({**GOOD, "config": {**D, "digest": "sha512:00"}}, MANIFEST, id="digest"),
        pytest.param({**GOOD, "config": {**D, "mediaType": 1}}, MANIFEST, id="kind of config"),
    ],
)
def test_what_is_no_manifest(document: Any, media_type: str) -> None:
    with pytest.raises(ArtifactInvalid):
        read(document, media_type)


def test_an_index() -> None:
    found = read({"manifests": [{**D, "artifactType": "x"}, D]}, INDEX)

    assert isinstance(found, ImageIndex)
    assert [each.artifact_type for each in found.manifests] == ["x", ""]


def test_layers_are_in_the_order_of_their_digests() -> None:
    for prov in (b"a", b"b", b"c", b"d"):
        artifact = make_artifact(WEB, b"tarball", provenance=prov, created=AT)
        digests = [layer["digest"] for layer in json.loads(artifact.manifest)["layers"]]

        assert digests == sorted(str(Digest.of(data)) for data in (b"tarball", prov))


def test_the_config_has_helms_keys_in_helms_order() -> None:
    metadata = WEB._replace(
        engine="jinja2",
        description="a <b>",
        dependencies=(Dependency("sub", "1", enabled=False),),
        annotations={"b": "1", "a": "2"},
    )
    config = make_artifact(metadata, b"", provenance=None, created=AT).blobs[0]

    assert config == (
        b'{"name":"web","version":"1.2.3","description":"a \\u003cb\\u003e","apiVersion":"v2",'
        b'"annotations":{"a":"2","b":"1"},'
        b'"dependencies":[{"name":"sub","version":"1","repository":"","enabled":false}]}'
    )


def test_annotations_cannot_change_name_and_version() -> None:
    title, version = "org.opencontainers.image.title", "org.opencontainers.image.version"
    metadata = WEB._replace(
        annotations={title: "x", version: "9", "org.opencontainers.image.url": "mine"},
        home="https://home",
        maintainers=(Maintainer("Jo", "jo@x"), Maintainer("", url="u"), Maintainer("Al")),
    )

    found = annotations(metadata, AT)

    assert found == {
        title: "web",
        version: "1.2.3",
        "org.opencontainers.image.url": "mine",
        "org.opencontainers.image.authors": "Jo (jo@x), , Al",
        "org.opencontainers.image.created": "2023-11-14T22:13:20Z",
    }


def test_times_are_written_with_their_zone() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))

    found = annotations(WEB, AT.astimezone(zone))

    assert found["org.opencontainers.image.created"] == "2023-11-15T03:43:20+05:30"
