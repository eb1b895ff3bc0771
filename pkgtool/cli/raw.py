"""A command that takes its arguments as they are: whatever looks like a flag is not ours."""

from collections.abc import Callable
from typing import Any

import click

from pkgtool.cli.choices import Chooser


class RawCommand(click.Command):
    """Hands all that was typed behind its name to `run`, whose status is that of the program."""

    def __init__(
        self, name: str, run: Callable[[tuple[str, ...]], int], choose: Chooser, **settings: Any
    ) -> None:
        super().__init__(name, add_help_option=False, **settings)
        self.run = run
        self.choose = choose
        """What may stand under the cursor; all that was typed are words to it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep everything."""
        ctx.args = list(args)
        return []

    def invoke(self, ctx: click.Context) -> int:
        """Run it."""
        return self.run(tuple(ctx.args))
