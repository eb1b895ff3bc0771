"""Open what the user's plugins offer: commands, getters, post-renderers, and the verbs over them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from shutil import which

from pkgtool.errors import PluginNotFound
from pkgtool.ops.plugin import PluginHost
from pkgtool.ops.postrender import Program, plugin_postrender, program_postrender
from pkgtool.ops.walk import Postrender
from pkgtool.places import Places
from pkgtool.plugin.find import find_plugins
from pkgtool.plugin.getters import getters
from pkgtool.plugin.model import POSTRENDERER, Plugin
from pkgtool.plugin.run import Starter, say_nothing
from pkgtool.plugin.signature import Verified
from pkgtool.plugin.source import Offered, Source, read_packed
from pkgtool.repo.body import Progress
from pkgtool.repo.fetcher import Getter
from pkgtool.repo.http import HttpClient
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.plugin import pull_plugin
from pkgtool.settings import Settings
from pkgtool.wiring.environ import plugin_variables
from pkgtool.wiring.registries import open_registries


def open_plugins(settings: Settings, say: Callable[[str], None] = say_nothing) -> list[Plugin]:
    """Return the user's plugins; none when they are switched off.

    Args:
        settings: Where they are.
        say: Is told about those that cannot be used.

    Raises:
        PluginInvalid: Two plugins in one folder have the same name.
    """
    return find_plugins(Places(settings).plugin_folders, say=say) if settings.use_plugins else []


def open_starter(settings: Settings, say: Callable[[str], None] = say_nothing) -> Starter:
    """Return how plugins are started."""
    return Starter(plugin_variables(settings), settings.plugin_timeout_s, say)


def open_getters(
    settings: Settings, say: Callable[[str], None] = say_nothing
) -> Mapping[str, Getter]:
    """Return what fetches URLs that are not of HTTP or of registries, by scheme."""
    return getters(open_plugins(settings), open_starter(settings, say))


def open_plugin_host(
    settings: Settings,
    *,
    say: Callable[[str], None],
    access: Access | None = None,
    progress: Progress | None = None,
    commands: Collection[str] = (),
) -> PluginHost:
    """Return what the verbs over plugins need.

    Args:
        settings: Where plugins are.
        say: Is told about progress.
        access: How servers and registries are reached from which plugins come.
        progress: Told how far transfers are.
        commands: Names of our own commands.
    """
    return PluginHost(
        folders=Places(settings).plugin_folders,
        starter=open_starter(settings),
        fetch=lambda source: _fetch(source, settings, access or Access(), progress),
        verify=lambda offered, keyring: _verify(offered, keyring, settings),
        say=say,
        commands=commands,
    )


def _fetch(
    source: Source, settings: Settings, access: Access, progress: Progress | None
) -> Offered:
    http = HttpClient(progress=progress)
    try:
        if source.kind != "oci":
            return read_packed(source, http, access.credentials)
        registries = open_registries(settings, access, http=http)
        pulled = pull_plugin(registries, source.place, source.version)
        return Offered(pulled.filename, pulled.data, pulled.prov)
    finally:
        http.close()


def _verify(offered: Offered, keyring: Path, settings: Settings) -> Verified:
    # Imported here: plugins are installed rarely, and looked for by every command.
    from pkgtool.repo.provenance import read_trusted, verify_package  # noqa: PLC0415

    trusted = read_trusted(keyring, settings.environ)
    found = verify_package(offered.data, offered.file_name, offered.provenance or b"", trusted)
    return Verified(found.signed_by, found.fingerprint, str(found.digest))


def open_postrenderer(
    settings: Settings,
    name: str,
    arguments: Sequence[str],
    say: Callable[[str], None] = say_nothing,
) -> Postrender:
    """Return the post-renderer called `name`: a plugin, or as in Helm 3 a program.

    Raises:
        PluginNotFound: It is neither.
    """
    starter = open_starter(settings, say)
    for plugin in open_plugins(settings):
        if plugin.name == name and plugin.metadata.type == POSTRENDERER:
            return plugin_postrender(plugin, arguments, starter)
    if which(name, path=settings.environ.get("PATH")) is None:
        raise PluginNotFound(
            f'invalid argument "{name}" for "--post-renderer" flag: '
            f"plugin: {{Name:{name} Type:{POSTRENDERER}}} not found",
            hint="name a plugin of that type (`pkgtool plugin list`), or a program",
        )
    return program_postrender(Program(name, arguments), starter)
