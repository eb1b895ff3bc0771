"""The digest of a lock is Helm's, whatever the fields of a dependency say."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pkgtool import yamlcodec
from pkgtool.ops.dependency import build_dependencies, update_dependencies
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import Repositories
from pkgtool.repo.http import HttpClient
from pkgtool.testing.charts_at_rest import chart_folder
from pkgtool.testing.dependencies import dependency_sources
from pkgtool.testing.helm_oracle import HelmOracle

pytestmark = pytest.mark.skipif(not HelmOracle.installed(), reason="the Helm SDK is not installed")

NOW = datetime(2026, 1, 2, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "nothing": {},
    "condition": {"condition": "a.enabled,b.enabled"},
    "tags": {"tags": ["x", "é <&> \u2028"]},
    "alias": {"alias": "other_name"},
    "enabled": {"enabled": True},
    "not enabled": {"enabled": False},
    "import-values": {"import-values": ["data", {"parent": "b", "child": "a"}]},
    "numbers": {
        "import-values": [1, 1.5, 2**53 + 1, 10**21, 1e-7, True, None, [1, {"z": 1, "a": 0}]]
    },
    "empty": {"tags": [], "condition": "", "alias": "", "import-values": []},
    "everything": {
        "condition": "x",
        "tags": ["b", "a"],
        "alias": "y",
        "enabled": True,
        "import-values": ["z"],
    },
}


def app(place: Path, api_version: str, fields: dict[str, Any]) -> Path:
    chart_folder(place / "lib", "lib", "1.2.3")
    wanted = [{"name": "lib", "version": "^1.0.0", "repository": "file://../lib", **fields}]
    if api_version == "v2":
        return chart_folder(place / "app", "app", dependencies=wanted)
    folder = chart_folder(place / "app", "app", apiVersion="v1")
    (folder / "requirements.yaml").write_text(yamlcodec.dump({"dependencies": wanted}))
    return folder


@pytest.mark.parametrize("api_version", ["v1", "v2"])
@pytest.mark.parametrize("name", FIELDS)
def test_locks_of_both_are_the_same(name: str, api_version: str, tmp_path: Path) -> None:
    import helm_python

    folder = app(tmp_path, api_version, FIELDS[name])
    path = folder / ("Chart.lock" if api_version == "v2" else "requirements.lock")
    client = RepoClient(HttpClient(), Repositories(), indexes=tmp_path, content=tmp_path)
    helm_python.dependency_update(folder)
    theirs = yamlcodec.load(path.read_bytes())
    build_dependencies(folder, dependency_sources(client), at=NOW)
    path.unlink()

    update_dependencies(folder, dependency_sources(client), at=NOW)

    ours = yamlcodec.load(path.read_bytes())
    assert {**ours, "generated": ""} == {**theirs, "generated": ""}
    helm_python.dependency_build(folder)
