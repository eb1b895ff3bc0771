"""Flags and environment become one frozen `Settings`; the environment is read here only.

Ours are `PKGTOOL_*` and the XDG folders. Where ours are absent, Helm's (`HELM_*`) are honoured, so
that an existing user's shell profile keeps its meaning; and where a file of ours is absent, Helm's
is read, so that an existing user's repositories, logins, plugins and starters are simply there.

Folders and files are plain text here; `places` makes paths of them.

Source: Helm v4 `pkg/cli/environment.go` and `pkg/helmpath`.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from pkgtool.errors import SettingInvalid

COMPAT_LEVELS = ("helm3", "helm4.1", "helm4.2")
"""Versions of Helm that differ in what charts and scripts can see."""

_TRUE = frozenset({"1", "t", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "f", "false", "no", "off"})
_DRIVERS = {"": "secret", "secrets": "secret", "configmaps": "configmap"}
"""What else the names of drivers may be."""


class KubeAccess(NamedTuple):
    """How a cluster is reached, beyond what the kubeconfig says."""

    context: str = ""
    token: str = ""
    as_user: str = ""
    as_groups: tuple[str, ...] = ()
    apiserver: str = ""
    ca_file: str = ""
    tls_server_name: str = ""
    insecure_skip_tls_verify: bool = False
    burst_limit: int = 100
    """How many requests may be sent at once."""
    qps: float = 0.0
    """How many requests a second are sent at most; 0 for no limit."""


class Pinned(NamedTuple):
    """What tests fix so that output is the same on every day and machine."""

    clock: datetime | None = None
    """What the time is."""
    kube_version: str = ""
    """What is assumed of a cluster that is not there, and of the one in memory."""
    records: tuple[str, ...] = ()
    """Files with releases that the memory driver begins with."""


class Settings(NamedTuple):
    """What the whole process was told."""

    config_home: str
    """Holds `repositories.yaml`."""
    cache_home: str
    """Holds indexes, tarballs, compiled templates and parsed YAML; always safe to delete."""
    data_home: str
    """Holds the embedded cluster, plugins and starters."""
    helm_config_home: str
    helm_cache_home: str
    helm_data_home: str
    namespace: str = "default"
    cluster: str = ""
    """`local` for the embedded cluster; empty to decide by whether there is a kubeconfig."""
    kubeconfig: str = ""
    """The kubeconfig that is in force, or empty when there is none."""
    kube: KubeAccess = KubeAccess()
    driver: str = "secret"
    """What keeps release records: `secret`, `configmap`, `memory` or `sql`."""
    sql_connection: str = ""
    """The database of the driver `sql`."""
    compat: str = "helm4.2"
    """Whose behaviour counts where versions of Helm differ: `helm3`, `helm4.1` or `helm4.2`."""
    debug: bool = False
    error_detail: bool = True
    """Whether errors say more than Helm does: code, excerpt, hint."""
    color: str = "auto"
    """`auto`, `always` or `never`."""
    repository_config: str = ""
    """Where `repositories.yaml` is, when not in `config_home`."""
    repository_cache: str = ""
    """Where indexes are kept, when not in `cache_home`."""
    registry_config: str = ""
    """Where logins at registries are kept, when not in `config_home`."""
    content_cache: str = ""
    """Where tarballs are kept, when not in `cache_home`."""
    plugins: str = ""
    """Folders of plugins, separated as in `PATH`, when not in `data_home`."""
    use_plugins: bool = True
    plugin_timeout_s: float = 0.0
    """How long a plugin may run; 0 for the usual: none for commands, 120 for the rest."""
    gnupg_home: str = ""
    """GnuPG's folder, which holds the usual keyring."""
    docker_home: str = ""
    """Docker's folder, which holds logins at registries, too."""
    max_history: int = 10
    lock_timeout_s: float = 60.0
    """How long a command waits for another one that holds the release."""
    ci_url: str = ""
    """Where a human finds the pipeline that runs this command; shown to those who wait for it."""
    pinned: Pinned = Pinned()
    environ: Mapping[str, str] = MappingProxyType({})
    """The whole environment, for programs that are started."""

    @property
    def epoch_s(self) -> int:
        """The time that packages bear, in seconds since 1970.

        Raises:
            SettingInvalid: `SOURCE_DATE_EPOCH` is no such number.
        """
        text = self.environ.get("SOURCE_DATE_EPOCH", "")
        # Eleven octal digits are what the header of a member has room for.
        if text and (not (text.isascii() and text.isdecimal()) or len(text) > 10):
            raise SettingInvalid(
                f"invalid SOURCE_DATE_EPOCH: {text[:80]!r}",
                hint="seconds since 1970: `git log -1 --format=%ct` prints those of a commit",
            )
        return min(int(text or "0"), 8**11 - 1)

    @property
    def code_cache(self) -> str:
        """Where compiled templates and parsed YAML are kept."""
        return f"{self.cache_home}/code"


