"""Helm 2's forms mean what they meant."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def hello(pkgtool: Any, charts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Command lines in a folder with a chart."""
    shutil.copytree(charts / "hello", tmp_path / "hello")
    monkeypatch.chdir(tmp_path)
    return pkgtool


def test_a_name_is_made_up(hello: Any) -> None:
    for form in (["./hello"], ["hello"]):
        assert re.search(r"(?m)^NAME: [a-z]+-[a-z]+$", hello("install", *form, "--dry-run").out)
    for form in (["hello", "-g"], ["--generate-name", "./hello"]):
        made = hello("install", *form, "--dry-run=client").out
        assert re.search(r"(?m)^NAME: hello-17[0-9]{8}$", made)


def test_name_as_a_flag(hello: Any) -> None:
    assert hello("install", "./hello", "--name", "shop").out.startswith("NAME: shop\n")


def test_the_chart_was_forgotten_rather_than_the_name(hello: Any) -> None:
    ran = hello("install", "shop")

    assert ran.status == 1
    assert "pkgtool install shop CHART" in ran.err


def test_an_empty_name_is_refused_and_not_made_up(hello: Any) -> None:
    """It comes from a variable of a script that is not set."""
    assert "no name provided" in hello("install", "", "hello").err
    assert hello("list", "-q").out == ""


@pytest.mark.parametrize("labels", ["a b=c", "a=b c", "a", "=b", "name=x", f"{'a' * 64}=b"])
def test_labels_that_nothing_could_store(hello: Any, labels: str) -> None:
    ran = hello("install", "shop", "hello", "--labels", labels)

    assert ran.status == 1
    assert "label" in ran.err


@pytest.mark.parametrize("verb", ["delete", "del"])
def test_delete_keeps_the_history(hello: Any, verb: str) -> None:
    hello("install", "shop", "hello")

    assert hello(verb, "shop").out == 'release "shop" uninstalled\n'
    assert hello("ls", "--deleted", "-q").out == "shop\n"
    assert "Uninstallation complete" in hello("hist", "shop").out
    assert hello(verb, "--purge", "shop").status == 0
    assert "release: not found" in hello("hist", "shop").err


@pytest.mark.parametrize("verb", ["uninstall", "un"])
def test_uninstall_does_not(hello: Any, verb: str) -> None:
    hello("install", "shop", "hello")

    assert hello(verb, "shop").status == 0
    assert hello("history", "shop").status == 1


def test_list_takes_a_filter_as_a_word(hello: Any) -> None:
    hello("install", "shop", "hello")
    hello("install", "stall", "hello")

    assert hello("list", "-q", "sho").out == "shop\n"
    assert hello("ls", "-a", "sta", "-q").out == "stall\n"


def test_rollback_to_0_is_the_one_before(hello: Any) -> None:
    hello("install", "shop", "hello")
    hello("upgrade", "shop", "hello", "--set", "port=81")

    assert hello("rollback", "shop", "0").out == "Rollback was a success! Happy Helming!\n"
    assert "Rollback to 1" in hello("history", "shop").out


@pytest.mark.parametrize(
    "flags",
    [
        ["--timeout", "300"],
        ["--wait"],
        ["--wait=watcher"],
        ["--wait=true"],
        ["--force"],
        ["--force-replace"],
        ["--server-side"],
        ["--server-side=auto"],
        ["--recreate-pods"],
        ["--disable-hooks"],
        ["--atomic"],
        ["--dry-run"],
        ["--dry-run=server"],
        ["--dep-up"],
    ],
    ids=" ".join,
)
def test_spellings_of_all_ages(hello: Any, flags: list[str]) -> None:
    hello("install", "shop", "hello")

    ran = hello("upgrade", *flags, "shop", "hello")

    assert ran.status == 0, ran.err


def test_nothing_to_set_up(pkgtool: Any) -> None:
    assert "Nothing to set up" in pkgtool("init", "--client-only", "--upgrade").out
    assert "Nothing to remove" in pkgtool("reset", "--force").out


def test_inspect_shows_all(hello: Any) -> None:
    assert hello("inspect", "hello").out == hello("show", "all", "hello").out
    assert hello("inspect", "values", "hello").out == hello("show", "values", "hello").out


def test_a_chart_without_dependencies_gets_no_lock(hello: Any, tmp_path: Path) -> None:
    assert hello("install", "--dep-up", "shop", "hello").status == 0
    assert hello("dep", "up", "hello").status == 0
    assert not (tmp_path / "hello" / "Chart.lock").exists()
