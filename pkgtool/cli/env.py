"""`pkgtool env`, under our names and under Helm's."""

import sys

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
    settings = current_settings()
    program = click.get_current_context().find_root().info_name
    values = helm_settings(settings)
    if program != "helm":
        values |= settings_in_force(settings)
    if name:
        # Plugins ask for Helm's, whatever the name under which they were started.
        write(_value(name, settings_in_force(settings) | helm_settings(settings)))
    elif output != "table":
        write_data(values, output)
    else:
        for key, value in sorted(values.items()):
            write(f'{key}="{value}"')


def _value(name: str, values: dict[str, str]) -> str:
    if name not in values:
        raise UsageError(f"no setting called {name!r}", hint=did_you_mean(name, values))
    return values[name]


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
        "MEMORY_DRIVER_DATA": ":".join(map(str, pinned.records)),
        "NO_PLUGINS": str(not settings.use_plugins).lower(),
        "PLUGIN_TIMEOUT": f"{settings.plugin_timeout_s:g}",
        "TEST_CLOCK": pinned.clock.isoformat() if pinned.clock else "",
        "TEST_KUBE_VERSION": pinned.kube_version,
        **_shared(settings),
    }
    return {
        "KUBECONFIG": settings.kubeconfig,
        **{f"PKGTOOL_{name}": value for name, value in ours.items()},
    }


def helm_settings(settings: Settings) -> dict[str, str]:
    """Return what `helm env` prints, and what plugins find in their environment."""
    values = {f"HELM_{name}": value for name, value in _shared(settings).items()}
    values["HELM_BIN"] = sys.argv[0]
    return values | ({"KUBECONFIG": settings.kubeconfig} if settings.kubeconfig else {})


def _shared(settings: Settings) -> dict[str, str]:
    """Return the settings that Helm has too, by the rest of their names."""
    kube = settings.kube
    return {
        "BURST_LIMIT": str(kube.burst_limit),
        "CACHE_HOME": str(settings.cache_home),
        "CONFIG_HOME": str(settings.config_home),
        "CONTENT_CACHE": str(settings.content_folder),
        "DATA_HOME": str(settings.data_home),
        "DEBUG": str(settings.debug).lower(),
        "KUBEAPISERVER": kube.apiserver,
        "KUBEASGROUPS": ",".join(kube.as_groups),
        "KUBEASUSER": kube.as_user,
        "KUBECAFILE": kube.ca_file,
        "KUBECONTEXT": kube.context,
        "KUBEINSECURE_SKIP_TLS_VERIFY": str(kube.insecure_skip_tls_verify).lower(),
        "KUBETLS_SERVER_NAME": kube.tls_server_name,
        "KUBETOKEN": kube.token,
        "MAX_HISTORY": str(settings.max_history),
        "NAMESPACE": settings.namespace,
        "PLUGINS": ":".join(map(str, settings.plugin_folders)),
        "QPS": f"{kube.qps:.2f}",
        "REGISTRY_CONFIG": str(settings.registry_file),
        "REPOSITORY_CACHE": str(settings.index_folder),
        "REPOSITORY_CONFIG": str(settings.repositories_file),
    }
