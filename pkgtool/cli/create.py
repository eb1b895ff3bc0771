"""`pkgtool create`."""

from pathlib import Path

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import note, write
from pkgtool.cli.params import command
from pkgtool.errors import UsageError
from pkgtool.ops.create import create, create_from
from pkgtool.places import Places


@command("create")
@click.argument("name")
@click.option(
    "--engine",
    type=click.Choice(["jinja2", "gotpl"]),
    default="jinja2",
    show_default=True,
    help="Language of the templates.",
)
@click.option("-p", "--starter", default="", metavar="NAME", help="Copy this starter instead.")
@click.option("--chart-api-version", default="v2", hidden=True)
def create_command(name: str, engine: str, starter: str, chart_api_version: str) -> None:
    r"""Make a new chart in the folder NAME.

    A starter is a chart in the folder of starters, or anywhere when its path is absolute; its
    templates stay in the language that they are in.

    \b
    Example:
      pkgtool create web
      pkgtool create web --engine gotpl
      pkgtool create web --starter company-service
    """
    if chart_api_version != "v2":
        raise UsageError(
            f"unsupported chart API version: {chart_api_version}", hint="charts are of v2"
        )
    write(f"Creating {name}")
    path = Path(name)
    if starter:
        overwritten = create_from(path, starter, Places(current_settings()).starter_folders)
    else:
        overwritten = create(path, engine=engine)
    for each in overwritten:
        note(f'WARNING: File "{each}" already exists. Overwriting.')
