"""Signed plugins: GnuPG makes the keys, tarballs and a registry carry them, commands install them."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pkgtool import yamlcodec
from pkgtool.cli.root import cli
from pkgtool.errors import ArtifactInvalid, ChartVersionNotFound
from pkgtool.repo.http import HttpClient
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.loginfile import LoginFile, Logins
from pkgtool.repo.oci.manifest import MANIFEST, Descriptor
from pkgtool.repo.oci.plugin import PLUGIN, pull_plugin
from pkgtool.repo.oci.registries import Registries
from pkgtool.repo.oci.upload import put_blob, put_manifest
from pkgtool.testing.gnupg import Gnupg
from pkgtool.testing.real_registry import real_registry, real_registry_installed

needs_registry = pytest.mark.skipif(
    not real_registry_installed(), reason="needs docker-registry (Debian)"
)
pytestmark = [
    pytest.mark.skipif(not Gnupg.installed(), reason="needs gnupg"),
    pytest.mark.skipif(importlib.util.find_spec("pysequoia") is None, reason="needs pysequoia"),
]

JO = "Jo Doe <jo@example.com>"
PLUGIN_YAML = """\
# what it says of itself
apiVersion: v1
name: hello
version: 1.0.0
type: cli/v1
runtime: subprocess
runtimeConfig:
  platformCommand:
  - command: ${HELM_PLUGIN_DIR}/hello.sh
