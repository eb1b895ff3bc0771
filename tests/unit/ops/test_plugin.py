"""The verbs over plugins: nothing is half installed, and Helm's words are said."""

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from pkgtool.errors import (
    ArchiveUnsafe,
    ConstraintInvalid,
    FileUnreadable,
    PluginError,
    PluginFailed,
    PluginInvalid,
    PluginNotFound,
    PluginUnverified,
)
from pkgtool.ops.plugin import (
    PluginHost,
    Wish,
    install_plugin,
    package_plugin,
    uninstall_plugins,
    update_plugins,
    verify_plugin,
)
from pkgtool.plugin.find import find_plugins
from pkgtool.plugin.run import Starter
from pkgtool.plugin.signature import Verified, provenance_status
from pkgtool.plugin.source import Offered, read_packed
from pkgtool.repo.http import Credentials, HttpClient

LEGACY = "name: {name}\nversion: {version}\ncommand: $HELM_PLUGIN_DIR/run.sh\n"
GOOD = Verified(("Someone <s@example.org>",), "ABCD", "sha256:12")
PROVENANCE = b"-----BEGIN PGP SIGNED MESSAGE-----\n\nname: hello\n\n...\nfiles:\n  a: sha256:1\n-----BEGIN PGP SIGNATURE-----\n"


