"""Flags and environment become one frozen `Settings`; the environment is read here only.

Ours are `PKGTOOL_*` and the XDG folders. Where ours are absent, Helm's (`HELM_*`) are honoured, so
that an existing user's shell profile keeps its meaning.

Source: Helm v4 `pkg/cli/environment.go` and `pkg/helmpath`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pkgtool.errors import SettingInvalid

_TRUE = frozenset({"1", "t", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "f", "false", "no", "off"})


class Settings(NamedTuple):
    """What the whole process was told."""

    config_home: Path
    """Holds `repositories.yaml`."""
    cache_home: Path
    """Holds indexes, tarballs and compiled templates; always safe to delete."""
    data_home: Path
    """Holds the embedded cluster and starters."""
    namespace: str = "default"
    cluster: str = ""
    """`local` for the embedded cluster; empty to decide by whether there is a kubeconfig."""
    kubeconfig: str = ""
    """The kubeconfig that is in force, or empty when there is none."""
    debug: bool = False
    color: str = "auto"
    """`auto`, `always` or `never`."""
    repository_config: str = ""
    """Where `repositories.yaml` is, when not in `config_home`."""
    repository_cache: str = ""
    """Where indexes are kept, when not in `cache_home`."""
    max_history: int = 10
    lock_timeout_s: float = 60.0
    """How long a command waits for another one that holds the release."""
    ci_url: str = ""
    """Where a human finds the pipeline that runs this command; shown to those who wait for it."""

    @property
    def cluster_file(self) -> Path:
        """The embedded cluster's file."""
        return self.data_home / "cluster.db"

    @property
    def repositories_file(self) -> Path:
        """The list of configured repositories."""
        return Path(self.repository_config or self.config_home / "repositories.yaml")

    @property
    def index_folder(self) -> Path:
        """Where the indexes of configured repositories are kept."""
        return Path(self.repository_cache or self.cache_home / "repository")

    @property
    def code_cache(self) -> Path:
        """Where compiled templates are kept."""
        return self.cache_home / "code"

    @property
    def starters(self) -> Path:
        """Where `create --starter` looks."""
        return self.data_home / "starters"


def read_settings(environ: Mapping[str, str], **overrides: object) -> Settings:
    """Return the settings of `environ`, with those `overrides` (flags) that are not `None`.

    Raises:
        SettingInvalid: A variable holds something that its setting cannot be.
    """
    home = _home(environ)
    settings = Settings(
        config_home=_folder(environ, "CONFIG_HOME", home / ".config"),
        cache_home=_folder(environ, "CACHE_HOME", home / ".cache"),
        data_home=_folder(environ, "DATA_HOME", home / ".local/share"),
        namespace=_either(environ, "NAMESPACE") or "default",
        cluster=environ.get("PKGTOOL_CLUSTER", ""),
        kubeconfig=_kubeconfig(environ, home),
        debug=_truth(environ, "DEBUG"),
        color="never" if environ.get("NO_COLOR") else _either(environ, "COLOR") or "auto",
        repository_config=_either(environ, "REPOSITORY_CONFIG"),
        repository_cache=_either(environ, "REPOSITORY_CACHE"),
        max_history=_number(environ, "MAX_HISTORY", 10),
        lock_timeout_s=_number(environ, "LOCK_TIMEOUT", 60),
        ci_url=environ.get("CI_JOB_URL") or environ.get("BUILD_URL", ""),
    )
    given = {name: value for name, value in overrides.items() if value is not None}
    return _checked(settings._replace(**given))  # type: ignore[arg-type]


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
    return settings


def _home(environ: Mapping[str, str]) -> Path:
    try:
        return Path(environ.get("HOME") or "~").expanduser()
    except RuntimeError as error:
        raise SettingInvalid("this user has no home folder", hint="set HOME") from error


def _folder(environ: Mapping[str, str], name: str, usual: Path) -> Path:
    """Return a folder of ours; XDG's wish counts only when absolute, as its specification says."""
    if ours := environ.get(f"PKGTOOL_{name}"):
        return Path(ours)
    wished = environ.get(f"XDG_{name}", "")
    return (Path(wished) if wished.startswith("/") else usual) / "pkgtool"


def _kubeconfig(environ: Mapping[str, str], home: Path) -> str:
    if environ.get("KUBECONFIG"):
        return environ["KUBECONFIG"]
    usual = home / ".kube" / "config"
    return str(usual) if usual.exists() else ""


def _either(environ: Mapping[str, str], name: str) -> str:
    return environ.get(f"PKGTOOL_{name}") or environ.get(f"HELM_{name}", "")


def _truth(environ: Mapping[str, str], name: str) -> bool:
    text = _either(environ, name).lower()
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
