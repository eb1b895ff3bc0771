"""Decide what is started: the command of this platform, with variables filled in.

Source: Helm v4 `internal/plugin/subprocess_commands.go`; Go's `os.Expand`.
"""

import platform
import re
import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pkgtool.errors import PluginInvalid
from pkgtool.plugin.model import Commands, PlatformCommand

_SYSTEMS = {"win32": "windows", "cygwin": "windows"}
_MACHINES = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "i386": "386",
    "i686": "386",
    "armv6l": "arm",
    "armv7l": "arm",
}

# Something in braces, a brace that is never closed, a name, or one of the shell's special ones.
_VARIABLE = re.compile(r"\$(?:\{([^}]*)\}|\{|([A-Za-z_][A-Za-z0-9_]*|[*#$@!?\-0-9]))")


class Platform(NamedTuple):
    """A system and its processor, as Go calls them."""

    os: str
    arch: str


def this_platform() -> Platform:
    """Return where we run."""
    machine = platform.machine().lower()
    return Platform(_SYSTEMS.get(sys.platform, sys.platform), _MACHINES.get(machine, machine))


def choose(commands: Commands, here: Platform) -> PlatformCommand | None:
    """Return the command for `here`: exact, else by system, else for any; the first of each.

    One that names a processor and no system is for nobody.
    """
    for each in commands:
        if (each.os.lower(), each.arch.lower()) == here:
            return each
    of_any = [each for each in commands if not each.arch]
    ours = [each for each in of_any if each.os.lower() == here.os]
    return next(iter(ours or [each for each in of_any if not each.os]), None)


def prepare(
    commands: Commands,
    *,
    env: Mapping[str, str],
    extra: Iterable[str] = (),
    expand_args: bool = True,
    here: Platform | None = None,
) -> list[str]:
    """Return the program and its arguments.

    Args:
        commands: What the plugin offers.
        env: Values of variables; missing ones are empty.
        extra: Arguments behind the plugin's own, as they are.
        expand_args: Whether variables in the plugin's own arguments are filled in.
        here: For which platform, if not ours.

    Raises:
        PluginInvalid: There is no command for this platform.
    """
    chosen = choose(commands, here or this_platform())
    program, *words = chosen.command.split(" ") if chosen else [""]
    if chosen is None or not program:
        raise PluginInvalid(
            "no plugin command is applicable",
            hint="the plugin.yaml has no command for this system and processor",
        )
    own = [*words, *chosen.args]
    if expand_args:
        own = [expand(word, env) for word in own]
    return [expand(program, env), *own, *extra]


def expand(text: str, env: Mapping[str, str]) -> str:
    """Return `text` with `$NAME` and `${NAME}` replaced by their values in `env`."""
    return _VARIABLE.sub(lambda found: env.get(found[1] or found[2] or "", ""), text)
