"""Commands that are plugins: found when no command of ours has the name.

A plugin gets what was typed, Helm's global flags apart; its exit status becomes ours.
"""

from collections.abc import Sequence

import click

from pkgtool.cli.choices import Choices, Typed
from pkgtool.cli.current import current_settings
from pkgtool.cli.output import note, write_error
from pkgtool.cli.raw import RawCommand
from pkgtool.errors import PkgtoolError
from pkgtool.plugin.arguments import environ_with, part_arguments
from pkgtool.plugin.completion import offer
from pkgtool.plugin.model import Plugin
from pkgtool.plugin.run import run_command
from pkgtool.wiring.plugins import open_plugins, open_starter


def plugin_commands() -> dict[str, Plugin]:
    """Return the plugins that can be typed as commands, by name."""
    return {each.name: each for each in open_plugins(current_settings()) if each.is_command}


def command_of_plugin(name: str) -> click.Command | None:
    """Return the command of the plugin called `name`, if there is one."""
    plugin = plugin_commands().get(name)
    return None if plugin is None else _command(plugin)


def run_plugin(plugin: Plugin, arguments: Sequence[str]) -> int:
    """Run the command of `plugin` and return its exit status.

    Raises:
        PluginInvalid: It has no command for this platform, or needs a runtime that is not here.
        PluginFailed: It cannot be started, or took too long.
    """
    parted = part_arguments(arguments)
    starter = open_starter(current_settings(), note)
    environ = environ_with(starter.environ, parted.variables)
    status = run_command(plugin, parted.rest, starter._replace(environ=environ))
    if status:
        return write_error(f'plugin "{plugin.name}" exited with error', exit_code=status)
    return 0


def complete_plugin(plugin: Plugin, typed: Typed) -> Choices:
    """Return what can be typed behind the name of `plugin`; Helm and the plugin agree on how."""
    found = offer(plugin, typed.words, typed.incomplete, open_starter(current_settings()))
    return Choices(found.lines, found.directive)


def short_helps() -> list[tuple[str, str]]:
    """Return names and short helps of plugins, for the overview of commands."""
    try:
        return [(name, each.short_help) for name, each in plugin_commands().items()]
    except PkgtoolError as error:
        # The overview is what helps somebody whose plugins are broken.
        note(f'level=ERROR msg="failed to load plugins" error={error.what!r}')
        return []


def _command(plugin: Plugin) -> click.Command:
    """Return a command that hands all its arguments to `plugin`, flags and `--` included."""
    words = plugin.metadata.help
    return RawCommand(
        plugin.name,
        run=lambda arguments: run_plugin(plugin, arguments),
        choose=lambda typed: complete_plugin(plugin, typed),
        help=words.long or words.short,
        short_help=plugin.short_help,
    )
