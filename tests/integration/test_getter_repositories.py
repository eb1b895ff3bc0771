"""Repositories, charts and dependencies behind URLs that only a plugin fetches."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pkgtool.cli.root import cli
from pkgtool.testing.charts_at_rest import tarball

MANIFEST = """\
name: bucket
version: 1.0.0
command: $HELM_PLUGIN_DIR/get.sh
downloaders:
- command: get.sh
  protocols: [bucket]
"""
GET = """\
#!/bin/sh
url=$4
echo "$url $HELM_PLUGIN_USERNAME:$HELM_PLUGIN_PASSWORD" >> "$HELM_PLUGIN_DIR/asked"
file="$HELM_PLUGIN_DIR/files/${url#bucket://}"
[ -f "$file" ] || { echo "no such object" >&2; exit 3; }
exec cat "$file"
"""


class World:
    """A home with a plugin in it, which fetches out of a folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.plugin = home / ".local/share/pkgtool/plugins/bucket"
        self.put("../plugin.yaml", MANIFEST.encode())
        self.put("../get.sh", GET.encode())
        (self.plugin / "get.sh").chmod(0o755)

    def put(self, place: str, data: bytes) -> None:
        path = self.plugin / "files" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    @property
    def asked(self) -> list[str]:
        return (self.plugin / "asked").read_text().splitlines()

    def __call__(self, *arguments: str) -> Result:
        done = CliRunner().invoke(cli, arguments)
        assert done.exception is None, done.exception
        return done

    def refused(self, *arguments: str) -> str:
        return str(CliRunner().invoke(cli, arguments).exception)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PKGTOOL_CLUSTER", "local")
    made = World(tmp_path)
    made.put("b/charts/web-1.0.0.tgz", tarball("web", "1.0.0"))
    made(*f"repo index {made.plugin}/files/b/charts".split())
    return made


def test_a_repository(world: World) -> None:
    world("repo", "add", "team", "bucket://b/charts")
    found = world("search", "repo", "web")
    world("repo", "update")
    world("pull", "team/web")
    shown = world("show", "chart", "team/web")

    assert "team/web" in found.stdout
    assert Path("web-1.0.0.tgz").read_bytes() == tarball("web", "1.0.0")
    assert "name: web" in shown.stdout
    # The tarball came once: it is known by its digest.
    assert world.asked == [
        "bucket://b/charts/index.yaml :",
        "bucket://b/charts/index.yaml :",
        "bucket://b/charts/web-1.0.0.tgz :",
    ]


def test_a_tarball(world: World) -> None:
    shown = world("show", "chart", "bucket://b/charts/web-1.0.0.tgz")
    named = world("show", "chart", "web", "--repo", "bucket://b/charts")

    assert shown.stdout == named.stdout


def test_dependencies(world: World) -> None:
    Path("shop").mkdir()
    Path("shop/Chart.yaml").write_text(
        "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n"
        "- {name: web, version: ^1, repository: 'bucket://b/charts'}\n"
    )

    world("dependency", "update", "shop")
    world("dependency", "build", "shop")

    assert Path("shop/charts/web-1.0.0.tgz").read_bytes() == tarball("web", "1.0.0")
    assert "repository: bucket://b/charts" in Path("shop/Chart.lock").read_text()


def test_credentials_are_for_one_place(world: World) -> None:
    """An index that sends to another bucket gets no password there."""
    index = world.plugin / "files/b/charts/index.yaml"
    index.write_text(index.read_text().replace("- web-", "- bucket://other/web-"))
    world.put("other/web-1.0.0.tgz", tarball("web", "1.0.0"))

    world("repo", "add", "team", "bucket://b/charts", "--username", "u", "--password", "p")
    world("pull", "team/web")

    assert world.asked == [
        "bucket://b/charts/index.yaml u:p",
        "bucket://other/web-1.0.0.tgz :",
    ]


def test_what_a_plugin_cannot_fetch(world: World) -> None:
    words = world.refused("repo", "add", "team", "bucket://nowhere")

    assert 'plugin "bucket" exited with error' in words
    assert "no such object" in words
    assert "cannot be reached" in words


def test_provenance_that_a_plugin_does_not_find(world: World) -> None:
    words = world.refused("pull", "bucket://b/charts/web-1.0.0.tgz", "--verify")

    assert words.startswith('failed to fetch provenance "bucket://b/charts/web-1.0.0.tgz.prov"')


def test_another_tarball_than_the_index_promises(world: World) -> None:
    world("repo", "add", "team", "bucket://b/charts")
    world.put("b/charts/web-1.0.0.tgz", tarball("web", "1.0.0") + b"\0")

    assert "was promised" in world.refused("pull", "team/web")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("repo", "add", "x", "vault://a/b"), "could not find protocol handler for: 'vault'"),
        (("pull", "vault://a/b.tgz"), 'scheme "vault" not supported'),
        (("pull", "file:///b.tgz"), 'scheme "file" not supported'),
    ],
)
def test_a_scheme_that_nobody_knows(world: World, arguments: tuple[str, ...], words: str) -> None:
    assert words in world.refused(*arguments)
