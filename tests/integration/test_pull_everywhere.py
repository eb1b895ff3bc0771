"""`pull` and `search` with registries and signatures: what other verbs published comes back."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pkgtool.cli.root import cli
from pkgtool.errors import PkgtoolError, SignatureInvalid
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import index_yaml, tarball
from pkgtool.testing.gnupg import Gnupg
from pkgtool.testing.small_registry import SmallRegistry

Run = Callable[..., Result]
JO, LO = "Jo Doe <jo@example.com>", "Lo Doe <lo@example.com>"


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in an empty home."""
    monkeypatch.chdir(tmp_path)
    clean = {name: None for name in os.environ if name.startswith(("HELM_", "PKGTOOL_", "XDG_"))}

    def invoke(*arguments: str) -> Result:
        environment = {**clean, "HOME": str(tmp_path / "home"), "KUBECONFIG": None}
        return CliRunner().invoke(cli, arguments, env=environment)

    return invoke


def ok(result: Result) -> str:
    assert result.exception is None, result.exception
    return result.stdout


def refused(result: Result, kind: type[PkgtoolError]) -> str:
    assert isinstance(result.exception, kind), result.exception or result.output
    return result.exception.what


@pytest.fixture
def registry(opened: ExitStack, run: Run, tmp_path: Path) -> str:
    """A registry with two versions of `web`."""
    small = opened.enter_context(SmallRegistry())
    for version in ("1.0.0", "1.1.0", "2.0.0-rc.1"):
        path = tmp_path / f"web-{version}.tgz"
        path.write_bytes(tarball("web", version))
        ok(run("push", path.name, f"oci://{small.host}/charts", "--plain-http"))
        path.unlink()
    return f"oci://{small.host}/charts/web"


def test_a_chart_comes_out_of_a_registry(run: Run, registry: str, tmp_path: Path) -> None:
    said = ok(run("pull", registry, "--plain-http", "-d", "out"))

    ref = f"{registry.removeprefix('oci://')}:1.1.0"
    assert said.startswith(f"Pulled: {ref}\nDigest: sha256:")
    assert (tmp_path / "out/web-1.1.0.tgz").read_bytes() == tarball("web", "1.1.0")
    ok(run("pull", registry, "--plain-http", "--untar", "--version", "~1.0"))
    assert "version: 1.0.0" in (tmp_path / "web/Chart.yaml").read_text()
    assert "2.0.0-rc.1" in ok(run("pull", registry, "--plain-http", "--devel"))


def test_versions_in_a_registry(run: Run, registry: str) -> None:
    newest = ok(run("search", "repo", registry, "--plain-http", "-o", "json"))
    every = ok(run("search", registry, "--plain-http", "-l", "--devel", "-o", "yaml"))

    assert newest == (
        f'[{{"name":"{registry}","version":"1.1.0","app_version":"","description":""}}]\n'
    )
    versions = [line.split()[1] for line in every.splitlines() if "version: " in line[:11]]
    assert versions == ["2.0.0-rc.1", "1.1.0", "1.0.0"]


def test_a_registry_without_provenance(run: Run, registry: str, tmp_path: Path) -> None:
    warned = ok(run("pull", registry, "--plain-http", "--prov", "-d", "out"))

    assert f"WARNING: Verification not found for {registry}: " in warned
    words = refused(
        run("pull", registry, "--plain-http", "--verify", "-d", "checked"), SignatureInvalid
    )
    assert words.startswith("failed to fetch provenance")
    assert not (tmp_path / "checked").exists()


@pytest.mark.parametrize("place", ["repository", "registry", "disk"])
@pytest.mark.skipif(not Gnupg.installed(), reason="needs gnupg")
@pytest.mark.skipif(importlib.util.find_spec("pysequoia") is None, reason="needs pysequoia")
def test_only_what_somebody_trusted_signed(
    place: str, run: Run, opened: ExitStack, tmp_path: Path
) -> None:
    gpg = opened.enter_context(Gnupg())
    for owner in (JO, LO):
        gpg.add(owner)
    gpg.export(tmp_path / "jo.gpg", JO)
    gpg.export(tmp_path / "lo.gpg", LO)
    gpg.export(tmp_path / "secret.gpg", JO, secret=True)
    (tmp_path / "web").mkdir()
    (tmp_path / "web/Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.0.0\n")
    ok(run("package", "web", "--sign", "--key", "Jo", "--keyring", "secret.gpg"))
    source = published(place, run, opened, tmp_path)

    checked = run("template", "shop", *source, "--verify", "--keyring", "jo.gpg")
    refused(run("template", "shop", *source, "--verify", "--keyring", "lo.gpg"), SignatureInvalid)

    ok(checked)
    if place == "disk":
        return
    said = ok(run("pull", *source, "--verify", "--keyring", "jo.gpg", "-d", "out"))
    assert f"Signed by: {JO}\nUsing Key With Fingerprint: " in said
    assert "Chart Hash Verified: sha256:" in said
    prov = (tmp_path / "web-1.0.0.tgz.prov").read_bytes()
    assert (tmp_path / "out/web-1.0.0.tgz.prov").read_bytes() == prov


def published(place: str, run: Run, opened: ExitStack, folder: Path) -> list[str]:
    """Publish the package in `folder` with its signature, and return how it is named."""
    if place == "disk":
        return ["web-1.0.0.tgz"]
    if place == "registry":
        small = opened.enter_context(SmallRegistry())
        ok(run("push", "web-1.0.0.tgz", f"oci://{small.host}/charts", "--plain-http"))
        return [f"oci://{small.host}/charts/web", "--plain-http"]
    server = opened.enter_context(BadServer())
    data = (folder / "web-1.0.0.tgz").read_bytes()
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", data))))
    server.on("/web-1.0.0.tgz", Reply(data))
    server.on("/web-1.0.0.tgz.prov", Reply((folder / "web-1.0.0.tgz.prov").read_bytes()))
    return ["web", "--repo", server.url]
