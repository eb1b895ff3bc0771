"""The schemas of pkgtool's own formats, against real files of each format."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from pkgtool import yamlcodec
from pkgtool.manifest.model import ResourceId
from pkgtool.plan.model import Action
from pkgtool.release.model import Status

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    name: json.loads((ROOT / "schemas" / f"{name}.json").read_text())
    for name in ("chart", "index", "plan", "release")
}

CHART: dict[str, Any] = {
    "apiVersion": "v2",
    "name": "web",
    "version": "1.0.0",
    "dependencies": [{"name": "db", "version": "0.1.x", "repository": "file://../db"}],
}
INDEX: dict[str, Any] = {
    "apiVersion": "v1",
    "generated": "2026-01-02T03:04:05Z",
    "entries": {
        "web": [{**CHART, "urls": ["web-1.0.0.tgz"], "digest": "0" * 64, "created": "2026-01-02"}]
    },
}
PLAN: dict[str, Any] = {
    "waves": [
        {
            "steps": [
                {
                    "action": "apply",
                    "id": {
                        "group": "apps",
                        "kind": "Deployment",
                        "namespace": "prod",
                        "name": "web",
                    },
                    "origin": "web/templates/web.yaml",
                }
            ]
        }
    ]
}
RELEASE: dict[str, Any] = {
    "name": "web",
    "namespace": "prod",
    "version": 1,
    "apply_method": "ssa",
    "info": {
        "first_deployed": "2026-01-02T03:04:05.123456789Z",
        "last_deployed": "2026-01-02T03:04:05.123456789Z",
        "deleted": "",
        "status": "deployed",
        "description": "Install complete",
    },
    "chart": {
        "metadata": CHART,
        "lock": None,
        "templates": [{"name": "templates/web.yaml", "data": "aGk="}],
        "values": {"replicas": 1},
        "schema": None,
        "files": [],
    },
    "manifest": "---\n",
    "hooks": [
        {
            "name": "check",
            "kind": "Pod",
            "path": "web/templates/check.yaml",
            "manifest": "kind: Pod\n",
            "events": ["test"],
            "last_run": {"started_at": "", "completed_at": "", "phase": ""},
        }
    ],
}
EXAMPLES = {"chart": CHART, "index": INDEX, "plan": PLAN, "release": RELEASE}


def faults(name: str, value: object) -> list[str]:
    """Return what is wrong with `value`."""
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
    )
    validator = Draft202012Validator(SCHEMAS[name], registry=registry)
    return [error.message for error in validator.iter_errors(value)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_typical_file_is_good(name: str) -> None:
    assert faults(name, EXAMPLES[name]) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("chart", {"name": "a/b"}, id="chart named like a path"),
        pytest.param("chart", {"engine": "mustache"}, id="engine that does not exist"),
        pytest.param("chart", {"dependencies": [{"version": "1"}]}, id="dependency without a name"),
        pytest.param("index", {"apiVersion": "v2"}, id="index of the future"),
        pytest.param("index", {"entries": {"web": [CHART]}}, id="version without an address"),
        pytest.param("plan", {"waves": [{"steps": []}]}, id="empty wave"),
        pytest.param("release", {"version": 0}, id="revision zero"),
        pytest.param("release", {"info": {"status": "fine"}}, id="status that does not exist"),
        pytest.param("release", {"hooks": [{"name": "x"}]}, id="half a hook"),
    ],
)
def test_a_broken_file_is_found(name: str, change: dict[str, object]) -> None:
    assert faults(name, EXAMPLES[name] | change) != []


@pytest.mark.parametrize(
    "chart", sorted(path.parent.name for path in ROOT.glob("charts/*/Chart.yaml"))
)
def test_the_reference_charts_follow_the_schema(chart: str) -> None:
    assert (
        faults("chart", yamlcodec.load((ROOT / "charts" / chart / "Chart.yaml").read_text())) == []
    )


def test_the_words_are_those_of_the_code() -> None:
    definitions = SCHEMAS["plan"]["$defs"]
    status = SCHEMAS["release"]["properties"]["info"]["properties"]["status"]

    assert definitions["step"]["properties"]["action"]["enum"] == [each.value for each in Action]
    assert set(definitions["id"]["properties"]) == set(ResourceId._fields)
    assert status["enum"] == [each.value for each in Status]


def test_public_charts_follow_the_schema(shared: Path) -> None:
    """As Helm parsed them: with its defaults, and without what it does not know."""
    checked = 0
    for path in sorted((shared / "corpus" / "golden").glob("*.json"))[::4]:
        metadata = json.loads(path.read_text())["metadata"]
        if metadata.get("apiVersion"):
            checked += 1
            assert faults("chart", metadata) == [], path.name

    assert checked > 50
