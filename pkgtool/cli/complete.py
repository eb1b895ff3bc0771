"""Answer what shells ask: which words may stand under the cursor.

The protocol is Helm's, so that shell scripts made for either work with both: the words of the
command line come as arguments, the one under the cursor last; the answer is one choice a line, a
tab and a description behind it, and at the end a directive for the shell behind a colon.

Source: spf13/cobra `completions.go`; Helm v4 `pkg/cmd` (`ValidArgsFunction` of each command).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import click

from pkgtool.cli import choices
from pkgtool.cli.choices import Choices, Typed, first, words
from pkgtool.cli.groups import DefaultGroup
from pkgtool.cli.output import note, write
from pkgtool.cli.params import Command
from pkgtool.cli.raw import RawCommand
from pkgtool.errors import PkgtoolError

SHELLS = ("bash", "zsh", "fish", "powershell")

WORDS: Mapping[str, choices.Chooser] = {
    "completion": first(words(SHELLS)),
    "create": first(choices.any_file),
    "env": first(choices.variables),
    "explain": first(choices.error_codes),
    "history": first(choices.releases),
    "install": choices.installed,
    "list": choices.no_words,
    "package": choices.any_file,
    "lint": choices.any_file,
    "plugin install": first(choices.any_file),
    "plugin list": choices.no_words,
    "plugin package": first(choices.any_file),
    "plugin uninstall": choices.plugins,
    "plugin update": choices.plugins,
    "plugin verify": first(choices.any_file),
    "pull": first(choices.charts),
    "push": first(choices.any_file),
    "registry login": choices.nothing,
    "registry logout": choices.nothing,
    "repo add": choices.nothing,
    "repo index": first(choices.any_file),
    "repo list": choices.no_words,
    "repo remove": choices.repositories,
    "repo update": choices.repositories,
    "rollback": choices.rolled_back,
    "search hub": choices.nothing,
    "search repo": choices.nothing,
    "status": first(choices.releases),
    "template": choices.installed,
    "test": first(choices.releases),
    "uninstall": choices.releases,
    "upgrade": choices.upgraded,
    "version": choices.no_words,
    "diff release": choices.releases,
    "diff revision": choices.rolled_back,
    "diff rollback": choices.rolled_back,
    "diff upgrade": choices.upgraded,
    **{
        f"get {part}": first(choices.releases)
        for part in ("all", "hooks", "manifest", "metadata", "notes", "values")
    },
    **{
        f"show {part}": first(choices.charts)
        for part in ("all", "chart", "crds", "readme", "values")
    },
}
"""What words a command takes; others take paths."""

FLAGS: Mapping[str, choices.Chooser] = {
    "--cascade": words(("background", "foreground", "orphan")),
    "--cluster": words(("local",)),
    "--color": words(("always", "auto", "never")),
    "--compat": words(("helm3", "helm4.1", "helm4.2")),
    "--dry-run": words(("client", "none", "server")),
    "--namespace": choices.namespaces,
    "--output": words(
        (
            "json\tOutput result in JSON format",
            "table\tOutput result in human-readable format",
            "yaml\tOutput result in YAML format",
        )
    ),
    "--revision": choices.revisions,
    "--wait": words(("hookOnly", "legacy", "watcher")),
}
"""What values a flag takes, whatever the command; others take paths."""

VERSIONS: Mapping[str, choices.Chooser] = {
    "install": choices.versions(1),
    "template": choices.versions(1),
    "upgrade": choices.versions(1),
    "pull": choices.versions(0),
    **{f"show {part}": choices.versions(0) for part in ("all", "chart", "readme", "values")},
}
"""What `--version` of a command may be."""

_DIRECTIVES = {
    choices.FILES: "ShellCompDirectiveDefault",
    choices.NO_SPACE: "ShellCompDirectiveNoSpace",
    choices.NO_FILES: "ShellCompDirectiveNoFileComp",
    choices.NO_SPACE | choices.NO_FILES: (
        "ShellCompDirectiveNoSpace, ShellCompDirectiveNoFileComp"
    ),
}


class Place(NamedTuple):
    """Where the cursor is."""

    command: click.Command
    path: str
    """Names of the commands before it, without the program's."""
    typed: Typed
    flag: click.Option | None = None
    """The flag whose value is under the cursor."""


