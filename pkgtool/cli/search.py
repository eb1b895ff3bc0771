"""`pkgtool search`: find charts in the repositories that are known."""

from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.groups import group
from pkgtool.cli.output import note, table, write, write_data
from pkgtool.cli.params import command, output_option
from pkgtool.errors import ChartVersionNotFound
from pkgtool.ops.repo import search_repositories
from pkgtool.repo.search import Hit, SearchOptions
from pkgtool.wiring.repos import open_repos


@group("search", default="repo")
def search_command() -> None:
    r"""Find charts; `search WORD` is `search repo WORD`.

    \b
    Example:
      pkgtool search database
    """


@command("repo")
@click.argument("keywords", nargs=-1)
@click.option("--regexp", "-r", is_flag=True, help="KEYWORDS are a regular expression.")
@click.option("--versions", "-l", "all_versions", is_flag=True, help="Every version.")
@click.option("--devel", is_flag=True, help="Pre-releases too.")
@click.option("--version", "-v", "wanted", default="", help="Versions in this range.")
@click.option("--max-col-width", type=int, default=50, show_default=True, help="Of a column.")
@click.option("--fail-on-no-result", is_flag=True, help="Exit status 1 when nothing is found.")
@output_option
def _repo(keywords: tuple[str, ...], **flags: Any) -> None:
    r"""Find charts in the repositories that are known.

    \b
    Example:
      pkgtool search repo web -l
    """
    options = SearchOptions(
        flags["all_versions"], flags["devel"], flags["wanted"], regexp=flags["regexp"]
    )
    repos = open_repos(current_settings())
    hits, warnings = search_repositories(repos, " ".join(keywords), options)
    for warning in warnings:
        note(f"WARNING: {warning}")
    if not hits and flags["fail_on_no_result"]:
        raise ChartVersionNotFound("no results found")
    if flags["output"] != "table":
        write_data([_document(hit) for hit in hits], flags["output"])
    elif not hits:
        write("No results found")
    else:
        header = ("NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION")
        rows = [tuple(_document(hit).values()) for hit in hits]
        write(table(header, rows, width=flags["max_col_width"]), newline=False)


def _document(hit: Hit) -> dict[str, str]:
    return {
        "name": hit.name,
        "version": hit.entry.version,
        "app_version": hit.entry.text("appVersion"),
        "description": hit.entry.text("description"),
    }


search_command.add_command(_repo)
