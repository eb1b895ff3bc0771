"""Say what became of Helm 2's commands and flags; asked only when a command line makes no sense.

What Helm 2's forms meant and still can mean is simply understood, by the commands themselves.

Source: Helm v2.17 documentation of commands; Helm's guide to the changes since version 2.
"""

import click

_NO_SERVER = "there is no Tiller any more: leave it out"
_TILLER = (
    *("--tiller-namespace", "--tiller-connection-timeout"),
    *("--host", "--tls", "--tls-ca-cert", "--tls-cert", "--tls-hostname", "--tls-key"),
    "--tls-verify",
)

_COMMANDS = {
    "home": "`pkgtool env HELM_CONFIG_HOME`",
}
"""What is done today instead of a command."""

_EVERYWHERE = {
    **dict.fromkeys(_TILLER, _NO_SERVER),
    "--home": "HELM_CONFIG_HOME, HELM_CACHE_HOME and HELM_DATA_HOME say where files are",
}

_FLAGS = {
    "install": {
        "--no-crd-hook": "--skip-crds, for what is in `crds/`",
    },
    "upgrade": {"--no-crd-hook": "--skip-crds, for what is in `crds/`"},
    "list": {
        "--col-width": "leave it out: columns are as wide as they need to be",
        "-c": "leave it out: rows are never grouped by chart",
    },
    "search": {"--col-width": "--max-col-width"},
    "search repo": {"--col-width": "--max-col-width"},
    "test": {
        "--parallel": "leave it out: tests run one after the other",
        "--max": "leave it out: tests run one after the other",
    },
    "version": {"--server": _NO_SERVER, "-s": _NO_SERVER},
}
"""What is written today instead of a flag, by command."""


def newer_command(name: str, context: click.Context) -> str:
    """Return a hint about the command `name` of Helm 2, or nothing."""
    return "" if context.parent is not None else _COMMANDS.get(name, "")


def newer_flag(name: str, context: click.Context) -> str:
    """Return a hint about the flag `name` that Helm 2 had, or nothing."""
    command = context.command_path.partition(" ")[2]
    return _FLAGS.get(command, {}).get(name) or _EVERYWHERE.get(name, "")
