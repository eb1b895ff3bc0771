"""Flags and environment become settings."""

import re
from pathlib import Path

import pytest

from pkgtool.cli.env import settings_in_force
from pkgtool.docs import page
from pkgtool.errors import SettingInvalid
from pkgtool.settings import Settings, read_settings

HOME = {"HOME": "/nowhere"}


def test_folders_follow_the_home() -> None:
    settings = read_settings(HOME)

    assert settings.config_home == "/nowhere/.config/pkgtool"
    assert settings.code_cache == "/nowhere/.cache/pkgtool/code"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({"XDG_DATA_HOME": "/x"}, "/x/pkgtool", id="xdg"),
        pytest.param({"XDG_DATA_HOME": "/x", "PKGTOOL_DATA_HOME": "/y"}, "/y", id="ours wins"),
        pytest.param({"XDG_DATA_HOME": "x"}, "/nowhere/.local/share/pkgtool", id="relative xdg"),
    ],
)
def test_where_data_is_kept(environment: dict[str, str], expected: str) -> None:
    assert read_settings(HOME | environment).data_home == expected


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


def test_the_cluster_is_reached_as_flags_then_variables_say() -> None:
    environment = HOME | {"HELM_KUBECONTEXT": "theirs", "HELM_KUBEASGROUPS": "a,b"}
    settings = read_settings(environment, kube_context="mine", debug=True)

    assert (settings.kube.context, settings.kube.as_groups) == ("mine", ("a", "b"))
    assert settings.debug


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"HELM_DRIVER": "paper"}, 'unknown driver "paper"'),
        ({"PKGTOOL_COMPAT": "helm5"}, "unknown compatibility level"),
        ({"PKGTOOL_TEST_CLOCK": "noon"}, "not a time"),
        ({"HELM_QPS": "many"}, "not a number"),
    ],
)
def test_what_no_setting_can_be_is_refused(environment: dict[str, str], message: str) -> None:
    with pytest.raises(SettingInvalid, match=message):
        read_settings(HOME | environment)


def test_drivers_have_the_names_that_helm_takes() -> None:
    def driver(name: str) -> str:
        settings: Settings = read_settings(HOME | {"HELM_DRIVER": name})
        return settings.driver

    assert [driver(each) for each in ("", "secrets", "configmaps", "memory", "sql")] == [
        "secret",
        "secret",
        "configmap",
        "memory",
        "sql",
    ]


def test_the_clock_may_be_pinned() -> None:
    settings = read_settings(HOME | {"PKGTOOL_TEST_CLOCK": "1977-09-02T22:04:05Z"})

    assert settings.pinned.clock is not None
    assert settings.pinned.clock.isoformat() == "1977-09-02T22:04:05+00:00"


@pytest.mark.parametrize("text", ["-1", "1.5", "abc", "٣", "9" * 11])
def test_the_time_of_packages_is_a_whole_number(text: str) -> None:
    with pytest.raises(SettingInvalid, match="invalid SOURCE_DATE_EPOCH: "):
        _ = read_settings(HOME | {"SOURCE_DATE_EPOCH": text}).epoch_s


def test_packages_bear_the_time_that_is_asked_for() -> None:
    assert read_settings(HOME | {"SOURCE_DATE_EPOCH": "1700000000"}).epoch_s == 1_700_000_000
    assert read_settings(HOME).epoch_s == 0
