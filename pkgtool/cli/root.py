"""`pkgtool`: the group of all commands, and the one place where errors become exit codes.

A command's module is imported when the command runs, so `pkgtool version` costs little more than
click itself; names and short helps for the overview and for completion are data here.

Exit codes: 0 done · 1 expected error · 3 bug (a report is written) · 4 `diff
--exit-code` found a difference · 75 held by another process, try again · 130
and 143 interrupted by SIGINT and SIGTERM.
"""

from collections.abc import Callable, Mapping
from importlib import import_module

import click

from pkgtool.cli.globals import GLOBAL_OPTIONS, marked
from pkgtool.cli.groups import Group
from pkgtool.cli.output import drop_output, write_error
from pkgtool.cli.program import program_name

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
    "plugin": "Manage plugins",
    "pull": "Download a chart",
    "push": "Store a packed chart in a registry",
    "registry": "Log in to registries, and out",
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
    "verify": "Say who signed a packed chart",
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

COMPLETING = ("__complete", "__completeNoDesc")
"""What shells call to complete a command line."""

MODULES = {"list": "list_", "init": "noop", "reset": "noop"}
"""Modules whose name is not the command's."""


class LazyGroup(Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, without importing anything."""
        del ctx
        return sorted(COMMANDS)

    def known_names(self, ctx: click.Context) -> list[str]:
        """Return all names and aliases."""
        del ctx
        return [*COMMANDS, *ALIASES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command called `cmd_name`, which may be an alias."""
        del ctx
        if cmd_name in COMPLETING:
            from pkgtool.cli.complete import complete_command  # noqa: PLC0415

            return complete_command(cmd_name)
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            from pkgtool.cli.plugins import command_of_plugin  # noqa: PLC0415

            return command_of_plugin(cmd_name)
        module = import_module(f"pkgtool.cli.{MODULES.get(name, name)}")
        command = getattr(module, f"{name}_command")
        return command if isinstance(command, click.Command) else None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List all flags, those of every command too."""
        click.Group.format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List names and short helps, without importing their modules; then those of plugins."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))
        if plugins := _plugins():
            with formatter.section("Plugins"):
                formatter.write_dl(plugins)


def _plugins() -> list[tuple[str, str]]:
    """Return names and short helps of the plugins that can be typed as commands."""
    from pkgtool.cli.current import current_settings  # noqa: PLC0415
    from pkgtool.errors import SettingInvalid  # noqa: PLC0415

    try:
        settings = current_settings()
    except SettingInvalid:
        # The overview may be what helps to mend it.
        return []
    # Most users have none, and do not wait for what reads them.
    if not settings.use_plugins:
        return []
    from pkgtool.places import Places  # noqa: PLC0415

    if not any(each.is_dir() for each in Places(settings).plugin_folders):
        return []
    from pkgtool.cli.plugins import short_helps  # noqa: PLC0415

    return [(name, words) for name, words in short_helps() if name not in COMMANDS]


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value:
        from pkgtool.cli.version import VERSION  # noqa: PLC0415

        click.echo(f"pkgtool v{VERSION}")
        ctx.exit()


_VERSION = click.Option(
    ["--version"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)


@click.group(
    cls=LazyGroup,
    params=[_VERSION, *GLOBAL_OPTIONS],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@marked
def cli() -> None:
    r"""Render, package, serve and install Kubernetes charts.

    \b
    Example:
      pkgtool create web
      pkgtool install demo ./web
      pkgtool list
    """


def run(arguments: list[str], meta: Mapping[str, object] | None = None) -> int:
    """Run one command line and return its exit code.

    Args:
        arguments: What was typed behind `pkgtool`.
        meta: What a program that runs commands brings itself; see `cli.session.SESSION`.
    """
    return _guarded(lambda: _parsed_and_run(arguments, meta or {}))


def _parsed_and_run(arguments: list[str], meta: Mapping[str, object]) -> int:
    with cli.make_context(program_name(), list(arguments)) as context:
        context.meta.update(meta)
        # Errors are shown while the context lives, for it knows whether colours are wanted.
        return _guarded(lambda: cli.invoke(context))


def _guarded(work: Callable[[], object]) -> int:
    """Do `work`, say what went wrong with it, and return the exit code."""
    try:
        status = work()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        from pkgtool.cli.usage import usage_text  # noqa: PLC0415

        return write_error(usage_text(error), exit_code=1)
    except KeyboardInterrupt as stop:
        return _interrupted(stop)
    except BrokenPipeError:
        # Who read our output has seen enough.
        drop_output()
        return 0
    except Exception as error:  # noqa: BLE001
        return _failed(error)
    return status if isinstance(status, int) else 0


def _interrupted(stop: KeyboardInterrupt) -> int:
    from pkgtool.cli.signals import exit_code  # noqa: PLC0415

    return write_error("interrupted", exit_code=exit_code(stop))


def _failed(error: Exception) -> int:
    """Report an expected error, or a bug."""
    from pkgtool.cli.failure import report_bug, show_error  # noqa: PLC0415
    from pkgtool.errors import PkgtoolError  # noqa: PLC0415

    if isinstance(error, PkgtoolError):
        return show_error(error)
    return report_bug(error)
