"""What the commands over releases print, on `charts/hello`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Golden = Callable[[str, str], None]

LIFE = {
    "install": ["install", "shop", "CHART", "--set", "replicas=2"],
    "install-dry-run": ["install", "other", "CHART", "--dry-run", "--debug"],
    "status": ["status", "shop"],
    "upgrade": ["upgrade", "shop", "CHART", "--set", "replicas=3"],
    "upgrade-install": ["upgrade", "--install", "late", "CHART"],
    "diff-upgrade": ["diff", "upgrade", "shop", "CHART", "--set", "port=81"],
    "diff-revision": ["diff", "revision", "shop", "1"],
    "rollback-dry-run": ["rollback", "shop", "--dry-run"],
    "rollback": ["rollback", "shop", "1"],
    "history": ["history", "shop"],
    "history-yaml": ["history", "shop", "-o", "yaml"],
    "list": ["list"],
    "list-json": ["list", "-o", "json"],
    "list-short": ["list", "-q"],
    "get-all": ["get", "shop"],
    "get-values": ["get", "values", "shop"],
    "get-values-computed": ["get", "values", "shop", "--all"],
    "get-metadata": ["get", "metadata", "shop"],
    "get-notes": ["get", "notes", "shop"],
    "test": ["test", "shop"],
    "uninstall-dry-run": ["uninstall", "shop", "--dry-run"],
    "uninstall": ["uninstall", "shop", "--keep-history"],
    "list-after": ["list"],
}
"""One life, in this order; each step has a golden file of its own."""


def test_a_life_as_it_is_printed(pkgtool: Any, charts: Path, golden: Golden) -> None:
    for name, arguments in LIFE.items():
        line = [str(charts / "hello") if each == "CHART" else each for each in arguments]

        ran = pkgtool(*line)

        assert ran.status == 0, ran.err
        golden(f"cli/{name}.txt", ran.out + (f"\n--- standard error\n{ran.err}" if ran.err else ""))


@pytest.fixture
def hello(pkgtool: Any, charts: Path) -> Any:
    """A cluster with `charts/hello` installed as `shop`."""
    assert pkgtool("install", "shop", str(charts / "hello")).status == 0
    return pkgtool


def test_no_releases_is_a_header_alone(pkgtool: Any) -> None:
    assert pkgtool("list").out == (
        "NAME\tNAMESPACE\tREVISION\tUPDATED\tSTATUS\tCHART\tAPP VERSION\n"
    )
    assert pkgtool("list", "--no-headers").out == ""
    assert pkgtool("list", "-q").out == ""
    assert pkgtool("list", "-o", "json").out == "[]\n"


def test_values_that_nobody_gave_are_null(hello: Any) -> None:
    assert hello("get", "values", "shop").out == "USER-SUPPLIED VALUES:\nnull\n"
    assert hello("get", "values", "shop", "-o", "json").out == "null\n"


def test_times_follow_a_layout_of_go(hello: Any) -> None:
    assert "\t2026-01-02\t" in hello("list", "--time-format", "2006-01-02").out


def test_difference_has_an_exit_status_on_demand(hello: Any, charts: Path) -> None:
    chart = str(charts / "hello")

    assert hello("diff", "upgrade", "shop", chart, "--exit-code").status == 0
    assert hello("diff", "upgrade", "shop", chart, "--set", "port=81").status == 0
    assert hello("diff", "upgrade", "shop", chart, "--set", "port=81", "--exit-code").status == 4


def test_debug_shows_values_and_manifest(hello: Any, charts: Path) -> None:
    said = hello("upgrade", "shop", str(charts / "hello"), "--set", "port=81", "--debug").out

    assert "USER-SUPPLIED VALUES:\nport: 81\n" in said
    assert "MANIFEST:\n---\n# Source: hello/templates/service.yaml\n" in said


def test_notes_can_be_hidden(hello: Any, charts: Path) -> None:
    chart = str(charts / "hello")

    assert "NOTES:" not in hello("upgrade", "shop", chart, "--hide-notes").out
    assert "NOTES:" not in hello("install", "b", chart, "--hide-notes", "--dry-run").out


def test_upgrade_that_installs_takes_labels(pkgtool: Any, charts: Path) -> None:
    pkgtool("upgrade", "-i", "shop", str(charts / "hello"), "--labels", "team=a,gone=null")

    assert pkgtool("list", "-q", "-l", "team=a").out == "shop\n"
    assert pkgtool("list", "-q", "-l", "team=b").out == ""
