"""Command lines in the surroundings of Helm's own tests, about what those shown do not cover.

Source: Helm v4 `pkg/cmd` and `pkg/action`, as `spec/helm-behaviour.md` describes them.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.helm_cli.cases import FOLDER, Ran, run_case, unpack_fixtures

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there")

MOCKS = [{"$mock": True, "Name": "aeneas"}, {"$mock": True, "Name": "dido"}]
STATUS = "NAME: {}\nLAST DEPLOYED: Fri Sep  2 22:04:05 1977\nNAMESPACE: default\nSTATUS: {}\n"


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack_fixtures(tmp_path_factory.mktemp("helm"))


@pytest.fixture
def helm(fixtures: Path, tmp_path: Path) -> Any:
    """Run a command line with releases that are there before."""

    def run(line: str, releases: list[dict[str, Any]] | None = None) -> Ran:
        case = {"cmd": line, "cwd": "pkg/cmd", "category": "ours", "rels": releases or []}
        return run_case(case, fixtures, tmp_path)

    return run


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("uninstall aeneas dido", 'release "aeneas" uninstalled\nrelease "dido" uninstalled\n'),
        ("uninstall aeneas --keep-history --timeout 120s", 'release "aeneas" uninstalled\n'),
        ("uninstall aeneas --dry-run", 'release "aeneas" uninstalled\n'),
        ("uninstall x --ignore-not-found", 'release "x" uninstalled\n'),
        ("rollback aeneas 1 --wait --wait-for-jobs", "Rollback was a success! Happy Helming!\n"),
        ("rollback aeneas 1 --dry-run=client", "Rollback was a success! Happy Helming!\n"),
        ("get notes aeneas", "NOTES:\nSome mock release notes!\n"),
        ("get values aeneas -o json", '{"name":"value"}\n'),
        ("list -q --filter ^d -o yaml", "- dido\n"),
        ("get all aeneas --template {{.Release.Version}}", "1"),
    ],
)
def test_a_command_that_succeeds(helm: Any, line: str, text: str) -> None:
    assert helm(line, MOCKS) == Ran(text, failed=False)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("rollback aeneas 3", "release has no 3 version"),
        ("status x", "release: not found"),
        ("history x", "release: not found"),
        ("uninstall aeneas x", "uninstall: Release not loaded: x: release: not found"),
        (
            "rollback",
            (
                '"helm rollback" requires at least 1 argument\n\n'
                "Usage:  helm rollback <RELEASE> [REVISION] [flags]"
            ),
        ),
        (
            "install aeneas testdata/testcharts/empty",
            (
                "INSTALLATION FAILED: release name check failed: "
                "cannot reuse a name that is still in use"
            ),
        ),
        (
            "install secrets testdata/testcharts/chart-with-secret --hide-secret",
            "INSTALLATION FAILED: hiding Kubernetes secrets requires a dry-run mode",
        ),
        (
            "install s testdata/testcharts/chart-with-schema --set age=-5",
            (
                "INSTALLATION FAILED: values don't meet the specifications of the schema(s) in the "
                "following chart(s):\nempty:\n- at '/age': minimum: got -5, want 0\n"
            ),
        ),
        (
            "template testdata/testcharts/chart-missing-deps",
            (
                "an error occurred while checking for chart dependencies. You may need to run 'helm "
                "dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in "
                "charts/ directory: reqsubchart2"
            ),
        ),
        (
            "template testdata/testcharts/subchart -s templates/x.yaml",
            "could not find template templates/x.yaml in chart",
        ),
    ],
)
def test_a_command_that_fails(helm: Any, line: str, words: str) -> None:
    last = helm(line, MOCKS).text.partition("Error: ")

    assert last[2] == f"{words}\n"


def test_a_dry_run_without_secrets(helm: Any) -> None:
    ran = helm("install s testdata/testcharts/chart-with-secret --dry-run --hide-secret")

    assert ran.text == STATUS.format("s", "pending-install") + (
        "REVISION: 1\nDESCRIPTION: Dry run complete\nTEST SUITE: None\nHOOKS:\nMANIFEST:\n---\n"
        "# Source: chart-with-secret/templates/secret.yaml\n"
        "# HIDDEN: The Secret output has been suppressed\n---\n"
        "# Source: chart-with-secret/templates/configmap.yaml\napiVersion: v1\nkind: ConfigMap\n"
        "metadata:\n  name: test-configmap\ndata:\n  foo: bar\n\n\n"
    )


def test_definitions_are_made_where_all_is_taken(helm: Any) -> None:
    assert not helm("install c testdata/testcharts/chart-with-only-crds").failed


def test_a_chart_that_is_missing_in_a_record(helm: Any) -> None:
    release = {"Name": "x", "Namespace": "default", "Info": {"Status": "deployed"}}

    assert "\tMISSING\tMISSING    " in helm("list", [release]).text
    assert helm("status x", [release]).text == (
        "NAME: x\nNAMESPACE: default\nSTATUS: deployed\nREVISION: 0\nDESCRIPTION: \n"
        "TEST SUITE: None\n"
    )
