"""Flags and environment become settings."""

import re
from pathlib import Path

import pytest

from pkgtool.cli.env import settings_in_force
from pkgtool.docs import page
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
        pytest.param({"XDG_DATA_HOME": "x"}, "/nowhere/.local/share/pkgtool", id="relative xdg"),
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


def test_starters_and_compiled_code_have_folders_of_their_own() -> None:
    settings = read_settings(HOME)

    assert settings.starters == Path("/nowhere/.local/share/pkgtool/starters")
    assert settings.code_cache == Path("/nowhere/.cache/pkgtool/code")


def test_a_user_without_a_home_is_told_to_set_one() -> None:
    with pytest.raises(SettingInvalid, match="no home folder") as caught:
        read_settings({"HOME": "~nobody-has-this-name"})

    assert caught.value.hint == "set HOME"


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


class Asked(dict[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names.add(name)
        return default


def test_every_variable_that_is_read_is_documented() -> None:
    asked = Asked()
    settings = read_settings(asked)
    text = page("reference/settings.md")

    rows = set(re.findall(r"(?m)^\| `(PKGTOOL_\w+)` \|", text))

    assert rows == {name for name in asked.names if name.startswith("PKGTOOL_")}
    assert rows == {name for name in settings_in_force(settings) if name != "KUBECONFIG"}
    others = {name for name in asked.names if not name.startswith(("PKGTOOL_", "HELM_"))}
    assert others <= set(re.findall(r"`(\w+)`", text))


def test_helms_names_in_the_documentation_are_heeded() -> None:
    asked = Asked()
    read_settings(asked)

    documented = set(re.findall(r"`(HELM_\w+)`", page("reference/settings.md")))

    assert documented < asked.names
