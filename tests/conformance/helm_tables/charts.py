"""Charts as they lie there: what is ignored, what `Chart.yaml` may say, which parts are on."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from pkgtool.chart.deps import process_chart
from pkgtool.chart.files import read_chart
from pkgtool.chart.ignore import parse_ignore
from pkgtool.chart.lint import lint_chart
from pkgtool.chart.load import load_chart
from pkgtool.chart.lock import lock_digest
from pkgtool.chart.model import Dependency
from pkgtool.errors import ChartError
from tests.conformance.helm_tables.tables import RowReader, Site

_KEYS = {"APIVersion": "apiVersion"}


def read_ignore(row: Mapping[str, Any], site: Site) -> None:
    """A pattern fits a name, which may be that of a folder."""
    folder = (site.fixtures() / "pkg/ignore/testdata" / row["name"]).is_dir()
    rules = parse_ignore(row["pattern"])

    assert rules.ignores(row["name"], folder=folder) is row["expect"]


def read_lock_digest(row: Mapping[str, Any], site: Site) -> None:
    """The digest of a lock changes with what is asked for and with what was chosen."""
    where = "http://localhost:8879/charts"
    plain = Dependency("alpine", "0.1.0", where)
    required = Dependency("alpine", row["chartVersion"], where)
    locked = Dependency("alpine", row["lockVersion"], where)

    changed = lock_digest([required], [locked]) != lock_digest([plain], [plain])
    assert changed is row["wantError"]


def document(value: Any) -> Any:
    """Return what a Go struct is in `Chart.yaml`."""
    if isinstance(value, dict):
        return {
            _KEYS.get(key, key[0].lower() + key[1:]): document(each) for key, each in value.items()
        }
    return [document(each) for each in value] if isinstance(value, list) else value


def read_metadata(row: Mapping[str, Any], site: Site) -> None:
    """`Chart.yaml` is refused, or not."""
    data = {"Chart.yaml": json.dumps(document(row["md"])).encode()}
    if row["err"] is None:
        assert load_chart(data, name="x").name == row["md"]["Name"]
        return
    with pytest.raises(ChartError) as caught:
        load_chart(data, name="x")
    assert caught.value.what == f"validation: {row['err']}"


def read_enabled(row: Mapping[str, Any], site: Site) -> None:
    """Conditions and tags turn subcharts on and off."""
    chart = read_chart(site.fixtures() / "pkg/chart/v2/util/testdata/subpop")
    paths = [path for path, _ in process_chart(chart, row["v"]).chart.walk()]

    assert sorted(path.replace("/charts/", ".") for path in paths) == sorted(row["e"])


def read_dependency(row: Mapping[str, Any], site: Site) -> None:
    """A dependency is read, from `Chart.yaml` and from `requirements.yaml`."""
    for folder in ("loader/testdata/frobnitz", "loader/testdata/frobnitz.v1"):
        chart = read_chart(site.fixtures() / "pkg/chart/v2" / folder)

        expected = Dependency(row["Name"], row["Version"], row["Repository"])
        assert expected in chart.metadata.dependencies


def messages(said: Mapping[str, Any]) -> list[str]:
    """Return what lint says of a `Chart.yaml`."""
    stated = {"apiVersion": "v2", "name": "web", "version": "1.0.0", **said}
    found = lint_chart({"Chart.yaml": json.dumps(stated).encode()}, {}, name="web")
    return [each.message for each in found]


def read_linted_version(row: Mapping[str, Any], site: Site) -> None:
    """Lint refuses a version."""
    assert any(row["ErrorMsg"] in each for each in messages({"version": row["Version"]}))


def read_linted_maintainer(row: Mapping[str, Any], site: Site) -> None:
    """Lint refuses a maintainer, or not."""
    who = {"name": row["Name"], "email": row["Email"]}
    said = messages({"maintainers": [who]})

    assert any(row.get("ErrorMsg", "maintainer") in each for each in said) is ("ErrorMsg" in row)


def read_yaml_name(row: Mapping[str, Any], site: Site) -> None:
    """Only what is called a YAML file must be one."""
    path = f"crds/{row['filename']}"
    files = {"Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.0.0\n", path: b"{"}
    found = [each.path for each in lint_chart(files, {}, name="web")]

    assert (path in found) is row["expected"]


READERS: Mapping[str, RowReader] = {
    "TestDependencyEnabled": read_enabled,
    "TestHashReq": read_lock_digest,
    "TestIgnore": read_ignore,
    "TestIsYamlFileExtension": read_yaml_name,
    "TestLoadDependency": read_dependency,
    "TestValidate": read_metadata,
    "TestValidateChartMaintainer": read_linted_maintainer,
    "TestValidateChartVersion": read_linted_version,
    "TestValidateChartVersionStrictSemVerV2": read_linted_version,
}