class World:
    """A plugin folder, what was said, and who signs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "plugins"
        self.said: list[str] = []
        self.verified: list[tuple[Offered, Path]] = []
        self.host = PluginHost(
            folders=(self.folder,),
            starter=Starter({"PATH": os.environ["PATH"], "HOME": str(folder)}, timeout_s=60),
            fetch=lambda source: read_packed(source, HttpClient(), Credentials()),
            verify=self._verify,
            say=self.said.append,
            commands=("diff",),
        )

    def _verify(self, offered: Offered, keyring: Path) -> Verified:
        self.verified.append((offered, keyring))
        if offered.provenance == b"bad":
            raise PluginUnverified("signature made by unknown entity")
        return GOOD

    def installed(self) -> list[str]:
        return sorted(each.name for each in self.folder.iterdir()) if self.folder.exists() else []


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., Path]:
    """Write the folder of a plugin that somebody works on."""

    def make(name: str = "hello", manifest: str = LEGACY, *, more: str = "", **texts: str) -> Path:
        folder = tmp_path / "work" / name
        folder.mkdir(parents=True)
        text = manifest.replace("{name}", name).replace("{version}", "1.0.0") + more
        (folder / "plugin.yaml").write_text(text)
        (folder / "run.sh").write_text("#!/bin/sh\necho hello\n")
        (folder / "run.sh").chmod(0o755)
        for path, content in texts.items():
            (folder / path).write_text(content)
        return folder

    return make


def tarball(folder: Path, **members: bytes) -> Path:
    """Write an archive with these members; `/` is written as `__`."""
    path = folder / "hello-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name.replace("__", "/").replace("DOT", "."))
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def packed(world: World, folder: Path, destination: Path) -> Path:
    path = package_plugin(folder, destination, sign=None, say=world.said.append)
    world.said.clear()
    return path


def test_a_folder_is_linked(world: World, source: Callable[..., Path]) -> None:
    folder = source()

    plugin = install_plugin(Wish(str(folder)), world.host)

    assert (world.folder / "hello").readlink() == folder
    assert plugin.folder == world.folder / "hello"
    assert provenance_status(plugin) == "local dev"
    assert world.said == [
        "Installing plugin from local directory (development mode)",
        "Installed plugin: hello",
    ]


def test_a_tarball_with_a_signature(
    world: World, source: Callable[..., Path], tmp_path: Path
) -> None:
    path = packed(world, source(), tmp_path)
    path.with_name(f"{path.name}.prov").write_bytes(PROVENANCE)

    plugin = install_plugin(Wish(str(path), keyring=Path("/ring")), world.host)

    assert world.said == [
        "Verifying plugin signature...",
        "Signed by: Someone <s@example.org>",
        "Using Key With Fingerprint: ABCD",
        "Plugin Hash Verified: sha256:12",
        "Installed plugin: hello",
    ]
    assert world.verified[0][0].data == path.read_bytes()
    assert world.verified[0][1] == Path("/ring")
    assert world.installed() == ["hello", "hello-1.0.0.tgz", "hello-1.0.0.tgz.prov"]
    assert os.access(plugin.folder / "run.sh", os.X_OK)
    assert not os.access(plugin.folder / "plugin.yaml", os.X_OK)
    assert provenance_status(plugin) == "signed"


@pytest.mark.parametrize(
    ("provenance", "words"),
    [
        pytest.param(None, "no provenance file (.prov) found", id="none (CVE-2026-35205)"),
        pytest.param(b"", "no provenance file (.prov) found", id="empty"),
        pytest.param(b"bad", "signature made by unknown entity", id="bad"),
    ],
)
def test_a_tarball_without_a_good_signature(
    world: World,
    source: Callable[..., Path],
    tmp_path: Path,
    provenance: bytes | None,
    words: str,
) -> None:
    path = packed(world, source(), tmp_path)
    if provenance is not None:
        path.with_name(f"{path.name}.prov").write_bytes(provenance)

    with pytest.raises(PluginUnverified) as caught:
        install_plugin(Wish(str(path)), world.host)

    assert caught.value.what == f"plugin verification failed: {words}"
    assert world.installed() == []


def test_a_url(world: World, source: Callable[..., Path], tmp_path: Path) -> None:
    """The tarball and its signature come from a server."""
    path = packed(world, source(), tmp_path / "served")
    path.with_name(f"{path.name}.prov").write_bytes(PROVENANCE)
    handler = partial(QuietHandler, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/{path.name}"
            plugin = install_plugin(Wish(url), world.host)
        finally:
            server.shutdown()
            thread.join()

    assert plugin.folder == world.folder / "hello"
    assert world.verified[0][0] == Offered(path.name, path.read_bytes(), PROVENANCE)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_without_verification(world: World, source: Callable[..., Path], tmp_path: Path) -> None:
    path = packed(world, source(), tmp_path)

    plugin = install_plugin(Wish(str(path), verify=False), world.host)

    assert world.said == [
        "WARNING: Skipping plugin signature verification",
        "Installed plugin: hello",
    ]
    assert provenance_status(plugin) == "unsigned"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"what", "invalid provenance"),
        (
            b"-----BEGIN PGP SIGNED MESSAGE-----\nx\n-----BEGIN PGP SIGNATURE-----\n",
            "mismatched provenance",
        ),
    ],
)
def test_odd_signatures(
    world: World, source: Callable[..., Path], tmp_path: Path, text: bytes, status: str
) -> None:
    path = packed(world, source(), tmp_path)
    plugin = install_plugin(Wish(str(path), verify=False), world.host)
    (world.folder / "hello-1.0.0.tgz.prov").write_bytes(text)

    assert provenance_status(plugin) == status


def test_twice(world: World, source: Callable[..., Path]) -> None:
    folder = source()
    install_plugin(Wish(str(folder)), world.host)

    with pytest.raises(PluginError, match=r"^plugin already exists"):
        install_plugin(Wish(str(folder)), world.host)


def test_another_folder_with_the_same_name_inside(
    world: World, source: Callable[..., Path]
) -> None:
    install_plugin(Wish(str(source())), world.host)
    other = source("other", LEGACY.replace("{name}", "hello"))

    with pytest.raises(PluginError, match=r"^plugin already exists"):
        install_plugin(Wish(str(other)), world.host)
    assert world.installed() == ["hello"]


@pytest.mark.parametrize("kind", ["folder", "tarball", "git"])
def test_a_hook_that_fails_leaves_nothing(
    world: World, source: Callable[..., Path], tmp_path: Path, kind: str
) -> None:
    folder = source(more="hooks: {install: 'touch $HELM_PLUGIN_DIR/seen; exit 1'}\n")
    place = {"folder": str(folder), "git": f"file://{folder}"}.get(kind)
    if kind == "tarball":
        place = str(packed(world, folder, tmp_path))
    elif kind == "git":
        commit(folder, "v1.0.0")

    with pytest.raises(PluginFailed, match='plugin install hook for "hello" exited with error'):
        install_plugin(Wish(str(place), verify=False), world.host)

    assert world.installed() == []
    assert (folder / "plugin.yaml").exists(), "what was linked stays"


@pytest.mark.parametrize(
    ("members", "error"),
    [
        pytest.param({"hello__DOTDOT__DOTDOT__x": b""}, ArchiveUnsafe, id="climbs"),
        pytest.param({"__etc__x": b""}, ArchiveUnsafe, id="absolute"),
        pytest.param({"hello__x": b""}, PluginInvalid, id="no manifest"),
        pytest.param({"a__b__pluginDOTyaml": b"name: a\n"}, PluginInvalid, id="too deep"),
        pytest.param({"pluginDOTyaml": b"name: a b\n"}, PluginInvalid, id="bad manifest"),
        pytest.param(
            {"pluginDOTyaml": b"name: a\n", "PLUGINDOTyaml": b"name: b\n"},
            ArchiveUnsafe,
            id="two truths",
        ),
    ],
)
def test_archives_that_are_refused(
    world: World, tmp_path: Path, members: dict[str, bytes], error: type[Exception]
) -> None:
    path = tarball(tmp_path, **members)

    with pytest.raises(error):
        install_plugin(Wish(str(path), verify=False), world.host)
    assert world.installed() == []


def test_a_link_in_an_archive(world: World, tmp_path: Path) -> None:
    path = tmp_path / "hello-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo("hello/out")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(info)

    with pytest.raises(ArchiveUnsafe, match="symbolic link"):
        install_plugin(Wish(str(path), verify=False), world.host)


def test_an_archive_without_a_top_folder(world: World, tmp_path: Path) -> None:
    path = tarball(tmp_path, pluginDOTyaml=b"name: hello\ncommand: x\n", bin__run=b"")

    plugin = install_plugin(Wish(str(path), verify=False), world.host)

    assert (plugin.folder / "bin" / "run").exists()


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        pytest.param("name: install\ncommand: x\n", "has the name of a command", id="spoofing"),
        pytest.param(
            "apiVersion: v1\nname: w\nversion: 1.0.0\ntype: cli/v1\nruntime: extism/v1\n",
            'needs the runtime "extism/v1"',
            id="webassembly",
        ),
        pytest.param("name: ../x\n", "invalid plugin name", id="a path"),
    ],
)
def test_plugins_that_are_refused(
    world: World, source: Callable[..., Path], manifest: str, words: str
) -> None:
    with pytest.raises(PluginInvalid, match=words):
        install_plugin(Wish(str(source(manifest=manifest))), world.host)
    assert world.installed() == []


def test_a_command_of_ours_is_told(world: World, source: Callable[..., Path]) -> None:
    """The plugin diff of Helm's users can be installed; our command of that name stays."""
    install_plugin(Wish(str(source("diff"))), world.host)

    assert 'WARNING: "diff" is a command of pkgtool itself' in world.said[1]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(
            lambda folder: folder / "plugin.yaml", "expected plugin to be a folder", id="file"
        ),
        pytest.param(lambda folder: folder.parent, "plugin metadata .* missing", id="no manifest"),
    ],
)
def test_folders_that_are_no_plugins(
    world: World, source: Callable[..., Path], make: Callable[[Path], Path], words: str
) -> None:
    with pytest.raises(PluginInvalid, match=words):
        install_plugin(Wish(str(make(source()))), world.host)


