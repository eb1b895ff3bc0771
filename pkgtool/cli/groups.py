"""Groups of commands, which know near names and may have a command that their bare form means.

So `get NAME` is `get all NAME` and `search WORD` is `search repo WORD`, as in Helm 2.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from pkgtool.cli.arguments import as_click
from pkgtool.cli.globals import GLOBAL_OPTIONS, HELP, format_own_options, marked


class Group(click.Group):
    """A group that names the nearest command when there is none of a name."""

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return the flag that asks for help."""
        del ctx
        return HELP

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the flags that are the command's own."""
        format_own_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give flags their meaning that click would not give them, then parse."""
        return super().parse_args(ctx, as_click(args, self.params, {}, ctx))

    def known_names(self, ctx: click.Context) -> Iterable[str]:
        """Return everything that may be typed as a command here."""
        return self.list_commands(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(
                args[0], possibilities=list(self.known_names(ctx)), ctx=ctx
            )
        return super().resolve_command(ctx, args)


class DefaultGroup(Group):
    """Runs `default` when the first word is not the name of a command."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in front of all flags: what was typed, or else the default."""
        place = self._word(args)
        if place >= 0 and args[place] in self.commands:
            args = [args[place], *args[:place], *args[place + 1 :]]
        elif not self._wants_help(args, bare=place < 0):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def _wants_help(self, args: Sequence[str], *, bare: bool) -> bool:
        """Tell whether nothing was asked that the default could answer."""
        demanding = any(each.required for each in self.commands[self.default].params)
        return bare and (any(arg in ("-h", "--help") for arg in args) or (not args and demanding))

    def _word(self, args: Sequence[str]) -> int:
        """Return the place of the first word that is neither a flag nor a flag's value, or -1."""
        options = {
            name: option
            for option in (*self.params, *self.commands[self.default].params)
            if isinstance(option, click.Option)
            for name in option.opts
        }
        takes_value = False
        for place, arg in enumerate(args):
            if not takes_value and not arg.startswith("-"):
                return place
            option = options.get(arg)
            takes_value = not takes_value and option is not None and not option.is_flag
        return -1


def group(name: str, **settings: Any) -> Callable[[Callable[..., Any]], click.Group]:
    """Make a group called `name` that takes the flags of every command."""
    settings.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
    kind = DefaultGroup if "default" in settings else Group

    def make(function: Callable[..., Any]) -> click.Group:
        made: click.Group = click.group(name, cls=kind, params=[*GLOBAL_OPTIONS], **settings)(
            marked(function)
        )
        return made

    return make