"""


class World:
    """A plugin, the keys of its author and of somebody else, and the program."""

    def __init__(self, folder: Path, gpg: Gnupg, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HOME", str(folder))
        for variable, value in gpg.env.items():
            monkeypatch.setenv(variable, value)
        self.public = str(gpg.export(folder / "public.gpg", JO))
        self.secret = str(gpg.export(folder / "secret.gpg", JO, secret=True))
        self.stranger = str(gpg.export(folder / "stranger.gpg", "Lo"))
        source = folder / "source"
        source.mkdir()
        (source / "plugin.yaml").write_text(PLUGIN_YAML)
        (source / "hello.sh").write_text("#!/bin/sh\necho hello\n")
        (source / "hello.sh").chmod(0o755)

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, ["plugin", *arguments], catch_exceptions=True)

    def package(self) -> Path:
        done = self("package", "source", "--key", "Jo", "--keyring", self.secret, "-d", "dist")
        assert done.exit_code == 0, done.output
        return Path("dist/hello-1.0.0.tgz")


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gnupg]:
    with Gnupg() as made:
        made.add(JO)
        made.add("Lo Doe <lo@example.com>")
        yield made


@pytest.fixture
def world(tmp_path: Path, gpg: Gnupg, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, gpg, monkeypatch)


def test_sign_verify_and_install(world: World) -> None:
    packaged = world("package", "source", "--key", "Jo", "--keyring", world.secret, "-d", "dist")
    verified = world("verify", "dist/hello-1.0.0.tgz", "--keyring", world.public)
    installed = world("install", "dist/hello-1.0.0.tgz", "--keyring", world.public)
    listed = world("list")

    assert packaged.output == (
        "Successfully signed. Signature written to: dist/hello-1.0.0.tgz.prov\n"
        "Successfully packaged plugin and saved it to: dist/hello-1.0.0.tgz\n"
    )
    lines = verified.output.splitlines()
    assert lines[0] == f"Signed by: {JO}"
    assert lines[1].startswith("Using Key With Fingerprint: ")
    assert lines[2].startswith("Plugin Hash Verified: sha256:")
    assert installed.output.splitlines() == [
        "Verifying plugin signature...",
        *lines,
        "Installed plugin: hello",
    ]
    assert "\tsigned" in listed.output


def test_a_key_that_is_not_trusted(world: World) -> None:
    path = str(world.package())

    installed = world("install", path, "--keyring", world.stranger)
    verified = world("verify", path, "--keyring", world.stranger)

    words = "openpgp: signature made by unknown entity"
    assert str(installed.exception).startswith(f"plugin verification failed: {words}")
    assert str(verified.exception).startswith(words)
    assert not (world.folder / ".local/share/pkgtool/plugins/hello").exists()


def test_a_tarball_that_was_changed(world: World) -> None:
    path = world.package()
    path.write_bytes(path.read_bytes() + b"\0")

    installed = world("install", str(path), "--keyring", world.public)

    assert "sha256 sum does not match for hello-1.0.0.tgz" in str(installed.exception)


def test_signing_without_a_key_writes_nothing(world: World) -> None:
    done = world("package", "source", "-d", "dist")

    assert str(done.exception).startswith("--key is required for signing")
    assert not Path("dist").exists()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "registry"
    folder.mkdir()
    with real_registry(folder) as started:
        yield started


@pytest.fixture
def registries(tmp_path: Path) -> Iterator[Registries]:
    http = HttpClient()
    yield Registries(http, Logins(LoginFile(tmp_path / "config.json", {})), Access(plain_http=True))
    http.close()


def push(registries: Registries, host: str, files: dict[str, bytes], tag: str, **more: str) -> None:
    """Store files as `oras push --artifact-type` does."""
    client = registries.at(host)
    layers = []
    for name, data in {"": b"{}", **files}.items():
        put_blob(client, "plugins/hello", data)
        described = dict(Descriptor.of("application/vnd.oci.image.layer.v1.tar", data).document())
        layers.append({**described, "annotations": {"org.opencontainers.image.title": name}})
    config = {**layers.pop(0), "mediaType": more.pop("config", "application/vnd.oci.empty.v1+json")}
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
    data = yamlcodec.dump_json({**manifest, **more}).encode()
    put_manifest(client, "plugins/hello", tag, data)


@needs_registry
@pytest.mark.parametrize("tag", ["1.0.0", "latest"])
def test_a_signed_plugin_in_a_registry(
    world: World, host: str, registries: Registries, tag: str
) -> None:
    path = world.package()
    prov = path.with_name(f"{path.name}.prov").read_bytes()
    files = {path.name: path.read_bytes(), f"{path.name}.prov": prov}
    push(registries, host, files, tag, artifactType=PLUGIN)

    place = f"oci://{host}/plugins/hello:{tag}"
    done = world("install", place, "--plain-http", "--keyring", world.public)

    assert done.output.splitlines()[-1] == "Installed plugin: hello", done.exception
    assert f"Signed by: {JO}" in done.output


@needs_registry
def test_an_unsigned_plugin_in_a_registry(world: World, host: str, registries: Registries) -> None:
    """The newest version is taken when none is named; without signature only on demand."""
    path = world.package()
    push(registries, host, {path.name: path.read_bytes()}, "1.0.0", config=PLUGIN)

    place = (f"oci://{host}/plugins/hello", "--plain-http", "--version", "^1")
    refused = world("install", *place, "--keyring", world.public)
    taken = world("install", *place, "--verify=false")

    assert "no provenance file (.prov) found" in str(refused.exception)
    assert taken.output.splitlines()[-1] == "Installed plugin: hello"


@needs_registry
@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("hello-1.0.0.tgz", {"artifactType": "a/b"}, f"expected artifact type {PLUGIN}, got a/b"),
        ("hello-1.0.0.tgz", {"config": "a/b"}, "for legacy compatibility, got a/b"),
        (
            "other-1.0.0.tgz",
            {"artifactType": PLUGIN},
            "required layer matching pattern hello-VERSION.tgz not found in manifest",
        ),
        (
            "hello-/../x.tgz",
            {"artifactType": PLUGIN},
            "required layer matching pattern hello-VERSION.tgz not found in manifest",
        ),
    ],
)
def test_what_is_no_plugin(
    host: str, registries: Registries, name: str, more: dict[str, str], words: str
) -> None:
    push(registries, host, {name: b"x"}, "1.0.0", **more)

    with pytest.raises(ArtifactInvalid) as caught:
        pull_plugin(registries, f"oci://{host}/plugins/hello:1.0.0")

    assert words in caught.value.what


@needs_registry
def test_a_plugin_that_is_not_there(host: str, registries: Registries) -> None:
    with pytest.raises(ChartVersionNotFound):
        pull_plugin(registries, f"oci://{host}/plugins/hello:9")
