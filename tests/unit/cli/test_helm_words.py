"""The commands about releases say what Helm says, and refuse what Helm refuses."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

WAIT = 'invalid wait input "x". Valid inputs are watcher, hookOnly, and legacy'
DRY_RUN = "--dry-run is deprecated and should be replaced with '--dry-run=client'"


@pytest.fixture
def hello(pkgtool: Any, charts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Command lines in a folder with a chart, that say no more than Helm does."""
    shutil.copytree(charts / "hello", tmp_path / "hello")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PKGTOOL_ERROR_DETAIL", "0")
    return pkgtool


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param(
            "install a hello b",
            "INSTALLATION FAILED: expected at most two arguments, unexpected arguments: b",
            id="three words",
        ),
        pytest.param(
            "install a hello -g",
            "INSTALLATION FAILED: cannot set --generate-name and also specify a name",
            id="two names",
        ),
        pytest.param(
            "install a hello --name-template x",
            "INSTALLATION FAILED: cannot set --name-template and also specify a name",
            id="a name and a template",
        ),
        pytest.param(
            "install hello --name-template {{",
            "INSTALLATION FAILED: template: name-template:1: unclosed action",
            id="a broken template",
        ),
        pytest.param(
            "install A hello",
            'INSTALLATION FAILED: release name check failed: release name "A": invalid release '
            "name, must match regex "
            r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ "
            "and the length must not be longer than 53",
            id="a name that Kubernetes would refuse",
        ),
        pytest.param(
            "install a hello --hide-secret",
            "INSTALLATION FAILED: hiding Kubernetes secrets requires a dry-run mode",
            id="hide-secret",
        ),
        pytest.param(
            "install a hello --wait=x",
            f'invalid argument "x" for "--wait" flag: {WAIT}',
            id="wait",
        ),
        pytest.param(
            "install a hello --dry-run=x",
            'invalid dry-run value ("x"). Must be "none", "server", or "client"',
            id="dry-run",
        ),
        pytest.param(
            "template hello --dry-run=false",
            'invalid dry-run value ("false"). Must be "server" or "client"',
            id="dry-run of template",
        ),
        pytest.param(
            "template hello --dry-run=none",
            'invalid dry-run value ("none"). Must be "server" or "client"',
            id="dry-run=none of template",
        ),
        pytest.param(
            "install a hello --labels x",
            'invalid argument "x" for "-l, --labels" flag: x must be formatted as key=value',
            id="labels",
        ),
        pytest.param(
            "install a hello --timeout 3x",
            'invalid argument "3x" for "--timeout" flag: time: unknown unit "x" in duration "3x"',
            id="timeout",
        ),
        pytest.param(
            "install a hello --server-side=x",
            'invalid argument "x" for "--server-side" flag: strconv.ParseBool: parsing "x": '
            "invalid syntax",
            id="server-side",
        ),
        pytest.param(
            "upgrade a hello --force-replace --force-conflicts",
            "if any flags in the group [force-replace force-conflicts] are set none of the others "
            "can be; [force-conflicts force-replace] were all set",
            id="flags that exclude each other",
        ),
        pytest.param(
            "upgrade a hello", 'UPGRADE FAILED: "a" has no deployed releases', id="no release"
        ),
        pytest.param(
            "uninstall a", "uninstall: Release not loaded: a: release: not found", id="uninstall"
        ),
        pytest.param(
            "rollback a x",
            'could not convert revision to a number: strconv.Atoi: parsing "x": invalid syntax',
            id="rollback",
        ),
        pytest.param("status a", "release: not found", id="status"),
        pytest.param("status A", "releaseContent: Release name is invalid: A", id="status of A"),
        pytest.param("history A", "release name is invalid: A", id="history of A"),
        pytest.param("uninstall A", "uninstall: Release name is invalid: A", id="uninstall of A"),
        pytest.param(
            "rollback A", "prepareRollback: Release name is invalid: A", id="rollback of A"
        ),
        pytest.param("test A", "releaseTest: Release name is invalid: A", id="test of A"),
        pytest.param(
            "install a hello -f x.yaml",
            "INSTALLATION FAILED: open x.yaml: no such file or directory",
            id="missing values",
        ),
        pytest.param(
            "install a hello --set-file a=x.txt",
            "INSTALLATION FAILED: failed parsing --set-file data: open x.txt: no such file or "
            "directory",
            id="missing file",
        ),
        pytest.param("list -l a,,b", "unable to parse requirement: 'a,,b'", id="selector"),
    ],
)
def test_an_error(hello: Any, line: str, words: str) -> None:
    ran = hello(*line.split())

    assert (ran.status, ran.out, ran.err) == (1, "", f"Error: {words}\n")


def test_a_name_that_is_in_use(hello: Any) -> None:
    hello("install", "a", "hello")

    assert hello("install", "a", "hello").err == (
        "Error: INSTALLATION FAILED: release name check failed: "
        "cannot reuse a name that is still in use\n"
    )
    assert hello("install", "a", "hello", "--dry-run=client").status == 0


def test_revisions_that_are_not_there(hello: Any) -> None:
    hello("install", "a", "hello")

    assert hello("rollback", "a", "7").err == "Error: release has no 7 version\n"
    assert hello("rollback", "a").err == "Error: release has no 0 version\n"
    assert hello("get", "all", "a", "--revision", "7").err == "Error: release: not found\n"


@pytest.mark.parametrize(
    ("flag", "instead"),
    [
        ("--force", "use --force-replace instead"),
        ("--atomic", "use --rollback-on-failure instead"),
    ],
)
def test_flags_of_helm_3(hello: Any, flag: str, instead: str) -> None:
    ran = hello("install", "a", "hello", flag)

    assert ran.status == 0
    assert ran.err == f"Flag {flag} has been deprecated, {instead}\n"


