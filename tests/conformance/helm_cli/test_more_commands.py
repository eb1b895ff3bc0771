"""Command lines in the surroundings of Helm's own tests, about what those shown do not cover.

Source: Helm v4 `pkg/cmd` and `pkg/action`, as `spec/helm-behaviour.md` describes them.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.helm_cli.cases import (
    FOLDER,
    Ran,
    expected,
    load_cases,
    run_case,
    unpack_fixtures,
)

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
        ("env HELM_NAMESPACE -n x", "x\n"),
        ("env HELM_NOTHING_OF_THE_KIND_IS_KNOWN", "\n"),
        ("uninstall aeneas --cascade orphan --description x", 'release "aeneas" uninstalled\n'),
        ("history aeneas --max 0", "REVISION\tUPDATED\tSTATUS\tCHART\tAPP VERSION\tDESCRIPTION\n"),
        ("show values testdata/testcharts/alpine --jsonpath {.Name}", "my-alpine"),
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
        ("status Aeneas", "releaseContent: Release name is invalid: Aeneas"),
        ("push a.tgz host/x", 'scheme prefix missing from remote (e.g. "oci://")'),
        (
            "push a.tgz",
            '"helm push" requires at least 2 arguments\n\nUsage:  helm push [chart] [remote] [flags]',
        ),
        ("verify testdata/testcharts/alpine", "unpacked charts cannot be verified"),
        (
            "show chart testing/alpine --version 9.9.9",
            "chart \"alpine\" matching 9.9.9 not found in testing index. (try 'helm repo update'): no chart version found for alpine-9.9.9",
        ),
        ("pull no/such", "repo no not found"),
        (
            "repo add a/b http://x",
            "repository name (a/b) contains '/', please specify a different name without '/'",
        ),
        ("repo update x", "no repositories found matching 'x'.  Nothing will be updated"),
        ("package", "need at least one argument, the path to the chart"),
        ("plugin uninstall x", "plugin: x not found"),
        (
            "template testdata/testcharts/alpine --dry-run=none",
            'invalid dry-run value ("none"). Must be "server" or "client"',
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


LIST = "list:TestListCmd"
LIKE_OTHERS = [
    # Lists as Helm 3 printed them, which showed only what is deployed or failed.
    (LIST, "list --deployed --failed", "list.txt"),
    (LIST, "list --deployed --failed --date", "list-date.txt"),
    (LIST, "list --deployed --failed -d -r", "list-date-reversed.txt"),
    (LIST, "list --deployed --failed --reverse", "list-reverse.txt"),
    (LIST, "list --deployed --failed --filter .*", "list-filter.txt"),
    (LIST, "list --deployed --failed --max 1", "list-max.txt"),
    (LIST, "list --deployed --failed --offset 1", "list-offset.txt"),
    (LIST, "list --deployed --failed --no-headers", "list-no-headers.txt"),
    (LIST, "list --deployed --failed --short", "list-short.txt"),
    (LIST, "list --deployed --failed -q -o yaml", "list-short-yaml.txt"),
    (LIST, "list --deployed --failed -q -o json", "list-short-json.txt"),
    (LIST, "ls", "list-all.txt"),
    (LIST, "list -d", "list-all-date.txt"),
    (LIST, "list --max 0", "list-all.txt"),
    ("history:TestHistoryCmd", "hist angry-bird --max=2", "history-limit.txt"),
    ("get_all:TestGetCmd:0", "get all thomas-guide --revision 1", "get-release.txt"),
    ("get_hooks:TestGetHooks:0", "get hooks aeneas --revision 1", "get-hooks.txt"),
    ("get_metadata:TestGetMetadataCmd:2", "get metadata thomas-guide -o json", "get-metadata.json"),
    ("get_values:TestGetValuesCmd:2", "get values -a thomas-guide", "get-values-all.txt"),
    ("status:TestStatusCmd:1", "status flummoxed-chickadee --revision 0", "status-with-desc.txt"),
    ("uninstall:TestUninstall:3", "un aeneas --no-hooks --wait", "uninstall-no-hooks.txt"),
    ("rollback:TestRollbackCmd:1", "rollback funny-honey 0", "rollback-no-revision.txt"),
    ("upgrade:TestUpgradeCmd:13", "upgrade funny-bunny {chart} --reuse-values", "upgrade.txt"),
    ("upgrade:TestUpgradeCmd:13", "upgrade funny-bunny {chart} -i", "upgrade.txt"),
    ("install:TestInstall:0", "install aeneas testdata/testcharts/empty --set x=1", "install.txt"),
    ("install:TestInstall:0", "install schema testdata/testcharts/chart-with-schema", "schema.txt"),
    (
        "install:TestInstall:0",
        "install schema testdata/testcharts/chart-with-schema-negative --skip-schema-validation",
        "schema.txt",
    ),
]
"""Other command lines that print what Helm's do: whose releases, which line, which output."""


@pytest.mark.parametrize(("like", "line", "golden"), LIKE_OTHERS)
def test_a_command_like_that_of_a_case(
    like: str, line: str, golden: str, fixtures: Path, tmp_path: Path
) -> None:
    case = next((each for each in load_cases() if each["id"].startswith(like)), None)
    if case is None:
        pytest.skip(f"the file has no case {like}")
    chart = (case.get("fixture") or {}).get("chart_dir", "")
    asked = {
        **case,
        "cmd": line.format(chart=chart),
        "golden": f"pkg/cmd/testdata/output/{golden}",
    }

    assert run_case(asked, fixtures, tmp_path).text == expected(asked, fixtures)


def test_every_output_is_asked_for(fixtures: Path) -> None:
    folder = fixtures / "pkg" / "cmd" / "testdata" / "output"
    asked = {Path(case["golden"]).name for case in load_cases() if case["golden"]}
    asked |= {golden for _, _, golden in LIKE_OTHERS}

    assert {each.name for each in folder.iterdir()} - asked == set()
