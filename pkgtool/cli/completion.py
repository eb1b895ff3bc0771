"""`pkgtool completion`: a script that makes a shell complete pkgtool's words."""

import click

from pkgtool.cli.output import write
from pkgtool.cli.params import command
from pkgtool.cli.program import program_name


@command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
@click.option("--no-descriptions", is_flag=True, help="Only the words.")
def completion_command(shell: str, no_descriptions: bool) -> None:
    r"""Print a completion script for SHELL.

    \b
    Example:
      source <(pkgtool completion bash)
    """
    from pkgtool.cli.shells import completion_script  # noqa: PLC0415

    write(completion_script(shell, program_name(), descriptions=not no_descriptions), newline=False)
