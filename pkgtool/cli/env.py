"""`pkgtool env`, under our names and under Helm's."""

from pathlib import Path

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import warn, write, write_data
from pkgtool.cli.params import command, output_option
from pkgtool.errors import did_you_mean
from pkgtool.settings import Settings
from pkgtool.wiring.environ import helm_settings, shared_settings


@command("env")
@click.argument("name", default="")
@output_option
def env_command(name: str, output: str) -> None:
    r"""Print the settings in force, or only that called NAME.

    \b
    Example:
      pkgtool env PKGTOOL_DATA_HOME
    """
    settings = current_settings()
    program = click.get_current_context().find_root().info_name
    values = helm_settings(settings)
    if program != "helm":
        values |= settings_in_force(settings)
    if name:
        # Plugins ask for Helm's, whatever the name under which they were started.
        known = settings_in_force(settings) | helm_settings(settings)
        if name not in known and (hint := did_you_mean(name, known)):
            warn(f"no setting called {name!r}: {hint}")
        write(known.get(name, ""))
    elif output != "table":
        write_data(values, output)
    else:
        for key, value in sorted(values.items()):
            write(f'{key}="{value}"')


def settings_in_force(settings: Settings) -> dict[str, str]:
    """Return `settings` by the names of our variables."""
    pinned = settings.pinned
    ours = {
        "CLUSTER": settings.cluster,
        "COLOR": settings.color,
        "COMPAT": settings.compat,
        "DRIVER": settings.driver,
        "DRIVER_SQL_CONNECTION_STRING": settings.sql_connection and "(set)",
        "ERROR_DETAIL": str(settings.error_detail).lower(),
        "LOCK_TIMEOUT": f"{settings.lock_timeout_s:g}",
        "MEMORY_DRIVER_DATA": ":".join(str(Path(each)) for each in pinned.records),
        "NO_PLUGINS": str(not settings.use_plugins).lower(),
        "PLUGIN_TIMEOUT": f"{settings.plugin_timeout_s:g}",
        "TEST_CLOCK": pinned.clock.isoformat() if pinned.clock else "",
        "TEST_KUBE_VERSION": pinned.kube_version,
        **shared_settings(settings),
    }
    return {
        "KUBECONFIG": settings.kubeconfig,
        **{f"PKGTOOL_{name}": value for name, value in ours.items()},
    }
