"""Flags and environment become settings."""

from pathlib import Path

import pytest

from pkgtool.errors import SettingInvalid
from pkgtool.settings import read_settings

HOME = {"HOME": "/nowhere"}


def test_folders_follow_the_home() -> None:
    settings = read_settings(HOME)

    assert settings.config_home == Path("/nowhere/.config/pkgtool")
    assert settings.cluster_file == Path("/nowhere/.local/share/pkgtool/cluster.db")
    assert settings.index_folder == Path("/nowhere/.cache/pkgtool/repository")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({"XDG_DATA_HOME": "/x"}, "/x/pkgtool", id="xdg"),
        pytest.param({"XDG_DATA_HOME": "/x", "PKGTOOL_DATA_HOME": "/y"}, "/y", id="ours wins"),
    ],
)
def test_where_data_is_kept(environment: dict[str, str], expected: str) -> None:
    assert read_settings(HOME | environment).data_home == Path(expected)


def test_helms_variables_count_where_ours_are_absent() -> None:
    environment = HOME | {"HELM_NAMESPACE": "theirs", "HELM_MAX_HISTORY": "3"}

    assert read_settings(environment).namespace == "theirs"
    assert read_settings(environment).max_history == 3
    assert read_settings(environment | {"PKGTOOL_NAMESPACE": "ours"}).namespace == "ours"


def test_flags_win_over_the_environment() -> None:
    environment = HOME | {"PKGTOOL_NAMESPACE": "theirs"}

    assert read_settings(environment, namespace="mine").namespace == "mine"
    assert read_settings(environment, namespace=None).namespace == "theirs"


def test_no_color_is_understood() -> None:
    assert read_settings(HOME | {"NO_COLOR": "1"}).color == "never"
    assert read_settings(HOME | {"NO_COLOR": "1"}, color="always").color == "always"


def test_a_kubeconfig_is_noticed(tmp_path: Path) -> None:
    assert read_settings({"HOME": str(tmp_path)}).kubeconfig == ""
    assert read_settings(HOME | {"KUBECONFIG": "/k"}).kubeconfig == "/k"

    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").touch()

    assert read_settings({"HOME": str(tmp_path)}).kubeconfig == str(tmp_path / ".kube/config")


@pytest.mark.parametrize(
    "environment",
    [
        {"PKGTOOL_COLOR": "pink"},
        {"PKGTOOL_CLUSTER": "moon"},
        {"PKGTOOL_DEBUG": "perhaps"},
        {"PKGTOOL_MAX_HISTORY": "-1"},
        {"PKGTOOL_LOCK_TIMEOUT": "soon"},
        {"HELM_MAX_HISTORY": "9" * 30},
    ],
    ids=lambda environment: next(iter(environment)),
)
def test_what_a_setting_cannot_be_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid):
        read_settings(HOME | environment)
