"""`pkgtool plugin`: install, list, update, uninstall, package and verify plugins."""

from pathlib import Path
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.groups import group
from pkgtool.cli.output import note, table, write, write_data
from pkgtool.cli.params import command, output_option
from pkgtool.cli.progress import current_progress
from pkgtool.cli.registries import registry_access
from pkgtool.cli.signing import chosen_signature, signing_options
from pkgtool.errors import UsageError
from pkgtool.ops.plugin import (
    PluginHost,
    Wish,
    install_plugin,
    package_plugin,
    uninstall_plugins,
    update_plugins,
    verify_plugin,
)
from pkgtool.places import Places
from pkgtool.plugin.find import find_plugins
from pkgtool.plugin.signature import provenance_status
from pkgtool.wiring.plugins import open_plugin_host

_ALIASES = {
    "add": "install",
    "ls": "list",
    "up": "update",
    "rm": "uninstall",
    "remove": "uninstall",
}

_keyring_option = click.option(
    "--keyring", default="", metavar="PATH", help="Keyring with the keys that are trusted."
)


@group("plugin")
def plugin_command() -> None:
    r"""Manage plugins; those of Helm are found too.

    \b
    Example:
      pkgtool plugin install https://example.com/plugins/hello-1.0.0.tgz
    """


@command("install")
@click.argument("source", metavar="PATH|URL")
@click.option("--version", default="", metavar="VERSION", help="A tag, or a range of versions.")
@click.option("--verify/--no-verify", default=True, help="Check the signature first (default).")
@_keyring_option
@click.option("--username", default="", help="For the server.")
@click.option("--password", default="", help="For the server.")
@click.option("--ca-file", default="", metavar="PATH", help="CA of the server.")
@click.option("--cert-file", default="", metavar="PATH", help="Certificate to show.")
@click.option("--key-file", default="", metavar="PATH", help="Key of the certificate.")
@click.option("--insecure-skip-tls-verify", is_flag=True, help="Trust any certificate.")
@click.option("--plain-http", is_flag=True, help="Without TLS, from a registry.")
def _install(source: str, version: str, verify: bool, keyring: str, **flags: Any) -> None:
    r"""Install a plugin from a folder, tarball, URL, registry or git repository.

    \b
    Example:
      pkgtool plugin install ./my-plugin
      pkgtool plugin install oci://registry.example.com/plugins/hello:1.0.0
      pkgtool plugin install https://example.com/diff.git --version '^3.9' --verify=false
    """
    wish = Wish(source, version, verify, _keyring(keyring))
    install_plugin(wish, _host(**flags))


@command("list")
@click.option("--type", "type_", default="", metavar="TYPE", help="cli/v1, getter/v1, …")
@output_option
def _list(type_: str, output: str) -> None:
    r"""List the plugins that are installed.

    \b
    Example:
      pkgtool plugin list --type cli/v1
    """
    header = ("NAME", "VERSION", "TYPE", "APIVERSION", "PROVENANCE", "SOURCE")
    rows = []
    for plugin in find_plugins(Places(current_settings()).plugin_folders, type=type_, say=note):
        says = plugin.metadata
        source = says.source_url or "unknown"
        status = provenance_status(plugin)
        rows.append((says.name, says.version, says.type, says.api_version, status, source))
    if output != "table":
        keys = [title.lower() for title in header]
        write_data([dict(zip(keys, row, strict=True)) for row in rows], output)
        return
    write(table(header, rows), newline=False)


@command("update")
@click.argument("names", nargs=-1, metavar="PLUGIN...")
def _update(names: tuple[str, ...]) -> None:
    r"""Bring plugins from git repositories to their newest state.

    \b
    Example:
      pkgtool plugin update diff
    """
    if not names:
        raise UsageError("please provide plugin name to update")
    update_plugins(names, _host())


@command("uninstall")
@click.argument("names", nargs=-1, metavar="PLUGIN...")
def _uninstall(names: tuple[str, ...]) -> None:
    r"""Remove plugins.

    \b
    Example:
      pkgtool plugin uninstall diff
    """
    if not names:
        raise UsageError("please provide plugin name to uninstall")
    uninstall_plugins(names, _host())


@command("package")
@click.argument("path")
@click.option("--sign/--no-sign", default=True, help="Sign it (default).")
@signing_options
@click.option("--destination", "-d", default=".", metavar="DIR", help="Where to write.")
def _package(path: str, sign: bool, destination: str, **flags: str | None) -> None:
    r"""Pack the plugin in the folder PATH into a tarball, and sign that.

    \b
    Example:
      pkgtool plugin package ./my-plugin -d dist --key me@example.com
      pkgtool plugin package ./my-plugin -d dist --sign=false
    """

    def signature(data: bytes, filename: str, metadata: bytes) -> bytes:
        # The key is looked for when there is something to be signed.
        return chosen_signature(flags, current_settings())(data, filename, metadata)

    package_plugin(Path(path), Path(destination), sign=signature if sign else None, say=write)


@command("verify")
@click.argument("path")
@_keyring_option
def _verify(path: str, keyring: str) -> None:
    r"""Check who signed the packed plugin at PATH.

    \b
    Example:
      pkgtool plugin verify hello-1.0.0.tgz
    """
    verify_plugin(Path(path), _keyring(keyring), _host())


for _each in (_install, _list, _update, _uninstall, _package, _verify):
    plugin_command.add_command(_each)
for _alias, _name in _ALIASES.items():
    plugin_command.add_command(plugin_command.commands[_name], _alias)


def _keyring(path: str) -> Path:
    return Path(path) if path else Places(current_settings()).keyring


def _host(**flags: Any) -> PluginHost:
    from pkgtool.cli.root import ALIASES, COMMANDS  # noqa: PLC0415

    username, password = flags.get("username", ""), flags.get("password", "")
    return open_plugin_host(
        current_settings(),
        say=write,
        access=registry_access(flags, username=username, password=password),
        progress=current_progress(),
        commands=(*COMMANDS, *ALIASES),
    )
