"""`pkgtool env`."""

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import write, write_data
from pkgtool.cli.params import command, output_option
from pkgtool.errors import UsageError, did_you_mean
from pkgtool.settings import Settings


@command("env")
@click.argument("name", default="")
@output_option
def env_command(name: str, output: str) -> None:
    r"""Print the settings in force, or only that called NAME.

    \b
    Example:
      pkgtool env PKGTOOL_DATA_HOME
    """
    values = settings_in_force(current_settings())
    if name:
        if name not in values:
            raise UsageError(f"no setting called {name!r}", hint=did_you_mean(name, values))
        write(values[name])
    elif output != "table":
        write_data(values, output)
    else:
        for key, value in sorted(values.items()):
            write(f'{key}="{value}"')


def settings_in_force(settings: Settings) -> dict[str, str]:
    """Return `settings` by the names of their variables."""
    return {
        "KUBECONFIG": settings.kubeconfig,
        "PKGTOOL_CACHE_HOME": str(settings.cache_home),
        "PKGTOOL_CLUSTER": settings.cluster,
        "PKGTOOL_COLOR": settings.color,
        "PKGTOOL_CONFIG_HOME": str(settings.config_home),
        "PKGTOOL_DATA_HOME": str(settings.data_home),
        "PKGTOOL_DEBUG": str(settings.debug).lower(),
        "PKGTOOL_LOCK_TIMEOUT": f"{settings.lock_timeout_s:g}",
        "PKGTOOL_MAX_HISTORY": str(settings.max_history),
        "PKGTOOL_NAMESPACE": settings.namespace,
        "PKGTOOL_REPOSITORY_CACHE": str(settings.index_folder),
        "PKGTOOL_REPOSITORY_CONFIG": str(settings.repositories_file),
    }
