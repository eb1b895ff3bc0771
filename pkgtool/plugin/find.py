"""Look for installed plugins: folders with a `plugin.yaml`, one level below each plugin folder.

What cannot be read is left out with a remark, so that one broken plugin does not take the others
along. Of two plugins with one name in different folders the first counts; in one folder they are
refused.

Source: Helm v4 `internal/plugin/loader.go`.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable, PluginInvalid, PluginNotFound, did_you_mean
from pkgtool.plugin.manifest import parse_manifest
from pkgtool.plugin.model import FILE_NAME, Plugin

LIMIT_BYTES = 1024 * 1024
"""No `plugin.yaml` is larger."""


def load_plugin(folder: Path) -> Plugin:
    """Return the plugin in `folder`.

    Raises:
        PluginInvalid: There is no `plugin.yaml`, or it cannot be used.
    """
    path = folder / FILE_NAME
    try:
        data = read_file(path, limit_bytes=LIMIT_BYTES)
    except FileUnreadable as error:
        raise PluginInvalid(
            f'failed to read plugin at "{path}": {error.what}', hint=error.hint
        ) from error
    try:
        return Plugin(parse_manifest(data, name=str(path)), folder)
    except PluginInvalid as error:
        raise PluginInvalid(
            f'failed to load plugin "{folder}": {error.what}', where=error.where, hint=error.hint
        ) from error


def find_plugins(
    folders: Iterable[Path], *, type: str = "", say: Callable[[str], None] | None = None
) -> list[Plugin]:
    """Return the plugins in `folders`, in the order of their own folders.

    Args:
        folders: Where to look; missing ones are fine.
        type: Only plugins of this type, if not empty.
        say: Is told about plugins that cannot be used, in the words of Helm's log.

    Raises:
        PluginInvalid: Two plugins in one folder have the same name.
    """
    found: dict[str, Plugin] = {}
    for folder in folders:
        for each in _plugins_in(folder, say):
            found.setdefault(each.name, each)
    return [each for each in found.values() if type in ("", each.metadata.type)]


def find_plugin(folders: Iterable[Path], name: str) -> Plugin:
    """Return the plugin called `name`.

    Raises:
        PluginNotFound: There is none.
    """
    plugins = find_plugins(folders)
    for each in plugins:
        if each.name == name:
            return each
    raise PluginNotFound(
        f"plugin: {name} not found",
        hint=did_you_mean(name, (each.name for each in plugins))
        or "`pkgtool plugin list` shows those that are installed",
    )


def _plugins_in(folder: Path, say: Callable[[str], None] | None) -> list[Plugin]:
    plugins: dict[str, Plugin] = {}
    for path in sorted(_folders_in(folder)):
        try:
            plugin = load_plugin(path)
        except PluginInvalid as error:
            if say is not None:
                say(_remark(path / FILE_NAME, error))
            continue
        other = plugins.setdefault(plugin.name, plugin)
        if other is not plugin:
            raise PluginInvalid(
                f'two plugins claim the name "{plugin.name}" at "{other.folder}" and '
                f'"{plugin.folder}"',
                hint="remove one of them",
            )
    return list(plugins.values())


def _folders_in(folder: Path) -> list[Path]:
    try:
        return [
            path
            for path in folder.iterdir()
            if not path.name.startswith(".") and (path / FILE_NAME).exists()
        ]
    except OSError:
        return []


def _remark(path: Path, error: PluginInvalid) -> str:
    words = error.what.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'level=WARN msg="failed to load plugin (ignoring)" plugin_yaml={path} error="{words}"'
