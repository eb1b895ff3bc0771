from collections.abc import Callable
from pathlib import Path

import pytest

from pkgtool.errors import PluginInvalid, PluginNotFound
from pkgtool.plugin.find import find_plugin, find_plugins, load_plugin
from pkgtool.plugin.model import Plugin

POSTRENDERER = (
    "apiVersion: v1\nname: {name}\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\n"
)


def test_plugins_are_one_level_below(make_plugin: Callable[..., Plugin], tmp_path: Path) -> None:
    make_plugin("b")
    make_plugin("a", POSTRENDERER)
    (tmp_path / "plugins" / "kept-1.0.0.tgz").touch()
    (tmp_path / "plugins" / "empty").mkdir()

    folder = tmp_path / "plugins"

    assert [each.name for each in find_plugins([folder])] == ["a", "b"]
    assert [each.name for each in find_plugins([folder], type="cli/v1")] == ["b"]
    assert find_plugins([tmp_path / "missing"]) == []


def test_the_first_folder_wins(make_plugin: Callable[..., Plugin], tmp_path: Path) -> None:
    ours = make_plugin("a")
    (tmp_path / "helm").mkdir()
    (tmp_path / "plugins").rename(tmp_path / "first")
    make_plugin("a")

    found = find_plugins([tmp_path / "first", tmp_path / "plugins"])

    assert [each.folder for each in found] == [tmp_path / "first" / ours.name]


def test_two_of_one_name_in_a_folder(make_plugin: Callable[..., Plugin], tmp_path: Path) -> None:
    make_plugin("a")
    twin = make_plugin("b")
    (twin.folder / "plugin.yaml").write_text((tmp_path / "plugins/a/plugin.yaml").read_text())

    with pytest.raises(PluginInvalid, match='two plugins claim the name "a" at "'):
        find_plugins([tmp_path / "plugins"])


def test_a_broken_plugin_does_not_take_the_others_along(
    make_plugin: Callable[..., Plugin], tmp_path: Path
) -> None:
    make_plugin("good")
    bad = make_plugin("bad")
    (bad.folder / "plugin.yaml").write_text("apiVersion: v1\nname: bad\n")
    said: list[str] = []

    found = find_plugins([tmp_path / "plugins"], say=said.append)

    assert [each.name for each in found] == ["good"]
    words = f'failed to load plugin \\"{bad.folder}\\": plugin `version` is required'
    assert said == [
        (
            'level=WARN msg="failed to load plugin (ignoring)" '
            f'plugin_yaml={bad.folder}/plugin.yaml error="{words}"'
        )
    ]


def test_find_plugin(make_plugin: Callable[..., Plugin], tmp_path: Path) -> None:
    make_plugin("hello")

    assert find_plugin([tmp_path / "plugins"], "hello").name == "hello"
    with pytest.raises(PluginNotFound, match=r"^plugin: helo not found") as caught:
        find_plugin([tmp_path / "plugins"], "helo")
    assert "hello" in caught.value.hint


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(PluginInvalid, match="failed to read plugin at"):
        load_plugin(tmp_path)
