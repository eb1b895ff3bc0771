"""`pkgtool explain CODE`: the page about an error code."""

import click

from pkgtool.cli.output import write
from pkgtool.cli.params import command
from pkgtool.docs import page, pages
from pkgtool.errors import UsageError, did_you_mean


@command("explain")
@click.argument("code", default="")
def explain_command(code: str) -> None:
    r"""Explain the error CODE; without one, list all codes.

    \b
    Example:
      pkgtool explain P501
    """
    known = {path.stem: path for path in pages("reference/errors")}
    if not code:
        for name, path in sorted(known.items()):
            write(f"{name}  {path.read_text().splitlines()[0].partition('—')[2].strip()}")
        return
    wanted = code.upper()
    if wanted not in known:
        raise UsageError(f"no error code {code!r}", hint=did_you_mean(wanted, known))
    write(page(f"reference/errors/{wanted}.md"), newline=False)
