"""Charts against what Helm 4.2 answers: tables of its own tests, and real charts."""

import json
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pkgtool.chart.deps import defaults_tree, process_chart
from pkgtool.chart.files import read_chart
from pkgtool.chart.ignore import parse_ignore
from pkgtool.chart.lint import lint_chart
from pkgtool.chart.load import load_chart
from pkgtool.chart.lock import lock_digest
from pkgtool.chart.model import Chart, Dependency
from pkgtool.chart.pack import chart_files
from pkgtool.errors import ChartError
from pkgtool.values.merge import coalesce_values

FOLDERS = ("cargo", "cargo/", "mast/")
"""Which names of the ignore table are folders in the tree that it was made for."""


def rows(shared: Path, function: str) -> list[dict[str, Any]]:
    found = json.loads((shared / "cases" / "helm-unit-tables.json").read_text())
    return [row for table in found if table["func"] == function for row in table["rows"]]


def test_ignore_rules(shared: Path) -> None:
    for row in rows(shared, "TestIgnore"):
        rules = parse_ignore(row["pattern"])

        assert rules.ignores(row["name"], folder=row["name"] in FOLDERS) is row["expect"], row


def test_lock_digests(shared: Path) -> None:
    """The table says which chosen versions share the digest of its first row."""
    where = "http://localhost:8879/charts"
    table = rows(shared, "TestHashReq")
    plain = Dependency("alpine", "0.1.0", where)
    expected = lock_digest([plain], [plain])

    for row in table:
        required = Dependency("alpine", row["chartVersion"], where)
        locked = Dependency("alpine", row["lockVersion"], where)
        assert (lock_digest([required], [locked]) != expected) is row["wantError"], row


def metadata_yaml(stated: dict[str, Any]) -> bytes:
    keys = {"APIVersion": "apiVersion"}
    found: dict[str, Any] = {
        keys.get(key, key[0].lower() + key[1:]): value
        for key, value in stated.items()
        if key[0] != "$"
    }
    for each in found.get("dependencies", []):
        for key in [key for key in each or () if key[0] != "$"]:
            each[key.lower()] = each.pop(key)
    return json.dumps(found).encode()


def test_metadata_rules(shared: Path) -> None:
    for row in rows(shared, "TestValidate"):
        if row["name"] in ("chart without metadata", "chart without apiVersion"):
            continue  # A loaded chart always has both.
        data = {"Chart.yaml": metadata_yaml(row["md"])}
        if row["err"] is None:
            assert load_chart(data, name="x").name == row["md"]["Name"]
            continue
        with pytest.raises(ChartError) as caught:
            load_chart(data, name="x")
        assert caught.value.what == f"validation: {row['err']['args'][0]}", row


@pytest.mark.parametrize(
    ("function", "changed"),
    [
        ("TestValidateChartVersion", {"version": "Version"}),
        ("TestValidateChartVersionStrictSemVerV2", {"version": "Version"}),
    ],
)
def test_lint_of_versions(shared: Path, function: str, changed: dict[str, str]) -> None:
    for row in rows(shared, function):
        chart = {"apiVersion": "v2", "name": "web"} | {key: row[changed[key]] for key in changed}
        found = lint_chart({"Chart.yaml": json.dumps(chart).encode()}, {}, name="web")

        assert any(row["ErrorMsg"] in each.message for each in found), row


def test_lint_of_maintainers(shared: Path) -> None:
    for row in rows(shared, "TestValidateChartMaintainer"):
        who = {"name": row["Name"], "email": row["Email"]}
        chart = {"apiVersion": "v2", "name": "web", "version": "1.0.0", "maintainers": [who]}
        found = lint_chart({"Chart.yaml": json.dumps(chart).encode()}, {}, name="web")
        wrong = [each.message for each in found if "maintainer" in each.message]

        assert bool(wrong) == ("ErrorMsg" in row), row
        assert all(row["ErrorMsg"] in each for each in wrong), row


@pytest.fixture(scope="module")
def helm_charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("helm")


def test_enabled_dependencies(shared: Path, helm_charts: Path) -> None:
    with tarfile.open(shared / "cases" / "helm-cli" / "fixtures.tar.xz") as tar:
        top = "./pkg/chart/v2/util/testdata/subpop"
        found = [each for each in tar.getmembers() if each.name.startswith(top)]
        if not found:
            pytest.skip("the chart of this table is not among the fixtures")
        tar.extractall(helm_charts, members=found, filter="data")
    chart = read_chart(helm_charts / top)

    for row in rows(shared, "TestDependencyEnabled"):
        user = without_types(row["v"])
        names = [dotted(path) for path, _ in process_chart(chart, user).chart.walk()]
        assert sorted(names) == sorted(row["e"]), row["name"]


def dotted(path: str) -> str:
    return path.replace("/charts/", ".")


def without_types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_types(each) for key, each in value.items() if key != "$type"}
    return value


def corpus(shared: Path) -> Iterator[tuple[str, Chart]]:
    """Yield every tenth real chart."""
    for path in sorted((shared / "corpus" / "charts").glob("*.tgz"))[::10]:
        yield path.name.removesuffix(".tgz"), read_chart(path)


def as_floats(value: Any) -> Any:
    """Return `value` with all numbers as floats: all that values in JSON have in Go."""
    if isinstance(value, dict):
        return {key: as_floats(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_floats(each) for each in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else value


def test_values_of_real_charts(shared: Path) -> None:
    compared, wrong = 0, []
    for name, chart in corpus(shared):
        golden = json.loads((shared / "corpus" / "golden" / f"{name}.json").read_text())
        texts = json.loads(
            lzma.decompress((shared / "corpus" / "texts" / f"{name}.json.xz").read_bytes())
        )
        for case in golden["cases"]:
            if "merged" in case:
                expected = json.loads(texts[case["merged"]["sha256"]])
                found, _ = coalesce_values(defaults_tree(chart), case["values"])
                compared += 1
                wrong += [(name, case["case"])] if as_floats(found) != as_floats(expected) else []

    assert compared > 100
    assert wrong == []


def test_real_charts_pack_and_load(shared: Path) -> None:
    for name, chart in corpus(shared):
        assert load_chart(chart_files(chart), name=name) == chart


LINT_PATHS = ("Chart.yaml", "values.yaml")


def test_lint_of_real_charts(shared: Path) -> None:
    """What needs no render; the chart's own folder is named `@TMP@/NAME` there."""
    words = {1: "INFO", 2: "WARNING", 3: "ERROR"}
    for name, chart in corpus(shared):
        golden = json.loads((shared / "corpus" / "golden" / f"{name}.json").read_text())
        expected = {
            f"[{words[each['severity']]}] {each['path']}: {each['error']}"
            for each in golden["lint"]["messages"]
            if each["path"] in LINT_PATHS or each["path"].startswith("@TMP@")
        }
        findings = lint_chart(chart_files(chart), {}, name=f"@TMP@/{chart.name}")
        found = {str(each) for each in findings if not each.path.startswith(("templates", "crds"))}
        assert found == expected, name
