"""Say what is wrong with a command line, in Helm's words, with the nearest thing that exists.

Source: Helm v4 `pkg/cmd/require/args.go`, spf13/pflag for unknown flags.
"""

import click

from pkgtool.cli.groups import DefaultGroup, Group
from pkgtool.errors import UsageError, did_you_mean


def usage_text(error: click.ClickException) -> str:
    """Return what to print about a command line that cannot be understood."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return str(UsageError(_plain(error.format_message())))
    what, hint = _said(error, context)
    lines = [f"{what} [{UsageError.code}]"]
    if hint:
        lines.append(f"  hint: {hint}")
    pieces = " ".join(context.command.collect_usage_pieces(context))
    return "\n".join([*lines, "", f"Usage:  {context.command_path} {pieces}"])


def _said(error: click.ClickException, context: click.Context) -> tuple[str, str]:
    """Return what happened, and a hint or an empty text."""
    if isinstance(error, click.NoSuchOption):
        return _unknown_flag(error.option_name), did_you_mean(error.option_name, _flags(context))
    if isinstance(error, click.exceptions.NoSuchCommand):
        name, group = error.command_name, context.command
        known = group.known_names(context) if isinstance(group, Group) else ()
        return f'unknown command {name!r} for "{context.command_path}"', did_you_mean(name, known)
    message = error.format_message()
    if isinstance(error, click.MissingParameter) and isinstance(error.param, click.Argument):
        return _count(context, missing=True), _choices(error.param)
    if message.startswith("Got unexpected extra argument"):
        return _count(context, missing=False), _meant(context)
    return _plain(message), ""


def _unknown_flag(name: str) -> str:
    return f"unknown flag: {name}" if name.startswith("--") else f"unknown shorthand flag: {name}"


def _flags(context: click.Context) -> list[str]:
    return [
        name
        for option in context.command.params
        if isinstance(option, click.Option) and not option.hidden
        for name in option.opts
    ]


def _count(context: click.Context, *, missing: bool) -> str:
    """Return how many words a command takes."""
    arguments = [each for each in context.command.params if isinstance(each, click.Argument)]
    least = sum(each.required for each in arguments)
    most = len(arguments)
    open_ended = any(each.nargs < 0 for each in arguments)
    if missing:
        number, how = least, "requires" if least == most and not open_ended else "requires at least"
    else:
        number, how = most, "requires" if least == most else "accepts at most"
    words = f"{number} argument{'' if number == 1 else 's'}" if number else "no arguments"
    return f'"{context.command_path}" {how if number else "accepts"} {words}'


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
    return message[:1].lower() + message[1:].rstrip(".")