def commit(folder: Path, tag: str) -> None:
    """Make `folder` a repository with its present state as `tag`."""
    who = ["-c", "user.name=Someone", "-c", "user.email=s@example.org"]
    if shutil.which("git") is None:
        pytest.skip("needs git")
    if not (folder / ".git").exists():
        subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    run = ["git", "-C", str(folder), *who]
    subprocess.run([*run, "add", "-A"], check=True)
    subprocess.run([*run, "commit", "-q", "-m", tag], check=True)
    subprocess.run([*run, "tag", tag], check=True)


def release(folder: Path, version: str) -> None:
    (folder / "plugin.yaml").write_text(
        LEGACY.replace("{name}", "hello").replace("{version}", version)
    )
    commit(folder, f"v{version}")


@pytest.fixture
def repository(source: Callable[..., Path]) -> Path:
    """A repository with versions 1.0.0, 1.2.0 and 2.0.0."""
    if shutil.which("git") is None:
        pytest.skip("needs git")
    folder = source()
    for version in ("1.0.0", "1.2.0", "2.0.0"):
        release(folder, version)
    return folder


@pytest.mark.parametrize(
    ("wanted", "got"),
    [("", "2.0.0"), ("v1.0.0", "1.0.0"), ("^1", "1.2.0"), ("1.2.0", "1.2.0"), ("main", "2.0.0")],
)
def test_git(world: World, repository: Path, wanted: str, got: str) -> None:
    wish = Wish(f"file://{repository}", version=wanted, verify=False)

    plugin = install_plugin(wish, world.host)

    assert plugin.metadata.version == got
    assert world.installed() == ["hello"]


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        ("^9", PluginError, 'requested version "\\^9" does not exist for plugin "file://'),
        ("what?", ConstraintInvalid, "what"),
        ("--upload-pack=x", PluginError, "is no version"),
    ],
)
def test_git_versions_that_are_not_there(
    world: World, repository: Path, wanted: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        install_plugin(Wish(f"file://{repository}", version=wanted, verify=False), world.host)
    assert world.installed() == []


def test_git_cannot_be_verified(world: World, repository: Path) -> None:
    with pytest.raises(PluginUnverified) as caught:
        install_plugin(Wish(f"file://{repository}"), world.host)
    assert caught.value.what == (
        "plugin source does not support verification. Use --verify=false to skip verification"
    )


def test_no_repository(world: World, tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="git clone failed"):
        install_plugin(Wish(f"file://{tmp_path}/nowhere", verify=False), world.host)
    assert world.installed() == []


def test_update(world: World, repository: Path) -> None:
    install_plugin(Wish(f"file://{repository}", verify=False), world.host)
    release(repository, "2.1.0")

    update_plugins(["hello"], world.host)

    assert world.said[-1] == "Updated plugin: hello"
    assert [each.metadata.version for each in find_plugins([world.folder])] == ["2.1.0"]
    assert world.installed() == ["hello"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param("hooks: {update: exit 1}\n", "update hook", id="hook"),
        pytest.param("version: bad\n", "invalid plugin version", id="manifest"),
    ],
)
def test_an_update_that_fails_changes_nothing(
    world: World, repository: Path, fault: str, words: str
) -> None:
    install_plugin(Wish(f"file://{repository}", verify=False), world.host)
    text = "name: hello\ncommand: x\n" + fault
    (repository / "plugin.yaml").write_text(text)
    commit(repository, "v3.0.0")

    with pytest.raises(PluginError, match=f"failed to update plugin hello, got error .*{words}"):
        update_plugins(["hello"], world.host)

    assert [each.metadata.version for each in find_plugins([world.folder])] == ["2.0.0"]
    assert world.installed() == ["hello"]


