"""Say what is wrong with a command line, in Helm's words, with the nearest thing that exists.

Source: Helm v4 `pkg/cmd/require/args.go` and the `Use` line of each command; spf13/pflag for
flags; spf13/cobra for commands.
"""

from typing import NamedTuple

import click

from pkgtool.cli.failure import indented
from pkgtool.cli.groups import DefaultGroup, Group
from pkgtool.cli.older import newer_command, newer_flag
from pkgtool.cli.program import as_called, detail_wanted
from pkgtool.errors import UsageError, closest, did_you_mean

USE = {
    "completion": ("bash|zsh|fish|powershell", "requires 1 argument"),
    "create": ("NAME", "requires 1 argument"),
    "dependency build": ("CHART", "accepts at most 1 argument"),
    "dependency list": ("CHART", "accepts at most 1 argument"),
    "dependency update": ("CHART", "accepts at most 1 argument"),
    "env": ("", "accepts at most 1 argument"),
    "get all": ("RELEASE_NAME", "requires 1 argument"),
    "get hooks": ("RELEASE_NAME", "requires 1 argument"),
    "get manifest": ("RELEASE_NAME", "requires 1 argument"),
    "get metadata": ("RELEASE_NAME", "requires 1 argument"),
    "get notes": ("RELEASE_NAME", "requires 1 argument"),
    "get values": ("RELEASE_NAME", "requires 1 argument"),
    "history": ("RELEASE_NAME", "requires 1 argument"),
    "install": ("[NAME] [CHART]", "requires at least 1 argument"),
    "lint": ("PATH", "requires at least 1 argument"),
    "list": ("", "accepts no arguments"),
    "package": ("[CHART_PATH] [...]", "requires at least 1 argument"),
    "plugin install": ("[options] <path|url>", "requires 1 argument"),
    "plugin list": ("", "accepts no arguments"),
    "plugin package": ("[PATH]", "requires 1 argument"),
    "plugin uninstall": ("<plugin>...", "requires at least 1 argument"),
    "plugin update": ("<plugin>...", "requires at least 1 argument"),
    "plugin verify": ("[PATH]", "requires 1 argument"),
    "pull": ("[chart URL | repo/chartname] [...]", "requires at least 1 argument"),
    "push": ("[chart] [remote]", "requires at least 2 arguments"),
    "registry login": ("[host]", "requires at least 1 argument"),
    "registry logout": ("[host]", "requires at least 1 argument"),
    "repo add": ("[NAME] [URL]", "requires 2 arguments"),
    "repo index": ("[DIR]", "requires 1 argument"),
    "repo list": ("", "accepts no arguments"),
    "repo remove": ("[REPO1 [REPO2 ...]]", "requires at least 1 argument"),
    "rollback": ("<RELEASE> [REVISION]", "requires at least 1 argument"),
    "show all": ("[CHART]", "requires 1 argument"),
    "show chart": ("[CHART]", "requires 1 argument"),
    "show crds": ("[CHART]", "requires 1 argument"),
    "show readme": ("[CHART]", "requires 1 argument"),
    "show values": ("[CHART]", "requires 1 argument"),
    "status": ("RELEASE_NAME", "requires 1 argument"),
    "template": ("[NAME] [CHART]", "requires at least 1 argument"),
    "test": ("[RELEASE]", "requires 1 argument"),
    "uninstall": ("RELEASE_NAME [...]", "requires at least 1 argument"),
    "upgrade": ("[RELEASE] [CHART]", "requires 2 arguments"),
    "verify": ("PATH", "requires 1 argument"),
    "version": ("", "accepts no arguments"),
}
"""How each command of Helm's is used, and how many words it takes, by its name behind `helm`."""


class Complaint(NamedTuple):
    """What is wrong with a command line."""

    words: str
    """As Helm says it, further lines included."""
    hint: str = ""


