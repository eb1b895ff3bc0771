"""The verbs over plugins: install, update, uninstall, package, verify.

Source: Helm v4 `pkg/cmd/plugin_*.go`, for order and words.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pkgtool import yamlcodec
from pkgtool.diskfile import write_file
from pkgtool.diskread import read_file
from pkgtool.errors import (
    FileUnreadable,
    FileUnwritable,
    PkgtoolError,
    PluginError,
    PluginFailed,
    PluginInvalid,
    PluginUnverified,
)
from pkgtool.ops.package import Sign
from pkgtool.plugin import git
from pkgtool.plugin import install as placing
from pkgtool.plugin.find import find_plugin, find_plugins, load_plugin
from pkgtool.plugin.model import FILE_NAME, Plugin
from pkgtool.plugin.names import check_name
from pkgtool.plugin.pack import pack_plugin
from pkgtool.plugin.run import Starter, require_runtime, run_hook
from pkgtool.plugin.signature import Verified
from pkgtool.plugin.source import LIMIT_BYTES, SUFFIXES, Offered, Source, find_source

HELM_COMMANDS = frozenset(
    {
        *("completion", "create", "dependency", "dep", "dependencies", "docs", "env", "get"),
        *("help", "history", "hist", "install", "lint", "list", "ls", "package", "plugin"),
        *("pull", "fetch", "push", "registry", "repo", "rollback", "search", "show", "inspect"),
        *("status", "template", "test", "uninstall", "del", "delete", "un", "upgrade"),
        *("verify", "version"),
    }
)
"""Names that no plugin may have: whoever types them must not get something else (TOB-009)."""


class PluginHost(NamedTuple):
    """Where plugins live, and what the verbs over them need from outside."""

    folders: tuple[Path, ...]
    """Where plugins are looked for; new ones go into the first."""
    starter: Starter
    fetch: Callable[[Source], Offered]
    """Gets a packed plugin, from wherever it is offered."""
    verify: Callable[[Offered, Path], Verified]
    """Checks the signature against the keyring at a path."""
    say: Callable[[str], None]
    """Progress, one line at a time, on standard output."""
    commands: Collection[str] = ()
    """Names of our own commands, which win over plugins."""


class Wish(NamedTuple):
    """Which plugin, and how sure it must be."""

    source: str
    version: str = ""
    verify: bool = True
    keyring: Path = Path()


def install_plugin(wish: Wish, host: PluginHost) -> Plugin:
    """Install a plugin; it is there with its hook run, or not at all.

    Raises:
        PluginError: It is there already, or cannot be had.
        PluginInvalid, ArchiveUnsafe: It is no plugin.
        PluginUnverified: It has no good signature.
        PluginFailed: Its hook failed; it was removed again.
    """
    source = find_source(wish.source, wish.version)
    verifying = _announced(source, wish, host)
    place = _place(source, host)
    if source.kind == "folder":
        plugin = _usable(Path(source.place), host)
        plugin = placing.link(plugin, place)
    elif source.kind == "git":
        plugin = _cloned(source, place, host)
    else:
        plugin = _unpacked(source, place, wish, host, verifying=verifying)
    try:
        run_hook(plugin, "install", host.starter)
    except BaseException:
        # Also when it is interrupted: what is half set up must not be found.
        with suppress(FileUnwritable):
            placing.remove(plugin)
        raise
    host.say(f"Installed plugin: {plugin.name}")
    return plugin


def _usable(folder: Path, host: PluginHost) -> Plugin:
    """Return the plugin in `folder`, which can be installed.

    Raises:
        PluginInvalid: There is none, or it cannot be used here.
        PluginError: There is one of that name already.
    """
    if not folder.is_dir():
        raise PluginInvalid("expected plugin to be a folder")
    _require_metadata(folder)
    plugin = load_plugin(folder)
    _require_free(plugin, host)
    return plugin


def _require_metadata(folder: Path) -> None:
    if not (folder / FILE_NAME).exists():
        raise PluginInvalid("plugin metadata (plugin.yaml) missing", hint=f"look into {folder}")


def _announced(source: Source, wish: Wish, host: PluginHost) -> bool:
    """Say how sure the plugin will be, and return whether its signature is checked."""
    if source.kind == "folder":
        host.say("Installing plugin from local directory (development mode)")
        return False
    if not wish.verify:
        host.say("WARNING: Skipping plugin signature verification")
        return False
    if not source.has_signature:
        raise PluginUnverified(
            "plugin source does not support verification. Use --verify=false to skip verification"
        )
    host.say("Verifying plugin signature...")
    return True


def _place(source: Source, host: PluginHost) -> Path:
    """Return where the plugin will be."""
    name = source.folder_name
    try:
        # Dots are fine, but not in front: such folders are not looked into.
        check_name(name[:1] + name[1:].replace(".", "-"))
    except PluginInvalid as error:
        raise PluginError(f"{source.place!r} has no name that a folder could have") from error
    place = host.folders[0] / name
    if place.exists() or place.is_symlink():
        raise placing.already_there(place)
    return place


def _require_free(plugin: Plugin, host: PluginHost) -> None:
    """Refuse a plugin that cannot be used here, or whose name is taken."""
    require_runtime(plugin)
    if plugin.is_command and plugin.name in HELM_COMMANDS:
        raise PluginInvalid(
            f'plugin "{plugin.name}" has the name of a command', hint="it could never be called"
        )
    for each in find_plugins(host.folders[:1]):
        if each.name == plugin.name:
            raise placing.already_there(each.folder)
    if plugin.is_command and plugin.name in host.commands:
        host.say(
            f'WARNING: "{plugin.name}" is a command of pkgtool itself; '
            f"the plugin's command cannot be called"
        )


def _cloned(source: Source, place: Path, host: PluginHost) -> Plugin:
    with placing.staged(place) as folder:
        copy = folder / place.name
        git.clone(source.place, copy, source.version, host.starter.environ)
        return placing.settle(_usable(copy, host), place)


def _unpacked(
    source: Source, place: Path, wish: Wish, host: PluginHost, *, verifying: bool
) -> Plugin:
    offered = host.fetch(source)
    if verifying:
        _show(checked(offered, wish.keyring, host), host)
    metadata, files = placing.unpack(offered.data, name=offered.file_name)
    _require_free(Plugin(metadata, place), host)
    with placing.staged(place) as folder:
        placing.write_files(folder / place.name, files)
        plugin = placing.settle(Plugin(metadata, folder / place.name), place)
    placing.keep_packed(plugin, offered.data, offered.provenance)
    return plugin


def checked(offered: Offered, keyring: Path, host: PluginHost) -> Verified:
    """Return who signed a packed plugin.

    Raises:
        PluginUnverified: There is no signature, or it is not good.
    """
    if not offered.provenance:
        raise PluginUnverified(
            "plugin verification failed: no provenance file (.prov) found",
            hint="--verify=false installs it without one",
        )
    try:
        return host.verify(offered, keyring)
    except PkgtoolError as error:
        raise PluginUnverified(
            f"plugin verification failed: {error.what}", hint=error.hint
        ) from error


def _show(verified: Verified, host: PluginHost) -> None:
    for name in verified.signed_by:
        host.say(f"Signed by: {name}")
    host.say(f"Using Key With Fingerprint: {verified.fingerprint}")
    host.say(f"Plugin Hash Verified: {verified.file_hash}")


def update_plugins(names: Collection[str], host: PluginHost) -> None:
    """Bring plugins from git repositories to their newest state, each for itself.

    Raises:
        PluginError: Some could not be updated; those are as they were.
    """
    _for_each(names, host, _update, done="Updated", doing="update")


def uninstall_plugins(names: Collection[str], host: PluginHost) -> None:
    """Remove plugins, each for itself.

    Raises:
        PluginError: Some are not there, or could not be removed, or their hook failed.
    """
    _for_each(names, host, _uninstall, done="Uninstalled", doing="uninstall")


def _for_each(
    names: Collection[str],
    host: PluginHost,
    work: Callable[[Plugin, PluginHost], None],
    *,
    done: str,
    doing: str,
) -> None:
    faults: list[PkgtoolError] = []
    for name in names:
        try:
            plugin = find_plugin(host.folders, name)
        except PluginError as error:
            faults.append(error)
            continue
        try:
            work(plugin, host)
        except PkgtoolError as error:
            what = f"failed to {doing} plugin {name}, got error ({error.what})"
            faults.append(PluginError(what, hint=error.hint))
        else:
            host.say(f"{done} plugin: {name}")
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise PluginError("\n".join(each.what for each in faults), hint=faults[0].hint)


def _update(plugin: Plugin, host: PluginHost) -> None:
    place = plugin.folder
    if place.is_symlink():
        # Its owner works there; git keeps what it has when it fails.
        git.update(place.resolve(), host.starter.environ)
        run_hook(load_plugin(place), "update", host.starter)
        return
    with placing.staged(place) as folder:
        copy = folder / place.name
        placing.copy_folder(place, copy)
        git.update(copy, host.starter.environ)
        _require_metadata(copy)
        load_plugin(copy)
        with placing.replaced(place, copy):
            run_hook(load_plugin(place), "update", host.starter)


def _uninstall(plugin: Plugin, host: PluginHost) -> None:
    # Before it is gone: a hook is a program of the plugin. Whatever it does, the plugin goes.
    failure = _failure_of(lambda: run_hook(plugin, "delete", host.starter))
    placing.remove(plugin)
    if failure is not None:
        raise failure


def _failure_of(work: Callable[[], None]) -> PluginFailed | PluginInvalid | None:
    try:
        work()
    except (PluginFailed, PluginInvalid) as error:
        return error
    return None


def package_plugin(
    folder: Path,
    destination: Path,
    *,
    sign: Sign | None,
    say: Callable[[str], None],
) -> Path:
    """Pack the plugin in `folder` into a tarball in the folder `destination`.

    Args:
        folder: With a `plugin.yaml`.
        destination: Made where missing.
        sign: Makes the provenance file; `None` for none.
        say: Is told what was written.

    Raises:
        PluginInvalid, FileUnreadable, ArchiveUnsafe: It cannot be packed.
        PkgtoolError: It cannot be signed; nothing was written.
    """
    if not folder.exists():
        raise FileUnreadable(f"stat {folder}: no such file or directory")
    if not folder.is_dir():
        raise PluginInvalid("plugin package only supports directories, not tarballs")
    name, data = pack_plugin(folder)
    path = destination / name
    if sign is None:
        say(
            "WARNING: Skipping plugin signing. This is not recommended for plugins intended for "
            "distribution."
        )
        write_file(path, data)
    else:
        signature = sign(data, name, _metadata(folder))
        write_file(path, data)
        write_file(path.with_name(f"{name}.prov"), signature)
        say(f"Successfully signed. Signature written to: {path}.prov")
    say(f"Successfully packaged plugin and saved it to: {path}")
    return path


def _metadata(folder: Path) -> bytes:
    """Return what a plugin says of itself, in one document and without remarks."""
    said = yamlcodec.load(read_file(folder / FILE_NAME), name=FILE_NAME)
    return yamlcodec.dump(said).encode()


def verify_plugin(path: Path, keyring: Path, host: PluginHost) -> Verified:
    """Check the signature of the packed plugin at `path`, and say who made it.

    Raises:
        PluginUnverified: It is not signed by a key in `keyring`.
        FileUnreadable: It is not there.
    """
    if not path.exists():
        raise FileUnreadable(f"stat {path}: no such file or directory")
    if path.is_dir():
        raise PluginUnverified(
            "directory verification not supported - only plugin tarballs can be verified"
        )
    if not path.name.endswith(SUFFIXES):
        raise PluginUnverified("plugin file must be a gzipped tarball (.tar.gz or .tgz)")
    beside = path.with_name(f"{path.name}.prov")
    if not beside.exists():
        raise PluginUnverified(
            f"could not find provenance file {beside}: stat {beside}: no such file or directory"
        )
    offered = Offered(path.name, read_file(path, limit_bytes=LIMIT_BYTES), read_file(beside))
    verified = host.verify(offered, keyring)
    _show(verified, host)
    return verified