def test_what_was_changed_by_hand_is_not_updated(world: World, repository: Path) -> None:
    plugin = install_plugin(Wish(f"file://{repository}", verify=False), world.host)
    (plugin.folder / "run.sh").write_text("mine\n")

    with pytest.raises(PluginError, match="plugin repo was modified"):
        update_plugins(["hello"], world.host)
    assert (plugin.folder / "run.sh").read_text() == "mine\n"


def test_tarballs_are_not_updated(
    world: World, source: Callable[..., Path], tmp_path: Path
) -> None:
    install_plugin(Wish(str(packed(world, source(), tmp_path)), verify=False), world.host)

    with pytest.raises(PluginError, match="cannot get information about plugin source"):
        update_plugins(["hello"], world.host)


def test_uninstall(world: World, source: Callable[..., Path], tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    folder = source(more=f"hooks: {{delete: '$HELM_PLUGIN_DIR/run.sh > {seen}'}}\n")
    install_plugin(Wish(str(packed(world, folder, tmp_path)), verify=False), world.host)

    uninstall_plugins(["hello"], world.host)

    assert world.said[-1] == "Uninstalled plugin: hello"
    assert world.installed() == []
    assert seen.read_text() == "hello\n", "the hook still had the plugin's files"


def test_uninstall_leaves_what_is_linked(world: World, source: Callable[..., Path]) -> None:
    folder = source()
    install_plugin(Wish(str(folder)), world.host)

    uninstall_plugins(["hello"], world.host)

    assert world.installed() == []
    assert (folder / "run.sh").exists()


def test_a_delete_hook_that_fails_keeps_nothing(world: World, source: Callable[..., Path]) -> None:
    install_plugin(Wish(str(source(more="hooks: {delete: exit 1}\n"))), world.host)

    with pytest.raises(PluginError, match="failed to uninstall plugin hello, got error"):
        uninstall_plugins(["hello"], world.host)
    assert world.installed() == []


def test_each_name_for_itself(world: World, source: Callable[..., Path]) -> None:
    install_plugin(Wish(str(source())), world.host)

    with pytest.raises(PluginError) as caught:
        uninstall_plugins(["nix", "hello", "nada"], world.host)

    assert caught.value.what == "plugin: nix not found\nplugin: nada not found"
    assert world.said[-1] == "Uninstalled plugin: hello"
    with pytest.raises(PluginNotFound):
        uninstall_plugins(["hello"], world.host)


def test_package_is_the_same_each_time(
    world: World, source: Callable[..., Path], tmp_path: Path
) -> None:
    folder = source(LICENSE="text")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").touch()

    first = package_plugin(folder, tmp_path / "a", sign=None, say=world.said.append)
    second = package_plugin(folder, tmp_path / "b", sign=None, say=world.said.append)

    assert first.read_bytes() == second.read_bytes()
    assert first.name == "hello-1.0.0.tgz"
    with tarfile.open(first) as tar:
        assert {each.name: each.mode for each in tar} == {
            "hello/LICENSE": 0o644,
            "hello/plugin.yaml": 0o644,
            "hello/run.sh": 0o755,
        }
    assert world.said[:2] == [
        (
            "WARNING: Skipping plugin signing. This is not recommended for plugins intended for "
            "distribution."
        ),
        f"Successfully packaged plugin and saved it to: {first}",
    ]


def test_package_with_a_signature(
    world: World, source: Callable[..., Path], tmp_path: Path
) -> None:
    path = package_plugin(
        source(),
        tmp_path,
        sign=lambda data, name, said: f"{name} {len(data)} {said.decode()}".encode(),
        say=world.said.append,
    )

    assert (tmp_path / f"{path.name}.prov").read_text().startswith("hello-1.0.0.tgz ")
    assert "\nname: hello\n" in (tmp_path / f"{path.name}.prov").read_text()
    assert world.said[0] == f"Successfully signed. Signature written to: {path}.prov"


def test_package_refuses(world: World, source: Callable[..., Path], tmp_path: Path) -> None:
    def package(folder: Path) -> None:
        package_plugin(folder, tmp_path / "out", sign=None, say=world.said.append)

    with pytest.raises(FileUnreadable, match="no such file or directory"):
        package(tmp_path / "nowhere")
    with pytest.raises(PluginInvalid, match="only supports directories, not tarballs"):
        package(tarball(tmp_path))
    with pytest.raises(PluginInvalid, match="invalid plugin directory"):
        package(tmp_path)
    folder = source()
    (folder / "out").symlink_to("/etc")
    with pytest.raises(PluginInvalid, match="is a symbolic link"):
        package(folder)


def test_verify(world: World, source: Callable[..., Path], tmp_path: Path) -> None:
    path = packed(world, source(), tmp_path)
    beside = path.with_name(f"{path.name}.prov")
    with pytest.raises(PluginUnverified, match=f"could not find provenance file {beside}: stat"):
        verify_plugin(path, Path("/ring"), world.host)
    beside.write_bytes(PROVENANCE)

    verify_plugin(path, Path("/ring"), world.host)

    assert world.said[-1] == "Plugin Hash Verified: sha256:12"
    with pytest.raises(PluginUnverified, match="directory verification not supported"):
        verify_plugin(tmp_path, Path("/ring"), world.host)
    with pytest.raises(PluginUnverified, match="must be a gzipped tarball"):
        verify_plugin(beside, Path("/ring"), world.host)
    with pytest.raises(FileUnreadable, match="no such file"):
        verify_plugin(tmp_path / "x.tgz", Path("/ring"), world.host)