def read_settings(environ: Mapping[str, str], **overrides: object) -> Settings:
    """Return the settings of `environ`, with those `overrides` (flags) that are not `None`.

    Raises:
        SettingInvalid: A variable holds something that its setting cannot be.
    """
    home = _home(environ)
    folders = {
        "config": f"{home}/.config",
        "cache": f"{home}/.cache",
        "data": f"{home}/.local/share",
    }
    places = {f"{name}_home": _folder(environ, name, usual) for name, usual in folders.items()}
    theirs = {
        f"helm_{name}_home": _helm_folder(environ, name, usual) for name, usual in folders.items()
    }
    settings = Settings(
        **places,
        **theirs,
        namespace=_either(environ, "NAMESPACE") or "default",
        cluster=environ.get("PKGTOOL_CLUSTER", ""),
        kubeconfig=_kubeconfig(environ, home),
        kube=_kube_access(environ),
        driver=_either(environ, "DRIVER"),
        sql_connection=_either(environ, "DRIVER_SQL_CONNECTION_STRING"),
        compat=environ.get("PKGTOOL_COMPAT") or "helm4.2",
        debug=_truth(environ, "DEBUG"),
        error_detail=_truth(environ, "ERROR_DETAIL", default=True),
        color="never" if environ.get("NO_COLOR") else _either(environ, "COLOR") or "auto",
        repository_config=_either(environ, "REPOSITORY_CONFIG"),
        repository_cache=_either(environ, "REPOSITORY_CACHE"),
        registry_config=_either(environ, "REGISTRY_CONFIG"),
        content_cache=_either(environ, "CONTENT_CACHE"),
        plugins=_either(environ, "PLUGINS"),
        use_plugins=not _truth(environ, "NO_PLUGINS"),
        plugin_timeout_s=_number(environ, "PLUGIN_TIMEOUT", 0),
        gnupg_home=environ.get("GNUPGHOME") or f"{home}/.gnupg",
        docker_home=environ.get("DOCKER_CONFIG") or f"{home}/.docker",
        max_history=_number(environ, "MAX_HISTORY", 10),
        lock_timeout_s=_number(environ, "LOCK_TIMEOUT", 60),
        ci_url=environ.get("CI_JOB_URL") or environ.get("BUILD_URL", ""),
        pinned=_pinned(environ),
        environ=MappingProxyType(dict(environ)),
    )
    return _checked(_overridden(settings, overrides))


def _overridden(settings: Settings, overrides: Mapping[str, object]) -> Settings:
    """Return `settings` with the flags that were given; those of the cluster begin with `kube_`."""
    given = {name: value for name, value in overrides.items() if value is not None}
    access = {
        name.removeprefix("kube_"): given.pop(name) for name in list(given) if name in _ACCESS
    }
    return settings._replace(kube=settings.kube._replace(**access), **given)  # type: ignore[arg-type]


_ACCESS = frozenset({f"kube_{name}" for name in KubeAccess._fields})


def _checked(settings: Settings) -> Settings:
    if settings.color not in ("auto", "always", "never"):
        raise SettingInvalid(
            f"invalid color mode {settings.color!r}: must be one of: never, auto, always"
        )
    if settings.cluster not in ("", "local"):
        raise SettingInvalid(
            f"unknown cluster {settings.cluster!r}",
            hint="the embedded cluster is `--cluster local`",
        )
    if settings.compat not in COMPAT_LEVELS:
        raise SettingInvalid(
            f"unknown compatibility level {settings.compat!r}",
            hint=f"one of {', '.join(COMPAT_LEVELS)}",
        )
    driver = _DRIVERS.get(settings.driver, settings.driver)
    if driver not in ("secret", "configmap", "memory", "sql"):
        raise SettingInvalid(f'unknown driver "{settings.driver}"')
    return settings._replace(driver=driver)


