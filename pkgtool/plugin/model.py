"""What a `plugin.yaml` says, whichever of its two formats it is in.

Source: Helm v4 `internal/plugin` (`metadata.go`, `runtime_subprocess.go`, `schema`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FILE_NAME = "plugin.yaml"

CLI = "cli/v1"
GETTER = "getter/v1"
POSTRENDERER = "postrenderer/v1"
TYPES = (CLI, GETTER, POSTRENDERER)

SUBPROCESS = "subprocess"
EXTISM = "extism/v1"
"""A runtime for WebAssembly: known, but not run."""


class PlatformCommand(NamedTuple):
    """What to start on one platform; an empty `os` or `arch` means any."""

    os: str = ""
    arch: str = ""
    command: str = ""
    """The program; what follows a space are arguments."""
    args: tuple[str, ...] = ()


Commands = tuple[PlatformCommand, ...]


class ProtocolCommand(NamedTuple):
    """What fetches URLs of some schemes."""

    protocols: tuple[str, ...]
    commands: Commands


class CommandHelp(NamedTuple):
    """How a plugin's command is described."""

    usage: str = ""
    short: str = ""
    long: str = ""


class Metadata(NamedTuple):
    """A `plugin.yaml`, checked."""

    name: str
    version: str
    api_version: str
    """`v1`, or `legacy`."""
    type: str
    runtime: str = SUBPROCESS
    source_url: str = ""
    help: CommandHelp = CommandHelp()
    ignore_flags: bool = False
    """Whether the command gets no arguments at all."""
    commands: Commands = ()
    hooks: Mapping[str, Commands] = {}
    """By event: `install`, `update`, `delete`."""
    expands_hook_args: bool = True
    """Whether variables in a hook's arguments are filled in; a shell does so itself."""
    getters: tuple[ProtocolCommand, ...] = ()
    protocols: tuple[str, ...] = ()
    """Schemes of URLs that it fetches."""


class Plugin(NamedTuple):
    """An installed plugin."""

    metadata: Metadata
    folder: Path

    @property
    def name(self) -> str:
        """What it is called."""
        return self.metadata.name

    @property
    def is_command(self) -> bool:
        """Whether it can be typed as a command."""
        older = self.metadata.api_version == "legacy" and bool(self.metadata.commands)
        return self.metadata.type == CLI or older

    @property
    def short_help(self) -> str:
        """Its line in lists of commands."""
        return self.metadata.help.short or f'the "{self.name}" plugin'
