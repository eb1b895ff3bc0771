"""`pkgtool repo`: chart repositories."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.groups import group
from pkgtool.cli.output import note, table, warn, write, write_data
from pkgtool.cli.params import DurationParam, command, output_option
from pkgtool.cli.progress import current_progress
from pkgtool.cli.sources import credentials
from pkgtool.errors import RepoError, UsageError
from pkgtool.ops.repo import (
    add_repository,
    remove_repository,
    update_repositories,
)
from pkgtool.places import Places
from pkgtool.repo.config import load_repositories, make_entry
from pkgtool.repo.publish import index_folder, merge_index, write_index
from pkgtool.repo.urls import shown
from pkgtool.wiring.repos import open_repos, repository_list

_timeout_option = click.option(
    "--timeout",
    type=DurationParam(),
    default="2m0s",
    show_default=True,
    help="For everything that is fetched.",
)


@group("repo")
def repo_command() -> None:
    r"""Manage chart repositories.

    \b
    Example:
      pkgtool repo add stable https://charts.example.com
    """


@command("add")
@click.argument("name")
@click.argument("url")
@click.option("--username", default="", help="For this repository.")
@click.option("--password", default="", help="For this repository.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--ca-file", default="", metavar="PATH", help="CA of the repository.")
@click.option("--cert-file", default="", metavar="PATH", help="Certificate to show.")
@click.option("--key-file", default="", metavar="PATH", help="Key of the certificate.")
@click.option("--insecure-skip-tls-verify", is_flag=True, help="Trust any certificate.")
@click.option("--pass-credentials", is_flag=True, help="Send credentials to all hosts.")
@click.option("--allow-deprecated-repos", is_flag=True, help="Take repositories that moved away.")
@click.option("--force-update", is_flag=True, help="Replace one of the same name.")
@_timeout_option
def _add(name: str, url: str, **flags: Any) -> None:
    r"""Make the repository at URL known as NAME.

    \b
    Example:
      pkgtool repo add stable https://charts.example.com --username me --password-stdin
    """
    settings = current_settings()
    flags["password"] = _password(flags)
    entry = make_entry(name, url, credentials(flags))
    update = add_repository(
        repository_list(settings),
        open_repos(settings, timeout_s=flags["timeout"], progress=current_progress()),
        entry,
        force=flags["force_update"],
        allow_deprecated=flags["allow_deprecated_repos"],
    )
    if update is None:
        write(f'"{name}" already exists with the same configuration, skipping')
    else:
        _warn(update.warnings)
        write(f'"{name}" has been added to your repositories')


def _password(flags: dict[str, Any]) -> str:
    """Return the password, asking for it where there is a name without one."""
    if flags["password"] or not (flags["username"] or flags["password_stdin"]):
        return str(flags["password"])
    if flags["password_stdin"]:
        return sys.stdin.read().removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for the password", hint="--password-stdin")
    return str(click.prompt("Password", hide_input=True, default="", show_default=False))


@command("list")
@click.option("--no-headers", is_flag=True, help="Without the first line.")
@output_option
def _list(no_headers: bool, output: str) -> None:
    r"""List the repositories that are known.

    \b
    Example:
      pkgtool repo list -o json
    """
    entries = load_repositories(repository_list(current_settings()).found).entries
    if output != "table":
        write_data([{"name": each.name, "url": shown(each.url)} for each in entries], output)
    elif not entries:
        note("no repositories to show")
    else:
        header = () if no_headers else ("NAME", "URL")
        write(table(header, [(each.name, shown(each.url)) for each in entries]), newline=False)


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        warn(warning)


@command("update")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@_timeout_option
def _update(names: tuple[str, ...], timeout: float) -> None:
    r"""Fetch the indexes of all repositories, or of those named.

    \b
    Example:
      pkgtool repo update
    """
    repos = open_repos(current_settings(), timeout_s=timeout, progress=current_progress())
    updates = update_repositories(repos, names)
    write("Hang tight while we grab the latest from your chart repositories...")
    failed = []
    for each in updates:
        name, url = each.entry.name, shown(each.entry.url)
        _warn(each.warnings)
        if each.error is None:
            write(f'...Successfully got an update from the "{name}" chart repository')
            continue
        failed.append(url)
        write(f'...Unable to get an update from the "{name}" chart repository ({url}):')
        write(f"\t{each.error.what}")
    if failed:
        raise RepoError(f"failed to update the following repositories: [{' '.join(failed)}]")
    write("Update Complete. ⎈Happy Helming!⎈")


@command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def _remove(names: tuple[str, ...]) -> None:
    r"""Forget the repositories named.

    \b
    Example:
      pkgtool repo remove stable
    """
    settings = current_settings()
    for name in names:
        remove_repository(repository_list(settings), Places(settings).index_folder, name)
        write(f'"{name}" has been removed from your repositories')


@command("index")
@click.argument("folder", metavar="DIR")
@click.option("--url", default="", help="Put in front of file names.")
@click.option("--merge", default="", metavar="FILE", help="Keep what this index has.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def _index(folder: str, url: str, merge: str, as_json: bool) -> None:
    r"""Write an index of the tarballs in DIR.

    \b
    Example:
      pkgtool repo index dist --url https://charts.example.com
    """
    index = index_folder(Path(folder), url=url, at=datetime.now(UTC))
    if merge:
        index = merge_index(index, Path(merge), as_json=as_json)
    _warn(index.warnings)
    write_index(Path(folder), index, as_json=as_json)


for _name, _each in (
    ("add", _add),
    ("list", _list),
    ("ls", _list),
    ("update", _update),
    ("up", _update),
    ("remove", _remove),
    ("rm", _remove),
    ("index", _index),
):
    repo_command.add_command(_each, _name)
