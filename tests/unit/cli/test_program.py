"""Whoever calls it `helm` reads `helm`."""

import pytest

from pkgtool.cli.program import as_called, program_name


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("/usr/bin/helm", "helm"),
        ("helm", "helm"),
        ("/usr/bin/pkgtool", "pkgtool"),
        ("/x/python -m pkgtool/__main__.py", "pkgtool"),
        ("", "pkgtool"),
    ],
)
def test_the_name(called: str, name: str) -> None:
    assert program_name(called) == name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("(try 'pkgtool repo update')", "(try 'helm repo update')"),
        ("run `pkgtool list -A`", "run `helm list -A`"),
        ("/opt/pkgtool list", "/opt/pkgtool list"),
        ("repo pkgtool/web", "repo pkgtool/web"),
        ("pkgtool has no client", "helm has no client"),
    ],
)
def test_commands_are_proposed_under_the_name_that_was_called(
    monkeypatch: pytest.MonkeyPatch, text: str, shown: str
) -> None:
    monkeypatch.setattr("sys.argv", ["/usr/bin/pkgtool"])
    assert as_called(text) == text

    monkeypatch.setattr("sys.argv", ["/usr/bin/helm"])
    assert as_called(text) == shown
