"""`pkgtool docs`: the documentation, offline."""

import click

from pkgtool.cli.output import write
from pkgtool.cli.params import command
from pkgtool.docs import FOLDER, page, pages
from pkgtool.errors import UsageError, did_you_mean


@command("docs")
@click.argument("name", default="", metavar="[PAGE]")
def docs_command(name: str) -> None:
    r"""Show PAGE of the documentation; without one, list the pages.

    \b
    Example:
      pkgtool docs tutorial
    """
    known = {path.relative_to(FOLDER).with_suffix("").as_posix(): path for path in pages("")}
    if not name:
        # Pages about errors are `explain`'s, and fragments of the changelog nobody asks for.
        for each in sorted(known):
            if not each.startswith(("reference/errors/", "changelog/next/")):
                write(each)
        return
    wanted = name.removesuffix(".md")
    if wanted not in known:
        raise UsageError(f"no page {name!r}", hint=did_you_mean(wanted, known))
    write(page(f"{wanted}.md"), newline=False)
