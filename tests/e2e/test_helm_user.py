"""Who has used Helm finds everything at its place, and Helm finds it unchanged afterwards."""

import hashlib
import json
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pkgtool.testing.small_registry import Answered, Said, SmallRegistry
from tests.e2e.conftest import PKGTOOL, Ran

CHART = "apiVersion: v2\nname: web\nversion: 1.2.0\nappVersion: '7'\ndescription: A web server\n"
OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-<CHARTNAME>\n"
PLUGIN = (
    'name: greet\nversion: 1.0.0\nusage: "say hello"\ndescription: "says hello"\n'
    'command: "$HELM_PLUGIN_DIR/greet.sh"\n'
)
LOGIN = b64encode(b"me:secret").decode()

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="plugins are shell scripts")


class Home:
    """A home as Helm leaves it, and a program that is called in it."""

    def __init__(self, shell: Any, program: Path) -> None:
        self.shell = shell
        self.program = program
        self.root = Path(shell.environment["HOME"])
        self.config = self.root / ".config" / "helm"
        self.cache = self.root / ".cache" / "helm"
        self.data = self.root / ".local" / "share" / "helm"

    def write(self, place: Path, text: str, mode: int = 0o644) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)

    def run(self, *words: str) -> Ran:
        done = subprocess.run(
            [self.program, *words],
            cwd=self.shell.folder,
            env=self.shell.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def ok(self, *words: str) -> str:
        ran = self.run(*words)
        assert ran.status == 0, f"{words}: {ran.err}"
        return ran.out

    def files(self) -> dict[str, str]:
        """Return what each of Helm's files holds, and how it may be used."""
        return {
            str(each.relative_to(self.root)): f"{each.stat().st_mode:o} "
            + hashlib.sha256(each.read_bytes()).hexdigest()
            for folder in (self.config, self.cache, self.data)
            for each in folder.rglob("*")
            if each.is_file()
        }


@pytest.fixture(params=["pkgtool", "helm"])
def home(shell: Any, serve: Any, request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """Have used Helm: a repository with its index, a plugin, a starter."""
    program = tmp_path / "bin" / request.param
    program.parent.mkdir()
    program.symlink_to(PKGTOOL)
    home = Home(shell, program)
    shell.write("web/Chart.yaml", CHART)
    shell.write("web/templates/name.yaml", OBJECT.replace("<CHARTNAME>", "web"))
    shell.ok("package", "web", "-d", "charts")
    url = serve("charts")
    _index(shell, home, url)
    home.write(home.config / "repositories.yaml", _repositories(url), 0o600)
    home.write(home.data / "plugins" / "greet" / "plugin.yaml", PLUGIN)
    script = '#!/bin/sh\necho "hello $1, here is $HELM_PLUGIN_NAME"\n'
    home.write(home.data / "plugins" / "greet" / "greet.sh", script, 0o755)
    starter = home.data / "starters" / "ours"
    home.write(starter / "Chart.yaml", "apiVersion: v2\nname: ours\nversion: 9.9.9\n")
    home.write(starter / "templates" / "name.yaml", OBJECT)
    return home


def _index(shell: Any, home: Home, url: str) -> None:
    """Write the index as Helm caches it: by its own SDK where it is."""
    try:
        import helm_python
    except ImportError:
        shell.ok("repo", "index", "charts", "--url", url)
    else:
        helm_python.repo_index_generate(str(shell.folder / "charts"), base_url=url)
    index = shell.folder / "charts" / "index.yaml"
    home.write(home.cache / "repository" / "stable-index.yaml", index.read_text())
    home.write(home.cache / "repository" / "stable-charts.txt", "web\n")
    index.unlink()


def _repositories(url: str) -> str:
    """Return the list as `helm repo add` writes it."""
    return (
        'apiVersion: ""\ngenerated: "0001-01-01T00:00:00Z"\nrepositories:\n- caFile: ""\n'
        '  certFile: ""\n  insecure_skip_tls_verify: false\n  keyFile: ""\n  name: stable\n'
        f'  pass_credentials_all: false\n  password: ""\n  url: {url}\n  username: ""\n'
    )


@pytest.fixture
def registry() -> Iterator[SmallRegistry]:
    """A registry that lets in who shows the login."""

    def guard(said: Said) -> Answered | None:
        if said.headers.get("Authorization") == f"Basic {LOGIN}":
            return None
        return Answered(401, headers={"WWW-Authenticate": 'Basic realm="here"'})

    with SmallRegistry() as registry:
        registry.rules.append(guard)
        yield registry


def test_what_helm_left_is_there(home: Home) -> None:
    assert home.ok("repo", "list", "--no-headers").split()[0] == "stable"
    assert "stable/web\t1.2.0        \t7" in home.ok("search", "repo", "web")
    assert "greet\t1.0.0" in home.ok("plugin", "list")
    assert home.ok("greet", "you") == "hello you, here is greet\n"
    assert "version: 1.2.0" in home.ok("show", "chart", "stable/web")


def test_a_chart_of_a_cached_repository_is_installed(home: Home) -> None:
    assert "STATUS: deployed" in home.ok("install", "shop", "stable/web")
    assert "name: shop-web" in home.ok("get", "manifest", "shop")


def test_a_starter_of_helm_makes_a_chart(home: Home) -> None:
    assert home.ok("create", "new", "--starter", "ours") == "Creating new\n"
    assert "name: x-new" in home.ok("template", "x", "./new")


def test_the_stored_login_is_used(home: Home, registry: SmallRegistry) -> None:
    logins = home.config / "registry" / "config.json"
    home.write(logins, json.dumps({"auths": {registry.host: {"auth": LOGIN}}}), 0o600)
    before = home.files()
    package = "charts/web-1.2.0.tgz"

    home.ok("push", package, f"oci://{registry.host}/charts", "--plain-http")
    home.ok("pull", f"oci://{registry.host}/charts/web", "--plain-http", "-d", "pulled")

    assert (home.shell.folder / "pulled" / "web-1.2.0.tgz").is_file()
    assert home.files() == before


def test_our_writes_leave_helms_files_alone(home: Home, serve: Any) -> None:
    before = home.files()

    home.ok("repo", "update")
    home.ok("repo", "add", "more", serve("charts"))
    home.ok("search", "repo", "web")
    home.ok("install", "shop", "more/web")
    home.ok("pull", "stable/web")
    home.ok("repo", "remove", "stable")
    home.ok("create", "new", "--starter", "ours")

    assert home.files() == before
    assert home.ok("repo", "list", "--no-headers").split()[0] == "more"