def complete_command(name: str) -> click.Command:
    """Return the hidden command that shells call."""

    @click.command(
        name,
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
        add_help_option=False,
        hidden=True,
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    @click.pass_context
    def command(ctx: click.Context, arguments: tuple[str, ...]) -> None:
        show_choices(ctx, arguments, descriptions=not name.endswith("NoDesc"))

    return command


def show_choices(ctx: click.Context, arguments: Sequence[str], *, descriptions: bool) -> None:
    """Print what may stand in the place of the last of `arguments`."""
    found = choices_for(ctx, arguments)
    lines = found.lines if descriptions else [each.partition("\t")[0] for each in found.lines]
    write("".join(f"{each}\n" for each in lines) + f":{found.directive}")
    named = _DIRECTIVES.get(found.directive, str(found.directive))
    note(f"Completion ended with directive: {named}")


def choices_for(ctx: click.Context, arguments: Sequence[str]) -> Choices:
    """Return what may stand in the place of the last of `arguments`."""
    with suppress(PkgtoolError, click.ClickException):
        place = find_place(ctx.find_root(), arguments)
        return _choices_at(place, ctx.find_root())
    return choices.NOTHING


def find_place(root: click.Context, arguments: Sequence[str]) -> Place:
    """Return where the cursor is, having taken flags of every command into account."""
    *before, incomplete = arguments or [""]
    command, path = root.command, ""
    found: list[str] = []
    flags: dict[str, str] = {}
    waiting: click.Option | None = None
    for arg in before:
        if isinstance(command, RawCommand):
            found.append(arg)
        elif waiting is not None:
            _remember(root, flags, waiting, arg)
            waiting = None
        elif arg.startswith("-") and arg != "-":
            waiting = _flag(root, command, flags, arg)
        elif isinstance(command, click.Group) and not found:
            command, path = _below(root, command, path, arg, found)
        else:
            found.append(arg)
    name, equals, value = incomplete.partition("=")
    raw = isinstance(command, RawCommand)
    if waiting is None and equals and name.startswith("--") and not raw:
        waiting, incomplete = _options(command, root).get(name), value
    return Place(command, path, Typed(tuple(found), flags, incomplete), waiting)


def _below(
    root: click.Context, command: click.Group, path: str, arg: str, found: list[str]
) -> tuple[click.Command, str]:
    """Return the command called `arg`, or the one that a group means by any other word."""
    child = command.get_command(root, arg)
    if child is None and isinstance(command, DefaultGroup):
        child = command.commands[command.default]
        found.append(arg)
    if child is None:
        raise click.exceptions.NoSuchCommand(arg)
    return child, f"{path} {child.name}".strip()


def _flag(
    root: click.Context, command: click.Command, flags: dict[str, str], arg: str
) -> click.Option | None:
    """Take note of the flag `arg`; return it if its value is the next word."""
    name, equals, value = arg.partition("=")
    option = _options(command, root).get(name)
    if option is None:
        return None
    if option.is_flag or equals or name in Command.BARE:
        _remember(root, flags, option, value)
        return None
    return option


def _remember(root: click.Context, flags: dict[str, str], option: click.Option, value: str) -> None:
    flags[max(option.opts, key=len)] = value
    if option.callback is not None and not option.expose_value and not option.is_flag:
        option.callback(root, option, value)


def _options(command: click.Command, root: click.Context) -> dict[str, click.Option]:
    return {
        name: option
        for each in (root.command, command)
        for option in each.params
        if isinstance(option, click.Option)
        for name in option.opts
    }


def _choices_at(place: Place, root: click.Context) -> Choices:
    typed = place.typed
    if isinstance(place.command, RawCommand):
        return place.command.choose(typed)
    if place.flag is not None:
        name = max(place.flag.opts, key=len)
        known = VERSIONS.get(place.path) if name == "--version" else FLAGS.get(name)
        return (known or choices.any_file)(typed)
    if typed.incomplete.startswith("-"):
        return Choices(tuple(_flag_lines(place, root)))
    if isinstance(place.command, click.Group):
        return Choices(tuple(_command_lines(place.command, root, typed)))
    return WORDS.get(place.path, choices.any_file)(typed)


def _flag_lines(place: Place, root: click.Context) -> Iterator[str]:
    """Yield flags that begin with what is there; given ones again only if they may come again."""
    for name, option in sorted(_options(place.command, root).items()):
        given = max(option.opts, key=len) in place.typed.flags
        fits = name.startswith(place.typed.incomplete) and not option.hidden
        if fits and (option.multiple or not given):
            yield f"{name}\t{option.help}" if option.help else name


def _command_lines(group: click.Group, root: click.Context, typed: Typed) -> Iterator[str]:
    """Yield commands that begin with what is there, each under its own name only."""
    for name in group.list_commands(root):
        # A human waits: commands that do not fit are not even imported.
        if not name.startswith(typed.incomplete):
            continue
        command = group.get_command(root, name)
        if command is not None and not command.hidden and command.name == name:
            yield f"{name}\t{command.get_short_help_str(80)}"
