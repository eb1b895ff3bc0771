"""The verbs that work on a chart in a folder: create, lint, package, template."""

from pathlib import Path

import pytest

from pkgtool.chart.files import read_chart
from pkgtool.errors import (
    ChartInvalid,
    ChartNotFound,
    DependencyMissing,
    FileUnwritable,
    ManifestError,
    SchemaMismatch,
    UsageError,
    VersionInvalid,
)
from pkgtool.ops.create import create
from pkgtool.ops.lint import LintOptions, LintReport, lint
from pkgtool.ops.package import PackageOptions, package
from pkgtool.ops.plan import plan_of
from pkgtool.ops.template import offline_capabilities, template
from pkgtool.ops.walk import Surroundings, WalkOptions
from pkgtool.template.context import ReleaseFacts
from pkgtool.template.jinja import JinjaEngine

META = (
    "apiVersion: v2\nname: web\nversion: 1.0.0\nengine: jinja2\nicon: https://example.com/i.png\n"
)
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ Release.Name }}\n"
AROUND = Surroundings(ReleaseFacts("web", "prod"), {"jinja2": JinjaEngine()})


def folder(place: Path, **files: str) -> Path:
    """Make a chart of one ConfigMap, and of more `files` by path."""
    texts = {"Chart.yaml": META, "values.yaml": "a: 1\n", "templates/a.yaml": CONFIG, **files}
    for path, text in texts.items():
        (place / "web" / path).parent.mkdir(parents=True, exist_ok=True)
        (place / "web" / path).write_text(text)
    return place / "web"


@pytest.mark.parametrize("engine", ["jinja2", "gotpl"])
def test_a_new_chart_loads(tmp_path: Path, engine: str) -> None:
    assert create(tmp_path / "web", engine=engine) == []

    made = read_chart(tmp_path / "web")
    assert (made.name, made.engine) == ("web", engine)


def test_a_new_chart_says_what_it_replaces(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "values.yaml").write_text("mine: 1\n")

    assert create(tmp_path / "web") == [tmp_path / "web" / "values.yaml"]


@pytest.mark.parametrize("name", ["a b", "é", "...", "a" * 251])
def test_a_name_that_is_none_makes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(ChartInvalid, match="chart name"):
        create(tmp_path / name)

    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_of_a_new_chart_stays(tmp_path: Path) -> None:
    (tmp_path / "web").write_text("precious")

    with pytest.raises(FileUnwritable, match="already exists and is not a directory"):
        create(tmp_path / "web")

    assert (tmp_path / "web").read_text() == "precious"


def test_a_package_is_named_after_its_chart(tmp_path: Path) -> None:
    made = package(folder(tmp_path), tmp_path / "dist", PackageOptions())

    assert made == (tmp_path / "dist" / "web-1.0.0.tgz").resolve()
    assert read_chart(made) == read_chart(tmp_path / "web")


def test_versions_may_be_given_while_packing(tmp_path: Path) -> None:
    options = PackageOptions(version="2.0.0", app_version="v7")

    made = read_chart(package(folder(tmp_path), tmp_path, options))

    assert (made.metadata.version, made.metadata.app_version) == ("2.0.0", "v7")
    assert (tmp_path / "web" / "Chart.yaml").read_text() == META


@pytest.mark.parametrize(
    ("extra", "options", "error"),
    [
        pytest.param("", PackageOptions(version="x"), VersionInvalid, id="version"),
        pytest.param(
            "dependencies: [{name: db}]\n", PackageOptions(), DependencyMissing, id="dependency"
        ),
    ],
)
def test_what_cannot_be_packed_leaves_nothing(
    tmp_path: Path, extra: str, options: PackageOptions, error: type[Exception]
) -> None:
    with pytest.raises(error):
        package(folder(tmp_path, **{"Chart.yaml": META + extra}), tmp_path / "dist", options)

    assert not (tmp_path / "dist").exists()


def test_a_folder_without_a_chart_is_not_packed(tmp_path: Path) -> None:
    with pytest.raises(ChartNotFound, match="unable to detect chart"):
        package(tmp_path, tmp_path, PackageOptions(version="1.0.0"))


def linted(place: Path, **files: str) -> LintReport:
    return lint(folder(place, **files), {}, AROUND)


def test_a_good_chart_has_no_findings(tmp_path: Path) -> None:
    report = linted(tmp_path)

    assert (report.path, report.findings) == (str(tmp_path / "web"), ())
    assert not report.failed(strict=True)


