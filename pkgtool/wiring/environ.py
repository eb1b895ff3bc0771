"""The settings as variables of the environment, for `env` and for programs that are started."""

import sys
from pathlib import Path
from shutil import which

from pkgtool.places import Places
from pkgtool.settings import Settings

_FOLDERS = ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME")


def plugin_variables(settings: Settings) -> dict[str, str]:
    """Return the environment of plugins: ours, and what `helm env` prints.

    Variables of ours that Helm has too are changed where they are set, because they win; the others
    stay away, so that a plugin can decide for what it calls by Helm's name alone. Where files of
    Helm's are used, those are named: what a plugin calls must find the same ones.
    """
    shared = shared_settings(settings)
    twins = {
        f"PKGTOOL_{name}": value
        for name, value in shared.items()
        if f"PKGTOOL_{name}" in settings.environ or name in _FOLDERS
    }
    twins |= {"PKGTOOL_BIN": program(), "PKGTOOL_CLUSTER": settings.cluster}
    return {**settings.environ, **helm_settings(settings), **_found(settings), **twins}


def _found(settings: Settings) -> dict[str, str]:
    """Return where things really are, which may be where Helm keeps them."""
    places = Places(settings)
    theirs = places.repositories_found != places.repositories_file
    index = places.helm_cache_home / "repository" if theirs else places.index_folder
    logins = [path for path in places.registry_files if path.exists()]
    return {
        "HELM_CACHE_HOME": str(places.helm_cache_home),
        "HELM_CONFIG_HOME": str(places.helm_config_home),
        "HELM_DATA_HOME": str(places.helm_data_home),
        "HELM_REGISTRY_CONFIG": str((logins or [places.registry_file])[0]),
        "HELM_REPOSITORY_CACHE": str(settings.repository_cache or index),
        "HELM_REPOSITORY_CONFIG": str(places.repositories_found),
    }


def helm_settings(settings: Settings) -> dict[str, str]:
    """Return what `helm env` prints, and what plugins find in their environment."""
    values = {f"HELM_{name}": value for name, value in shared_settings(settings).items()}
    values["HELM_BIN"] = program()
    return values | ({"KUBECONFIG": settings.kubeconfig} if settings.kubeconfig else {})


def program() -> str:
    """Return the path of this program, as a script can call it in one word."""
    called = sys.argv[0] if sys.argv else ""
    found = which(called)
    # `python -m pkgtool` was started from a module, which nobody can run.
    if found is None or called.endswith("__main__.py"):
        found = which(Path(sys.executable).with_name("pkgtool")) or which("pkgtool")
    return str(Path(found).absolute()) if found else called


def shared_settings(settings: Settings) -> dict[str, str]:
    """Return the settings that Helm has too, by the rest of their names."""
    kube, places = settings.kube, Places(settings)
    return {
        "BURST_LIMIT": str(kube.burst_limit),
        "CACHE_HOME": str(places.cache_home),
        "CONFIG_HOME": str(places.config_home),
        "CONTENT_CACHE": str(places.content_folder),
        "DATA_HOME": str(places.data_home),
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
        "PLUGINS": ":".join(map(str, places.plugin_folders)),
        "QPS": f"{kube.qps:.2f}",
        "REGISTRY_CONFIG": str(places.registry_file),
        "REPOSITORY_CACHE": str(places.index_folder),
        "REPOSITORY_CONFIG": str(places.repositories_file),
    }
