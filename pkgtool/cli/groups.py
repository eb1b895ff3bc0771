"""A group whose bare form means one of its commands, as in Helm 2: `get NAME`, `search WORD`."""

from collections.abc import Callable
from typing import Any

import click

from pkgtool.cli.globals import global_options


class DefaultGroup(click.Group):
    """Runs `default` when the first word is not the name of a command."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front of words that name no command."""
        words = [arg for arg in args if not arg.startswith("-")]
        asks_help = any(arg in ("-h", "--help") for arg in args)
        if not asks_help and (not words or words[0] not in self.commands):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


def group(name: str, **settings: Any) -> Callable[[Callable[..., Any]], click.Group]:
    """Make a group called `name` that takes the flags of every command."""
    settings.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
    kind = DefaultGroup if "default" in settings else click.Group

    def make(function: Callable[..., Any]) -> click.Group:
        made: click.Group = click.group(name, cls=kind, **settings)(global_options(function))
        return made

    return make
