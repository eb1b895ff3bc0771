"""`pkgtool`: the group of all commands, and the one place where errors become exit codes.

A command's module is imported when the command runs, so `pkgtool version` costs little more than
click itself; names and short helps for the overview and for completion are data here.

Exit codes: 0 done · 1 expected error · 2 usage · 3 bug (a report is written) · 4 `diff
--exit-code` found a difference · 75 held by another process, try again · 130 interrupted.
"""

import os
import sys
from importlib import import_module

import click

from pkgtool.cli.globals import global_options
from pkgtool.cli.output import write_error

COMMANDS = {
    "completion": "Print a completion script for a shell",
    "create": "Make a new chart",
    "dependency": "List, update or build a chart's dependencies",
    "diff": "Show what a change would change",
    "docs": "Show the documentation that comes with pkgtool",
    "env": "Print the settings in force",
    "explain": "Explain an error code",
    "get": "Show what is recorded of a release",
    "history": "Show a release's revisions",
    "init": "Nothing to set up; kept for older guides",
    "install": "Install a chart",
    "lint": "Look for faults in charts",
    "list": "List releases",
    "package": "Pack a chart into a tarball",
    "pull": "Download a chart",
    "repo": "Manage chart repositories",
    "reset": "Nothing to remove; kept for older guides",
    "rollback": "Go back to an earlier revision",
    "search": "Find charts",
    "serve": "Serve a folder of charts over HTTP",
    "show": "Show what is in a chart",
    "status": "Show how a release stands",
    "template": "Render a chart without a cluster",
    "test": "Run a release's tests",
    "uninstall": "Remove a release",
    "upgrade": "Change a release",
    "version": "Print the version",
}
"""Short help by name; the command is `command` in `pkgtool.cli.<name>`."""

ALIASES = {
    "del": "uninstall",
    "delete": "uninstall",
    "dep": "dependency",
    "dependencies": "dependency",
    "fetch": "pull",
    "hist": "history",
    "inspect": "show",
    "ls": "list",
    "un": "uninstall",
}

MODULES = {"list": "list_", "init": "noop", "reset": "noop"}
"""Modules whose name is not the command's."""


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, without importing anything."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command called `cmd_name`, which may be an alias."""
        del ctx
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            return None
        module = import_module(f"pkgtool.cli.{MODULES.get(name, name)}")
        command = getattr(module, f"{name}_command", None) or module.command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command when there is none of that name."""
        name = args[0]
        if not name.startswith("-") and name not in COMMANDS and name not in ALIASES:
            from pkgtool.errors import did_you_mean  # noqa: PLC0415

            near = did_you_mean(name, [*COMMANDS, *ALIASES])
            ctx.fail(f'unknown command {name!r} for "pkgtool"' + (f"; {near}" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List names and short helps, without importing anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@global_options
def cli() -> None:
    r"""Render, package, serve and install Kubernetes charts.

    \b
    Example:
      pkgtool create web
      pkgtool install demo ./web
      pkgtool list
    """


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        status = cli.main(arguments, prog_name="pkgtool", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return 130
    except click.ClickException as error:
        return write_error(_usage_text(error), exit_code=2)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Who read our output has seen enough; the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:  # noqa: BLE001
        return _failed(error)
    return status if isinstance(status, int) else 0


def _usage_text(error: click.ClickException) -> str:
    text = error.format_message()
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{text}\n\nUsage:  {error.ctx.command_path} " + " ".join(
            error.ctx.command.collect_usage_pieces(error.ctx)
        )
    return text


def _failed(error: Exception) -> int:
    """Report an expected error, or a bug."""
    from pkgtool.cli.failure import report_bug, show_error  # noqa: PLC0415
    from pkgtool.errors import PkgtoolError  # noqa: PLC0415

    if isinstance(error, PkgtoolError):
        return show_error(error)
    return report_bug(error)
