"""`pkgtool create`."""

from pathlib import Path

import click

from pkgtool.cli.output import note, write
from pkgtool.cli.params import command
from pkgtool.ops.create import create


@command("create")
@click.argument("name")
@click.option(
    "--engine",
    type=click.Choice(["jinja2", "gotpl"]),
    default="jinja2",
    show_default=True,
    help="Language of the templates.",
)
def create_command(name: str, engine: str) -> None:
    r"""Make a new chart in the folder NAME.

    \b
    Example:
      pkgtool create web
      pkgtool create web --engine gotpl
    """
    overwritten = create(Path(name), engine=engine)
    write(f"Creating {name}")
    for path in overwritten:
        note(f'WARNING: File "{path}" already exists. Overwriting.')