def test_values_of_flags_of_helm_3(hello: Any) -> None:
    assert hello("install", "a", "hello", "--dry-run").err == f'level=WARN msg="{DRY_RUN}"\n'
    assert (
        "can be replaced with --wait=hookOnly" in hello("install", "a", "hello", "--wait=false").err
    )


def test_name_template(hello: Any) -> None:
    ran = hello("install", "hello", "--name-template", '{{ printf "%s-x" "a" }}', "-o", "json")

    assert json.loads(ran.out)["name"] == "a-x"


def test_a_release_as_data_is_in_the_order_of_helm(hello: Any) -> None:
    ran = hello("install", "a", "hello", "--set", "port=81", "-o", "json")

    document = json.loads(ran.out)
    assert list(document) == [
        *("name", "info", "chart", "config", "manifest", "version", "namespace", "apply_method")
    ]
    assert list(document["info"])[-3:] == ["description", "status", "notes"]
    shown = json.loads(hello("status", "a", "-o", "json").out)
    assert "chart" not in shown
    assert list(shown["info"]["resources"]) == ["apps/v1/Deployment", "v1/Service"]


def test_secrets_stay_hidden_in_a_dry_run(hello: Any, tmp_path: Path) -> None:
    secret = tmp_path / "hello" / "templates" / "secret.yaml"
    secret.write_text("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: hush}\n")

    ran = hello("install", "a", "hello", "--dry-run=client", "--hide-secret")

    assert "secret.yaml\n# HIDDEN: The Secret output has been suppressed\n---\n" in ran.out
    assert "hush" not in ran.out
    assert "hush" in hello("install", "a", "hello", "--dry-run=client").out


def test_a_template_over_a_release(hello: Any) -> None:
    hello("install", "a", "hello")
    text = "{{.Release.Name}} {{.Release.Info.Status}} {{.Release.Chart.Metadata.Name}}"

    assert hello("get", "all", "a", "--template", text).out == "a deployed hello"


def test_kept_objects_are_told(hello: Any, tmp_path: Path) -> None:
    path = tmp_path / "hello" / "templates" / "service.yaml"
    text = path.read_text()
    kept = 'metadata:\n  annotations: {"helm.sh/resource-policy": keep}\n'
    path.write_text(text.replace("metadata:\n", kept, 1))
    hello("install", "a", "hello")

    assert hello("uninstall", "a").out == (
        "These resources were kept due to the resource policy:\n[Service] a\n\n"
        'release "a" uninstalled\n'
    )


def test_show_only_takes_globs(hello: Any) -> None:
    one = hello("template", "a", "hello", "-s", "templates/service.yaml").out
    assert one.startswith("---\n# Source: hello/templates/service.yaml\n")
    assert "Deployment" not in one
    both = hello("template", "a", "hello", "-s", "templates/*.yaml").out
    assert both.count("# Source: ") == 2
    assert hello("template", "a", "hello", "-s", "nope").err == (
        "Error: could not find template nope in chart\n"
    )


def test_api_versions_may_be_a_list(hello: Any, tmp_path: Path) -> None:
    (tmp_path / "hello" / "templates" / "v.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata:\n"
        '  found: "{{ "yes" if Capabilities.APIVersions.Has("b/v1") else "no" }}"\n'
    )

    assert 'found: "yes"' in hello("template", "hello", "-a", "a/v1,b/v1").out


def test_broken_yaml_is_shown_on_demand(hello: Any, tmp_path: Path) -> None:
    (tmp_path / "hello" / "templates" / "b.yaml").write_text("a: b\nc\nd: e\n")
    words = "YAML parse error on hello/templates/b.yaml: error converting YAML to JSON: yaml: "

    silent, told = hello("template", "hello"), hello("template", "hello", "--debug")

    assert silent.err.startswith(f"Error: {words}")
    assert silent.err.endswith("\n\nUse --debug flag to render out invalid YAML\n")
    assert silent.out == ""
    assert told.out.startswith("---\n# Source: hello/templates/b.yaml\na: b\nc\nd: e\n")
    assert "Use --debug" not in told.err


def test_the_version_is_helms(hello: Any) -> None:
    assert hello("version").out == (
        'version.BuildInfo{Version:"v4.2", GitCommit:"", GitTreeState:"", GoVersion:"", '
        'KubeClientVersion:"v1.36"}\n'
    )
    assert hello("version", "--short").out == "v4.2\n"
    assert hello("version", "--compat", "helm4.1", "--template", "{{.Version}}").out == "v4.1"
    assert json.loads(hello("version", "-o", "json").out)["pkgtool"].startswith("v0.")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("home", "pkgtool env HELM_CONFIG_HOME"),
        ("list --tls", "there is no Tiller any more"),
        ("list --col-width 9", "leave it out"),
        ("install hello --no-crd-hook", "--skip-crds"),
        ("test a --parallel", "one after the other"),
        ("version --server", "there is no Tiller any more"),
    ],
)
def test_what_became_of_helm_2(
    hello: Any, monkeypatch: pytest.MonkeyPatch, line: str, hint: str
) -> None:
    monkeypatch.delenv("PKGTOOL_ERROR_DETAIL")

    ran = hello(*line.split())

    assert ran.status == 1
    assert ran.err.startswith("Error: unknown ")
    assert hint in ran.err


def test_recreate_pods_says_that_it_does_nothing(hello: Any) -> None:
    hello("install", "a", "hello")

    ran = hello("upgrade", "a", "hello", "--recreate-pods")

    assert ran.status == 0
    assert ran.err.startswith('level=WARN msg="--recreate-pods does nothing')
