import json
import zlib

import pytest

from pkgtool.manifest.schema.bundle import load_schemas, nearest_minor
from pkgtool.testing.schema_bundle import ABOUT, build_bundle, bundle_lines
from pkgtool.values.bundled import bundled_schema

OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def test_the_bundle_is_what_the_script_makes() -> None:
    """Compared unpacked, because versions of zlib pack differently."""
    pytest.importorskip("kubernetes_validate", reason="the bundle is made from kubernetes-validate")

    made, kept = (
        each.partition(b"\n") for each in (build_bundle(), bundled_schema("kubernetes.json.zz"))
    )

    assert kept[0] == made[0]
    assert zlib.decompress(kept[2]) == zlib.decompress(made[2]), (
        "run python -m pkgtool.testing.schema_bundle"
    )


def test_the_bundle_says_whose_work_it_is() -> None:
    head = bundled_schema("kubernetes.json.zz").partition(b"\n")[0].decode()

    assert f"{head}\n" == ABOUT
    assert "Apache-2.0" in head


def test_the_bundle_is_small() -> None:
    assert len(bundled_schema("kubernetes.json.zz")) < 120 * 1024


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param("1.36", "1.36", id="exact"),
        pytest.param("v1.36.2", "1.36", id="in full"),
        pytest.param("1.30+", "1.30", id="of a vendor"),
        pytest.param("1.99", "1.37", id="newer"),
        pytest.param("1.9", "1.25", id="older"),
        pytest.param("2.0", "1.37", id="another major"),
        pytest.param("latest", "1.37", id="no version"),
        pytest.param("1." + "9" * 5000, "1.37", id="huge"),
    ],
)
def test_the_nearest_version_counts(wanted: str, found: str) -> None:
    assert nearest_minor(wanted, load_schemas("1.36").minors) == found


def test_thirteen_versions_are_there() -> None:
    assert load_schemas("1.36").minors == tuple(f"1.{minor}" for minor in range(25, 38))


def test_only_what_is_asked_for_is_known() -> None:
    schemas = load_schemas("1.36")

    assert schemas.rule("apps/v1", "Deployment") is not None
    assert schemas.rule("apps/v1", "DeploymentList") is None
    assert schemas.rule("apps/v1beta1", "Deployment") is None
    assert schemas.rule("example.com/v1", "Widget") is None


@pytest.mark.parametrize(
    ("group", "own"),
    [
        ("", True),
        ("apps", True),
        ("rbac.authorization.k8s.io", True),
        ("gateway.networking.k8s.io", False),
    ],
)
def test_groups_of_kubernetes_are_its_own(group: str, own: bool) -> None:
    assert load_schemas("1.36").owns(group) is own


def test_a_kind_knows_its_versions_and_a_version_its_kinds() -> None:
    schemas = load_schemas("1.36")

    assert schemas.versions_of("HorizontalPodAutoscaler") == ["autoscaling/v1", "autoscaling/v2"]
    assert "StatefulSet" in schemas.kinds_of("apps/v1")
    assert schemas.minors_with("autoscaling/v2beta2", "HorizontalPodAutoscaler") == ["1.25"]


def test_equal_definitions_are_kept_once() -> None:
    meta = {"type": "object", "properties": {"name": {"type": ["string", "null"]}}}
    gadget = {
        "type": ["object", "null"],
        "required": ["metadata"],
        "properties": {
            "metadata": {"$ref": f"#/$defs/{OBJECT_META}"},
            "size": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.api.resource.Quantity"},
            "tags": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
            "free": {"$ref": "#/$defs/anything"},
        },
        "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Gadget"}],
    }
    definitions = {
        OBJECT_META: meta,
        "gadget": gadget,
        "anything": {"description": "any JSON"},
        "unused": {"type": "object", "properties": {}},
        "io.k8s.apimachinery.pkg.api.resource.Quantity": {"oneOf": []},
    }

    head, kinds, *rows, whole, part = bundle_lines({"1.1": definitions, "1.2": definitions})
    assert json.loads(head) == {"minors": ["1.1", "1.2"], "metadata": 1}
    assert json.loads(kinds) == {"v1/Gadget": [0, 3]}
    assert rows == ["[4,5]", "[4,5]"]
    assert json.loads(whole) == {
        "fields": {
            "free": "any",
            "metadata": 1,
            "size": "quantity",
            "tags": {"items": "string", "set": True},
        },
        "required": ["metadata"],
    }
    assert json.loads(part) == {"fields": {"name": "string"}}
