"""`pkgtool version`: what Helm prints, so that scripts find what they look for.

Source: Helm v4 `pkg/cmd/version.go`, `internal/version`.
"""

import sys

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import is_terminal, write, write_data
from pkgtool.cli.params import command, output_option
from pkgtool.template.capabilities import DEFAULT_KUBE_VERSION, parse_kube_version

VERSION = "0.1.0"
"""Kept equal to `pyproject.toml` by a test; reading the installed metadata costs 10 ms."""

_LEVELS = {"helm3": "v3.19", "helm4.1": "v4.1", "helm4.2": "v4.2"}
"""The version of Helm whose behaviour is matched, by compatibility level."""


@command("version")
@click.option("--short", is_flag=True, help="Only the number.")
@click.option("--template", default="", metavar="TEMPLATE", help="A Go template over the fields.")
@click.option("--client", "-c", is_flag=True, hidden=True)
@output_option
def version_command(short: bool, template: str, client: bool, output: str) -> None:
    r"""Print the version of Helm whose behaviour is matched; `pkgtool --version` is our own.

    \b
    Example:
      pkgtool version --short
    """
    del client
    fields = _fields()
    if template:
        # Imported here: it takes the whole template language.
        from pkgtool.cli.gotext import render_go_text  # noqa: PLC0415

        write(render_go_text(template, fields, name="_"), newline=False)
    elif output != "table":
        document = {name[:1].lower() + name[1:]: value for name, value in fields.items() if value}
        write_data(document | {"pkgtool": f"v{VERSION}", "python": _python()}, output)
    elif short:
        write(fields["Version"])
    else:
        described = ", ".join(f'{name}:"{value}"' for name, value in fields.items())
        write(f"version.BuildInfo{{{described}}}")
        if is_terminal():
            write(f"pkgtool v{VERSION} (Python {_python()})")


def _fields() -> dict[str, str]:
    settings = current_settings()
    kube = parse_kube_version(settings.pinned.kube_version or DEFAULT_KUBE_VERSION)
    return {
        "Version": _LEVELS[settings.compat],
        "GitCommit": "",
        "GitTreeState": "",
        "GoVersion": "",
        "KubeClientVersion": ".".join(kube.split(".")[:2]),
    }


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))