def usage_text(error: click.ClickException) -> str:
    """Return what to print about a command line that cannot be understood."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, click.exceptions.BadOptionUsage) and context is None:
        return _text(Complaint(_without_value(error.option_name)), "")
    if context is None:
        return _text(Complaint(_plain(error.format_message())), "")
    pieces = " ".join(context.command.collect_usage_pieces(context))
    return _text(_complaint(error, context), f"{context.command_path} {pieces}")


def _text(complaint: Complaint, usage: str) -> str:
    if not detail_wanted():
        return complaint.words
    rest = [f"hint: {complaint.hint}"] if complaint.hint else []
    if usage and "\nUsage:" not in complaint.words:
        rest.append(f"usage: {usage}")
    return complaint.words.rstrip("\n") + indented(f"[{UsageError.code}]", rest)


def _complaint(error: click.ClickException, context: click.Context) -> Complaint:
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        hint = newer_flag(name, context) or did_you_mean(name, _flags(context))
        return Complaint(_unknown_flag(name), hint)
    if isinstance(error, click.exceptions.NoSuchCommand):
        found = _unknown_command(error.command_name, context)
        return found._replace(hint=newer_command(error.command_name, context))
    if isinstance(error, click.BadParameter) and error.message.startswith("invalid argument"):
        return Complaint(error.message)
    if isinstance(error, click.MissingParameter) and isinstance(error.param, click.Argument):
        return Complaint(count_complaint(context), _choices(error.param))
    if error.message.startswith("Got unexpected extra argument"):
        return Complaint(count_complaint(context), _meant(context))
    return Complaint(_plain(error.message))


def count_complaint(context: click.Context) -> str:
    """Return how many words the command of `context` takes, and how it is used."""
    path = context.command_path
    use, how = USE.get(path.partition(" ")[2], ("", ""))
    if not how:
        use, how = _counted(context)
    flags = " ".join(filter(None, (use, "[flags]")))
    return f'"{path}" {how}\n\nUsage:  {path} {flags}'


def _counted(context: click.Context) -> tuple[str, str]:
    """Return the same about a command that Helm does not have."""
    arguments = [each for each in context.command.params if isinstance(each, click.Argument)]
    use = " ".join(each.make_metavar(context) for each in arguments)
    least, most = sum(each.required for each in arguments), len(arguments)
    if not most:
        return use, "accepts no arguments"
    if any(each.nargs < 0 for each in arguments):
        return use, f"requires at least {least} argument{'' if least == 1 else 's'}"
    how = "requires" if least == most else "accepts at most"
    return use, f"{how} {most} argument{'' if most == 1 else 's'}"


def _unknown_flag(name: str) -> str:
    if name.startswith("--"):
        return f"unknown flag: {name}"
    return f"unknown shorthand flag: {name[1:2]!r} in {name}"


def _without_value(name: str) -> str:
    if name.startswith("--"):
        return f"flag needs an argument: {name}"
    return f"flag needs an argument: {name[1:2]!r} in {name}"


def _unknown_command(name: str, context: click.Context) -> Complaint:
    group = context.command
    known = group.known_names(context) if isinstance(group, Group) else ()
    words = f'unknown command "{name}" for "{context.command_path}"'
    if near := closest(name, known):
        words += f"\n\nDid you mean this?\n\t{near}\n"
    return Complaint(f"{words}\nRun '{context.command_path} --help' for usage.")


def _flags(context: click.Context) -> list[str]:
    return [
        name
        for option in context.command.params
        if isinstance(option, click.Option) and not option.hidden
        for name in option.opts
    ]


def _choices(argument: click.Argument) -> str:
    kind = argument.type
    return f"one of {', '.join(map(str, kind.choices))}" if isinstance(kind, click.Choice) else ""


def _meant(context: click.Context) -> str:
    """Return a hint when the first word looks like a misspelt command: `get vlaues web`."""
    parent = context.parent
    if parent is None or not isinstance(parent.command, DefaultGroup):
        return ""
    first = next((str(each) for each in context.params.values() if isinstance(each, str)), "")
    return did_you_mean(first, parent.command.commands)


def _plain(message: str) -> str:
    return as_called(message[:1].lower() + message[1:].rstrip("."))