@pytest.mark.parametrize(
    ("text", "said", "failed"),
    [
        pytest.param("{{ Values.none.at.all }}", "[ERROR] templates/: ", True, id="render"),
        pytest.param(
            "\n  {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n",
            "[WARNING] templates/a.yaml: document starts with an illegal indent",
            False,
            id="indent",
        ),
        pytest.param(
            CONFIG.replace("ConfigMap", "Endpoints"),
            "[WARNING] templates/a.yaml: v1 Endpoints is deprecated",
            False,
            id="deprecated",
        ),
        pytest.param(
            CONFIG.replace("ConfigMap", "Endpoints")
            + "  annotations: {helm.sh/hook: pre-install}\n",
            "[WARNING] templates/a.yaml: v1 Endpoints is deprecated",
            False,
            id="deprecated hook",
        ),
    ],
)
def test_what_is_rendered_is_judged_too(
    tmp_path: Path, text: str, said: str, *, failed: bool
) -> None:
    report = linted(tmp_path, **{"templates/a.yaml": text})

    assert any(str(each).startswith(said) for each in report.findings), report.findings
    assert report.failed() is failed
    assert report.failed(strict=True)


def test_objects_are_held_against_their_kinds_on_demand(tmp_path: Path) -> None:
    files = {"templates/a.yaml": CONFIG + "datum: {}\n"}
    place = folder(tmp_path, **files)

    assert lint(place, {}, AROUND).findings == ()
    (finding,) = lint(place, {}, AROUND, LintOptions(objects=True)).findings

    assert (finding.severity, finding.rule) == ("INFO", "object-schema")
    assert "ConfigMap" in finding.message


def test_a_chart_with_errors_is_not_rendered(tmp_path: Path) -> None:
    files = {"Chart.yaml": META.replace("1.0.0", "x"), "templates/a.yaml": "{{ broken"}

    report = linted(tmp_path, **files)

    assert report.failed()
    assert not any("broken" in str(each) for each in report.findings)


def test_findings_come_file_by_file_and_dependencies_last(tmp_path: Path) -> None:
    """Not in the order in which objects are installed, and subcharts have reports of their own."""
    endpoints = CONFIG.replace("ConfigMap", "Endpoints")
    old = endpoints.replace("v1", "policy/v1beta1").replace("Endpoints", "PodDisruptionBudget")
    files = {
        "templates/a.yaml": endpoints,
        "templates/b.yaml": old,
        "charts/cache/Chart.yaml": META.replace("web", "cache"),
        "charts/cache/templates/c.yaml": endpoints.replace("name: ", "name: c"),
    }

    report = lint(folder(tmp_path, **files), {}, AROUND)

    found = [(each.severity, each.path) for each in report.findings if each.severity != "INFO"]
    assert found == [
        ("WARNING", "templates/a.yaml"),
        ("WARNING", "templates/b.yaml"),
        ("ERROR", str(tmp_path / "web")),
    ]


def test_a_library_is_not_rendered(tmp_path: Path) -> None:
    library = {"Chart.yaml": META + "type: library\n", "templates/a.yaml": "{{ broken"}

    assert linted(tmp_path, **library).findings == ()


def test_a_render_without_checks_takes_anything(tmp_path: Path) -> None:
    files = {
        "values.schema.json": '{"required": ["b"]}',
        "templates/a.yaml": CONFIG + "datum: {}\n",
    }
    chart = read_chart(folder(tmp_path, **files))

    loose = template(chart, {}, AROUND, WalkOptions(schema=False, validate=False))

    assert [str(each.id) for each in loose.desired.manifests] == ["ConfigMap prod/web"]
    with pytest.raises(SchemaMismatch):
        template(chart, {}, AROUND, WalkOptions(validate=False))
    with pytest.raises(ManifestError):
        template(chart, {}, AROUND, WalkOptions(schema=False))


def test_a_render_can_be_planned(tmp_path: Path) -> None:
    hook = CONFIG.replace("}}", "}}-hook") + "  annotations: {helm.sh/hook: pre-install}\n"
    chart = read_chart(folder(tmp_path, **{"templates/hook.yaml": hook}))
    walked = template(chart, {}, AROUND, WalkOptions())

    assert "web-hook" in plan_of(walked).describe()
    assert "web-hook" not in plan_of(walked, hooks=False).describe()


def test_a_cluster_that_is_not_there_can_be_described() -> None:
    found = offline_capabilities("1.30", ("example.com/v1",))

    assert found.kube_version == "v1.30"
    assert {"v1", "example.com/v1"} <= set(found.api_versions)
    assert offline_capabilities().kube_version.startswith("v1.")
    with pytest.raises(UsageError, match="invalid kube version 'x'"):
        offline_capabilities("x")
