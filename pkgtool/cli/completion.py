"""`pkgtool completion`: a script that makes a shell complete pkgtool's words."""

import click
from click.shell_completion import get_completion_class

from pkgtool.cli.output import write
from pkgtool.cli.params import command


@command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
@click.option("--no-descriptions", is_flag=True, help="Accepted; click decides.")
def completion_command(shell: str, no_descriptions: bool) -> None:
    r"""Print a completion script for SHELL.

    \b
    Example:
      source <(pkgtool completion bash)
    """
    del no_descriptions
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"this version of click does not complete {shell}")
    root = click.get_current_context().find_root().command
    write(kind(root, {}, "pkgtool", "_PKGTOOL_COMPLETE").source())
