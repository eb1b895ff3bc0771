"""Flags that every command takes, before or after its name.

Helm's scripts write `helm list -n prod` as readily as `helm -n prod list`; so both are the same
here: each flag writes into the root context, and `current_settings` reads from there.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Wrapped = TypeVar("Wrapped", bound=Callable[..., Any])


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Keep a flag that was given; the last place it was given in wins."""
    if value is not None and param.name is not None:
        flags: dict[str, object] = ctx.find_root().ensure_object(dict)
        flags[param.name] = value


def _flag(*names: str, **options: Any) -> Callable[[Wrapped], Wrapped]:
    return click.option(*names, expose_value=False, callback=_remember, is_eager=True, **options)


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

_FLAGS = (
    _flag("--namespace", "-n", metavar="NAME", help="Namespace of the release."),
    _flag("--cluster", metavar="local", help="Use the embedded cluster."),
    _flag("--kubeconfig", metavar="PATH", help="Path of a kubeconfig."),
    _flag("--debug", is_flag=True, default=None, help="Say more."),
    _flag("--color", "--colour", "color", metavar="WHEN", help="never, auto or always."),
    _flag("--repository-config", metavar="PATH", help="Path of repositories.yaml."),
    _flag("--repository-cache", metavar="PATH", help="Folder of cached indexes."),
)


def global_options(command: Wrapped) -> Wrapped:
    """Give `command` the flags that every command takes.

    Its docstring is raw, so that the mark by which click keeps lines as they are can be written;
    here it becomes the character that click knows.
    """
    command.__doc__ = (command.__doc__ or "").replace(r"\b", "\b")
    for add in reversed(_FLAGS):
        command = add(command)
    return command
