"""`pkgtool registry`: log in to registries, and out."""

import sys
from typing import Any

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.groups import group
from pkgtool.cli.output import warn, write, write_styled
from pkgtool.cli.params import command
from pkgtool.cli.registries import certificate_options, registry_access
from pkgtool.errors import UsageError
from pkgtool.ops.registry import login, logout
from pkgtool.wiring.registries import open_registries


@group("registry")
def registry_command() -> None:
    r"""Log in to OCI registries, and out.

    \b
    Example:
      pkgtool registry login registry.example.com
    """


@command("login")
@click.argument("host")
@click.argument("more", nargs=-1, metavar="", expose_value=False)
@click.option("--username", "-u", default="", help="User at the registry.")
@click.option("--password", "-p", default="", help="Password or identity token.")
@click.option("--password-stdin", is_flag=True, help="Read it from standard input.")
@click.option("--insecure", is_flag=True, help="Trust any certificate.")
@certificate_options
def _login(host: str, **flags: Any) -> None:
    r"""Keep credentials for the registry HOST, when it accepts them.

    \b
    Example:
      pkgtool registry login registry.example.com -u me --password-stdin < password.txt
    """
    username, password = _credentials(flags)
    if "/" in host:
        warn(
            "registry login currently only supports registry hostname, not a repository path",
            host=host,
            suggested=host.partition("/")[0],
        )
    registries = open_registries(current_settings(), registry_access(flags))
    login(registries, host, username, password)
    write("Login Succeeded")


@command("logout")
@click.argument("host")
@click.argument("more", nargs=-1, metavar="", expose_value=False)
def _logout(host: str) -> None:
    r"""Forget the credentials for the registry HOST.

    \b
    Example:
      pkgtool registry logout registry.example.com
    """
    logout(open_registries(current_settings()), host)
    write(f"Removing login credentials for {host}")


def _credentials(flags: dict[str, Any]) -> tuple[str, str]:
    """Return user and password from flags, standard input or the human."""
    username, password = flags["username"], flags["password"]
    if flags["password_stdin"]:
        return username, sys.stdin.read().removesuffix("\n").removesuffix("\r")
    if password:
        warn("using --password via the CLI is insecure. Use --password-stdin")
        return username, password
    username = username or _asked("Username: ").strip()
    if not username:
        return "", _required(_asked("Token: ", secret=True), "token required")
    return username, _required(_asked("Password: ", secret=True), "password required")


def _required(text: str, what: str) -> str:
    if not text:
        raise UsageError(what, hint="in a pipeline, use --username and --password-stdin")
    return text


def _asked(prompt: str, *, secret: bool = False) -> str:
    """Return what is typed; the terminal does not show a `secret`."""
    if secret and sys.stdin.isatty():
        from getpass import getpass  # noqa: PLC0415

        return getpass(prompt)
    write_styled(prompt, newline=False)
    line = sys.stdin.readline().rstrip("\r\n")
    if secret:
        write_styled("")
    return line


registry_command.add_command(_login, "login")
registry_command.add_command(_logout, "logout")
