"""Flags that every command takes, before or after its name.

Helm's scripts write `helm list -n prod` as readily as `helm -n prod list`; so both are the same
here: each flag writes into the root context, and `current_settings` reads from there.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from pkgtool.cli.program import NAME

Wrapped = TypeVar("Wrapped", bound=Callable[..., Any])


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Keep a flag that was given; the last place it was given in wins."""
    if value is not None and value != () and param.name is not None:
        flags: dict[str, object] = ctx.find_root().ensure_object(dict)
        flags[param.name] = value


class GlobalOption(click.Option):
    """A flag that every command takes; only the help of the whole program lists it."""


def format_own_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write the flags that are the command's own, and where the others are listed."""
    own = [
        each
        for each in command.get_params(ctx)
        if isinstance(each, click.Option) and not isinstance(each, GlobalOption)
    ]
    rows = [row for each in own if (row := each.get_help_record(ctx)) is not None]
    with formatter.section("Options"):
        formatter.write_dl(rows)
    formatter.write_paragraph()
    formatter.write_text(f"Flags of every command: {NAME} --help")


def _flag(*names: str, **options: Any) -> click.Option:
    return GlobalOption(names, expose_value=False, callback=_remember, is_eager=True, **options)


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


HELP = click.Option(
    ["-h", "--help"],
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_help,
    help="Show this message and exit.",
)
"""The flag that every command ends with; click's own looks for translations on the disk."""

GLOBAL_OPTIONS = (
    _flag("--namespace", "-n", metavar="NAME", help="Namespace of the release."),
    _flag("--cluster", metavar="local", help="Use the embedded cluster."),
    _flag("--kubeconfig", metavar="PATH", help="Path of a kubeconfig."),
    _flag("--debug", is_flag=True, default=None, help="Say more."),
    _flag("--color", "--colour", "color", metavar="WHEN", help="never, auto or always."),
    _flag("--repository-config", metavar="PATH", help="Path of repositories.yaml."),
    _flag("--repository-cache", metavar="PATH", help="Folder of cached indexes."),
    _flag("--registry-config", metavar="PATH", help="Path of the logins at registries."),
    _flag("--content-cache", metavar="PATH", help="Folder of downloaded charts."),
    _flag("--compat", metavar="LEVEL", help="Behave as helm3, helm4.1 or helm4.2."),
    _flag("--kube-context", metavar="NAME", help="Context of the kubeconfig."),
    _flag("--kube-apiserver", metavar="URL", help="Address of the API server."),
    _flag("--kube-token", metavar="TOKEN", help="Bearer token."),
    _flag("--kube-as-user", metavar="NAME", help="User to act as."),
    _flag("--kube-as-group", "kube_as_groups", multiple=True, metavar="NAME", help="Group, too."),
    _flag("--kube-ca-file", metavar="PATH", help="CA of the API server."),
    _flag("--kube-tls-server-name", metavar="NAME", help="Name that its certificate has."),
    _flag(
        "--kube-insecure-skip-tls-verify",
        is_flag=True,
        default=None,
        help="Trust any certificate of the API server.",
    ),
    _flag("--burst-limit", "kube_burst_limit", type=int, metavar="N", help="Requests at once."),
    _flag("--qps", "kube_qps", type=float, metavar="N", help="Requests a second."),
)
"""The same for all commands. In Helm's words, but for `--cluster` and `--compat`, which are ours."""


def marked(command: Wrapped) -> Wrapped:
    """Give `command` a docstring that click understands.

    It is raw, so that the mark by which click keeps lines as they are can be written; here it
    becomes the character that click knows.
    """
    command.__doc__ = (command.__doc__ or "").replace(r"\b", "\b")
    return command
