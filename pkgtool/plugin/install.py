"""Put plugins into their folder and take them out again, each in one step.

What is new is made whole in a folder beside the others whose name begins with a dot, and then takes
its name; so another process sees a plugin or none. When the hook of a new plugin fails, it is gone
again; when that of an update fails, the older state is back.

Source: Helm v4 `internal/plugin/installer`; `spec/reliability.md` §2 (CVE-2020-4053, CVE-2026-35204).
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from pkgtool.chart.archive import Member, read_members
from pkgtool.diskfile import make_folder, remove_file, write_file
from pkgtool.errors import FileUnwritable, PluginError, PluginInvalid
from pkgtool.plugin.manifest import parse_manifest
from pkgtool.plugin.model import FILE_NAME, Metadata, Plugin


def unpack(data: bytes, *, name: str) -> tuple[Metadata, dict[str, Member]]:
    """Return what the packed plugin `data` says of itself, and its files by path.

    Raises:
        ArchiveUnsafe: It is damaged, too large, or reaches outside itself.
        PluginInvalid: There is no usable `plugin.yaml` at its top, or one folder below.
    """
    members = read_members(data, name=name)
    root = _root(members)
    if root is None:
        raise PluginInvalid(
            "plugin metadata (plugin.yaml) missing",
            hint=f"{name} has none at its top or one folder below",
        )
    files = {
        path.removeprefix(root): member for path, member in members.items() if path.startswith(root)
    }
    return parse_manifest(files[FILE_NAME].content, name=FILE_NAME), files


def _root(members: Mapping[str, Member]) -> str | None:
    """Return the folder of the `plugin.yaml`, with a slash behind it, or nothing at the top."""
    if FILE_NAME in members:
        return ""
    below = [path for path in members if path.count("/") == 1 and path.endswith(f"/{FILE_NAME}")]
    return min(below).removesuffix(FILE_NAME) if below else None


def write_files(folder: Path, files: Mapping[str, Member]) -> None:
    """Write `files` below `folder`.

    Raises:
        FileUnwritable: The disk is full, read-only or forbidden.
    """
    for path, member in files.items():
        write_file(folder / path, member.content, mode=0o755 if member.executable else 0o644)


def link(plugin: Plugin, place: Path) -> Plugin:
    """Make `plugin`, in a folder that its owner works on, one at `place`.

    Raises:
        FileUnwritable: The link cannot be made.
    """
    make_folder(place.parent)
    with _translated(place):
        place.symlink_to(plugin.folder)
    return plugin._replace(folder=place)


@contextmanager
def staged(place: Path) -> Iterator[Path]:
    """Yield an empty folder beside `place`; whatever is still there in the end is removed.

    Raises:
        FileUnwritable: There can be none.
    """
    make_folder(place.parent)
    with _translated(place):
        folder = Path(mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle(plugin: Plugin, place: Path) -> Plugin:
    """Give `plugin`, whole in a folder beside, its name.

    Raises:
        PluginError: Something has that name by now.
        FileUnwritable: It cannot be done.
    """
    with _translated(place):
        if place.exists():
            raise already_there(place)
        plugin.folder.chmod(0o755)
        plugin.folder.rename(place)
    return plugin._replace(folder=place)


def already_there(place: Path) -> PluginError:
    """Return the error that the name of a plugin is taken."""
    return PluginError(
        "plugin already exists", hint=f"it is at {place}; see `pkgtool plugin update`"
    )


def copy_folder(place: Path, copy: Path) -> None:
    """Copy the plugin at `place`, links as links.

    Raises:
        FileUnwritable: It cannot be copied.
    """
    try:
        shutil.copytree(place, copy, symlinks=True)
    except (OSError, shutil.Error) as error:
        raise FileUnwritable(f"cannot copy {str(place)!r}") from error


@contextmanager
def replaced(place: Path, folder: Path) -> Iterator[None]:
    """Put `folder` where the plugin at `place` is, and that one back if the block fails.

    Raises:
        FileUnwritable: It cannot be done; the plugin is as it was.
    """
    before = folder.with_name(f"{folder.name}.before")
    with _translated(place):
        place.rename(before)
        try:
            folder.rename(place)
        except OSError:
            before.rename(place)
            raise
    try:
        yield
    except BaseException:
        place.rename(folder)
        before.rename(place)
        raise
    shutil.rmtree(before, ignore_errors=True)


def remove(plugin: Plugin) -> None:
    """Remove the folder of `plugin`, or the link to it, and the tarball that it came in.

    Raises:
        FileUnwritable: Removing is not allowed.
    """
    place = plugin.folder
    with _translated(place):
        if place.is_symlink():
            place.unlink()
        else:
            # In one step out of sight; what then cannot be removed is no plugin any more.
            gone = place.with_name(f".{place.name}.{os.getpid()}.removed")
            place.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
    for path in kept_files(plugin):
        with suppress(FileUnwritable):
            remove_file(path)


def keep_packed(plugin: Plugin, data: bytes, provenance: bytes | None) -> None:
    """Keep the tarball and the signature that `plugin` came with, as Helm does."""
    tarball, signature = kept_files(plugin)
    write_file(tarball, data)
    if provenance is not None:
        write_file(signature, provenance)


def kept_files(plugin: Plugin) -> tuple[Path, Path]:
    """Return where the tarball and the signature that a plugin came with are kept."""
    name = f"{plugin.name}-{plugin.metadata.version}.tgz"
    return plugin.folder.with_name(name), plugin.folder.with_name(f"{name}.prov")


@contextmanager
def _translated(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise FileUnwritable(f"cannot write {str(place)!r}: {reason}") from error
