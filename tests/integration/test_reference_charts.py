"""The charts in `charts/` are what they are meant to be: examples that always work."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pkgtool.chart.files import read_chart
from pkgtool.chart.model import Chart
from pkgtool.manifest.schema.bundle import load_schemas
from pkgtool.ops.dependency import update_dependencies
from pkgtool.ops.lint import LintOptions, lint
from pkgtool.ops.template import offline_capabilities, template
from pkgtool.ops.walk import Surroundings, Walked, WalkOptions
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import Repositories
from pkgtool.repo.http import HttpClient
from pkgtool.template.context import ReleaseFacts
from pkgtool.template.jinja import JinjaEngine
from pkgtool.testing.dependencies import dependency_sources

ROOT = Path(__file__).parents[2]
INSTALLABLE = ("hello", "go-demo", "mariadb", "wordpress")
MINORS = [f"1.{minor}" for minor in range(25, 38)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference charts with their dependencies in place."""
    place = tmp_path_factory.mktemp("charts")
    shutil.copytree(ROOT / "charts", place, dirs_exist_ok=True)
    repos = RepoClient(
        HttpClient(), Repositories(), indexes=place / "indexes", content=place / "content"
    )
    for name in ("mariadb", "wordpress"):
        sources = dependency_sources(repos)
        update_dependencies(place / name, sources, at=datetime(2026, 1, 1, tzinfo=UTC))
    return place


def around(kube_version: str = "") -> Surroundings:
    return Surroundings(
        ReleaseFacts("demo"), {"jinja2": JinjaEngine()}, offline_capabilities(kube_version)
    )


def rendered(chart: Chart, kube_version: str = "", **values: object) -> Walked:
    return template(chart, values, around(kube_version), WalkOptions(strict=True))


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("name", INSTALLABLE)
def test_each_validates_against_each_bundled_kubernetes(
    name: str, minor: str, folder: Path
) -> None:
    assert load_schemas(minor).minor == minor

    walked = rendered(read_chart(folder / name), minor)

    assert walked.desired.manifests
    assert walked.warnings == ()


@pytest.mark.parametrize("name", ["hello", "library", "go-demo", "mariadb", "wordpress"])
def test_each_lints_without_a_warning(name: str, folder: Path) -> None:
    report = lint(folder / name, {}, around(), LintOptions(objects=True, unused=True))

    assert [str(each) for each in report.findings if each.severity != "INFO"] == []


@pytest.mark.parametrize("name", ["hello", "library", "go-demo", "mariadb", "wordpress"])
def test_each_has_a_short_readme(name: str) -> None:
    lines = (ROOT / "charts" / name / "README.md").read_text().splitlines()

    assert lines[0] == f"# {name}"
    assert 3 <= len(lines) <= 8


def kinds(walked: Walked) -> set[str]:
    return {each.id.kind for each in walked.desired.manifests}


def test_wordpress_brings_its_database_unless_told_otherwise(folder: Path) -> None:
    chart = read_chart(folder / "wordpress")

    assert "StatefulSet" in kinds(rendered(chart))
    assert "StatefulSet" not in kinds(rendered(chart, mariadb={"enabled": False}))


def test_a_tag_switches_the_database_too(folder: Path) -> None:
    """The condition has the last word, so it has to be silent for the tag to count."""
    chart = read_chart(folder / "wordpress")

    off = rendered(
        chart,
        tags={"wordpress-database": False},
        mariadb={"enabled": None},
    )

    assert "StatefulSet" not in kinds(off)


def test_go_demo_makes_a_config_map_of_its_files(folder: Path) -> None:
    walked = rendered(read_chart(folder / "go-demo"))
    found = next(m for m in walked.desired.manifests if m.id.kind == "ConfigMap")

    assert sorted(found.body["data"]) == ["limits.conf", "routes.conf"]


def test_go_demo_has_an_ingress_for_its_host(folder: Path) -> None:
    chart = read_chart(folder / "go-demo")
    walked = rendered(chart, ingress={"host": "shop.example.com"})
    found = next(m for m in walked.desired.manifests if m.id.kind == "Ingress")

    assert found.body["spec"]["rules"][0]["host"] == "shop.example.com"
    assert "Ingress" not in kinds(rendered(chart, ingress={"enabled": False}))


def test_go_demo_runs_a_hook_before_it_changes(folder: Path) -> None:
    walked = rendered(read_chart(folder / "go-demo"))

    assert {event for hook in walked.desired.hooks for event in hook.events} == {
        "pre-install",
        "pre-upgrade",
        "test",
    }
