"""`pkgtool search`: find charts in the repositories that are known, in registries and in hubs."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.groups import group
from pkgtool.cli.output import table, warn, write, write_data
from pkgtool.cli.params import NumberParam, command, option_group, output_option
from pkgtool.errors import NothingFound
from pkgtool.ops.repo import search_registry, search_repositories
from pkgtool.repo.hub import HUB, HubChart, search_hub
from pkgtool.repo.search import Hit, SearchOptions
from pkgtool.wiring.repos import open_http, open_repos
from pkgtool.yamlcodec import Fields

_HEADER = ("CHART VERSION", "APP VERSION", "DESCRIPTION")

_result_options = option_group(
    click.option(
        "--max-col-width",
        type=NumberParam(),
        default=50,
        show_default=True,
        metavar="NUMBER",
        help="Of a column; 0 for no limit.",
    ),
    click.option("--fail-on-no-result", is_flag=True, help="Finding nothing is an error."),
    output_option,
)


@group("search", default="repo")
def search_command() -> None:
    r"""Find charts; `search WORD` is `search repo WORD`.

    \b
    Example:
      pkgtool search database
    """


@command("repo")
@click.argument("keywords", nargs=-1, metavar="[KEYWORD]...")
@click.option("--regexp", "-r", is_flag=True, help="KEYWORD is a regular expression.")
@click.option("--versions", "-l", "all_versions", is_flag=True, help="Every version.")
@click.option("--devel", is_flag=True, help="Pre-releases too.")
@click.option("--version", "-v", "wanted", default="", help="Versions in this range.")
@click.option("--plain-http", is_flag=True, help="Speak to a registry without encryption.")
@_result_options
def _repo(keywords: tuple[str, ...], **flags: Any) -> None:
    r"""Find charts in the repositories that are known, or versions at `oci://HOST/PATH`.

    \b
    Example:
      pkgtool search repo web -l
    """
    options = SearchOptions(
        flags["all_versions"], flags["devel"], flags["wanted"], regexp=flags["regexp"]
    )
    keyword = " ".join(keywords)
    repos = open_repos(current_settings())
    if keyword.startswith("oci://"):
        hits = search_registry(repos, keyword, options, plain_http=flags["plain_http"])
    else:
        hits, missing = search_repositories(repos, keyword, options)
        for each in missing:
            reason = each.error.what if each.error is not None else ""
            warn("repo is corrupt or missing", repo=each.entry.name, error=reason)
    documents = [_hit_document(hit) for hit in hits]
    _show(documents, [list(each.values()) for each in documents], ("NAME", *_HEADER), flags)


@command("hub")
@click.argument("keywords", nargs=-1, metavar="[KEYWORD]...")
@click.option("--endpoint", default=HUB, show_default=True, metavar="URL", help="The hub.")
@click.option("--list-repo-url", is_flag=True, help="Tell the repository of each chart too.")
@_result_options
def _hub(keywords: tuple[str, ...], **flags: Any) -> None:
    r"""Find charts with the help of a hub, which knows many repositories.

    \b
    Example:
      pkgtool search hub web --list-repo-url
    """
    found = search_hub(open_http(), flags["endpoint"], " ".join(keywords))
    header = ["URL", *_HEADER]
    cells = [[each.url, each.version, each.app_version, each.description] for each in found]
    if flags["list_repo_url"]:
        header.append("REPO URL")
        for row, each in zip(cells, found, strict=True):
            row.append(each.repository_url)
    _show([_hub_document(each) for each in found], cells, header, flags)


def _show(
    documents: Sequence[Fields],
    cells: Sequence[Sequence[str]],
    header: Sequence[str],
    flags: Mapping[str, Any],
) -> None:
    if not documents and flags["fail_on_no_result"]:
        raise NothingFound("no results found")
    if flags["output"] != "table":
        write_data(documents, flags["output"])
    elif not cells:
        write("No results found")
    else:
        write(table(header, cells, width=flags["max_col_width"]), newline=False)


def _hit_document(hit: Hit) -> Fields:
    return Fields(
        name=hit.name,
        version=hit.entry.version,
        app_version=hit.entry.text("appVersion"),
        description=hit.entry.text("description"),
    )


def _hub_document(chart: HubChart) -> Fields:
    return Fields(
        url=chart.url,
        version=chart.version,
        app_version=chart.app_version,
        description=chart.description,
        repository=Fields(url=chart.repository_url, name=chart.repository_name),
    )


search_command.add_command(_repo)
search_command.add_command(_hub)
