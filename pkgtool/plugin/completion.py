"""What can be typed behind a plugin's name: its `completion.yaml`, and what its `plugin.complete` says.

Source: Helm v4 `pkg/cmd/load_plugins.go` (`loadCompletionForPlugin`, `pluginDynamicComp`).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pkgtool import yamlcodec
from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable, ProcessTimedOut, ProcessUnusable, YamlInvalid
from pkgtool.plugin.arguments import environ_with, part_arguments
from pkgtool.plugin.model import Plugin
from pkgtool.plugin.run import Starter, plugin_environ
from pkgtool.process import run_process

_LIMIT_BYTES = 1024 * 1024
_TIMEOUT_S = 10.0

DEFAULT = 0
"""The directive of cobra that asks the shell to complete names of files."""


class Subcommand(NamedTuple):
    """A level of a plugin's command line."""

    name: str
    words: tuple[str, ...] = ()
    """What its arguments may be."""
    flags: tuple[str, ...] = ()
    """Names without dashes; those of one letter are short."""
    commands: tuple["Subcommand", ...] = ()


class Offer(NamedTuple):
    """What a shell may complete."""

    lines: tuple[str, ...]
    """Words, some with a tab and a description behind."""
    directive: int = DEFAULT
    """Cobra's number for how the shell goes on."""


def offer(plugin: Plugin, arguments: Sequence[str], incomplete: str, starter: Starter) -> Offer:
    """Return what can stand behind `arguments`, which follow the plugin's name.

    Args:
        plugin: Whose command is completed.
        arguments: Whole words, global flags among them.
        incomplete: The beginning of the next one.
        starter: How its `plugin.complete` is started.
    """
    parted = part_arguments(arguments)
    level = _reached(static_commands(plugin), parted.rest)
    if incomplete.startswith("-"):
        lines = [line for line in _flag_words(level) if line.startswith(incomplete)]
        if lines:
            return Offer(tuple(lines))
    if level.commands:
        names = [each.name for each in level.commands if each.name.startswith(incomplete)]
        return Offer(tuple(names), 4)
    if level.words:
        return Offer(tuple(word for word in level.words if word.startswith(incomplete)), 4)
    environ = environ_with(starter.environ, parted.variables)
    return _dynamic(plugin, parted.rest, incomplete, starter._replace(environ=environ))


def static_commands(plugin: Plugin) -> Subcommand:
    """Return what the plugin's `completion.yaml` lists; nothing when there is none that is usable."""
    try:
        data = read_file(plugin.folder / "completion.yaml", limit_bytes=_LIMIT_BYTES)
        value = yamlcodec.load(data, name="completion.yaml")
    except (FileUnreadable, YamlInvalid):
        return Subcommand(plugin.name)
    return _subcommand(value)._replace(name=plugin.name)


def _subcommand(value: Any) -> Subcommand:
    if not isinstance(value, dict):
        return Subcommand("")
    below = value.get("commands")
    commands = [_subcommand(each) for each in below] if isinstance(below, list) else []
    return Subcommand(
        str(value.get("name") or ""),
        _texts(value.get("validArgs")),
        _texts(value.get("flags")),
        tuple(each for each in commands if each.name),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _reached(top: Subcommand, words: Sequence[str]) -> Subcommand:
    """Return the level that `words` lead to."""
    level = top
    for word in words:
        level = next((each for each in level.commands if each.name == word), level)
    return level


def _flag_words(level: Subcommand) -> list[str]:
    return [f"-{flag}" if len(flag) == 1 else f"--{flag}" for flag in level.flags]


def _dynamic(plugin: Plugin, words: Sequence[str], incomplete: str, starter: Starter) -> Offer:
    """Ask the plugin's own program; a plugin without one offers nothing."""
    arguments = [] if plugin.metadata.ignore_flags else [*words, incomplete]
    program = str(plugin.folder / "plugin.complete")
    try:
        done = run_process(
            [program, *arguments],
            env=plugin_environ(plugin, starter.environ),
            timeout_s=starter.timeout_s or _TIMEOUT_S,
            limit_bytes=_LIMIT_BYTES,
        )
    except (ProcessUnusable, ProcessTimedOut):
        return Offer(())
    if done.status:
        return Offer(())
    said = done.out.decode("utf-8", "replace")
    lines = [word for line in said.split("\n") if (word := line.strip())]
    last = lines[-1][1:] if lines and lines[-1].startswith(":") else ""
    if last.isascii() and last.isdecimal():
        return Offer(tuple(lines[:-1]), int(last))
    return Offer(tuple(lines))