def _home(environ: Mapping[str, str]) -> str:
    home = os.path.expanduser(environ.get("HOME") or "~")  # noqa: PTH111 - see `places`
    if home.startswith("~"):
        raise SettingInvalid("this user has no home folder", hint="set HOME")
    return home.rstrip("/")


def _folder(environ: Mapping[str, str], name: str, usual: str) -> str:
    """Return a folder of ours; XDG's wish counts only when absolute, as its specification says."""
    told = environ.get(f"PKGTOOL_{name.upper()}_HOME") or environ.get(f"HELM_{name.upper()}_HOME")
    return told or f"{_xdg(environ, name, usual)}/pkgtool"


def _helm_folder(environ: Mapping[str, str], name: str, usual: str) -> str:
    """Return the folder of Helm's that is the counterpart of ours."""
    told = environ.get(f"HELM_{name.upper()}_HOME")
    return told or f"{_xdg(environ, name, usual)}/helm"


def _xdg(environ: Mapping[str, str], name: str, usual: str) -> str:
    wished = environ.get(f"XDG_{name.upper()}_HOME", "")
    return wished.rstrip("/") if wished.startswith("/") else usual


def _kubeconfig(environ: Mapping[str, str], home: str) -> str:
    if environ.get("KUBECONFIG"):
        return environ["KUBECONFIG"]
    usual = f"{home}/.kube/config"
    return usual if os.path.exists(usual) else ""  # noqa: PTH110


def _either(environ: Mapping[str, str], name: str) -> str:
    return environ.get(f"PKGTOOL_{name}") or environ.get(f"HELM_{name}", "")


def _kube_access(environ: Mapping[str, str]) -> KubeAccess:
    groups = _either(environ, "KUBEASGROUPS")
    return KubeAccess(
        context=_either(environ, "KUBECONTEXT"),
        token=_either(environ, "KUBETOKEN"),
        as_user=_either(environ, "KUBEASUSER"),
        as_groups=tuple(groups.split(",")) if groups else (),
        apiserver=_either(environ, "KUBEAPISERVER"),
        ca_file=_either(environ, "KUBECAFILE"),
        tls_server_name=_either(environ, "KUBETLS_SERVER_NAME"),
        insecure_skip_tls_verify=_truth(environ, "KUBEINSECURE_SKIP_TLS_VERIFY"),
        burst_limit=_number(environ, "BURST_LIMIT", 100),
        qps=_rate(environ, "QPS"),
    )


def _pinned(environ: Mapping[str, str]) -> Pinned:
    records = _either(environ, "MEMORY_DRIVER_DATA")
    return Pinned(
        clock=_moment(environ, "TEST_CLOCK"),
        kube_version=environ.get("PKGTOOL_TEST_KUBE_VERSION", ""),
        records=tuple(each for each in records.split(":") if each),
    )


def _moment(environ: Mapping[str, str], name: str) -> datetime | None:
    text = environ.get(f"PKGTOOL_{name}", "")
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError as error:
        raise SettingInvalid(f"PKGTOOL_{name} is not a time: {text!r}") from error


def _rate(environ: Mapping[str, str], name: str) -> float:
    text = _either(environ, name) or "0"
    try:
        return float(text)
    except ValueError as error:
        raise SettingInvalid(f"PKGTOOL_{name} is not a number: {text!r}") from error


def _truth(environ: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    text = _either(environ, name).lower()
    if not text:
        return default
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise SettingInvalid(
        f"PKGTOOL_{name} is neither true nor false: {text!r}", hint="use `true` or `false`"
    )


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = _either(environ, name)
    if not text:
        return default
    if not text.isdecimal() or len(text) > 9:
        raise SettingInvalid(f"PKGTOOL_{name} is not a number: {text!r}")
    return int(text)
