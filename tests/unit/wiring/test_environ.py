"""What plugins find in their environment."""

import sys
from pathlib import Path

import pytest

from pkgtool.places import Places
from pkgtool.settings import read_settings
from pkgtool.wiring.environ import helm_settings, plugin_variables, program


def test_flags_are_variables_of_helm(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PATH": "/bin", "OTHER": "kept"}

    found = plugin_variables(read_settings(environ, namespace="prod", debug=True))

    assert found["HELM_NAMESPACE"] == "prod"
    assert found["HELM_DEBUG"] == "true"
    assert found["OTHER"] == "kept"
    assert "PKGTOOL_NAMESPACE" not in found, "a plugin may decide by Helm's name alone"
    assert found["HELM_PLUGINS"] == (
        f"{tmp_path}/.local/share/pkgtool/plugins:{tmp_path}/.local/share/helm/plugins"
    )


def test_variables_of_ours_follow_the_flags(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PKGTOOL_NAMESPACE": "old"}

    found = plugin_variables(read_settings(environ, namespace="new"))

    assert found["HELM_NAMESPACE"] == found["PKGTOOL_NAMESPACE"] == "new"


def test_what_a_plugin_calls_finds_the_same_repositories(tmp_path: Path) -> None:
    """Helm's list is used while there is none of ours; its indexes go with it."""
    environ = {"HOME": str(tmp_path)}
    theirs = tmp_path / ".config/helm/repositories.yaml"
    theirs.parent.mkdir(parents=True)
    theirs.touch()

    found = plugin_variables(read_settings(environ))
    again = Places(read_settings(found))

    assert found["HELM_REPOSITORY_CONFIG"] == str(theirs)
    assert found["HELM_REPOSITORY_CACHE"] == str(tmp_path / ".cache/helm/repository")
    assert again.repositories_found == theirs
    assert again.config_home == tmp_path / ".config/pkgtool"
    assert again.helm_config_home == tmp_path / ".config/helm"


def test_this_program_can_be_called_in_one_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "helm"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(tool), "version"])
    assert program() == str(tool)
    assert helm_settings(read_settings({"HOME": str(tmp_path)}))["HELM_BIN"] == str(tool)

    monkeypatch.setattr(sys, "argv", ["/x/pkgtool/__main__.py"])
    assert Path(program()).name == "pkgtool"
